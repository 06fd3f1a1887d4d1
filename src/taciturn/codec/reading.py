"""Bytes as text, and how much of a text says anything to anybody."""

from __future__ import annotations

import re

from taciturn.codec.base import to_bytes
from taciturn.codec.escapes import read_legacy, write_legacy

LEGACY = "legacy"  # the charset of bytes that are no UTF-8 (escapes.read_legacy)
CONTROLS_PER = 64  # one control character in so many is tolerated: terminal colours in a console log

# Charsets that a type may name and that Python reads and writes; none that is ASCII with escapes (UTF-7, ISO-2022).
_CHARSET = re.compile(
    r"charset\s*=\s*[\"']?(windows-\d{3,4}|cp\d{2,4}|iso-8859-\d{1,2}|koi8-[ru]|shift[_-]?jis|s-?jis|euc-?(?:jp|kr)|"
    r"gbk|gb2312|gb18030|big5(?:-hkscs)?|tis-620|mac[a-z-]{0,12}|latin-?\d)"
)
_OVERLONG = re.compile("[\udcc0\udcc1][\udc80-\udcbf]|\udce0[\udc80\udc81][\udc80-\udcbf]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1d]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")

RUN = re.compile(r"[A-Za-z0-9+/_=-]{65,}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_MIXED = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))
_WORD = re.compile(r"(?<![^/_=-])(?:[A-Za-z]?[a-z]{2,}|[0-9]+|[A-Z]+|[A-Za-z])(?![^/_=-])")


def text_of(data: bytes, content_type: str = "") -> tuple[str | None, str]:
    """(text, charset), or (None, "utf-8") for what is not mostly text.

    UTF-8 whatever the type says, since no other charset looks like it; then UTF-16 and UTF-32 by their marks or null
    bytes, as readers of JSON tell them; then the charset of the type, lower case; then what old western pages mean.
    """
    wide = _wide(data) if 0 in data[:4] or data[:1] in (b"\xff", b"\xfe") else None
    if wide is not None:
        return wide
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(content_type)
    if declared is not None and (text := _readable(data, declared[1])) is not None:
        return text, declared[1]
    text = data.decode("utf-8", "surrogateescape")
    sound = data.decode("utf-8", "ignore")
    bad = len(text) - len(sound)
    letters = len(sound) - len(sound.encode("ascii", "ignore"))
    if letters > bad:
        return text, "utf-8"  # UTF-8 that was cut in the middle of a character, or joined with something else
    return (read_legacy(data), LEGACY) if bad * 4 <= len(data) else (None, "utf-8")


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 or UTF-32, when the text comes out readable."""
    for charset in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        text = _readable(data, charset)
        if text and (text[0] == "\ufeff" or len(text.encode("ascii", "ignore")) * 2 >= len(text)):
            return text, charset
    return None


def _readable(data: bytes, charset: str) -> str | None:
    """The text in a charset, if it is one that gives the same bytes back."""
    try:
        text = data.decode(charset)
        same = text.encode(charset) == data
    except (LookupError, ValueError):
        return None
    return text if same and len(_UNPRINTABLE.findall(text)) * CONTROLS_PER <= len(text) else None


def bytes_of(text: str, charset: str) -> bytes:
    """The inverse of `text_of`."""
    if charset == LEGACY:
        return write_legacy(text)
    return to_bytes(text) if charset == "utf-8" else text.encode(charset, "replace")


def cleaned(text: str) -> str:
    """The text without half surrogate pairs and undecodable bytes, which no other part could write out again.

    Overlong UTF-8 among them is kept as it would be read in a text in an old charset, for whoever decodes it.
    """
    if "\udcc0" in text or "\udcc1" in text or "\udce0" in text:
        text = _OVERLONG.sub(lambda match: read_legacy(to_bytes(match[0])), text)
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
    if not all(kind.search(run) for kind in _MIXED):
        return False
    # Words_of_a_name-2026, path/of/a/file: an encoding has a separator only now and then, and none between words
    return sum(len(word) + 1 for word in _WORD.findall(run)) * 2 < len(run)
