"""HTML by small pieces: whatever is not Markup is text, and is escaped where it enters.

Text comes from an attacker: host names, field paths, names of files. Characters that do not show (control characters,
direction marks, lone surrogates) are written out first, so the page is valid UTF-8 and nothing can turn a line around.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from typing import Any

from taciturn.adapters.report.terminal import printable

# What could end the script element, open a comment in it, or end a line in a reader that is no JSON parser.
_IN_SCRIPT = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
_VOID = frozenset({"meta", "input", "br", "wbr", "hr"})
_NEVER = ("on", "style", "href", "src", "srcdoc")  # attributes in which even escaped text does something


class Markup(str):
    """HTML that is written as it is. Made by `tag`, `join` and from constants of this package only."""

    __slots__ = ()


Piece = str | None
NOTHING = Markup("")


def text(value: str) -> Markup:
    """Text for the inside of an element or a quoted attribute."""
    return value if isinstance(value, Markup) else Markup(html.escape(printable(value)))


def join(pieces: Iterable[Piece], between: str = "") -> Markup:
    return Markup(Markup(between).join(text(piece) for piece in pieces if piece))


def tag(name: str, /, *pieces: Piece, **attributes: str | int | bool | None) -> Markup:
    """An element. `class_` and `for_` stand for what Python keeps for itself, `_` inside a name for `-`; an attribute
    that is None or False is left out, and one that is True has no value.

    Raises:
        ValueError: an attribute that runs or loads something; links are made by `anchor`.
    """
    return Markup(f"<{name}{_attributes(attributes)}>" + (NOTHING if name in _VOID else f"{join(pieces)}</{name}>"))


def anchor(target: str, /, *pieces: Piece, **attributes: str | int | bool | None) -> Markup:
    """A link to a place on this very page; `target` is the part behind the `#`."""
    return Markup(f'<a href="#{text(target)}"{_attributes(attributes)}>{join(pieces)}</a>')


def data(value: Any) -> Markup:
    """JSON for the inside of a script element. Strings in it were made printable by whoever put them there."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT))


def _attributes(attributes: dict[str, str | int | bool | None]) -> str:
    out = []
    for key, value in attributes.items():
        name = key.strip("_").replace("_", "-").lower()
        if name.startswith(_NEVER):
            raise ValueError(name)
        if value is True:
            out.append(f" {name}")
        elif value is not None and value is not False:
            out.append(f' {name}="{text(str(value))}"')
    return "".join(out)
