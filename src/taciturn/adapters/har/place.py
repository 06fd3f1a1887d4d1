"""How a capture is called: what a report may show, and where it really is.

An address can hold credentials (user and password, a signed query), and a file's name can hold escape sequences. What
is shown holds neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from taciturn.adapters.report.terminal import printable

STDIN = "-"
MEMBER = "!"  # between an archive and the capture in it: captures.zip!checkout.har
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_LOCAL = re.compile(r"(?:file|local)://", re.I)


class Place(str):
    """The name of a capture as a report shows it, so a text; `address` is where it is."""

    address: str

    def __new__(cls, shown: str, address: str = "") -> Place:
        made = super().__new__(cls, shown)
        made.address = address or shown
        return made


def address_of(source: str) -> str:
    """Where a capture is; credentials may stand in it."""
    return source.address if isinstance(source, Place) else source


def is_remote(text: str) -> bool:
    """Whether a text names an object somewhere else (`s3://…`)."""
    return bool(_REMOTE.match(text)) and not _LOCAL.match(text)


def local(text: str) -> str:
    """`file:///a.har` as a path; anything else as it is."""
    return _LOCAL.sub("", text, count=1)


def remote(address: str) -> Place:
    """An address without what may be secret in it: user, password, query and fragment."""
    scheme, _, rest = address.partition("://")
    authority, slash, path = rest.partition("/")
    shown = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    for mark in "?#":
        shown = shown.partition(mark)[0]
    return Place(shown, address)


def called(source: str) -> str:
    """A name for an error: one line, nothing in it moves a cursor or pretends to be ours."""
    shown = remote(source) if is_remote(source) and not isinstance(source, Place) else source
    return printable(str(shown))


def distinct(places: Iterable[str]) -> list[str]:
    """Each place once, under a name of its own: two addresses may differ only in what is not shown."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for place in places:
        address = address_of(place)
        if address in found:
            continue
        shown, count = str(place), 1
        while shown in taken:
            count += 1
            shown = f"{place} ({count})"
        taken.add(shown)
        found[address] = place if shown == place else Place(shown, address)
    return list(found.values())
