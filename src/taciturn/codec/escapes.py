"""Escapes inside text layers: how a slice reads, and how edits of the reading map back onto the slice.

Every function that maps works on the slow path only: it is called for a leaf that is edited, never for one that is
merely read. Even then only the part that an edit stands in is gone over character by character; the parts before it are
read as a whole and measured.
"""

from __future__ import annotations

import binascii
import codecs
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import quote, unquote_to_bytes

from taciturn.codec.base import SpanEdit, to_bytes, to_text


def parts_of(escape: str) -> tuple[re.Pattern[str], ...]:
    """What cuts a text into parts, from coarse to fine, for `places_of`. `escape`: one, and what stands before it."""
    return tuple(re.compile(f"(?:{escape}){{1,{count}}}+", re.S) for count in (512, 64, 8, 1))


_SOUND_PERCENT = re.compile(rb"[^%\n\r]*+(?:%[0-9A-Fa-f]{2}[^%\n\r]*+)*+")
_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PERCENT_TOKEN = re.compile(r"%[0-9A-Fa-f]{2}|[^%]+|%")
_PERCENT_PARTS = parts_of(r"[^%]*+%(?:[0-9A-Fa-f]{2})?+")
_CONTINUATION = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character
_JSON_ESCAPE = r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
_HIGH, _LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ONE_ESCAPE = re.compile(_JSON_ESCAPE, re.S)
# As many whole escapes, and what is between them, as there is room for: half of a pair waits for what comes behind it.
_WHOLE_ESCAPES = re.compile(
    rf"(?:[^\\]++|\\[^u]|{_HIGH}{_LOW}|\\u(?![dD][89abAB])[0-9a-fA-F]{{4}}"
    rf"|{_HIGH}(?=[^\\]|\\[^u]|\\u[^dD]|\\u[dD][^c-fC-F]))*+",
    re.S,
)
_STRING_DECODER = json.JSONDecoder(strict=False)
# encodeURIComponent leaves these unescaped (ECMA-262 §19.2.6.4)
_UNRESERVED = "-_.!~*'()"
# Signs that some writers leave bare although they need not be. Never among them: & = ; + # % and the space.
_MAY_BE_BARE = ',:/@$?[]{}|"<>^`\\'
_LOWER_HEX = re.compile("%(?:[0-9][a-f]|[a-f][0-9a-f])")
_ESCAPE = re.compile("%[0-9A-F]{2}")
_UPPER_HEX = re.compile("%(?:[0-9][A-F]|[A-F][0-9A-F])")

# What the Web calls ISO 8859-1: windows-1252, its five holes filled with control characters (WHATWG Encoding §9).
_LEGACY_TABLE = "".join(
    bytes((byte,)).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte) for byte in range(256)
)
_LEGACY_MAP = codecs.charmap_build(_LEGACY_TABLE)


def read_legacy(data: bytes) -> str:
    """One character a byte, as pages in an old western charset mean it. Never fails."""
    return codecs.charmap_decode(data, "strict", _LEGACY_TABLE)[0]


def write_legacy(text: str) -> bytes:
    """The inverse of `read_legacy`; what the charset lacks becomes a question mark."""
    return codecs.charmap_encode(text, "replace", _LEGACY_MAP)[0]


def read_text(data: bytes) -> str:
    """UTF-8 where it is UTF-8, else one character a byte."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return read_legacy(data)


# ---------------------------------------------------------------------- percent-encoding


def percent_bytes(raw: bytes) -> bytes:
    """Percent-decodes once; an escape that is none stays as it is (WHATWG URL, "percent-decode")."""
    if b"%" not in raw:
        return raw
    if _SOUND_PERCENT.fullmatch(raw):
        # quoted-printable is the same scheme with another sign, and the standard library has it in C: ten times faster
        return binascii.a2b_qp(raw.replace(b"=", b"=3D").replace(b"%", b"="))
    return unquote_to_bytes(raw)


def percent_text(raw: str, plus: bool = False) -> str:
    """A percent-encoded slice as text. `plus`: a plus sign is a space (application/x-www-form-urlencoded)."""
    if plus and "+" in raw:
        raw = raw.replace("+", " ")
    if "%" not in raw:
        return raw
    try:
        return percent_bytes(to_bytes(raw)).decode()
    except UnicodeDecodeError:
        # each run of escapes for itself: one part of the text may be in an old charset and another may not
        return _RUN.sub(lambda run: read_text(unquote_to_bytes(run[0])), raw)


def percent_edits(edits: Sequence[SpanEdit], raw: str, base: int, plus: bool = False) -> list[SpanEdit]:
    """Edits in the reading of `raw` -> edits in the text in which `raw` starts at `base`, written in its own style."""
    if "%" not in raw:
        return map_edits(edits, range(len(raw) + 1), base, percent_style(raw, plus))
    if not _is_utf8(percent_bytes(to_bytes(raw))):
        return map_edits(edits, _legacy_offsets(raw), base, percent_style(raw, plus, legacy=True))
    places = places_of(edits, raw, _PERCENT_PARTS, _percent_length, _percent_offsets)
    return map_edits(edits, places, base, percent_style(raw, plus))


def _percent_length(part: str) -> int:
    return len(percent_bytes(to_bytes(part)).translate(None, _CONTINUATION))


def _percent_offsets(raw: str) -> list[int]:
    """Offset in `raw` of each character of the reading that begins in it, and the length at the end."""
    values = bytearray()
    starts: list[int] = []
    for match in _PERCENT_TOKEN.finditer(raw):
        token, at = match[0], match.start()
        if token[0] == "%" and len(token) == 3:
            values.append(int(token[1:], 16))
            starts.append(at)
        elif token.isascii():
            values += token.encode()
            starts += range(at, match.end())
        else:
            for shift, char in enumerate(token):
                piece = to_bytes(char)
                values += piece
                starts += [at + shift] * len(piece)
    return [*_first_bytes(values, starts), len(raw)]


def _legacy_offsets(raw: str) -> list[int]:
    """The same where a part is not UTF-8."""
    offsets: list[int] = []
    at = 0
    for run in _RUN.finditer(raw):
        offsets += range(at, run.start())
        own = unquote_to_bytes(run[0])
        escapes = range(run.start(), run.end(), 3)
        offsets += _first_bytes(own, escapes) if _is_utf8(own) else escapes
        at = run.end()
    return [*offsets, *range(at, len(raw) + 1)]


def _is_utf8(data: bytes | bytearray) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _first_bytes(values: bytes | bytearray, starts: Sequence[int]) -> list[int]:
    """Of UTF-8: the starts of those bytes that begin a character."""
    return [start for value, start in zip(values, starts, strict=True) if value & 0xC0 != 0x80]


def percent_encode(text: str, raw: str, plus: bool = False, legacy: bool = False) -> str:
    """New text in the style of the slice it goes into."""
    return percent_style(raw, plus, legacy)(text)


def percent_style(raw: str, plus: bool = False, legacy: bool = False) -> Callable[[str], str]:
    """What writes new text as the slice is written: `+` or `%20`, upper or lower case hex, commas left bare or not.

    `legacy`: the slice is in an old charset, in which UTF-8 would read as nonsense.
    """
    safe = _UNRESERVED + "".join(char for char in _MAY_BE_BARE if char in raw)
    plus = plus and "+" in raw and "%20" not in raw
    lower = _LOWER_HEX.search(raw) is not None and _UPPER_HEX.search(raw) is None

    def write(text: str) -> str:
        out = quote(write_legacy(text) if legacy else to_bytes(text), safe=safe)
        if plus:
            out = out.replace("%20", "+")
        return _ESCAPE.sub(lambda match: match[0].lower(), out) if lower else out

    return write


# ---------------------------------------------------------------------- JSON strings


def json_edits(edits: Sequence[SpanEdit], inner: str, base: int, ascii_only: bool) -> list[SpanEdit]:
    """Edits in the reading of a string literal -> edits in the text in which its inside, `inner`, starts at `base`."""
    places: Sequence[int] | Mapping[int, int] = range(len(inner) + 1)
    if "\\" in inner:
        places = _json_places(edits, inner)
    return map_edits(edits, places, base, lambda new: json_escape(new, ascii_only))


def _json_places(edits: Iterable[SpanEdit], inner: str) -> dict[int, int]:
    """As `places_of`. Each character takes one sign at least, so that so many signs can be passed at once."""
    places: dict[int, int] = {}
    at = before = 0
    for position in sorted({end for edit in edits for end in edit[:2]}):
        while before < position:
            whole = _WHOLE_ESCAPES.match(inner, at, at + position - before)
            end = whole.end() if whole is not None else at
            if end == at:
                one = _ONE_ESCAPE.match(inner, at)
                if one is None:
                    raise ValueError("an edit points outside the reading")
                end = one.end()
            before += _json_length(inner[at:end])
            at = end
        if position < before:
            raise ValueError("an edit points outside the reading")
        places[position] = at
    return places


def _json_length(part: str) -> int:
    """How many characters whole escapes and what is between them read as."""
    if "\\u" in part:
        return len(_STRING_DECODER.decode(f'"{part}"'))
    # each escape is a backslash and a sign, which may be a backslash too
    return len(part) - part.count("\\") + part.count("\\\\")


def json_escape(text: str, ascii_only: bool) -> str:
    return json.dumps(text, ensure_ascii=ascii_only)[1:-1]


# ---------------------------------------------------------------------- edits


def places_of(
    edits: Iterable[SpanEdit],
    raw: str,
    parts: Sequence[re.Pattern[str]],
    length: Callable[[str], int],
    offsets: Callable[[str], Sequence[int]],
) -> dict[int, int]:
    """Where the edits' ends, which are positions in the reading of `raw`, stand in `raw`.

    `parts`: of `parts_of`; `length` tells how many characters a part reads as, and `offsets` where in it each of them
    begins, with its own length at the end.

    Raises:
        ValueError: an edit points outside the reading.
    """
    return _places(sorted({end for edit in edits for end in edit[:2]}), raw, parts, length, offsets)


def _places(
    positions: Sequence[int],
    raw: str,
    parts: Sequence[re.Pattern[str]],
    length: Callable[[str], int],
    offsets: Callable[[str], Sequence[int]],
) -> dict[int, int]:
    if not parts:
        fine = offsets(raw)
        return {position: fine[position] for position in positions}
    places: dict[int, int] = {}
    at = end = before = size = done = 0  # of the part: its span, the characters before it and in it
    while done < len(positions):
        first = done
        while done < len(positions) and (positions[done] < before + size or end == len(raw)):
            if not before <= positions[done] <= before + size:
                raise ValueError("an edit points outside the reading")
            done += 1
        if done > first:
            inner = [position - before for position in positions[first:done]]
            found = _places(inner, raw[at:end], parts[1:], length, offsets)
            places.update({before + position: at + place for position, place in found.items()})
        at, before = end, before + size
        match = parts[0].match(raw, at)
        end = match.end() if match is not None else len(raw)
        size = length(raw[at:end])
    return places


def map_edits(
    edits: Sequence[SpanEdit], places: Sequence[int] | Mapping[int, int], base: int, encode: Callable[[str], str]
) -> list[SpanEdit]:
    """Edits in the reading -> edits in the raw text that starts at `base`. `places`: of the reading's characters in it.

    Raises:
        ValueError: an edit points outside the reading.
    """
    last = max(places, default=0) if isinstance(places, Mapping) else len(places) - 1
    out: list[SpanEdit] = []
    for start, end, new in edits:
        if not 0 <= start <= end <= last:
            raise ValueError("an edit points outside the reading")
        out.append(SpanEdit(base + places[start], base + places[end], encode(to_text(new))))
    return out
