"""Is this run of bytes text? The one answer that all codecs share when they sniff.

"Text" is strict UTF-8 with hardly any control characters. `telling` asks more: short random bytes are valid UTF-8 now
and then (1 in 600 for 8 bytes), so a short run must also look like words, numbers or a data structure.
"""

from __future__ import annotations

import re

from taciturn.codec.base import Change, Data, Drop, apply_bytes, apply_text, to_bytes, to_text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x1f\x7f-\x9f]")  # not tab, LF, CR, RS
_CONTROL_BYTES = bytes(byte for byte in range(128) if _CONTROL.match(chr(byte)))
_HIGH_CONTROL = re.compile(r"[\x80-\x9f]")
_CONTROLS_PER = 64  # one control character in so many is tolerated: terminal colours in a console log
_PREFIX = 256
_SHORT = 20  # from 20 bytes on, random bytes are text once in 100,000: no further proof is asked for
_WORDS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}|[0-9]{3,}|[^\x00-\x7f]{2,}")
_NOT_ASCII = bytes(range(128, 256))
_STRUCTURE_START = re.compile(rb"""\{\s*"|\[\s*["\[{]""")
_STRUCTURE = re.compile(
    r"""\s*(?:\{\s*(?:"|\})|\[\s*["\[{\]0-9-]).*[}\]]\s*\Z"""  # JSON
    r"|[a-z]{2,12}://\w|[\w.$-]+=[\w%.-]+&"  # an address, a form
    r"|[\d+(][\d ().,:/+-]{7,}\Z",  # a date, a telephone number
    re.S,
)


def as_text(data: bytes) -> str | None:
    """The text that the bytes are, or None."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if len(data) < _PREFIX and text.isprintable():  # of a long text it takes longer than what follows
        return text
    ended = data.rstrip(b"\0")
    controls = len(ended) - len(ended.translate(None, _CONTROL_BYTES))
    if b"\xc2" in data:
        controls += len(_HIGH_CONTROL.findall(text))
    return None if controls > len(text) // _CONTROLS_PER else text


def as_latin1(data: bytes) -> str | None:
    """ISO 8859-1 text, as `btoa` makes it from a JavaScript string: only taken for a whole data structure."""
    if _STRUCTURE_START.match(data) is None or data[-1:] not in (b"}", b"]"):
        return None
    text = data.decode("latin-1")
    accents = len(text) - len(data.translate(None, _NOT_ASCII))
    return None if accents * 4 > len(text) or _CONTROL.search(text) else text


def prefix_is_text(data: bytes) -> bool:
    """Whether the first bytes are text; a character cut in two at the end is no objection."""
    head = data[:_PREFIX]
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode()
    return len(_CONTROL.findall(text)) <= len(text) // _CONTROLS_PER


def telling(text: str, size: int) -> bool:
    """Whether `text`, `size` bytes long, is too orderly to be random."""
    if size >= _SHORT:
        return True
    if size < 8 or (len(text) < 8 and text.isascii()):
        return False
    if _STRUCTURE.match(text):
        return True
    if not text.isascii() and not _one_script(text):
        return False
    return sum(map(len, _WORDS.findall(text))) * 10 >= len(text) * 7


def _one_script(text: str) -> bool:
    """Letters of Latin and of one other script at most. Rough: 256 code points a script, East Asia is one."""
    seen = set()
    for char in text:
        code = ord(char)
        if code < 0x80:
            continue
        if not char.isalpha():
            return False
        if code >= 0x250:
            seen.add(0x30 if code >= 0x2E80 else code >> 8)
    return len(seen) <= 1


def changed_bytes(value: Data, change: Change | None) -> bytes:
    """The value of a field after its change; dropped means empty."""
    raw = to_bytes(value)
    if change is None:
        return raw
    if isinstance(change, Drop):
        return b""
    if isinstance(value, str):
        return to_bytes(apply_text(value, change))
    return apply_bytes(raw, change)


def changed_text(value: Data, change: Change | None) -> str:
    """As `changed_bytes`, for text."""
    if change is None:
        return to_text(value)
    if isinstance(change, Drop):
        return ""
    if isinstance(value, bytes):
        return to_text(apply_bytes(value, change))
    return apply_text(value, change)
