"""Which role a leaf has at an endpoint, by the names on the way to it.

The names are those of parameters and members, outermost first, without array positions and without decoding steps:
`query.cd[buttonFeatures]$.innerText` is ("cd[buttonFeatures]", "innerText"), and
`body$.context.page.url?folder` is ("context", "page", "url", "folder").

 1. A pattern is matched against the end of that chain, at the border of a name: `page.url` fits `context.page.url`.
 2. What has no role of its own has the role of the nearest name above it: the parts of a page's address are a page's
    address, the members of an object that holds a person's traits are traits.
 3. `*` stands for any characters; every other character for itself. An exact name beats a glob, a longer pattern a
    shorter one, and a pattern of the endpoint one of the tracker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_MEMO = 4096  # chains remembered for one endpoint: more than any SDK sends, few enough to forget about


class RoleTable:
    """The roles at one endpoint. Built from mappings pattern -> role; later mappings win."""

    __slots__ = ("_exact", "_globs", "_held", "_memo", "_reach", "_sources")

    def __init__(self, *sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._held: frozenset[str] | None = None
        self._exact: dict[str, str] | None = None
        self._globs: list[tuple[re.Pattern[str], str]] = []
        self._reach = 1  # the most names that one pattern spans
        self._memo: dict[tuple[bool, tuple[str, ...]], str | None] = {}

    def holds(self, role: str) -> bool:
        """Whether any pattern gives the role."""
        if self._held is None:
            self._held = frozenset(role for source in self._sources for role in source.values())
        return role in self._held

    def role(self, names: Sequence[str], inherit: bool = True) -> str | None:
        """The role of a leaf. Without `inherit` only a role of its own counts, not one of what holds it."""
        key = (inherit, tuple(names))
        try:
            return self._memo[key]
        except KeyError:
            role = self._find(*key)
        if len(self._memo) >= _MEMO:
            self._memo.clear()
        self._memo[key] = role
        return role

    def _find(self, inherit: bool, chain: tuple[str, ...]) -> str | None:
        exact = self._exact if self._exact is not None else self._compile()
        for end in range(len(chain), 0 if inherit else len(chain) - 1, -1):
            # Chains are joined with dots, and a name may hold dots of its own (`ep.link_text`), so both spellings meet.
            tails = [".".join(chain[start:end]) for start in range(max(0, end - self._reach), end)]
            for tail in tails:
                if tail in exact:
                    return exact[tail]
            for pattern, role in self._globs:
                if any(pattern.fullmatch(tail) for tail in tails):
                    return role
        return None

    def _compile(self) -> dict[str, str]:
        exact: dict[str, str] = {}
        globs: dict[str, str] = {}
        for source in self._sources:
            for pattern, role in source.items():
                (globs if "*" in pattern else exact)[pattern] = role
                self._reach = max(self._reach, pattern.count(".") + 1)
        ordered = sorted(globs, key=lambda pattern: (-len(pattern), pattern))
        self._globs = [(re.compile(_translate(pattern), re.S), globs[pattern]) for pattern in ordered]
        self._exact = exact
        return exact


def _translate(pattern: str) -> str:
    """A glob as a regular expression that never backtracks further than its last star."""
    first, *rest = [re.escape(part) for part in pattern.split("*")]
    if not rest:
        return first
    return first + "".join(f"(?>.*?{part})" for part in rest[:-1]) + ".*" + rest[-1]
