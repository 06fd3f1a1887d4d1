"""Hashes of values: every usual form, and only what has the shape of one is looked up."""

from __future__ import annotations

import base64
import hashlib

import pytest

from taciturn.provenance.transforms import digests, forms, hash_shaped, keyed, name_of

SHA = hashlib.sha256(b"blue heron").digest()


@pytest.mark.parametrize(
    ("kind", "text", "form"),
    [
        ("file.name", " Blue Heron ", "blue heron"),
        ("person.email", "Anna.K+news@Gmail.com", "annak@gmail.com"),
        ("person.email", "Anna@letters.example", "anna@letters.example"),
        ("person.phone", "+31 (6) 1234-5678", "31612345678"),
        ("person.phone", "0031 6 12345678", "+31612345678"),
    ],
)
def test_form_is_hashed(kind: str, text: str, form: str) -> None:
    assert form in forms(kind, text)
    assert ("sha1", hashlib.sha1(form.encode()).digest()) in set(digests(kind, text))


@pytest.mark.parametrize(
    "text",
    [
        SHA.hex(),
        SHA.hex().upper(),
        base64.b64encode(SHA).decode(),
        base64.urlsafe_b64encode(SHA).decode().rstrip("="),
        f"em={SHA.hex()}&x=1",
        f"/u/{SHA.hex()}/p",
    ],
    ids=["hex", "upper", "base64", "base64url", "in a form", "in a path"],
)
def test_hash_is_seen_in_its_spellings(text: str) -> None:
    ((start, end, digest),) = hash_shaped(text)
    assert (digest, name_of(digest)) == (SHA, "sha256")
    assert (
        SHA.hex() in text.lower() or base64.b64decode(text[start:end].replace("-", "+").replace("_", "/") + "=") == SHA
    )


@pytest.mark.parametrize(
    "text", ["", "blue heron", "a" * 31, "0" * 33, "550e8400-e29b-41d4-a716-446655440000", "=" * 64]
)
def test_other_runs_are_none(text: str) -> None:
    assert list(hash_shaped(text)) == []


def test_digest_is_kept_under_a_key_only() -> None:
    assert keyed(b"one", SHA) != keyed(b"two", SHA)
    assert SHA not in keyed(b"one", SHA)
