"""Addresses inside a message: what the dictionary of their own receiver says of their parameters.

An ad frame's address travels on in Referer and in click addresses. A parameter that its receiver has for a sealed token
is one there, too, whoever is told the address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from taciturn.catalogue import Catalogue
from taciturn.model.leaf import Leaf, Role, Row

_SCHEMES = frozenset({"http:", "https:"})
_SEGMENTS = 40  # how far back an address in a path may have begun


def leaves_with_role(
    catalogue: Catalogue, leaves: Sequence[Leaf], roles: frozenset[str], longer_than: int
) -> Iterator[Leaf]:
    """Parts of addresses in a message, of more than `longer_than` characters, that have one of `roles`.

    A segment of a path has the role that its receiver gives to `path`.
    """
    for at, leaf in enumerate(leaves):
        if len(leaf.text) <= longer_than or leaf.role is not Role.VALUE or not leaf.name:
            continue
        place = _within_path(leaves, at) if leaf.name == "path" else _address(leaf.row)
        if place is None:
            continue
        match = catalogue.match(place[0], "GET", place[1])
        if match is not None and match.role((leaf.name,)) in roles:
            yield leaf


def _address(row: Row) -> tuple[str, bytes] | None:
    """Host and path of the address whose parameters a row holds."""
    for leaf in row.leaves[:3]:
        if leaf.name == "host" and leaf.role is Role.STRUCTURE:
            host = leaf.text.partition("://")[2].partition(":")[0].lower()
            segments = [part.text for inner in row.rows[:1] if inner.name == "path" for part in inner.leaves]
            return (host, _joined(segments)) if host else None
    return None


def _within_path(leaves: Sequence[Leaf], at: int) -> tuple[str, bytes] | None:
    """Host and path of an address that stands unescaped in a path, up to the segment: /click=http://host/a/b."""
    for start in range(at - 1, max(-1, at - _SEGMENTS), -1):
        if leaves[start].text in _SCHEMES:
            host, *segments = [leaf.text for leaf in leaves[start + 1 : at + 1]]
            return (host.lower(), _joined(segments)) if segments else None
        if leaves[start].name != "path":
            return None
    return None


def _joined(segments: Sequence[str]) -> bytes:
    return "/".join(["", *segments]).encode("utf-8", "replace")
