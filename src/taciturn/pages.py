"""Which page a request comes from: candidates with their source, best first (design: page evidence).

Browsers send only the origin as a cross-site Referer, the tracker's own parameter is its claim, and tabs interleave, so
no single source is the page; rules ask a class of all candidates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin

from taciturn.catalogue.sites import registrable_domain
from taciturn.model.facts import Context, Observation
from taciturn.model.leaf import Leaf
from taciturn.model.message import Headers, Kind, Message, PageCandidate, PageSource

_ORIGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#@]*@)?([^/?#]*)")

_SITE_OF_PAGE = (
    PageSource.INITIATOR,
    PageSource.HAR_PAGE,
    PageSource.REFERER,
    PageSource.ORIGIN,
    PageSource.NAVIGATION,
)


_CLAIMS = 32  # addresses that one message may claim to come from
_LENGTHS = frozenset((6, 7, 14))  # of the names of headers that tell of a page: a cheap look, for every request
_OF_OTHERS = frozenset((b"Accept", b"accept", b"Cookie", b"cookie", b"Sec-Fetch-Mode", b"sec-fetch-mode"))
_STRONG = frozenset((PageSource.INITIATOR, PageSource.HAR_PAGE, PageSource.REFERER))


class _Told(NamedTuple):
    """What headers tell of the page."""

    itself: bool = False  # the message is its own page
    pages: tuple[PageCandidate, ...] = ()
    strong: bool = False  # an address is among them
    origins: frozenset[str] = frozenset()


def page_candidates(message: Message, ctx: Context) -> tuple[PageCandidate, ...]:
    """What adapter, headers and the ledger say of the page."""
    said = message.page
    telling = [pair for pair in message.headers if len(pair[0]) in _LENGTHS and pair[0] not in _OF_OTHERS]
    told = _told(tuple(telling))
    if told.itself:
        # a navigation is its own page; so is what says that it stays on its origin
        return (*said, PageCandidate(f"{message.scheme}://{message.host}/", PageSource.ORIGIN))
    found = said + told.pages if said else told.pages
    if told.strong or not _STRONG.isdisjoint([page.source for page in said]):
        return found
    began = ctx.redirects.get(message.url) if ctx.redirects else None
    if began is not None:
        return (*found, PageCandidate(began, PageSource.NAVIGATION))
    known = told.origins.union([origin_of(page.url) for page in said]) if said else told.origins
    for page in ctx.navigations:
        if not known or origin_of(page.url) in known:
            return (*found, page)
    return found


@lru_cache(maxsize=1024)
def _told(headers: Headers) -> _Told:
    """The headers that matter are the same for everything that a page asks of a site."""
    found: list[PageCandidate] = []
    referer = origin = dest = site = b""
    for name, value in headers:
        key = name.lower()
        if key == b"referer":
            referer = value
        elif key == b"origin":
            origin = value
        elif key == b"sec-fetch-dest":
            dest = value
        elif key == b"sec-fetch-site":
            site = value
    if dest == b"document" or (site in (b"same-origin", b"none") and not referer and not origin):
        return _Told(itself=True)
    if referer:
        url = referer.decode("utf-8", "replace")
        bare = url.rstrip("/").count("/") == 2
        found.append(PageCandidate(url, PageSource.ORIGIN if bare else PageSource.REFERER))
    if origin and origin != b"null":
        found.append(PageCandidate(origin.decode("utf-8", "replace") + "/", PageSource.ORIGIN))
    strong = any(page.source in _STRONG for page in found)
    return _Told(False, tuple(found), strong, frozenset(origin_of(page.url) for page in found))


def redirected(request: Message, location: bytes, ctx: Context) -> tuple[Observation, ...]:
    """What an answer that leads elsewhere teaches: whoever is asked next is asked by the same page.

    Only where more than the page's origin is known: the origin goes with the next request anyway.
    """
    page = next((page.url for page in page_candidates(request, ctx) if page.source is not PageSource.ORIGIN), "")
    if not page or not location:
        return ()
    try:
        target = urljoin(request.url, location.decode("utf-8", "surrogateescape")).partition("#")[0]
    except ValueError:
        return ()
    return (Observation("redirect", ctx.client, target, page, ctx.now.timestamp()),)


def payload_pages(
    leaves: Sequence[Leaf], wholes: Sequence[Leaf], roles: Mapping[Leaf, str]
) -> tuple[PageCandidate, ...]:
    """Addresses that the tracker's own page-address parameters claim, without the parts that they were taken into: the
    origin of an address is not a claim of its home page."""
    claimed = [
        leaf.text
        for leaf in (*wholes, *leaves)
        if roles.get(leaf) == "page-url" and leaf.text.startswith(("http://", "https://"))
    ]
    claimed = claimed[:_CLAIMS]
    whole = [url for url in claimed if not any(longer.startswith(f"{url}/") for longer in claimed)]
    return tuple(PageCandidate(url, PageSource.PAYLOAD) for url in whole[:4])


def document_navigation(message: Message) -> tuple[str, str] | None:
    """(origin, address) of a top-level navigation, which the ledger remembers."""
    if message.kind is not Kind.REQUEST:
        return None
    for name, value in message.headers:
        if value == b"document" and name.lower() == b"sec-fetch-dest":
            return origin_of(message.url), message.url
    return None


def site_of(url: str) -> str:
    """The registrable domain of an address."""
    host = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    return registrable_domain(host.partition(":")[0].lower()) if host else ""


def page_site(pages: Sequence[PageCandidate]) -> str:
    """The site that the candidates speak for, by the best of them; "" when there is none."""
    for source in _SITE_OF_PAGE:
        for candidate in pages:
            if candidate.source is source:
                return site_of(candidate.url)
    return ""


def origin_of(url: str) -> str:
    """`https://host[:port]`, "" for what is no address."""
    match = _ORIGIN.match(url)
    return f"{match[1]}://{match[2]}".lower() if match else ""


def known_by(pages: Sequence[PageCandidate]) -> str:
    """How the page of a message is known: by its "address", by its "origin" alone, or "none"."""
    if any(source is not PageSource.ORIGIN for _, source in pages):
        return "address"
    return "origin" if pages else "none"


def best_address(pages: Sequence[PageCandidate]) -> str:
    """The address that says most of the page: the first that is more than an origin, else the origin."""
    for url, source in pages:
        if source is not PageSource.ORIGIN:
            return url
    return pages[0].url if pages else ""
