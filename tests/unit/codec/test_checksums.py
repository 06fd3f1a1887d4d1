"""Checksums of the body in a header follow the body; anything else in a header stays."""

from __future__ import annotations

import base64
import hashlib

import pytest

from stopwatch import seconds
from taciturn.codec.checksums import Digests, renewed, without_checksums

OLD, NEW = b'{"a":"Minutes"}', b'{"a":"x"}'


def digests(body: bytes, name: str) -> tuple[bytes, bytes]:
    digest = hashlib.new(name, body)
    return digest.hexdigest().encode(), base64.b64encode(digest.digest())


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
@pytest.mark.parametrize("form", ["%s", "sha1 %s", "sha-256=:%s:", "a=%s, b=%s"])
def test_renewed_known_digests_follow_the_body(name: str, form: str) -> None:
    for old, new in zip(digests(OLD, name), digests(NEW, name), strict=True):
        assert (
            renewed(form.replace("%s", old.decode()).encode(), Digests(OLD), Digests(NEW))
            == form.replace("%s", new.decode()).encode()
        )


def test_renewed_keeps_upper_case() -> None:
    old, new = digests(OLD, "sha256")[0], digests(NEW, "sha256")[0]
    assert renewed(old.upper(), Digests(OLD), Digests(NEW)) == new.upper()


@pytest.mark.parametrize(
    "value",
    [b"", b"short", hashlib.sha256(b"other").hexdigest().encode(), b"a" * 32, base64.b64encode(b"x" * 16), b"z" * 10_000,
     digests(OLD, "md5")[0] + b"0"],
    ids=["empty", "short", "other", "hex", "base64", "long", "longer"],
)  # fmt: skip
def test_renewed_other_values_stay(value: bytes) -> None:
    assert renewed(value, Digests(OLD), Digests(NEW)) == value


def test_without_checksums_only_what_else_is_said_is_left() -> None:
    digest = digests(OLD, "sha512")[1].decode()
    assert without_checksums(f"sha-512=:{digest}:, id={'x' * 88}", Digests(OLD)) == f"sha-512=::, id={'x' * 88}"
    assert without_checksums(digest, Digests(NEW)) == without_checksums(digest, Digests(b"")) == digest


def test_a_body_is_digested_once_however_many_tokens_there_are() -> None:
    body = b"x" * 1_000_000
    text = ", ".join(f"{at:0128x}" for at in range(2_000))
    assert seconds(lambda: without_checksums(text, Digests(body))) < 0.1
    assert seconds(lambda: renewed(text.encode(), Digests(body), Digests(b""))) < 0.1
