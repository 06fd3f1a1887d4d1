"""Which page sent a request, as far as a capture tells.

Captures tell it in several ways, none of them everywhere: `pageref` with a page whose title is its address (Chrome)
or its headline (Firefox, Playwright), `_URL` or `_url` of a page (WebPagetest, Browsertime), an `_initiator`, or
nothing but the document navigations among the entries (mitmproxy). Navigations are therefore followed in the order of
time, for each `pageref` apart. An initiator counts only when it is one of these documents: it may as well be a script
of the tracker, and a page of the tracker's own would make the tracker a first party.
"""

from __future__ import annotations

import msgspec

from taciturn.adapters.har.answer import content_of
from taciturn.adapters.har.shape import Entry, Page, Script, words
from taciturn.model.message import PageCandidate, PageSource

_WEB = ("http://", "https://")
_script = msgspec.json.Decoder(Script | str | None)


class Pages:
    """Follows one capture; `visit` is called for every entry in the order of time."""

    def __init__(self, pages: list[Page]) -> None:
        self._told = {words(page.id): _address(page) for page in pages}
        self._current: dict[str, str] = {}
        self._documents: set[str] = set()
        self._redirected: dict[str, bool] = {}

    def visit(self, entry: Entry, fetch_dest: bytes) -> tuple[tuple[PageCandidate, ...], str]:
        """The page of an entry, best candidate first, and the entry's own address when it is a navigation."""
        ref = words(entry.pageref)
        script = _initiator(entry)
        address = entry.request.url.partition("#")[0]
        navigation = address.startswith(_WEB) and self._is_navigation(entry, ref, fetch_dest, script)
        if navigation:
            self._current[ref] = address
            self._documents.add(address)
            self._redirected[ref] = bool(entry.response and words(entry.response.redirect))
        return self._candidates(ref, script), address if navigation else ""

    def _candidates(self, ref: str, script: Script) -> tuple[PageCandidate, ...]:
        found: list[PageCandidate] = []
        url = words(script.url).partition("#")[0]
        if url in self._documents:
            found.append(PageCandidate(url, PageSource.INITIATOR))
        page = self._current.get(ref, "") if ref else ""
        page = page or self._told.get(ref, "")
        if page:
            found.append(PageCandidate(page, PageSource.HAR_PAGE))
        return tuple(found)

    def _is_navigation(self, entry: Entry, ref: str, fetch_dest: bytes, script: Script) -> bool:
        """A top-level document. Frames are documents too, but not pages."""
        if fetch_dest:
            return fetch_dest == b"document"
        if words(entry.request.method).upper() not in ("GET", "POST"):
            return False
        if self._redirected.get(ref):  # the answer of the last navigation sent the browser here
            return True
        if entry.resource is not None:
            return entry.resource == "document" and words(script.type) != "parser"
        return bool(ref) and ref not in self._current and _is_html(entry)


def _is_html(entry: Entry) -> bool:
    answer = entry.response
    if answer is None:
        return False
    mime = words(content_of(answer).mime).lower()
    return mime.startswith(("text/html", "application/xhtml")) or bool(words(answer.redirect))


def _address(page: Page) -> str:
    """The address among the words of a page: titles are often one."""
    for told in (page.url, page.wpt_url, page.title):
        text = words(told).strip()
        if text.startswith(_WEB) and not any(char.isspace() for char in text):
            return text.partition("#")[0]
    return ""


def _initiator(entry: Entry) -> Script:
    try:
        told = _script.decode(entry.initiator)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return Script()
    if isinstance(told, Script):
        return told
    return Script("", told or "")
