r"""Characters written as a sign and hexadecimal digits: `\x48` and `\u0048` of program text, `=48` of quoted-printable.

1. Backslashes stand in paths of Windows too: two escapes at least, and text without control characters must come out.
2. An equals sign with two digits after it is a pair as a rule. Quoted-printable (RFC 2045 §6.7) is believed when every
   equals sign begins an escape, and the escapes stand for what needs one, or for nearly all of the text.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.escapes import map_edits, parts_of, places_of
from taciturn.codec.texts import as_text
from taciturn.limits import Fuel

_HEX = "[0-9a-fA-F]{2}"
_PAIR = rf"\\u[dD][89abAB]{_HEX}\\u[dD][c-fC-F]{_HEX}"
_BACKSLASH = rf"(?P<bytes>(?:\\x{_HEX})++)|(?P<units>{_PAIR}|\\u{_HEX}{_HEX})"
_ONE_BACKSLASH = re.compile(rf"\\(?:x{_HEX}|u{_HEX}{_HEX})")
_DRIVE = re.compile(r"\s*[A-Za-z]:\\")
# A character may be cut in two by the end of a line.
_QUOTED = rf"(?P<bytes>(?:={_HEX}(?:=\r?\n(?=={_HEX}))*+)++)|(?P<units>=\r?\n)"
_ALL_QUOTED = re.compile(rf"[^=]*+(?:=(?:{_HEX}|\r?\n)[^=]*+)++")
_HIGH_QUOTED = re.compile(r"=[c-fC-F][0-9a-fA-F](?:=\r?\n)?=[89abAB][0-9a-fA-F]")  # UTF-8 beyond ASCII
_NEEDED = re.compile(r"=(?:20|2[CcDdEe]|3[Dd]|40|5[Ff])(?<=[^\W\d_]=\w\w)[^\W\d_]{3}")
_QUOTED_RUN = re.compile(rf"(?:=(?:{_HEX}|\r?\n))++")
_ONE_BYTE = re.compile(rf"(?:\\x|=)({_HEX})")
_STRING_DECODER = json.JSONDecoder(strict=False)
_MIN = 8


class Marked:
    """Both kinds: they differ in what an escape looks like and in when it is believed."""

    takes: Literal["text", "bytes"] = "text"

    def __init__(
        self,
        name: str,
        sign: str,
        escape: str,
        believed: Callable[[str], bool],
        read: Callable[[str], str | None],
        write: Callable[[str, str], str],
    ) -> None:
        self.name = name
        self._escape = re.compile(escape)
        unnamed = escape.replace("?P<bytes>", "?:").replace("?P<units>", "?:")
        self._parts = parts_of(rf"[^{sign}]*+(?:{unnamed}|{sign})")
        self._believed = believed
        self._quick = read
        self._write = write

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        if len(text) < _MIN or not self._believed(text):
            return None
        plain = self._read(text)
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
        places = places_of(change, text, self._parts, lambda part: len(self._read(part)), self._offsets)
        return map_edits(change, places, 0, lambda new: "".join(self._write(char, text) for char in new))

    def _read(self, text: str) -> str:
        plain = self._quick(text)
        return self._escape.sub(_reading, text) if plain is None else plain

    def _offsets(self, text: str) -> list[int]:
        """Offset in `text` of each character of its reading, and the length at the end."""
        offsets: list[int] = []
        at = 0
        for match in self._escape.finditer(text):
            offsets += range(at, match.start())
            at = match.end()
            if match["bytes"] is not None:
                offsets += _starts(match)
            elif match[0][0] == "\\":
                offsets.append(match.start())
        return [*offsets, *range(at, len(text) + 1)]


def _reading(match: re.Match[str]) -> str:
    """What an escape, or a run of escaped bytes, stands for."""
    if match["bytes"] is not None:
        plain = _bytes(match)
        try:
            return plain.decode()
        except UnicodeDecodeError:
            return plain.decode("latin-1")
    if match[0][0] == "=":
        return ""
    return bytes.fromhex(match[0].replace("\\u", "")).decode("utf-16-be", "surrogatepass")


def _bytes(match: re.Match[str]) -> bytes:
    return bytes.fromhex("".join(_ONE_BYTE.findall(match[0])))


def _starts(match: re.Match[str]) -> list[int]:
    """Where each character begins that a run of escaped bytes stands for."""
    starts = [one.start() for one in _ONE_BYTE.finditer(match.string, *match.span())]
    plain = _bytes(match)
    if len(_reading(match)) == len(plain):
        return starts
    return [start for start, byte in zip(starts, plain, strict=True) if byte & 0xC0 != 0x80]


def _quick_program_text(text: str) -> str | None:
    """Read in C, ten times faster, as JSON, where nothing but `\\u` stands in the text; None where it cannot be."""
    if "\\x" in text:
        return None
    json_text = text.replace("\\", "\\\\").replace("\\\\u", "\\u").replace('"', '\\"')
    try:
        plain: str = _STRING_DECODER.decode(f'"{json_text}"')
    except ValueError:  # a backslash and a u that are no escape
        return None
    return plain


def _quick_quoted(text: str) -> str | None:
    """Read in C, where all that comes out is UTF-8."""
    try:
        return binascii.a2b_qp(text.encode()).decode()
    except UnicodeError:
        return None


def _is_program_text(text: str) -> bool:
    return len(_ONE_BACKSLASH.findall(text)) > 1 and _DRIVE.match(text) is None


def _is_quoted_printable(text: str) -> bool:
    if _ALL_QUOTED.fullmatch(text) is None:
        return False
    if _HIGH_QUOTED.search(text) or _NEEDED.search(text):
        return True
    escaped = sum(len(run) for run in _QUOTED_RUN.findall(text))
    return (len(text) - escaped) * 3 < len(text) and text.count("=") >= _MIN


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


PROGRAM_TEXT = Marked("esc", r"\\", _BACKSLASH, _is_program_text, _quick_program_text, _as_program_text)
QUOTED_PRINTABLE = Marked("qp", "=", _QUOTED, _is_quoted_printable, _quick_quoted, _as_quoted_printable)
