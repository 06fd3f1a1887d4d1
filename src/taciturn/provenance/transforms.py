"""What a value becomes when an SDK hashes it: the digests that are looked for in its stead.

Vendors ask for SHA-256 of the trimmed, lower-cased value; MD5 and SHA-1 are what older ones took. A digest of a short
value can be turned back by trying, so that none is kept: only its keyed hash, under a key that never leaves memory.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator

_DIGESTS = {16: "md5", 20: "sha1", 32: "sha256"}
_NOT_DIGITS = re.compile(r"\D+")
# What stands before is asked first: otherwise each letter of each word would be tried. Most runs are UUIDs.
_RUN = re.compile(
    r"(?<![0-9A-Za-z+/_-])(?![0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}(?![0-9A-Za-z+/_-]))"
    r"[0-9A-Za-z+/_-]{22,}+={0,2}"
)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9A-Za-z])")
_BASE64 = re.compile(
    r"(?<![0-9A-Za-z+/_-])(?:[0-9A-Za-z+/_-]{43}=?|[0-9A-Za-z+/_-]{27}=?|[0-9A-Za-z+/_-]{22}(?:==)?)"
    r"(?![0-9A-Za-z+/_=-])"
)
_DOTTED = ("gmail.com", "googlemail.com")
HASHED_KINDS = {"person.email": "person.email_hash", "person.phone": "person.phone_hash"}
"""What a hash of it is called; of other kinds it goes by their own name."""


def keyed(key: bytes, digest: bytes) -> bytes:
    """How a digest is kept and looked up."""
    return hashlib.blake2b(digest, digest_size=16, key=key).digest()


def digests(kind: str, text: str) -> Iterator[tuple[str, bytes]]:
    """(name of the hash, digest) of every form in which a value is hashed."""
    for form in forms(kind, text):
        data = form.encode("utf-8", "surrogatepass")
        for name in _DIGESTS.values():
            yield name, hashlib.new(name, data, usedforsecurity=False).digest()


def forms(kind: str, text: str) -> tuple[str, ...]:
    """The value as vendors ask for it: trimmed and lower-cased; addresses and numbers without their ornaments."""
    plain = text.strip()
    lower = plain.lower()
    found = [lower]
    if kind == "person.email":
        local, _, host = lower.rpartition("@")
        if host in _DOTTED:
            found.append(f"{local.partition('+')[0].replace('.', '')}@{host}")
    elif kind == "person.phone":
        digits = _NOT_DIGITS.sub("", plain)
        digits = digits.removeprefix("00") if plain.lstrip("(+").startswith("00") else digits
        found += [digits, f"+{digits}"]
    return tuple(dict.fromkeys(form for form in found if form))


def hash_shaped(text: str) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, digest) of what has the shape of an MD5, SHA-1 or SHA-256, in hex or base64."""
    for run in _RUN.finditer(text):
        found = False
        for match in _HEX.finditer(text, run.start(), run.end()):
            found = True
            yield match.start(), match.end(), bytes.fromhex(match[0])
        if found:
            continue
        for match in _BASE64.finditer(text, run.start(), run.end()):
            bare = match[0].rstrip("=").replace("-", "+").replace("_", "/")
            digest = base64.b64decode(bare + "=" * (-len(bare) % 4))
            if len(digest) in _DIGESTS:
                yield match.start(), match.end(), digest


def name_of(digest: bytes) -> str:
    return _DIGESTS[len(digest)]
