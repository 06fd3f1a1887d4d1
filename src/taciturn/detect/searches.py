"""Words that somebody searched for: on the site that reports them, or at the search engine that they came from.

1. The vendor's parameter for a search, or a field whose name says so by itself ("search_term").
2. A parameter called q, query or keyword: in the address of a page, or beside an event that reports a search. Alone
   such a name is a database's query, a list of keywords that an advertiser chose, or anything else.
3. The value has to read as words: no address, no program, no identifier, no template.
"""

from __future__ import annotations

import re

from taciturn.detect.lexicon import Concept
from taciturn.detect.shapes import DATE, HEX_HASH, NUMBER, UUID
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, ValueKind

C = Concept
DECLARED = Signal("dictionary", "search-query", 0.5, "the vendor's field for what was searched")
STRONG_KEY = Signal("name", "search.key", 0.8, "a field called search query or search term")
KEY = Signal("name", "search.key", 0.35, "a field called search, query or keyword")
IN_ADDRESS = Signal("record", "search.address", 0.45, "a parameter of the address of a page")
EVENT = Signal("record", "search.event", 0.5, "an event that reports a search")
WORDS = Signal("shape", "search.words", 0.4, "words as people type them")

_STRONG = frozenset(
    """searchquery searchterm searchterms searchstring searchtext searchphrase searchkeyword searchkeywords
    searchword
    sitesearch sitesearchterm searchinput internalsearchterm suchbegriff suchwort suchanfrage zoekterm zoekopdracht
    sokord hakusana searchedterm searchedkeyword queryterm userquery""".split()
)
_PARAMETERS = frozenset(
    """q query search searchterm search_term searchquery search_query searchtext search_text keyword keywords kw k s
    suche suchbegriff term text wd p buscar busca busqueda cerca recherche szukaj zoek zoekterm sok arama
    ara haku hledat
    _nkw""".split()
)
_EVENTS = frozenset("event ev en e event_name eventname event_type eventtype name action ea e_n type".split())
_EVENT = re.compile(
    r"(?i:(?:view|site|internal|product|content|user|app|perform|submit)?[ _.:-]?search(?:ed|es)?"
    r"(?:[ _.:-]?(?:results?|site|products?|query|submit(?:ted)?|performed|executed|made|catalog|input|page))?"
    r"|products?[ _-]searched|(?:view|viewed)[ _-]search[ _-]results?|suche|suchergebnisse|recherche|busca|búsqueda"
    r"|pesquisa|ricerca|поиск|zoeken|szukaj|wyszukiwanie|arama|haku|sök|søk|hledání)"
)
_SEARCH_PAGE = re.compile(
    r"(?i)search|such|recherch|busca|búsqueda|pesquisa|cerca|ricerca|zoek|szuk|wyszuk|поиск|arama|haku|sök|søk|hled|results?"
)
_NO_WORDS = re.compile(r"[{}<>\[\]\\=|^`]|://|^[?/&#@$%(]|^(?:mutation|query|subscription|select|fragment) ", re.I)
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CODE = re.compile(r"[A-Za-z0-9]+(?:[_.:-][A-Za-z0-9]+)+|(?=[^\W_]*\d)(?=[^\W_]*[^\W\d_])[\w-]{12,}")
_EMPTY = frozenset(
    "true false null none undefined nan on off yes no all any default search query keyword asc desc".split()
)
_LONGEST = 300

TRIGGER = Trigger(concepts=C.SEARCH | C.ASKED)


def detect_searches(view: View) -> None:
    searched = None
    for leaf in view.asked(C.SEARCH | C.ASKED):
        if leaf.role is not Role.VALUE or leaf.kind is not ValueKind.STRING or not _is_words(leaf.text):
            continue
        if leaf.own & (C.TITLE | C.LINK | C.TOKEN | C.FILE | C.CODE) or view.around(leaf) & C.CODE:
            continue
        if searched is None:
            searched = any(
                x.name.lower() in _EVENTS and _EVENT.fullmatch(x.text.strip()) is not None for x in view.values()
            )
        _query(view, leaf, searched)


def _query(view: View, leaf: Leaf, searched: bool) -> None:
    kind, words = "content.search_query", "".join(view.info(leaf).words)
    strong = words in _STRONG
    signals = [STRONG_KEY if strong else KEY]
    if view.roles.get(leaf) == "search-query":
        signals.append(DECLARED)
    phrase = " " in leaf.text.strip() or not leaf.text.isascii()
    if leaf.name.lower() in _PARAMETERS and _is_of_page(leaf, phrase):
        signals.append(IN_ADDRESS)
    elif not leaf.own & C.SEARCH:
        return
    elif searched:
        signals.append(EVENT)
    if len(signals) == 1 and not strong:
        return
    for signal in (*signals, WORDS):
        view.hit(kind, leaf, signal)


def _is_of_page(leaf: Leaf, phrase: bool) -> bool:
    """Whether a leaf is a parameter of an address inside the message, and the page there may be one that searches."""
    if leaf.node is None or not any(layer == "url" for layer in leaf.layers):
        return False
    path = [part.text for row in leaf.row.rows if row.name == "path" for part in row.leaves]
    if any(_SEARCH_PAGE.search(part) for part in path[-3:]):
        return True
    return phrase and leaf.name.lower() not in ("k", "p", "text", "term")


def _is_words(text: str) -> bool:
    """Whether somebody may have typed a text into a field for searches."""
    text = text.strip()
    if len(text) > _LONGEST or (len(text) < 3 and text.isascii()):
        return False
    if not _LETTERS.search(text) or _NO_WORDS.search(text) or "***" in text or text.lower() in _EMPTY:
        return False
    if " " in text or not text.isascii():
        return True
    return not (
        NUMBER.fullmatch(text)
        or UUID.fullmatch(text)
        or HEX_HASH.fullmatch(text)
        or DATE.fullmatch(text)
        or _CODE.fullmatch(text)
    )
