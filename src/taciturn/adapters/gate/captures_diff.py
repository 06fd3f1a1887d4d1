"""One policy over two captures, yesterday's and today's: entries differ, so findings are compared by their keys, and
receivers by the page classes from which they were contacted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from taciturn.adapters.gate import difference as diff
from taciturn.adapters.gate.asserting import contacts_of
from taciturn.adapters.gate.difference import ABSENT, Appeared, Difference, FieldShift, Shift, Side
from taciturn.adapters.gate.scopes import class_names
from taciturn.adapters.report.contacts import Contact, In, Tally
from taciturn.adapters.report.keys import Key, Seen, findings_of, key_of, severity_rank
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.record import Record


class _Who(NamedTuple):
    """Somebody who is contacted, and from pages of which class."""

    page: str
    name: str
    category: str
    owner: str


@dataclass(slots=True)
class _Stop:
    """What the rules made of the messages to one receiver, the weakest of them, and the worst severity."""

    seen: Seen
    messages: list[str] = field(default_factory=list)
    count: int = 0
    name: str = ""


@dataclass(slots=True)
class _Place:
    """A kind of data at a place, over all messages of a run."""

    receiver: str
    leaves: bool = False
    verdict: str = "block"
    severity: str = ""
    confidence: str = ""
    count: int = 0
    messages: list[str] = field(default_factory=list)


def compare_captures(before: Side, after: Side, private: Sequence[str] = diff.PRIVATE) -> Difference:
    """What is new in the second capture. Page classes in `private` are those on which a new tracker is worse."""
    least = severity_rank(after.report.fail_on)
    whole = before.report.complete and after.report.complete
    return Difference(
        diff.CAPTURES,
        before.name,
        after.name,
        sum(file.messages for side in (before, after) for file in side.report.files),
        tuple(sorted(_shifts(before, after, least), key=_order)),
        tuple(sorted(_fields(before, after, least), key=_order)),
        tuple(sorted(_receivers(before, after, private), key=lambda one: (not one.worse, one.gone, one.page, one[:3]))),
        tuple(_notes(before, after)),
        complete=whole,
        require_complete=after.report.require_complete,
    )


def _order(one: Shift | FieldShift) -> tuple[bool, bool, int, str, int]:
    over = one.after == ABSENT if isinstance(one, Shift) else not one.leaves
    return not one.worse, over, -severity_rank(one.severity), one.receiver, -one.number


# ---------------------------------------------------------------------- what rules made of it


def _shifts(before: Side, after: Side, least: int) -> Iterator[Shift]:
    """By rule, receiver, endpoint and pages; which field it was is told beside it."""
    first, second = _stops(before.report), _stops(after.report)
    for key in dict.fromkeys((*second, *first)):
        was, now = first.get(key), second.get(key)
        one = now or was
        if one is None or (was is not None and now is not None and was.seen.verdict == now.seen.verdict):
            continue
        before_word = was.seen.verdict if was is not None else ABSENT
        after_word = now.seen.verdict if now is not None else ABSENT
        weaker = was is not None and now is not None and diff.is_weaker(before_word, after_word)
        grave = diff.graver(was.seen.severity if was else "", now.seen.severity if now else "")
        yield Shift(
            diff.changed_to(after_word) if now is not None else "gone",
            before_word,
            after_word,
            one.name,
            key.endpoint,
            key.page,
            (key.rule,),
            grave,
            one.count,
            tuple(one.messages),
            diff.WEAKER if weaker and severity_rank(grave) >= least else "",
        )


def _stops(report: Report) -> dict[Key, _Stop]:
    out: dict[Key, _Stop] = {}
    for name, record in _named(report):
        for key, seen in {seen.key._replace(field="", kind=""): seen for seen in findings_of(record)}.items():
            stop = out.setdefault(key, _Stop(seen, name=record.receiver))
            stop.seen = stop.seen.worst(seen)
            stop.count += 1
            stop.messages = [*stop.messages, name][: diff.EXAMPLES]
    return out


# ---------------------------------------------------------------------- fields


def _fields(before: Side, after: Side, least: int) -> Iterator[FieldShift]:
    first, second = _places(before), _places(after)
    for key in dict.fromkeys((*second, *first)):
        was, now = first.get(key), second.get(key)
        left, leaving = was is not None and was.leaves, now is not None and now.leaves
        one = now if leaving else was or now
        if left == leaving or one is None:
            continue
        severity = diff.graver(was.severity if was else "", now.severity if now else "")
        yield FieldShift(
            key,
            one.receiver,
            leaving,
            was.verdict if was is not None else ABSENT,
            severity,
            one.confidence,
            one.count,
            tuple(one.messages),
            diff.LEAKING if leaving and severity_rank(severity) >= least else "",
        )


def _places(side: Side) -> dict[Key, _Place]:
    """Findings, and of the roles those that a rule is about: a page's title goes to every tracker there is."""
    keepers = side.keepers()
    out: dict[Key, _Place] = {}
    for name, record in _named(side.report):
        for hit in (*record.findings, *(role for role in record.roles if role.rules)):
            key = key_of(record, "", hit.kind, hit.path)
            place = out.setdefault(key, _Place(record.receiver))
            place.leaves |= diff.leaves(record, [hit], hit.path, keepers)
            place.verdict = diff.weakest(place.verdict, record.verdict)
            place.severity = diff.graver(place.severity, diff.severity_at(record, [hit]))
            place.confidence = place.confidence or hit.confidence
            place.count += 1
            if len(place.messages) < diff.EXAMPLES and name not in place.messages:
                place.messages.append(name)
    return out


# ---------------------------------------------------------------------- receivers


def _receivers(before: Side, after: Side, private: Sequence[str]) -> Iterator[Appeared]:
    """Who is contacted from pages of which class, silent messages included."""
    first, second = _who(before), _who(after)
    for who, tally in second.items():
        if who not in first:
            worse = diff.TRACKER if who.category and who.page in private else ""
            yield Appeared(who.name, who.category, who.owner, who.page, False, tally.count, tuple(tally.first), worse)
    for who, tally in first.items():
        if who not in second:
            yield Appeared(who.name, who.category, who.owner, who.page, True, tally.count, tuple(tally.first))


def _who(side: Side) -> dict[_Who, Tally]:
    names = class_names(side.engine)
    first = len(side.engine.rules.assertions)
    out: dict[_Who, Tally] = {}
    for contact, tally in contacts_of(side.report.files).tallies.items():
        if not isinstance(contact, Contact) or contact.where.scope < first:
            continue
        ref = contact.tracker
        page = names[contact.where.scope - first]
        who = _Who(page, contact.name, (ref.category or "tracker") if ref else "", contact.owner)
        out.setdefault(who, Tally()).add(tally.count, tally.first)
    listed = {who.name for who in out}
    for file in side.report.files:
        for ref, count in file.trackers.items():
            if ref.name not in listed:  # from pages of no class
                out.setdefault(_Who("", ref.name, ref.category or "tracker", ref.owner), Tally()).add(count, ())
    return out


def _notes(before: Side, after: Side) -> Iterator[str]:
    """Where one capture cannot speak for a page class, what is new there is new because nobody looked before."""
    visits = contacts_of(before.report.files).visits, contacts_of(after.report.files).visits
    start = len(after.engine.rules.assertions)
    for index, name in enumerate(class_names(after.engine), start):
        seen = [bool(one.get(In(index, True))) for one in visits]
        if seen[0] != seen[1]:
            where = after.name if seen[1] else before.name
            yield f"pages of class {name} were seen in {where} only"
    for side in (before, after):
        if not side.report.complete:
            yield f"the evidence of {side.name} is incomplete"


def _named(report: Report) -> Iterator[tuple[str, Record]]:
    many = len(report.files) > 1
    for index, file in enumerate(report.files, 1):
        for record in file.records:
            yield (f"{index}:{record.name}" if many else record.name), record
