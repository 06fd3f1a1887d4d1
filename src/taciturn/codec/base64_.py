"""Base64 (RFC 4648), standard and URL-safe, padded or not, and wrapped in lines (RFC 2045).

Nearly every id is made of the letters of base64. So a run is opened only for what comes out: text that random bytes
would hardly give, or bytes that another codec opens. Ordinary words, hex digests and numbers are turned away unread.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_text
from taciturn.codec.sniff import openable
from taciturn.codec.texts import as_latin1, as_text, changed_bytes, changed_text, telling
from taciturn.limits import Fuel

_MIN = 11  # eight bytes without padding
_MOST_PARTS = 8
_START = re.compile(r"\s*[A-Za-z0-9+/_-]{11}")
_RUN = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_WRAPPED = re.compile(r"([A-Za-z0-9+/]{16,128})(\r?\n)(?:[A-Za-z0-9+/]+\r?\n)*[A-Za-z0-9+/]*={0,2}")
# A form reader turns the plus sign of base64 that nobody escaped into a space.
_SPACED = re.compile(r"[A-Za-z0-9+/]{16,}(?: [A-Za-z0-9/]*)+={0,2}")
_ORDINARY = re.compile(r"[0-9a-f-]+|[0-9A-F-]+|[a-z/_-]+|[A-Z0-9_-]+")
# Four characters of UTF-8 that a text begins with; random bytes pass once in forty times.
_TEXT_START = re.compile(
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){4}"
)
# What some writers say before it: `b64:`, and what is left of a data: address.
LABEL = re.compile(r"(?:b64|base64(?:url)?)[:,;=]\s*", re.I)
_URL_SAFE = str.maketrans("-_", "+/")
_TO_URL_SAFE = str.maketrans("+/", "-_")


class _Style(NamedTuple):
    """How the run was written."""

    start: int
    end: int
    url_safe: bool
    spaced: bool
    padded: bool
    width: int  # of a line; 0 for a run without line ends
    newline: str
    encoding: str  # of the text inside; "" for bytes


class Base64:
    name = "b64"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < _MIN:
            return None
        text = to_text(data)
        if _START.match(text) is None:
            return None
        run = text.strip()
        letters = _letters(run)
        if letters is None:
            return None
        plain = binascii.a2b_base64(letters + "=" * (-len(letters) % 4))
        fuel.spend_bytes(len(plain))
        read = _read(plain, fuel)
        if read is None:
            return None
        fuel.spend_nodes(1)
        start = text.index(run[0])
        return Opened((Field("[b64]", hint.name, read[0]),), state=_style(run, start, read[1]))

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        style = opened.state
        assert isinstance(style, _Style)
        value = opened.fields[0].value
        if style.encoding == "latin-1":
            plain = changed_text(value, changes.get(0)).encode("latin-1", "replace")
        else:
            plain = changed_bytes(value, changes.get(0))
        return [SpanEdit(style.start, style.end, _encoded(plain, style))]


class Labelled:
    """Base64 behind a word that says so."""

    name = "b64"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        label = LABEL.match(text)
        return None if label is None else BASE64.open(text[label.end() :], hint, fuel)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        text = to_text(data)
        label = LABEL.match(text)
        by = label.end() if label is not None else 0
        edits = BASE64.splice(text[by:], opened, changes)
        return [SpanEdit(start + by, end + by, new) for start, end, new in edits]


class Dotted:
    """Runs of base64 with a dot between them, as signed cookies have them. Each is a field, opened further as it is."""

    name = "dots"
    takes: Literal["text", "bytes"] = "text"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        text = to_text(data)
        parts = text.split(".", _MOST_PARTS)
        if len(parts) > _MOST_PARTS or not any(isinstance(BASE64.open(part, hint, fuel), Opened) for part in parts):
            return None
        fuel.spend_nodes(len(parts))
        return Opened([Field(f"[dots][{index}]", hint.name, part) for index, part in enumerate(parts)])

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        edits: list[SpanEdit] = []
        at = 0
        for index, field in enumerate(opened.fields):
            change = changes.get(index)
            if isinstance(change, Drop):
                edits.append(SpanEdit(at, at + len(field.value), ""))
            elif change is not None:
                edits += [SpanEdit(start + at, end + at, new) for start, end, new in change]
            at += len(field.value) + 1
        return edits


def looks_base64(text: str) -> bool:
    """Whether the text has the letters and the length of base64 and is no ordinary word or number. Cheap."""
    return len(text) >= _MIN and _START.match(text) is not None and _letters(text.strip()) is not None


def _letters(run: str) -> str | None:
    """The run in the standard alphabet without padding; None when it is no base64, or an ordinary word."""
    if _RUN.fullmatch(run) is not None:
        if _ORDINARY.fullmatch(run) is not None:
            return None
        letters = run.rstrip("=")
        if "-" in letters or "_" in letters:
            if "+" in letters or "/" in letters:
                return None
            letters = letters.translate(_URL_SAFE)
    elif _WRAPPED.fullmatch(run) is not None:
        letters = run.replace("\r", "").replace("\n", "").rstrip("=")
    elif _SPACED.fullmatch(run) is not None:
        letters = run.replace(" ", "+").rstrip("=")
    else:
        return None
    return None if len(letters) % 4 == 1 else letters


def _style(run: str, start: int, encoding: str) -> _Style:
    wrapped = _WRAPPED.fullmatch(run)
    url_safe = "-" in run or "_" in run
    padded = run[-1] == "="
    if not padded and not url_safe and wrapped is None:
        # nothing tells the two alphabets apart; what is written without padding is mostly the URL-safe one
        url_safe = len(run) % 4 != 0 and not any(char in run for char in "+/ ")
    padded = padded or (len(run) % 4 == 0 and not url_safe)
    width, newline = (len(wrapped[1]), wrapped[2]) if wrapped else (0, "")
    return _Style(start, start + len(run), url_safe, " " in run, padded, width, newline, encoding)


def _read(plain: bytes, fuel: Fuel) -> tuple[Data, str] | None:
    """(value, charset) when the bytes are worth opening."""
    text = as_text(plain) if _TEXT_START.match(plain) else None
    if text is not None:
        # strings in protobuf can make up nearly all of a message: bytes that begin oddly are asked about first
        if (text[0] < " " or not text.isprintable()) and openable(plain, fuel):
            return plain, ""
        return (text, "utf-8") if telling(text, len(plain)) else None
    text = as_latin1(plain)
    if text is not None:
        return text, "latin-1"
    return (plain, "") if openable(plain, fuel) else None


def _encoded(plain: bytes, style: _Style) -> str:
    run = binascii.b2a_base64(plain, newline=False).decode("ascii")
    if style.url_safe:
        run = run.translate(_TO_URL_SAFE)
    elif style.spaced:
        run = run.replace("+", " ")
    if not style.padded:
        run = run.rstrip("=")
    if style.width:
        run = style.newline.join(run[i : i + style.width] for i in range(0, len(run), style.width))
    return run


BASE64 = Base64()
LABELLED = Labelled()
DOTTED = Dotted()
