"""Whatever stands in a baseline and in a run: nothing passes that no entry names, as it is now."""

from __future__ import annotations

from datetime import timedelta

from gate_kit import NOW, POLICY, hit, match, record, report
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.gate.baseline import Baseline, Entry, with_entries
from taciturn.adapters.gate.compare import apply, compare, entries_of, pruned, rewritten
from taciturn.adapters.report.keys import STRENGTH, SURENESS, Seen, findings_of
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.record import SEVERITIES, Record

pages = st.sampled_from([(), ("signed-in",), ("signed-in?",), ("shop", "signed-in")])
verdicts = st.sampled_from(["report", "redact", "block"])
severities = st.sampled_from(["low", "high", "critical"])
sureness = st.sampled_from(["possible", "certain"])
paths = st.sampled_from(["query.a", "body$.rows[0].b", "body$.rows[7].b"])


def records(severity_of: dict[str, str]) -> st.SearchStrategy[Record]:
    return st.sampled_from(sorted(severity_of)).flatmap(lambda rule: _records(rule, severity_of[rule]))


@st.composite
def _records(draw: st.DrawFn, rule: str, severity: str) -> Record:
    found = draw(st.lists(st.builds(hit, st.just("file.name"), paths, sureness, st.just(rule)), max_size=2))
    return record(
        draw(st.integers(0, 99)),
        draw(verdicts),
        severity,
        rules=(match(rule, severity),),
        findings=tuple(found),
        page_classes=draw(pages),
    )


# In one run a rule has one severity; from run to run it may change.
runs = st.fixed_dictionaries({"files": severities, "ads": severities}).flatmap(
    lambda severity_of: st.lists(records(severity_of), max_size=4)
)
ends = st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=9)])


def baseline(known: list[Record], until: list[object]) -> Baseline:
    entries = entries_of(report(*known, fail_on="info"))
    return with_entries(
        Baseline({}), [entry._replace(until=end) for entry, end in zip(entries, until * 9, strict=False)]
    )


def is_named(seen: Seen, entry: Entry | None) -> bool:
    return (
        entry is not None
        and SEVERITIES.index(seen.severity) <= SEVERITIES.index(entry.severity)
        and STRENGTH[seen.verdict] >= STRENGTH[entry.verdict]
        and SURENESS[seen.confidence] <= SURENESS[entry.confidence]
        and (entry.until is None or entry.until > NOW)
    )


def passes(known: Baseline, run: list[Record]) -> bool:
    judged: Report = report(*run)
    apply(compare(known, "b.yaml", judged, POLICY), judged)
    return judged.exit_code == 0


@given(runs, runs, st.lists(ends, min_size=1))
def test_run_passes_exactly_when_every_grave_finding_is_named_as_it_is(
    known: list[Record], run: list[Record], until: list[object]
) -> None:
    given_ = baseline(known, until)
    grave = [seen for one in run for seen in findings_of(one) if seen.severity != "low"]
    assert passes(given_, run) == all(is_named(seen, given_.entries.get(seen.key)) for seen in grave)


@given(runs, runs, st.lists(ends, min_size=1), st.booleans())
def test_pruning_never_lets_more_pass_and_is_done_once(
    known: list[Record], run: list[Record], until: list[object], complete: bool
) -> None:
    before = baseline(known, until)
    after = pruned(before, compare(before, "b.yaml", report(*run, complete=complete), POLICY))
    assert after.entries.keys() <= before.entries.keys()
    for key, entry in after.entries.items():
        was = before.entries[key]
        assert is_named(Seen(key, entry.severity, entry.verdict, entry.confidence), was._replace(until=None))
        assert entry.until == was.until
    assert passes(after, run) == passes(before, run)
    assert pruned(after, compare(after, "b.yaml", report(*run, complete=complete), POLICY)) == after


@given(runs, runs)
def test_a_baseline_just_written_lets_its_own_run_pass(known: list[Record], run: list[Record]) -> None:
    old = baseline(known, [None])
    judged = report(*run)
    assert passes(rewritten(old, entries_of(judged), compare(old, "b.yaml", judged, POLICY)), run)
