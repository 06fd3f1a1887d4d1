from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from taciturn.adapters.mitm.ca import data_home, ensure_authority, spki_hash, trust_bundle
from taciturn.errors import UsageError


def test_authority_is_made_once_and_private(tmp_path: Path) -> None:
    first = ensure_authority(tmp_path / "home")
    second = ensure_authority(tmp_path / "home")
    assert first == second
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert first.directory.stat().st_mode & 0o777 == 0o700
    assert (first.directory / "mitmproxy-ca.pem").stat().st_mode & 0o777 == 0o600
    assert len(first.spki) == 44
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["ca"]


def test_two_processes_start_together_they_share_one_authority(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from taciturn.adapters.mitm.ca import ensure_authority as e; print(e(Path(sys.argv[1])).spki)"
    command = [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "home")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    prints = {process.communicate(timeout=60)[0] for process in both}
    assert len(prints) == 1
    assert prints != {b""}


def test_authority_cannot_be_written_the_error_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(UsageError, match="home"):
        ensure_authority(tmp_path / "home")


def test_data_home_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TACITURN_HOME", str(tmp_path / "own"))
    assert data_home() == tmp_path / "own"
    monkeypatch.delenv("TACITURN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert data_home() == tmp_path / "data" / "taciturn"


def test_trust_bundle_holds_public_and_own_authorities(tmp_path: Path) -> None:
    own = ensure_authority(tmp_path).certificate
    bundle = trust_bundle(tmp_path, own)
    assert own.read_bytes() in bundle.read_bytes()
    assert trust_bundle(tmp_path, None).read_bytes() in bundle.read_bytes()
    assert trust_bundle(tmp_path, own) == bundle


def test_trust_bundle_of_something_else_raises(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("hello")
    with pytest.raises(UsageError, match=r"no\.pem"):
        trust_bundle(tmp_path, tmp_path / "no.pem")


def test_spki_hash_of_a_known_key_is_what_openssl_says(tmp_path: Path) -> None:
    certificate = ensure_authority(tmp_path).certificate
    openssl = (
        f"openssl x509 -in {certificate} -pubkey -noout | openssl pkey -pubin -outform der"
        " | openssl dgst -sha256 -binary | openssl enc -base64"
    )
    done = subprocess.run(["sh", "-c", openssl], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode:
        pytest.skip("no openssl program")
    assert spki_hash(certificate.read_bytes()) == done.stdout.strip()
