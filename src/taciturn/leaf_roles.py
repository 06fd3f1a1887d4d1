"""The vendor's dictionary applied to a message: which role each leaf has, by the names on the way to it."""

from __future__ import annotations

from collections.abc import Mapping

from taciturn.catalogue import Catalogue, Match
from taciturn.catalogue.nested import leaves_with_role
from taciturn.codec.tree import Tree
from taciturn.limits import Limits
from taciturn.model.leaf import Leaf, Row

_MAY_BE_OPAQUE = frozenset({"id", "opaque", "checksum", "identity-hash"})


def leaf_roles(tree: Tree, match: Match) -> dict[Leaf, str]:
    """The vendor's dictionary, applied to every leaf."""
    roles: dict[Leaf, str] = {}
    chains: dict[tuple[str, ...], dict[str, str | None]] = {}  # the roles of names, by the names around them
    rows: dict[Row, tuple[tuple[str, ...], dict[str, str | None]]] = {}
    around: dict[Row | None, tuple[str, ...]] = {None: ()}
    for leaf in (*tree.leaves, *tree.wholes):
        found = rows.get(leaf.row)
        if found is None:
            chain = _chain(leaf.row, around)
            found = rows[leaf.row] = chain, chains.setdefault(chain, {})
        chain, known = found
        name = leaf.name
        try:
            role = known[name]
        except KeyError:
            alone = name == "path" or not name or chain[-1:] == (name,)
            role = known[name] = match.role(chain if alone else (*chain, name))
        if role is not None:
            roles[leaf] = role
    return roles


def mark_opaque(tree: Tree, roles: Mapping[Leaf, str], catalogue: Catalogue, limits: Limits) -> None:
    """Tells the tree which of its leaves may hold what nobody can read: identifiers and what their vendors seal."""
    sealed = leaves_with_role(catalogue, tree.leaves, _MAY_BE_OPAQUE, limits.opaque_run)
    tree.mark_opaque([*(leaf for leaf, role in roles.items() if role in _MAY_BE_OPAQUE), *sealed])


def _chain(row: Row, known: dict[Row | None, tuple[str, ...]]) -> tuple[str, ...]:
    """The names of a row and of the rows around it, outermost first, each once where it stands several times."""
    rows: list[Row] = []
    outer: Row | None = row
    while outer not in known and outer is not None:
        rows.append(outer)
        outer = outer.parent
    chain = known[outer]
    for inner in reversed(rows):
        if inner.name and inner.name != "path" and chain[-1:] != (inner.name,):
            chain = (*chain, inner.name)
        known[inner] = chain
    return chain
