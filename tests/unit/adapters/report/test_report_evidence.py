"""How much a capture can prove."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_kit import message

from taciturn.adapters.report.evidence import ACCEPTABLE, KINDS, NAMED, Gap, Seen
from taciturn.adapters.report.outcome import FileReport, Odd
from taciturn.model.decision import Decision, Effect, Party, Uninspectable, Verdict
from taciturn.model.message import Body, Fidelity

ROOT = Path(__file__).resolve().parents[4]
OTHER = Decision(Verdict.ALLOW, Effect.FORWARD, Party.TRACKER)
ASKED = replace(OTHER, uninspectable=(Uninspectable("absent", "body"),))
ABSENT, CUT = Body(None, Fidelity.ABSENT), Body(b"{", Fidelity.TRUNCATED)
SIGNED_IN = ((b"cookie", b"sid=1"), (b"sec-fetch-mode", b"cors"))


def seen_of(body: Body, decision: Decision = OTHER, *, beacon: bool = False, status: int = 200) -> Seen:
    seen = Seen()
    seen.message(7, message(body=body, headers=SIGNED_IN), decision, beacon, status)
    seen.counts["navigation"] = 1
    return seen


@pytest.mark.parametrize(
    ("seen", "kinds"),
    [
        (seen_of(Body(b"")), ["no-pages"]),
        (seen_of(ABSENT, ASKED), ["bodies", "no-pages"]),
        (seen_of(ABSENT, ASKED, beacon=True), ["beacon-bodies", "no-pages"]),
        (seen_of(ABSENT, ASKED, status=307), ["redirected-bodies", "no-pages"]),
        (seen_of(CUT, ASKED), ["truncated-bodies", "no-pages"]),
        (seen_of(ABSENT), ["other-bodies", "no-pages"]),
        (seen_of(Body(b"a=1", Fidelity.PARAMS_ONLY)), ["rebuilt-bodies", "no-pages"]),
        (seen_of(Body(b""), status=0), ["unanswered", "no-pages"]),
        (seen_of(Body(b""), replace(OTHER, party=Party.FIRST)), ["no-third-party", "no-pages"]),
    ],
    ids=["whole", "absent", "beacon", "redirected", "cut", "no-rule", "params", "unanswered", "alone"],
)
def test_gaps_of_one_message(seen: Seen, kinds: list[str]) -> None:
    assert [gap.kind for gap in seen.gaps(1, (), False)] == kinds


def test_gaps_of_nothing_at_all_say_so() -> None:
    assert Seen().gaps(0, (), False) == (Gap("empty"),)


def test_gaps_name_the_first_entries_of_many() -> None:
    seen = Seen()
    for entry in range(20):
        seen.note("websocket-messages", entry)
    (gap,) = seen.gaps(20, (), False)
    assert (gap.count, gap.entries, gap.incomplete) == (20, tuple(range(NAMED)), True)
    (odd,) = Seen().gaps(20, range(5, 20), False)
    assert (odd.kind, odd.count, odd.entries) == ("odd-entries", 15, tuple(range(5, 13)))


@pytest.mark.parametrize(
    ("counts", "pages", "kind"),
    [
        ({"browser": 1}, (0, 0, 0), "no-navigation"),
        ({}, (2, 2, 0), "no-page-events"),
        ({"not-held": 4}, (0, 0, 0), "no-content"),
        ({"through-worker": 2}, (0, 0, 0), "service-worker"),
        ({"messages": 3, "third-party": 1}, (0, 0, 0), "no-credentials"),
    ],
    ids=["late-start", "ended-early", "without-content", "worker", "signed-out"],
)
def test_gaps_of_a_whole_capture(counts: dict[str, int], pages: tuple[int, int, int], kind: str) -> None:
    seen = Seen()
    seen.counts.update(counts)
    seen.pages, seen.timed, seen.loaded = pages
    assert kind in [gap.kind for gap in seen.gaps(3, (), False)]


@pytest.mark.parametrize(
    "counts",
    [{"not-held": 4, "held": 1}, {"through-worker": 2, "by-worker": 1}, {"browser": 1, "navigation": 1, "pages": 1}],
    ids=["some-content", "worker-seen", "navigated"],
)
def test_gaps_of_a_capture_that_holds_some_are_none_that_make_it_incomplete(counts: dict[str, int]) -> None:
    seen = Seen()
    seen.counts.update(counts)
    assert not [gap for gap in seen.gaps(3, (), False) if gap.incomplete]


def test_parts_of_one_capture_add_up() -> None:
    one, two = Seen(pages=2, timed=2), Seen(pages=2, timed=2, loaded=1)
    for entry in (1, 9):
        one.note("bodies", entry)
    two.note("bodies", 4)
    both = pickle.loads(pickle.dumps(one))
    both.add(two)
    assert (both.counts["bodies"], both.entries["bodies"], both.pages, both.loaded) == (3, [1, 9, 4], 2, 1)
    assert (one.entries["bodies"], two.entries["bodies"]) == ([1, 9], [4])


def test_every_kind_says_what_it_means_and_how_to_do_better() -> None:
    for kind, told in KINDS.items():
        assert kind.replace("-", "").isalpha()
        assert told.means.endswith(".")
        assert told.mend.endswith(".")
        assert (Gap(kind).means, Gap(kind).mend, Gap(kind).incomplete) == (told.means, told.mend, told.incomplete)
    assert all(KINDS[kind].incomplete for kind in ACCEPTABLE)


def test_file_with_a_hole_is_incomplete_until_it_is_accepted() -> None:
    file = FileReport("a.har", entries=1)
    file.seen.note("no-third-party", 0)
    file.seen.note("other-bodies", 0)
    assert ([gap.kind for gap in file.holes], file.complete) == (["no-third-party"], False)
    file.accepted = frozenset({"no-third-party"})
    assert (file.holes, file.complete, len(file.evidence)) == ((), True, 2)
    file.odd.append(Odd(0, "address"))
    assert [gap.kind for gap in file.holes] == ["odd-entries"]


def test_file_that_is_no_capture_has_no_evidence() -> None:
    file = FileReport("a.har", error="a.har: this is no HAR file")
    assert (file.evidence, file.complete) == ((), False)


def test_reference_page_lists_every_kind_with_what_it_makes_of_a_capture() -> None:
    page = (ROOT / "docs" / "reference" / "evidence.md").read_text()
    listed = re.findall(r"^\| `([a-z-]+)` \| (yes|no) \|", page, re.M)
    assert listed == [(kind, "yes" if told.incomplete else "no") for kind, told in KINDS.items()]
    accepted = page.partition("`--accept-gap KIND`")[2].partition("Lost bodies")[0]
    assert tuple(re.findall(r"`([a-z-]+)`", accepted)) == ACCEPTABLE
