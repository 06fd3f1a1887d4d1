"""Bytes that a recorder wrote down as another text than they were: undone where something proves it.

 - Read as Latin-1, or as Windows-1252, which is what browsers and JavaScript mean by Latin-1. A recorder behind another
   one does it twice.
 - Binary bytes spelled as escapes (`\\u001f\\u008b`, `\\x1f\\x8b`) by a tool that escaped what was escaped already.

Proof is the declared length, or else the bytes themselves: they are UTF-8 beyond ASCII (which no other text is by
chance), or begin as a packed body does. A text without proof is left as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAGIC = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda", b"PK\x03\x04")
BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_TIMES = 2  # how often a text is taken for another one
# What Windows-1252 makes of 0x80-0x9f; five of these it leaves alone.
_NARROW = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_ESCAPED = re.compile(r"\\(?:u001f\\u008b|x1f\\x8b|037\\213|u0028\\u00b5|x28\\xb5)", re.I)
_ESCAPE = re.compile(r'\\(?:u00([0-9a-fA-F]{2})|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|([bfnrtv0"\'/\\]))')
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}


def bytes_of(text: str, length: int) -> tuple[bytes, bool]:
    """The bytes behind a text that is not all ASCII, and whether that is certain; UTF-8 where nothing proves another.

    Args:
        length: what is declared, in bytes; -1 when nothing is.
    """
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")  # a surrogate that stands for no byte
    if len(data) == length:
        return data, True
    likely = data
    for narrow in _narrowed(text):
        if len(narrow) == length:
            return narrow, True
        if _is_proved(narrow):
            likely = narrow
    return likely, False


def _narrowed(text: str) -> Iterator[bytes]:
    """What the text may have been, one disguise after the other taken off."""
    for _ in range(_TIMES):
        narrow = _narrow(text)
        if narrow is None:
            return
        yield narrow
        try:
            text = narrow.decode("utf-8")
        except UnicodeDecodeError:
            return
        if text.isascii():
            return


def _narrow(text: str) -> bytes | None:
    """A byte for each character; None when one of them is no byte."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as wide:
        if ord(text[wide.start]) not in _NARROW:
            return None
    try:
        return text.translate(_NARROW).encode("latin-1")
    except UnicodeEncodeError:
        return None


def _is_proved(narrow: bytes) -> bool:
    if narrow.startswith(_MAGIC) or BINARY.search(narrow.decode("latin-1")):
        return True
    try:
        narrow.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def unescaped(text: str) -> str:
    """A packed body out of its escapes; any other text as it is."""
    if not _ESCAPED.match(text):
        return text
    return _ESCAPE.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    wide, narrow, octal, letter = found.groups()
    if letter:
        return _LETTERS.get(letter, letter)
    return chr(int(octal, 8) if octal else int(wide or narrow, 16))
