"""The certificate authority of this installation: made once, kept in the user's data directory, readable by its owner.

It is made before the proxy starts, and appears in one step, so that two processes that start together share one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from mitmproxy import certs
from mitmproxy.options import CONF_BASENAME, KEY_SIZE

from taciturn.errors import UsageError


class Authority(NamedTuple):
    directory: Path  # mitmproxy's confdir
    certificate: Path  # what clients have to trust, PEM
    spki: str  # base64 of the SHA-256 of its public key: what Chromium's flag takes


def data_home() -> Path:
    """$TACITURN_HOME, else taciturn/ in the user's data directory."""
    if home := os.environ.get("TACITURN_HOME"):
        return Path(home)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "taciturn"


def ensure_authority(home: Path | None = None) -> Authority:
    """Loads the authority, or makes one.

    Raises:
        UsageError: the directory cannot be written, or holds something else.
    """
    home = home or data_home()
    directory = home / "ca"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (directory / f"{CONF_BASENAME}-ca.pem").exists():
            _create(home, directory)
        certificate = directory / f"{CONF_BASENAME}-ca-cert.pem"
        return Authority(directory, certificate, spki_hash(certificate.read_bytes()))
    except (OSError, ValueError) as error:
        raise UsageError(f"the certificate authority in {directory} cannot be used ({type(error).__name__})") from None


def spki_hash(pem: bytes) -> str:
    key = x509.load_pem_x509_certificate(pem).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()


def trust_bundle(home: Path | None, extra: Path | None) -> Path:
    """The public certificate authorities, and those of `extra` (PEM), in one file.

    Raises:
        UsageError: `extra` holds no certificate.
    """
    public = Path(certifi.where())
    if extra is None:
        return public
    try:
        raw = extra.read_bytes()
        x509.load_pem_x509_certificates(raw)
    except (OSError, ValueError):
        raise UsageError(f"{extra} is no PEM file with certificates") from None
    name = f"trusted-{hashlib.sha256(raw).hexdigest()[:16]}.pem"
    path = (home or data_home()) / name
    scratch = path.with_suffix(f".{os.getpid()}")
    scratch.write_bytes(public.read_bytes() + b"\n" + raw)
    scratch.replace(path)
    return path


def _create(home: Path, directory: Path) -> None:
    """In a directory of its own (mode 0700), then renamed: whoever comes second keeps the first one's."""
    scratch = Path(tempfile.mkdtemp(prefix="ca-", dir=home))
    try:
        certs.CertStore.create_store(scratch, CONF_BASENAME, KEY_SIZE, "taciturn", "taciturn")
        scratch.rename(directory)
    except OSError:
        if not (directory / f"{CONF_BASENAME}-ca.pem").exists():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
