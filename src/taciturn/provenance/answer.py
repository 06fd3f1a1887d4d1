"""One answer of a first party: whether it was private, and what it showed.

An answer is private when credentials went with the request, when no shared cache may keep it, and when it held a
listing or somebody's personal fields. Each of the three is there on public sites: banners set cookies, shops forbid
caching, anybody's page has a table. Only all of them together make what stands in it worth remembering.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from taciturn.catalogue.sites import registrable_domain
from taciturn.codec.base import Hint, Opened, to_text
from taciturn.codec.node import Node
from taciturn.codec.order import CONTENT_CODINGS
from taciturn.codec.tree import Tree
from taciturn.detect import detect
from taciturn.limits import DEFAULT, Fuel, Limits
from taciturn.model.datatype import Confidence
from taciturn.model.decision import Party
from taciturn.model.facts import Context, Observation
from taciturn.model.leaf import Leaf
from taciturn.model.message import Body, Fidelity, Kind, Message, PageSource
from taciturn.model.safe import SafeUrl, safe_url
from taciturn.pages import origin_of, page_candidates, page_site, site_of
from taciturn.provenance.markup import data_in_scripts, title_values, told_by_page
from taciturn.provenance.rows import told_by_rows
from taciturn.provenance.value import Value, is_surprising, is_worth_it

_JSON = re.compile(rb"(?:application|text)/(?:[\w.+-]{0,60}\+)?json|application/(?:x-)?ndjson")
_HTML = re.compile(rb"text/html|application/xhtml\+xml")
_SCRIPT = re.compile(rb"(?:text|application)/(?:x-)?(?:java|ecma)script")
_NO_SHARED = re.compile(rb"(?:^|[,\s])(?:private|no-store|must-revalidate)(?:$|[,\s=;])", re.I)
_SHARED = re.compile(rb"(?:^|[,\s])(?:public|s-maxage=[1-9])", re.I)
# Cookies that say who is measured, not who is signed in: consent, analytics, advertising, load balancers, robots.
_NO_CREDENTIALS = re.compile(
    rb"_ga|_gid|_gat|_gcl|__gads|_fbp|_fbc|_hj|_pk_|_pin|_scid|_ttp|_tt_|_uet|_clck|_clsk|_rdt|_li_|_ym|_mkto|__hs|hubspot|"
    rb"mp_|ajs_|amp_|amplitude|ph_|optimizely|optanon|eupubconsent|cookie|consent|didomi|euconsent|usprivacy|cc_|gdpr|"
    rb"__cf|cf_|_cf|datadome|ak_|bm_|_abck|awsalb|incap_|visid|nlbi_|ts0|_dd_|dtcookie|rxv|s_cc|s_sq|s_vi|amcv|kndctr|"
    rb"utm|lang|locale|theme|tz|timezone|currency|country|ab_|_vwo|_vis_|sentry|fs_|intercom-id|_dc_",
    re.I,
)
_CREDENTIAL_LENGTHS = (len(b"cookie"), len(b"authorization"))
_COMMON_TEXTS = re.compile(r"[\"'>]([^\"'<>\n\\{}()=;\[\]]{4,80})[\"'<]")
_KINDS = frozenset("file.name file.path group.name member.name person.name person.email person.phone".split())
_PUBLIC_MOST = 4_000  # texts of one public answer
_VALUES_MOST = 20_000  # of one answer, before they are weighed
_PAGES = (PageSource.INITIATOR, PageSource.HAR_PAGE, PageSource.REFERER)
_SCRIPT_DEPTH = 8


class Reading(NamedTuple):
    """What kind of answer a head announces. `private` asks for values, else its texts are taken for everybody's."""

    private: bool
    form: str  # "json" | "html" | "script"


class Lesson(NamedTuple):
    """What one answer taught."""

    values: tuple[Value, ...] = ()
    common: tuple[str, ...] = ()  # texts that the site shows to everybody
    source: SafeUrl = SafeUrl("")
    observations: tuple[Observation, ...] = ()
    gap: str = ""  # why not all of it was read: a constant word

    def __repr__(self) -> str:
        return f"Lesson({len(self.values)} values, {len(self.common)} common texts)"


NOTHING = Lesson()

TEACHERS = frozenset({Party.FIRST, Party.SAME_OWNER, Party.PROCESSOR})
"""Whose answers are the site's own."""


def site_of_answer(request: Message, ctx: Context) -> str:
    """The site whose page asked: what an app's own host elsewhere shows counts as the app's. "" when none is known."""
    return page_site(page_candidates(request, ctx)) or registrable_domain(request.host)


def is_candidate(request: Message, answer: Message) -> Reading | None:
    """What the heads of an exchange promise, or None when nothing is to be learnt from it."""
    if answer.status != 200 or request.method not in ("GET", "POST"):
        return None
    kind = answer.header(b"content-type").lower()
    form = "json" if _JSON.match(kind) else "html" if _HTML.match(kind) else "script" if _SCRIPT.match(kind) else ""
    if not form:
        return None
    if not sent_credentials(request):
        return None  # nobody is signed in, so that nothing is remembered that could be everybody's
    if not _is_unshared(answer):
        return Reading(False, form) if request.method == "GET" else None
    return Reading(True, form) if form != "script" else None


def unread(request: Message, answer: Message) -> str:
    """Why an answer that may have been private is not to be had: the browser took it from its own cache. Else ""."""
    if answer.status != 304 or not sent_credentials(request):
        return ""
    wanted = request.header(b"accept").lower() + b"," + request.header(b"sec-fetch-dest").lower()
    return "not-modified" if b"json" in wanted or b"html" in wanted or wanted.endswith(b"empty") else ""


def sent_credentials(request: Message) -> bool:
    """Whether a request says who is asking."""
    for name, value in request.headers:
        if len(name) not in _CREDENTIAL_LENGTHS:
            continue  # asked for every request
        lower = name.lower()
        if lower == b"authorization" and value:
            return True
        if lower == b"cookie":
            for part in value.split(b";"):
                cookie, _, told = part.strip().partition(b"=")
                if len(told) >= 8 and _NO_CREDENTIALS.match(cookie) is None:
                    return True
    return False


def _is_unshared(answer: Message) -> bool:
    """Whether no cache may give the answer to somebody else."""
    control = b",".join(value for name, value in answer.headers if name.lower() == b"cache-control")
    if _SHARED.search(control):
        return False
    if _NO_SHARED.search(control) or answer.header(b"set-cookie"):
        return True
    return b"cookie" in answer.header(b"vary").lower() or b"authorization" in answer.header(b"vary").lower()


def read_answer(request: Message, answer: Message, ctx: Context, limits: Limits = DEFAULT) -> Lesson:
    """What an answer taught. `limits` are those of its reading; what lies beyond them is not learnt."""
    reading = is_candidate(request, answer)
    if reading is None or not answer.body.data:
        return NOTHING
    if not reading.private:
        return Lesson(common=tuple(_common(answer, limits)))
    tree = Tree(_body_alone(answer), limits)
    values, evidence = _values(tree, site_of_answer(request, ctx))
    gap = "oversize" if tree.exhausted or any(u.reason.startswith("limit:") for u in tree.uninspectable) else ""
    if not evidence:
        return Lesson(gap=gap)
    kept = dict.fromkeys(value for value in values[:_VALUES_MOST] if is_worth_it(value))
    source = safe_url(request.scheme, request.host, request.target)
    return Lesson(tuple(kept), (), source, tuple(_pages(request, reading.form, ctx)), gap)


def _body_alone(answer: Message) -> Message:
    headers = tuple(
        (name, value) for name, value in answer.headers if name.lower() in (b"content-type", b"content-encoding")
    )
    if answer.body.fidelity is not Fidelity.WIRE:
        headers = tuple(pair for pair in headers if pair[0].lower() != b"content-encoding")
    return Message(answer.method, answer.scheme, answer.host, answer.port, b"/", headers, answer.body, Kind.RESPONSE)


# ---------------------------------------------------------------------- private answers


def _values(tree: Tree, site: str) -> tuple[list[Value], int]:
    """The values of a decoded answer, and how many rows of it were a listing's or a person's."""
    leaves: list[Leaf] = tree.leaves
    told = told_by_rows(leaves)
    page = told_by_page(leaves)
    values = [*told.values, *page.values, *title_values(_text(tree), page)]
    evidence = told.listed + (page.files if page.files > 1 else 0) + (page.people if page.people > 1 else 0)
    for piece in data_in_scripts(leaves):
        found = _script_rows(piece)
        values += found.values
        evidence += found.listed
    others = [leaf for leaf in leaves if id(leaf.row) not in told.rows]
    for finding in detect(others, tree.wholes, {}, Confidence.POSSIBLE):
        if finding.kind in _KINDS and _stands(finding.kind, finding.confidence, finding.value):
            values.append(Value(finding.kind, finding.value))
    own = f"@{site}"
    return [value for value in values if not (value.kind == "person.email" and _is_own(value.text, own))], evidence


def _stands(kind: str, confidence: Confidence, text: str) -> bool:
    """In a private answer a doubtful name counts when it has the words of one."""
    return confidence >= Confidence.LIKELY or (kind == "file.name" and " " in text.strip())


def _is_own(address: str, own: str) -> bool:
    """`site@site.example`: the site's own mailbox, not somebody's."""
    local, _, host = address.lower().rpartition("@")
    return f"@{host}" == own and local == own[1:].partition(".")[0]


def _text(tree: Tree) -> str:
    """The page as markup, where the answer is one."""
    for leaf in tree.leaves:
        node = leaf.node
        while isinstance(node, Node):
            if node.codec.name == "html":
                return to_text(node.data)
            node = node.parent.node
    return ""


class _Found(NamedTuple):
    values: list[Value]
    listed: int


def _script_rows(piece: str) -> _Found:
    """Values of the data that a script begins with."""
    try:
        data, _ = json.JSONDecoder().raw_decode(piece)
    except (ValueError, RecursionError):
        return _Found([], 0)
    body = json.dumps(data).encode()
    message = Message(
        "GET", "https", "script", 443, b"/", ((b"Content-Type", b"application/json"),), Body(body), Kind.RESPONSE
    )
    told = told_by_rows(Tree(message).leaves)
    return _Found(told.values, told.listed)


def _pages(request: Message, form: str, ctx: Context) -> Iterator[Observation]:
    """The pages that the answer makes signed in: the document itself, and the page that asked."""
    now = ctx.now.timestamp()
    if form == "html":
        yield Observation("private-answer", ctx.client, origin_of(request.url), request.url, now)
        return
    site = site_of_answer(request, ctx)
    candidates = page_candidates(request, ctx)
    full = [page for page in candidates if page.source in _PAGES]
    full = full or [page for page in candidates if page.source is PageSource.NAVIGATION][:1]
    for page in full[:2]:
        if site_of(page.url) == site:
            yield Observation("private-answer", ctx.client, origin_of(page.url), page.url, now)


# ---------------------------------------------------------------------- public answers


def _common(answer: Message, limits: Limits) -> Iterator[str]:
    """Texts that everybody is shown: strings of data and scripts, texts between tags."""
    found = 0
    for match in _COMMON_TEXTS.finditer(to_text(_plain(answer, limits))):
        text = match[1].strip()
        if " " in text and is_surprising(text):
            yield text
            found += 1
            if found >= _PUBLIC_MOST:
                break


def _plain(answer: Message, limits: Limits) -> bytes:
    """The body with its content codings undone; nothing when that fails."""
    body, fuel = answer.body.data or b"", Fuel(limits)
    declared = b"" if answer.body.fidelity is not Fidelity.WIRE else answer.header(b"content-encoding").lower()
    for token in reversed([word.strip() for word in declared.decode("latin-1").split(",") if word.strip()]):
        hint = Hint("body", "", "", token)
        answers = [codec.open(body, hint, fuel) for codec in CONTENT_CODINGS.get(token, ())]
        opened = next((each for each in answers if isinstance(each, Opened)), None)
        value = opened.fields[0].value if opened is not None else b""
        body = value if isinstance(value, bytes) else b""
    return body
