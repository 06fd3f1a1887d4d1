"""How much a capture can prove: what it lacks, what that means, and how to record it better.

"No finding" says something only where there was something to find in. A `Gap` names one kind of lack with a constant
word, how often it was met and a few entries; its sentences stand in `KINDS`. A kind is *incomplete* when a leak could
hide behind it, and a note otherwise. docs/reference/evidence.md explains every kind.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.model.decision import THIRD_PARTIES, Decision
from taciturn.model.message import Fidelity, Message

NAMED = 8  # entries that a gap names
# What a site or a session may be like, so that a person can say that it is meant; bytes that were lost never are.
ACCEPTABLE = (
    "no-third-party", "no-navigation", "no-page-events", "no-content", "private-answers", "service-worker",
    "blocked-requests", "websocket-messages",
)  # fmt: skip
_MISSING = frozenset({"absent", "truncated"})  # the engine's reasons for a body that it asked for in vain
_CREDENTIALS = frozenset({b"cookie", b"Cookie", b"COOKIE", b"authorization", b"Authorization"})
_FETCH = frozenset({b"sec-fetch-mode", b"Sec-Fetch-Mode", b"sec-fetch-site", b"Sec-Fetch-Site"})
_WITH_PROXY = "record through mitmproxy, which keeps every body"


class Kind(NamedTuple):
    """What a gap means and how to do better: whole sentences, without a value."""

    incomplete: bool
    means: str
    mend: str


KINDS: Mapping[str, Kind] = {
    "empty": Kind(
        True,
        "The capture holds no entry.",
        "Record again; the recorder was stopped before anything was sent, or a filter hid everything.",
    ),
    "cut-off": Kind(
        True,
        "The capture ends in the middle, so what was sent later is not in it.",
        "Let the recorder finish: close the browser context, or wait for the export, before the file is copied.",
    ),
    "odd-entries": Kind(
        True,
        "These entries could not be read, so nobody knows what they sent.",
        "Export again with another recorder, or mend the entries by hand; the report tells why each is odd.",
    ),
    "late-entries": Kind(
        True,
        "These entries stand so far behind their time in the file that they were judged too late: what pages and "
        "answers before them showed was not known.",
        "Sort the entries by startedDateTime before the replay.",
    ),
    "late-pages": Kind(
        True,
        "The list of pages stands behind the entries, and came when the first of them had been judged: which page sent "
        "them was not known.",
        "Replay the file itself instead of piping it, so that it can be looked through first.",
    ),
    "bodies": Kind(
        True,
        "A body was sent that the capture does not hold (keepalive and cloned requests, Blobs and uploads are often "
        "left out), and a rule is about it.",
        f"Export with content, or {_WITH_PROXY}.",
    ),
    "beacon-bodies": Kind(
        True,
        "A page sent data with sendBeacon, and the recorder left the body out: browsers' own exports often do.",
        f"Instead of the browser's export, {_WITH_PROXY}.",
    ),
    "redirected-bodies": Kind(
        True,
        "A body was sent to an address that redirected it, and the recorder kept it for neither request.",
        f"Instead of the browser's export, {_WITH_PROXY}.",
    ),
    "truncated-bodies": Kind(
        True,
        "A body was recorded only in part, or with its binary bytes replaced.",
        f"Raise the recorder's limit on bodies, or {_WITH_PROXY}.",
    ),
    "other-fields": Kind(
        True,
        "The recorder's list of a form's fields names some that its text of the same body does not hold; the text was "
        "judged.",
        f"Export again, or {_WITH_PROXY}.",
    ),
    "websocket-messages": Kind(
        True,
        "A WebSocket to a third party was opened, and the recorder kept none of its messages.",
        "Record with Chrome's network panel, a current Playwright or mitmproxy, which keep them.",
    ),
    "answer-bodies": Kind(
        True,
        "A rule is about what these answers hold, and the capture lacks their bodies.",
        'Export with content ("Save all as HAR with content", record_har_content="embed").',
    ),
    "no-content": Kind(
        True,
        "No answer has its body: the capture was recorded without content, so what a page showed to a person cannot be "
        "recognised when it leaves.",
        'Export with content ("Save all as HAR with content", record_har_content="embed").',
    ),
    "private-answers": Kind(
        True,
        "Answers to a signed-in person could not be read (no body, taken from a cache, too large), so their values "
        "cannot be recognised when they leave.",
        "Record with a fresh profile, the cache disabled and bodies kept.",
    ),
    "service-worker": Kind(
        True,
        "A service worker gave answers, and nothing that a worker sent is in the capture.",
        'Record with service workers blocked (Playwright: service_workers="block"), or through mitmproxy.',
    ),
    "blocked-requests": Kind(
        True,
        "Requests to others were stopped before they left (an extension, the browser's protection, a test's route): "
        "what their scripts would have sent was never made.",
        "Record in a profile without blockers, and without routes that abort.",
    ),
    "no-navigation": Kind(
        True,
        "No page was opened in the capture, so the recording began too late for what a page sends while it loads.",
        "Start recording before the first page is opened, then load it.",
    ),
    "no-page-events": Kind(
        True,
        "No page in the capture had finished loading when the recording ended.",
        "Wait for the load event and a few seconds more before the recording ends.",
    ),
    "no-third-party": Kind(
        True,
        "Nothing was sent to any other site: either the pages have no third party, or it was kept from loading "
        "(consent not given, a blocker, a filtered export).",
        "Give consent in the recording and export unfiltered; if the pages are to have none, --accept-gap "
        "no-third-party says so.",
    ),
    "other-bodies": Kind(
        False,
        "Bodies are missing of requests that no rule is about.",
        f"Nothing, unless a rule should be about them: then {_WITH_PROXY}.",
    ),
    "rebuilt-bodies": Kind(
        False,
        "The recorder kept only names and values of these forms: their bytes were rebuilt, in order and spelling as "
        "near as can be.",
        f"For the exact bytes, {_WITH_PROXY}.",
    ),
    "no-headers": Kind(
        False,
        "These requests have no headers (taken from a cache, or never sent), so their page and cookies are unknown.",
        "Record with the cache disabled.",
    ),
    "unanswered": Kind(
        False,
        "These requests to others got no answer: they failed, or the recording ended first.",
        "Wait a few seconds before the recording ends, and check that the network is reachable.",
    ),
    "no-credentials": Kind(
        False,
        "No request says who is signed in: recorded signed out, or an export that removes cookies. Values are then "
        "recognised by their form and not by where they were shown.",
        'For signed-in pages, export with sensitive data (Chrome: "Allow to generate HAR with sensitive data").',
    ),
    "no-pages": Kind(
        False,
        "The recorder lists no pages: which page sent a request is told by navigations and headers.",
        "Nothing: proxies and traces know no pages.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of lack in a capture. All of it may be printed."""

    kind: str  # a key of KINDS
    count: int = 1
    entries: tuple[int, ...] = ()  # the first few, as in log.entries

    @property
    def incomplete(self) -> bool:
        """Whether a leak could hide behind it."""
        return KINDS[self.kind].incomplete

    @property
    def means(self) -> str:
        return KINDS[self.kind].means

    @property
    def mend(self) -> str:
        return KINDS[self.kind].mend


@dataclass(slots=True)
class Seen:
    """What was noticed while a capture was walked. Two of them, of two parts of one capture, add up."""

    counts: Counter[str] = field(default_factory=Counter)
    entries: dict[str, list[int]] = field(default_factory=dict)
    pages: int = 0  # that the capture lists
    timed: int = 0  # of which it notes events at all
    loaded: int = 0  # of which it says when they had been loaded

    def note(self, kind: str, entry: int) -> None:
        """Counts one, and keeps the number of its entry if it is among the first."""
        self.counts[kind] += 1
        named = self.entries.setdefault(kind, [])
        if len(named) < NAMED and entry not in named:
            named.append(entry)

    def message(self, entry: int, message: Message, decision: Decision, beacon: bool, status: int) -> None:
        """What a request or a WebSocket message says of the capture.

        Args:
            beacon: whether the page wants no answer; recorders leave such bodies out.
            status: of the answer; 0 or less when there was none.
        """
        counts = self.counts
        counts["messages"] += 1
        fidelity = message.body.fidelity
        if fidelity is Fidelity.ABSENT or fidelity is Fidelity.TRUNCATED:
            self.note(_body_kind(fidelity, decision, beacon, status), entry)
        elif fidelity is Fidelity.PARAMS_ONLY:
            self.note("rebuilt-bodies", entry)
        if decision.party in THIRD_PARTIES:
            counts["third-party"] += 1
            if status <= 0:
                self.note("unanswered", entry)
        if not message.headers:
            self.note("no-headers", entry)
        elif "credentials" not in counts and not _CREDENTIALS.isdisjoint([name for name, _ in message.headers]):
            counts["credentials"] = 1
        if "browser" not in counts and (message.page or not _FETCH.isdisjoint([name for name, _ in message.headers])):
            counts["browser"] = 1

    def held(self, held: bool | None) -> None:
        """Whether an answer's body is in the capture."""
        if held is not None:
            self.counts["held" if held else "not-held"] += 1

    def add(self, other: Seen) -> None:
        """Adds what was noticed in the next part of the capture: the sum is what one walk would have noticed."""
        known = "held" in self.counts  # then nobody asks any more
        for kind, count in other.counts.items():
            if not (known and kind in ("held", "not-held")):
                self.counts[kind] = 1 if kind in _ONCE else self.counts[kind] + count
        for kind, entries in other.entries.items():
            named = self.entries.setdefault(kind, [])
            named.extend([entry for entry in entries if entry not in named][: NAMED - len(named)])
        self.pages = max(self.pages, other.pages)
        self.timed = max(self.timed, other.timed)
        self.loaded = max(self.loaded, other.loaded)

    def gaps(self, entries: int, odd: Iterable[int], cut_off: bool) -> tuple[Gap, ...]:
        """Everything that the capture lacks, the weightiest first."""
        counts = self.counts
        whole = {kind: Gap(kind, counts[kind], tuple(self.entries.get(kind, ()))) for kind in KINDS if counts[kind]}
        strange = list(odd)
        if strange:
            whole["odd-entries"] = Gap("odd-entries", len(strange), tuple(strange[:NAMED]))
        sure = {
            "empty": not entries,
            "cut-off": cut_off,
            "no-content": bool(counts["not-held"]) and not counts["held"],
            "service-worker": bool(counts["through-worker"]) and not counts["by-worker"],
            "no-navigation": bool(counts["browser"]) and not counts["navigation"],
            "no-page-events": self.timed > 0 and not self.loaded,
            "no-third-party": bool(counts["messages"]) and not counts["third-party"],
            "no-credentials": bool(counts["messages"]) and not counts["credentials"],
            "no-pages": bool(counts["browser"]) and not self.pages,
        }
        for kind, met in sure.items():
            if met:
                whole[kind] = Gap(kind, 1, tuple(self.entries.get(_SAMPLE.get(kind, kind), ())))
        return tuple(whole[kind] for kind in KINDS if kind in whole)


_ONCE = frozenset({"credentials", "browser"})  # noted, not counted
_SAMPLE = {"service-worker": "through-worker"}


def _body_kind(fidelity: Fidelity, decision: Decision, beacon: bool, status: int) -> str:
    if not any(item.reason in _MISSING for item in decision.uninspectable):
        return "other-bodies"
    if fidelity is Fidelity.TRUNCATED:
        return "truncated-bodies"
    if beacon:
        return "beacon-bodies"
    return "redirected-bodies" if 300 <= status < 400 else "bodies"
