"""Page classes: is the page behind a request signed in, a checkout, an inbox? Yes, no, or unknown.

A page is a set of candidates with a source. A full address decides; an origin alone cannot, so it leaves "unknown"
where the site is known to have such pages, by a pattern that names it or by a private answer seen there. A pattern with
a host of `*` says nothing about a site, so it never makes a page unknown: otherwise every request without a full
address would be denied.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from taciturn.model.facts import Facts
from taciturn.model.message import PageCandidate, PageSource
from taciturn.rules.glob import UrlGlob, address
from taciturn.rules.rule import NO, NOWHERE, UNKNOWN, YES, Place

_REMEMBERED = 256  # pages of one session that are asked about again and again
_NO_PAGES: frozenset[str] = frozenset()
_Pages = tuple[tuple[PageCandidate, ...], frozenset[str]]


@dataclass(frozen=True, slots=True)
class PageClass:
    """Any of its address patterns, or its evidence."""

    name: str
    urls: tuple[UrlGlob, ...] = ()
    private_answer: bool = False
    place: Place = NOWHERE
    bound: tuple[UrlGlob, ...] = field(init=False)  # those that name a site
    _known: dict[_Pages, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bound", tuple(glob for glob in self.urls if glob.host_bound))

    def joined(self, other: PageClass) -> PageClass:
        """The class when two files describe it: lists mean any."""
        return PageClass(self.name, self.urls + other.urls, self.private_answer or other.private_answer, self.place)

    def test(self, facts: Facts) -> int:
        """YES, NO or UNKNOWN for the page of a message. A page sends many, so that the answers are remembered."""
        key = (facts.pages, facts.private_pages if self.private_answer else _NO_PAGES)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = self._test(facts)
        return found

    def _test(self, facts: Facts) -> int:
        decided = False
        for url, source in facts.pages:
            if source is not PageSource.ORIGIN and "://" in url:  # about:blank is no answer
                decided = True
                if self._is_member(url, facts):
                    return YES
        return NO if decided else self._from_origins(facts)

    def _is_member(self, url: str, facts: Facts) -> bool:
        if self.private_answer and facts.private_pages:
            bare = url.partition("#")[0].partition("?")[0]
            if bare in facts.private_pages:
                return True
        lower = url.lower()
        near = [glob for glob in self.urls if glob.literal in lower]
        at = address(url) if near else None
        return at is not None and any(glob.match(at) for glob in near)

    def _from_origins(self, facts: Facts) -> int:
        private = facts.private_pages if self.private_answer else frozenset[str]()
        if not self.bound and not private:
            return NO
        hosts = {at.host for url, _ in facts.pages if (at := address(url)) is not None}
        if not hosts or any(glob.on_host(host) for glob in self.bound for host in hosts):
            return UNKNOWN
        known = {at.host for page in private if (at := address(page)) is not None}
        return UNKNOWN if known & hosts else NO
