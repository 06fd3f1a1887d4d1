"""lz-string (https://github.com/pieroxy/lz-string): base64, URI, UTF-16 and byte-array forms.

The format has neither magic nor checksum, but its first bits are the first character of the text, and it ends with a
marker and less than a unit of zeros. So most strings are turned away by two characters, nearly all others after a few
codes, and only text comes out. Written anew, the form stays what it was.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Field, Hint, Opened, Refused, SpanEdit, to_bytes, to_text
from taciturn.codec.inflate import RATIO, Meter
from taciturn.codec.texts import changed_text, telling
from taciturn.limits import LZ_WEIGHT, Fuel

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"
_RUN = re.compile(r"[A-Za-z0-9+/$ -]+={0,3}")
_MIN_RUN = 10  # `{"a":1}` takes 13
_MIN_WIDE = 5
_MIN_OTHER = 24  # for text that is no JSON
_FIRST_CHUNK = 64  # enough to turn away what is no lz-string
_CHUNK = 16 << 10
_END = 2
_MOST_PADDING = 32  # bits: two units of the widest form
_BITS = {letter: f"{number:06b}" for number, letter in enumerate(_LETTERS)}
_SIX = str.maketrans({**_BITS, "/": "111111", "-": "111111", " ": _BITS["+"], "=": "", "$": ""})
_CLOSERS = {"{": "}", "[": "]", '"': '"'}


class _Form(NamedTuple):
    """How the text was packed."""

    width: int  # bits of a unit
    last: str  # the 64th letter of the alphabet
    padded: bool
    spaced: bool  # plus signs came as spaces


_WIDE = _Form(15, "", False, False)
_BYTES = _Form(16, "", False, False)


def _first_character(bits: str) -> str:
    """The character that a stream begins with; "" when it is none of eight bits or not in ASCII."""
    code = int(bits[9:1:-1], 2)
    return chr(code) if bits[:2] == "00" and 0x20 < code < 0x7F else ""


# The two letters that the first ten bits take, for every visible character that a text may begin with.
_STARTS = frozenset(
    a + b for a in _LETTERS for b in _LETTERS + "/-" if _first_character((a + b).translate(_SIX)) not in ("", "@")
)


class LzString:
    name = "lz"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < _MIN_WIDE:
            return None
        text = to_text(data)
        if text[:2] in _STARTS:
            if len(text) < _MIN_RUN or _RUN.fullmatch(text) is None:
                return None
            return _opened(text, lambda rest: _letter_form(text, rest), lambda part: part.translate(_SIX), hint, fuel)
        if not "\u0420" <= text[0] <= "\u201f":
            return None
        return _opened(text, lambda rest: _WIDE if rest <= 2 * _WIDE.width else None, _wide_bits, hint, fuel)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        form = opened.state
        assert isinstance(form, _Form)
        units = _units(changed_text(opened.fields[0].value, changes.get(0)), form.width)
        if form.width == 15:
            packed = "".join(chr(unit + 32) for unit in units) + " "
        elif form.width == 16:
            packed = b64encode(b"".join(unit.to_bytes(2, "big") for unit in units)).decode()
            packed = packed.replace("+", " ") if form.spaced else packed
        else:
            alphabet = (_LETTERS.replace("+", " ") if form.spaced else _LETTERS) + form.last
            packed = "".join([alphabet[unit] for unit in units])
            packed += "=" * (-len(packed) % 4) if form.padded else ""
        return [SpanEdit(0, len(data), packed)]


class LzBytes:
    """The form of `compressToUint8Array`."""

    name = "lz"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < 2 * _MIN_WIDE or len(data) % 2:
            return None
        raw = to_bytes(data)
        if not _first_character(f"{raw[0]:08b}{raw[1]:08b}"):
            return None
        return _opened(raw, lambda rest: _BYTES if rest <= 2 * _BYTES.width else None, _byte_bits, hint, fuel)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        units = _units(changed_text(opened.fields[0].value, changes.get(0)), 16)
        return [SpanEdit(0, len(data), b"".join(unit.to_bytes(2, "big") for unit in units))]


def _letter_form(text: str, rest: int) -> _Form | None:
    """The form whose last unit leaves `rest` bits of zeros. Up to version 1.3 base64 stood for units of 16 bits."""
    padded = text[-1] == "=" or (len(text) % 4 == 0 and "-" not in text)
    letters = len(text.rstrip("=$"))
    used = letters * 6 - rest
    if letters == used // 6 + 1:
        return _Form(6, "-" if "-" in text or not padded else "/", padded, " " in text)
    if padded and "-" not in text and letters == -(-(used // 16 + 1) * 16 // 6):
        return _Form(16, "/", True, " " in text)
    return None


def _opened[Part: (str, bytes)](
    data: Part, form_of: Callable[[int], _Form | None], bits: Callable[[Part], str], hint: Hint, fuel: Fuel
) -> Opened | Refused | None:
    """`form_of` gives the form by the number of bits that fill up the last unit."""
    meter = Meter(fuel, len(data), LZ_WEIGHT)
    unpacked = _unpacked(data, bits, meter)
    if unpacked is None or isinstance(unpacked, Refused):
        return unpacked
    text, rest = unpacked
    form = form_of(rest)
    if form is None or not text:
        return None
    if _CLOSERS.get(text[0]) != text[-1] and (len(data) < _MIN_OTHER or not telling(text, len(text))):
        return None
    fuel.spend_nodes(1)
    return Opened((Field("[lz]", hint.name, text),), state=form)


class _Cut(Exception):
    """The stream ends before its marker, or holds what no stream holds."""


class _Bits[Part: (str, bytes)]:
    """Numbers from a stream of bits, least significant bit first, turned into text a chunk at a time."""

    __slots__ = ("_at", "_bits", "_buffer", "_data", "read")

    def __init__(self, data: Part, bits: Callable[[Part], str]) -> None:
        self._data: Part = data
        self._bits: Callable[[Part], str] = bits
        self._buffer = ""
        self._at = 0
        self.read = 0  # units of the data taken into the buffer

    def take(self, width: int) -> int:
        end = self._at + width
        if end > len(self._buffer):
            self._refill(width)
            end = width
        number = int(self._buffer[self._at : end][::-1], 2)
        self._at = end
        return number

    def _refill(self, width: int) -> None:
        chunk = self._data[self.read : self.read + (_CHUNK if self.read else _FIRST_CHUNK)]
        self._buffer = self._buffer[self._at :] + self._bits(chunk)
        self._at = 0
        self.read += len(chunk)
        if len(self._buffer) < width:
            raise _Cut

    def padding(self) -> int:
        """How many bits are left, when all of them are zeros that fill up the last units; -1 when not."""
        rest = self._buffer[self._at :]
        return len(rest) if self.read >= len(self._data) and len(rest) <= _MOST_PADDING and "1" not in rest else -1


def _unpacked[Part: (str, bytes)](
    data: Part, bits: Callable[[Part], str], meter: Meter
) -> tuple[str, int] | Refused | None:
    """The text, and the number of bits behind its end marker."""
    stream = _Bits(data, bits)
    out: list[str] = []
    try:
        for piece in _pieces(stream):
            out.append(piece)
            if not meter.take(len(piece), stream.read):
                return RATIO
    except _Cut:
        return None
    rest = stream.padding()
    if not out or out[-1] or rest < 0:
        return None
    text = "".join(out)
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le"), rest
    except UnicodeDecodeError:
        return None


def _pieces[Part: (str, bytes)](stream: _Bits[Part]) -> Iterator[str]:
    """The text in pieces; the last one is empty when the end marker was reached. Stops early on what is no text."""
    entries = ["", "", ""]
    width, left = 2, 1  # the width grows when as many codes are taken as it has
    previous = ""
    while True:
        code = stream.take(width)
        if code == _END:
            yield ""
            return
        if code < _END:
            character = chr(stream.take(16 if code else 8))
            if not (character.isprintable() or character in "\t\n\r" or "\ud800" <= character <= "\udfff"):
                return
            entries.append(character)
            code = len(entries) - 1
            left -= 1
            if left == 0:
                width, left = width + 1, 1 << width
        if code < len(entries):
            entry = entries[code]
        elif code == len(entries) and previous:
            entry = previous + previous[0]
        else:
            return
        yield entry
        if previous:
            entries.append(previous + entry[0])
            left -= 1
            if left == 0:
                width, left = width + 1, 1 << width
        else:
            width, left = 3, 4
        previous = entry


def _units(text: str, width: int) -> list[int]:
    bits = "".join(_packed(text))
    bits = bits.ljust((len(bits) // width + 1) * width, "0")
    return [int(bits[at : at + width], 2) for at in range(0, len(bits), width)]


def _packed(text: str) -> Iterator[str]:
    """The stream of bits, in strings."""
    wide = text.encode("utf-16-le", "surrogatepass")
    codes: dict[str, int] = {}
    fresh: set[str] = set()  # characters that have a code and were not written yet
    taken, width, left = 3, 2, 2

    def written(word: str) -> str:
        nonlocal width, left
        if word not in fresh:
            out = f"{codes[word]:0{width}b}"[::-1]
        else:
            fresh.remove(word)
            code = ord(word)
            out = f"{int(code > 255):0{width}b}"[::-1] + f"{code:0{16 if code > 255 else 8}b}"[::-1]
            left -= 1
            if left == 0:
                width, left = width + 1, 1 << width
        left -= 1
        if left == 0:
            width, left = width + 1, 1 << width
        return out

    word = ""
    for at in range(0, len(wide), 2):
        character = chr(wide[at] | wide[at + 1] << 8)
        if character not in codes:
            codes[character] = taken
            taken += 1
            fresh.add(character)
        if word + character in codes:
            word += character
            continue
        yield written(word)
        codes[word + character] = taken
        taken += 1
        word = character
    if word:
        yield written(word)
    yield f"{_END:0{width}b}"[::-1]


def _wide_bits(part: str) -> str:
    if part and (min(part) < " " or max(part) > "\u801f"):
        raise _Cut
    return "".join([f"{ord(character) - 32:015b}" for character in part])


def _byte_bits(part: bytes) -> str:
    return "".join([f"{byte:08b}" for byte in part])


LZSTRING = LzString()
LZ_BYTES = LzBytes()
