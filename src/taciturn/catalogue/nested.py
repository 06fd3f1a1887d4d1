"""Addresses inside a message: what the dictionary of their own receiver says of their parameters.

An ad frame's address travels on in Referer and in click addresses. A parameter that its receiver has for a sealed token
is one there, too, whoever is told the address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from taciturn.catalogue import Catalogue
from taciturn.model.leaf import Leaf, Role, Row


def leaves_with_role(
    catalogue: Catalogue, leaves: Iterable[Leaf], roles: frozenset[str], longer_than: int
) -> Iterator[Leaf]:
    """Parameters of addresses in a message, of more than `longer_than` characters, that have one of `roles`."""
    for leaf in leaves:
        if len(leaf.text) <= longer_than or leaf.role is not Role.VALUE or not leaf.name:
            continue
        place = _address(leaf.row)
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
            return (host, "/".join(["", *segments]).encode("utf-8", "replace")) if host else None
    return None
