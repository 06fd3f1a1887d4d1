"""Bytes as text, and how much of a text says anything to anybody."""

from __future__ import annotations

import re

from taciturn.codec.base import to_bytes
from taciturn.codec.escapes import read_legacy, write_legacy

LEGACY = "legacy"  # the charset of bytes that are no UTF-8 (escapes.read_legacy)
CONTROLS_PER = 64  # one control character in so many is tolerated: terminal colours in a console log

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1d]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")

RUN = re.compile(r"[A-Za-z0-9+/_=-]{65,}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_MIXED = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))


def text_of(data: bytes) -> tuple[str | None, str]:
    """(text, charset), or (None, "utf-8") for what is not mostly text."""
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "surrogateescape")
    sound = data.decode("utf-8", "ignore")
    bad = len(text) - len(sound)
    letters = len(sound) - len(sound.encode("ascii", "ignore"))
    if letters > bad:
        return text, "utf-8"  # UTF-8 that was cut in the middle of a character, or joined with something else
    return (read_legacy(data), LEGACY) if bad * 4 <= len(data) else (None, "utf-8")


def bytes_of(text: str, charset: str) -> bytes:
    """The inverse of `text_of`."""
    return write_legacy(text) if charset == LEGACY else to_bytes(text)


def cleaned(text: str) -> str:
    """The text without half surrogate pairs and undecodable bytes, which no other part could write out again."""
    return _SURROGATE.sub("\ufffd", text)


def controls(text: str) -> int:
    """How many control characters the text has."""
    return len(_CONTROL.findall(text.rstrip("\0")))


def holds_controls(text: str) -> bool:
    """Whether a text may as well be a binary message."""
    # compressed bytes as the characters of a JSON string stand there raw: JSON is text whatever its strings hold
    return not text.isprintable() and text[0] not in "{[" and _CONTROL.search(text.rstrip("\0")) is not None


def opaque_part(text: str) -> int:
    """How many characters of the text say nothing to anybody."""
    if not text.isprintable() or "\ufffd" in text:
        unprintable = len(_UNPRINTABLE.findall(text))
        if unprintable * 16 > len(text):
            return len(text)
    return sum(len(run[0]) for run in RUN.finditer(text) if looks_encoded(run[0]))


def looks_encoded(run: str) -> bool:
    """Whether a long run of letters and digits looks like an encoding and not like words or an id."""
    if _HEX.fullmatch(run):
        return len(run) > 128  # up to a SHA-512 in hex it is an id
    return all(kind.search(run) for kind in _MIXED)
