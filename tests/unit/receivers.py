"""How servers read the same form or query: written from their documentation, and no code of taciturn.

Each reader gives (name, value) pairs as the program behind it sees them. Names keep their brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_plus

Pairs = list[tuple[str, str]]
_UNICODE = re.compile(r"%u([0-9A-Fa-f]{4})")


def _split(text: str, separators: str) -> Iterator[tuple[str, str]]:
    for part in re.split(f"[{separators}]", text):
        name, _, value = part.partition("=")
        if part:
            yield unquote_plus(name, errors="replace"), unquote_plus(value, errors="replace")


def _last(pairs: Iterator[tuple[str, str]]) -> Pairs:
    """The last of equal names; names that end in `[]` collect."""
    kept: dict[str, str] = {}
    lists: Pairs = []
    for name, value in pairs:
        if "[]" in name:
            lists.append((name, value))
        else:
            kept[name] = value
    return [*kept.items(), *lists]


def php(text: str) -> Pairs:
    """parse_str: the last wins, a null ends a name, spaces and dots of a name become `_`, as an open bracket does."""

    def named(name: str) -> str:
        name = name.lstrip(" ").partition("\0")[0]
        head, bracket, rest = name.partition("[")
        if bracket and "]" not in rest:
            return re.sub(r"[ .\[]", "_", name)
        return re.sub(r"[ .]", "_", head) + bracket + rest

    return _last((named(name), value) for name, value in _split(text, "&"))


def express(text: str) -> Pairs:
    """qs: equal names make an array."""
    return list(_split(text, "&"))


def rails(text: str) -> Pairs:
    """Rack before 3: `;` separates too, the last wins."""
    return _last((name.strip(), value) for name, value in _split(text, "&;"))


def go(text: str) -> Pairs:
    """net/url: a pair with a semicolon is an error, the first wins."""
    kept: dict[str, str] = {}
    for part in text.split("&"):
        if ";" not in part:
            for name, value in _split(part, "&"):
                kept.setdefault(name, value)
    return list(kept.items())


def aspnet(text: str) -> Pairs:
    """Names without case, `%uXXXX` decoded, equal names joined with a comma."""
    joined: dict[str, str] = {}
    for name, value in _split(_UNICODE.sub(lambda match: chr(int(match[1], 16)), text), "&"):
        key = name.lower()
        joined[key] = f"{joined[key]},{value}" if key in joined else value
    return list(joined.items())


READERS: dict[str, Callable[[str], Pairs]] = {
    "php": php,
    "express": express,
    "rails": rails,
    "go": go,
    "aspnet": aspnet,
}


def json_first(text: str) -> object:
    """Parsers that keep the first of equal members, and know names without case."""

    def first(pairs: list[tuple[str, object]]) -> object:
        kept: dict[str, object] = {}
        for key, value in pairs:
            kept.setdefault(key.lower(), value)
        return kept

    return json.loads(text, object_pairs_hook=first)


def json_last(text: str) -> object:
    """Parsers that keep the last, which most do."""
    return json.loads(text)


def json_all(text: str) -> object:
    """Parsers that hand every member to the program."""
    return json.loads(text, object_pairs_hook=list)
