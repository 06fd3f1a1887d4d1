r"""Characters written as a sign and hexadecimal digits: `\x48` and `\u0048` of program text, `=48` of quoted-printable.

1. Backslashes stand in paths of Windows too: two escapes at least, and text without control characters must come out.
2. An equals sign with two digits after it is a pair as a rule. Quoted-printable (RFC 2045 §6.7) is believed when every
   equals sign begins an escape, and the escapes stand for what needs one, or for nearly all of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.escapes import map_edits
from taciturn.codec.texts import as_text
from taciturn.limits import Fuel

_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_BACKSLASH = re.compile(rf"(?P<bytes>(?:\\x[0-9a-fA-F]{{2}})+)|(?P<units>{_HIGH}{_LOW}|\\u[0-9a-fA-F]{{4}})")
_ONE_BACKSLASH = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})")
_DRIVE = re.compile(r"\s*[A-Za-z]:\\")
_QUOTED = re.compile(r"(?P<bytes>(?:=[0-9a-fA-F]{2})+)|(?P<units>=\r?\n)")
_ALL_QUOTED = re.compile(r"[^=]*+(?:=(?:[0-9a-fA-F]{2}|\r?\n)[^=]*+)++")
_HIGH_QUOTED = re.compile(r"=[c-fC-F][0-9a-fA-F]=[89abAB][0-9a-fA-F]")  # a character of UTF-8 beyond ASCII
_NEEDED = re.compile(r"[^\W\d_]=(?:20|2[CcDdEe]|3[Dd]|40|5[Ff])[^\W\d_]{3}")
_HEX_SIGN = re.compile(r"\\x|=")
_MIN = 8


class Marked:
    """Both kinds: they differ in what an escape looks like and in when it is believed."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(
        self, name: str, escape: re.Pattern[str], believed: Callable[[str], bool], write: Callable[[str, str], str]
    ) -> None:
        self.name = name
        self._escape = escape
        self._believed = believed
        self._write = write

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if len(text) < _MIN or not self._believed(text):
            return None
        plain, _ = _read(text, self._escape)
        fuel.spend_bytes(len(plain))
        if as_text(plain.encode("utf-8", "surrogatepass")) != plain:
            return None
        fuel.spend_nodes(1)
        return Opened((Field(f"[{self.name}]", hint.name, plain),))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        change = changes.get(0, ())
        if isinstance(change, Drop):
            return [SpanEdit(0, len(text), "")]
        _, offsets = _read(text, self._escape)
        return map_edits(change, offsets, 0, lambda new: "".join(self._write(char, text) for char in new))


def _read(text: str, escape: re.Pattern[str]) -> tuple[str, list[int]]:
    """(reading, offset in `text` of each of its characters, and the length at the end)."""
    pieces: list[str] = []
    offsets: list[int] = []
    at = 0
    for match in escape.finditer(text):
        start = match.start()
        pieces.append(text[at:start])
        offsets += range(at, start)
        at = match.end()
        if match["bytes"] is not None:
            plain = bytes.fromhex(_HEX_SIGN.sub("", match[0]))
            pieces.append(_characters(plain))
            offsets += _starts(plain, pieces[-1], start, len(match[0]) // len(plain))
        elif match[0][0] == "\\":
            units = bytes.fromhex(match[0].replace("\\u", ""))
            pieces.append(units.decode("utf-16-be", "surrogatepass"))
            offsets.append(start)
    return "".join((*pieces, text[at:])), [*offsets, *range(at, len(text) + 1)]


def _characters(plain: bytes) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError:
        return plain.decode("latin-1")


def _starts(plain: bytes, text: str, start: int, size: int) -> list[int]:
    """Where each character begins that a run of escapes, `size` characters for each byte, stands for."""
    if len(text) == len(plain):
        return list(range(start, start + len(plain) * size, size))
    return [start + index * size for index, byte in enumerate(plain) if byte & 0xC0 != 0x80]


def _is_program_text(text: str) -> bool:
    return len(_ONE_BACKSLASH.findall(text)) > 1 and _DRIVE.match(text) is None


def _is_quoted_printable(text: str) -> bool:
    if _ALL_QUOTED.fullmatch(text) is None:
        return False
    if _HIGH_QUOTED.search(text) or _NEEDED.search(text):
        return True
    return len(_QUOTED.sub("", text)) * 3 < len(text) and text.count("=") >= _MIN


def _as_program_text(char: str, text: str) -> str:
    if " " <= char <= "~" and char != "\\":
        return char
    if "\\u" in text:
        return "".join(f"\\u{unit:04x}" for unit in _units(char))
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))


def _units(char: str) -> list[int]:
    data = char.encode("utf-16-be", "surrogatepass")
    return [data[at] << 8 | data[at + 1] for at in range(0, len(data), 2)]


def _as_quoted_printable(char: str, text: str) -> str:
    if " " <= char <= "~" and char != "=":
        return char
    return "".join(f"={byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))


PROGRAM_TEXT = Marked("esc", _BACKSLASH, _is_program_text, _as_program_text)
QUOTED_PRINTABLE = Marked("qp", _QUOTED, _is_quoted_printable, _as_quoted_printable)
