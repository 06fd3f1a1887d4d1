"""A run beside a baseline: what is new, known, gone and stale.

A baseline never hides more than it names. A finding is new although its key is listed when it is graver than it was
written down, when it is surer, when less becomes of it (redacted then, leaving now), or when its entry has ended. And
"not seen" is not "mended": an entry counts as gone for good only if the evidence is complete and a page of its class
was looked at; otherwise it is said why nobody knows, and nothing prunes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from taciturn.adapters.gate.asserting import contacts_of
from taciturn.adapters.gate.baseline import Baseline, Entry, with_entries
from taciturn.adapters.gate.scopes import class_names
from taciturn.adapters.report.contacts import In
from taciturn.adapters.report.gating import Compared, Noted
from taciturn.adapters.report.keys import STRENGTH, SURENESS, Key, Seen, findings_of, severity_rank
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.record import UNINSPECTABLE, Record
from taciturn.engine import Engine
from taciturn.rules.standing import SOON

_EXAMPLES = 3
INCOMPLETE = "not seen, evidence incomplete"


class Policy(NamedTuple):
    """What an entry may name, so that one that can never apply again is known as such."""

    rules: Mapping[str, str]  # id -> stage
    trackers: Collection[str]
    classes: Sequence[str]  # in the order of their scopes
    first_class: int  # number of the scope of the first of them
    generation: str = ""


def policy_of(engine: Engine) -> Policy:
    """The names of a policy whose captures were replayed with the pages of every class counted."""
    rules = {rule.id: rule.stage for rule in engine.rules.rules} | {UNINSPECTABLE: "enforce"}
    first = len(engine.rules.assertions)
    return Policy(rules, engine.catalogue.trackers.keys(), class_names(engine), first, engine.generation)


@dataclass(slots=True)
class _Found:
    """A key as it was seen in a run."""

    seen: Seen
    messages: list[str] = field(default_factory=list)


def found_in(report: Report) -> dict[Key, _Found]:
    """Every key of a run with the worst that was seen of it, and the first few messages."""
    out: dict[Key, _Found] = {}
    many = len(report.files) > 1
    for index, file in enumerate(report.files, 1):
        for record in file.records:
            for seen in findings_of(record):
                found = out.setdefault(seen.key, _Found(seen))
                found.seen = found.seen.worst(seen)
                name = f"{index}:{record.name}" if many else record.name
                if len(found.messages) < _EXAMPLES and name not in found.messages:
                    found.messages.append(name)
    return out


def entries_of(report: Report) -> list[Entry]:
    """The entries that would let everything of a run pass that fails now."""
    found = (one.seen for one in found_in(report).values())
    return [Entry(s.key, s.severity, s.verdict, s.confidence) for s in found if report.is_grave(s.severity)]


# ---------------------------------------------------------------------- comparing


def compare(baseline: Baseline, path: str, report: Report, policy: Policy) -> Compared:
    """Compares a finished run with a baseline. The report itself is not changed."""
    found = found_in(report)
    new: list[Noted] = []
    known: list[Noted] = []
    elsewhere = _by_place(baseline)
    for key, one in found.items():
        entry = baseline.entries.get(key)
        why = _elsewhere(key, elsewhere) if entry is None else _worse(entry, one.seen, report.now)
        noted = _noted(one, entry, why or "")
        if entry is not None and why is None:
            known.append(noted)
        elif report.is_grave(one.seen.severity):
            new.append(noted)
    gone, stale = _unseen(baseline, found, report, policy)
    notes = tuple(_notes(baseline, known, report.now, policy))
    return Compared(path, _sorted(new), _sorted(known), _sorted(gone), _sorted(stale), notes)


def apply(compared: Compared, report: Report) -> None:
    """Puts a comparison into its report: messages of which every grave finding is known fail no longer."""
    known = {noted.key for noted in compared.known}
    report.baseline = compared
    for file in report.files:
        file.records = [_marked(record, report, known) for record in file.records]


def _marked(record: Record, report: Report, known: Collection[Key]) -> Record:
    grave = [seen.key for seen in findings_of(record) if report.is_grave(seen.severity)]
    return record._replace(known=True) if grave and all(key in known for key in grave) else record


def pruned(baseline: Baseline, compared: Compared) -> Baseline:
    """The baseline without what is gone for good or stale, and as strict as what was seen: it never gets longer, and no
    entry weaker."""
    seen = {noted.key: noted for noted in compared.known}
    out = {noted.key for noted in compared.stale} | {noted.key for noted in compared.gone if not noted.why}
    kept = (entry for key, entry in baseline.entries.items() if key not in out)
    return with_entries(baseline, (_tightened(entry, seen.get(entry.key)) for entry in kept))


def rewritten(old: Baseline, entries: Sequence[Entry], compared: Compared | None) -> Baseline:
    """A new baseline: these entries, with what people wrote beside those of the old one, and the old entries of which
    nobody knows whether they are gone."""
    made = {entry.key: entry for entry in entries}
    for key, before in old.entries.items():
        if key in made:
            made[key] = made[key]._replace(reason=before.reason, owner=before.owner, until=before.until)
    for noted in compared.gone if compared is not None else ():
        if noted.why:
            made[noted.key] = old.entries[noted.key]
    return with_entries(old, made.values())


def _tightened(entry: Entry, noted: Noted | None) -> Entry:
    if noted is None:
        return entry
    return entry._replace(severity=noted.severity, verdict=noted.verdict, confidence=noted.confidence)


def _worse(entry: Entry, seen: Seen, now: datetime) -> str | None:
    """Why a listed finding is new again; None when it is not."""
    said = []
    if entry.until is not None and entry.until <= now:
        said.append(f"its entry ended on {entry.until:%Y-%m-%d}")
    if severity_rank(seen.severity) > severity_rank(entry.severity):
        said.append(f"severity {seen.severity}, {entry.severity} before")
    if STRENGTH[seen.verdict] < STRENGTH[entry.verdict]:
        said.append(f"{seen.verdict}, {entry.verdict} before")
    if SURENESS[seen.confidence] > SURENESS[entry.confidence]:
        said.append(f"{seen.confidence}, {entry.confidence or 'not found by a detector'} before")
    return "; ".join(said) or None


def _by_place(baseline: Baseline) -> dict[Key, list[str]]:
    """Page classes of entries that differ in nothing else."""
    out: dict[Key, list[str]] = {}
    for key in baseline.entries:
        out.setdefault(key._replace(page=""), []).append(key.page)
    return out


def _elsewhere(key: Key, places: Mapping[Key, list[str]]) -> str:
    """An entry for other pages excuses nothing here, and whoever reads that wants to know it."""
    pages = places.get(key._replace(page=""))
    return f"known on {_pages_in_words(pages)} only" if pages else ""


def _pages_in_words(pages: Sequence[str]) -> str:
    named = ", ".join(page for page in pages if page)
    others = "pages of no class" if "" in pages else ""
    return " and ".join(part for part in (f"pages of class {named}" if named else "", others) if part)


def _noted(one: _Found, entry: Entry | None, why: str) -> Noted:
    seen = one.seen
    notes = (entry.reason, entry.owner, entry.until) if entry is not None else ("", "", None)
    return Noted(seen.key, seen.severity, seen.verdict, seen.confidence, why, *notes, tuple(one.messages))


def _unseen(
    baseline: Baseline, found: Mapping[Key, _Found], report: Report, policy: Policy
) -> tuple[list[Noted], list[Noted]]:
    gone: list[Noted] = []
    stale: list[Noted] = []
    visited = _visited(report, policy)
    for key, entry in baseline.entries.items():
        if key in found:
            continue
        ended = _stale(entry, report.now, policy)
        why = ended or _unproved(key, report, visited)
        noted = Noted(key, entry.severity, entry.verdict, entry.confidence, why, entry.reason, entry.owner, entry.until)
        (stale if ended else gone).append(noted)
    return gone, stale


def _stale(entry: Entry, now: datetime, policy: Policy) -> str:
    key = entry.key
    if key.rule not in policy.rules:
        return f"there is no rule `{key.rule}`"
    if policy.rules[key.rule] in ("draft", "shadow"):
        return f"rule `{key.rule}` is at stage {policy.rules[key.rule]}"
    if key.tracker and key.tracker not in policy.trackers:
        return f"there is no tracker `{key.tracker}`"
    missing = [name for name, _ in _classes(key) if name not in policy.classes]
    if missing:
        return f"there is no page class `{missing[0]}`"
    if entry.until is not None and entry.until <= now:
        return f"it ended on {entry.until:%Y-%m-%d}"
    return ""


def _unproved(key: Key, report: Report, visited: Collection[tuple[str, bool]]) -> str:
    """Why not seeing an entry proves nothing; "" when it does."""
    if not report.complete:
        return INCOMPLETE
    for name, sure in _classes(key):
        if (name, sure) not in visited:
            return f"not seen, and no page of class {name} was"
    return ""


def _classes(key: Key) -> Iterator[tuple[str, bool]]:
    for name in key.page.split("+") if key.page else ():
        yield name.removesuffix("?"), not name.endswith("?")


def _visited(report: Report, policy: Policy) -> set[tuple[str, bool]]:
    """The page classes of which messages were seen: (name, True) for sure, (name, False) at least perhaps."""
    visits = contacts_of(report.files).visits
    out: set[tuple[str, bool]] = set()
    for index, name in enumerate(policy.classes, policy.first_class):
        sure, perhaps = visits.get(In(index, True)), visits.get(In(index, False))
        out |= {(name, True)} if sure else set()
        out |= {(name, False)} if sure or perhaps else set()
    for record in report.records:
        out |= {(name.removesuffix("?"), not name.endswith("?")) for name in record.page_classes}
    return out


def _notes(baseline: Baseline, known: Sequence[Noted], now: datetime, policy: Policy) -> Iterator[str]:
    rules = {key.rule for key in baseline.entries}
    if rules and not rules & policy.rules.keys():
        yield "none of its rules is in this policy: is it the baseline of another one?"
    elif baseline.rules and policy.generation and baseline.rules != policy.generation:
        yield "the rules have changed since it was written"
    for noted in known:
        if noted.until is not None and noted.until <= now + SOON:
            asked = f"; ask {noted.owner} whether it goes on" if noted.owner else ""
            what = f"{noted.key.rule} to {noted.key.receiver} ends on {noted.until:%Y-%m-%d} and fails from then on"
            yield what + asked


def _sorted(noted: list[Noted]) -> tuple[Noted, ...]:
    return tuple(sorted(noted, key=lambda one: (-severity_rank(one.severity), one.key)))
