"""The values that were taken out, searched everywhere else: as they are, and through the encodings that they travel in.

1. Plain forms (as it is, percent-encoded, escaped for JSON and HTML, in hexadecimal digits) are searched whatever the
   case of their letters; base64 forms in all three alignments, exactly.
2. What is an ordinary word or a short number is not searched: it would be found everywhere. It was taken out where it
   stood; the report counts such values.
3. A value that does not look drawn by lot (a name, a typed word) counts only as a word of its own.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick

from taciturn.adapters.har.sanitize.shapes import is_random
from taciturn.adapters.har.sanitize.tags import is_tag

_ASCII_LOWER = {upper: upper + 32 for upper in range(65, 91)}
_RUN = re.compile(r"[A-Za-z0-9+/_-]*+={0,2}")
_LEAST_CORE = 10
_SECRETS = frozenset(
    {"password", "token", "jwt", "key", "credential", "session", "code", "signature", "saml", "cookie"}
)


MOST = 250_000  # forms of values: with all that finds them about 1 GB


class TooMany(ValueError):
    """There are more values than can be searched for at once."""


class Hit(NamedTuple):
    """A value that stands in a text."""

    start: int
    end: int
    value: str
    packed: bool  # in base64: the span is the whole run that it is in


def is_searchable(kind: str, value: str) -> bool:
    """Whether finding the value again elsewhere says anything."""
    if is_tag(value):
        return False
    if value.isascii() and value.isdigit():
        return len(value) >= 9
    if is_random(value):
        return True
    if kind == "password":
        return len(value) >= 6 and not (value.isalpha() and value.islower() and len(value) < 8)
    if "@" in value or kind in _SECRETS:
        return len(value) >= 8 and not value.isalpha() and re.search(r"[0-9@.]", value) is not None
    parts = re.findall(r"\w{2,}", value)
    return len(value) >= 8 and len(parts) >= 2 and kind.partition(".")[0] in ("person", "member", "file", "group")


class Known:
    """Finds values in texts. `values`: value -> its kind."""

    def __init__(self, values: Mapping[str, str]) -> None:
        plain: dict[str, str] = {}
        packed: dict[str, str] = {}
        self.ordinary = 0
        for value, kind in values.items():
            if len(plain) > MOST:
                raise TooMany(f"more than {MOST:,} forms of values")
            if not is_searchable(kind, value):
                self.ordinary += 1
                continue
            for form in plain_forms(value):
                plain.setdefault(form.translate(_ASCII_LOWER), value)
            for core in base64_forms(value):
                packed.setdefault(core, value)
        self._plain, self._packed = plain, packed
        self._plain_list, self._packed_list = list(plain), list(packed)
        self._find_plain = AhoCorasick(self._plain_list) if plain else None
        self._find_packed = AhoCorasick(self._packed_list) if packed else None

    def __repr__(self) -> str:
        return f"Known({len(self._plain)} forms)"

    def find(self, text: str) -> list[Hit]:
        """Where values stand in a text, the longest first where they overlap."""
        if self._find_plain is None:
            return []
        hits = [*self._in_plain(text), *self._in_base64(text)]
        return _apart(hits) if hits else hits

    def holds(self, text: str) -> bool:
        return bool(self.find(text))

    def _in_plain(self, text: str) -> Iterator[Hit]:
        if self._find_plain is None:
            return
        lower = text.lower()
        if len(lower) != len(text):
            lower = text.translate(_ASCII_LOWER)
        for index, start, end in self._find_plain.find_matches_as_indexes(lower, overlapping=True):
            value = self._plain[self._plain_list[index]]
            if is_random(value) or _is_word(text, start, end):
                yield Hit(start, end, value, False)

    def _in_base64(self, text: str) -> Iterator[Hit]:
        if self._find_packed is None:
            return
        for index, start, end in self._find_packed.find_matches_as_indexes(text, overlapping=True):
            first = start
            while first > 0 and _is_base64(text[first - 1]) and start - first < 100_000:
                first -= 1
            run = _RUN.match(text, end)
            yield Hit(first, run.end() if run is not None else end, self._packed[self._packed_list[index]], True)


def _is_base64(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in "+/_-")


def _is_word(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end > kept[-1].end:
            kept[-1] = kept[-1]._replace(end=hit.end)
    return kept


def plain_forms(value: str) -> set[str]:
    """The value as texts write it."""
    data = value.encode("utf-8", "surrogatepass")
    quoted = quote(data, safe="")
    escaped = json.dumps(value)[1:-1]
    forms = {
        value, quoted, quote_plus(data), quote(data, safe="/:@!$&'()*,;=-._~"), escaped, json.dumps(escaped)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1], escaped.replace("/", "\\/"), html.escape(value),
        html.escape(value, False), quote(quoted, safe=""), value.replace(" ", "+"),
        value.replace("/", "\\/"),
    }  # fmt: skip
    if len(data) >= 8:
        forms.add(data.hex())
    return {form for form in forms if form}


def base64_forms(value: str) -> set[str]:
    """What every base64 text that holds the value must contain, whatever stands before it."""
    data = value.encode("utf-8", "surrogatepass")
    cores = set()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        core = text[(0, 2, 3)[shift] : len(text) - ((len(data) + shift) % 3 != 0)]
        if len(core) >= _LEAST_CORE:
            cores |= {core, core.replace("+", "-").replace("/", "_"), quote(core, safe="")}
    return cores
