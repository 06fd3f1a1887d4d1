"""Assertions of the configuration against what a run has counted: what does not hold, and what nothing was seen of.

Counted is what the pages ask for: a request that the policy stops is a contact too, because the page still makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from taciturn.adapters.report.contacts import Contact, Contacts, Grave, In, Tally, in_order
from taciturn.adapters.report.gating import Failure
from taciturn.adapters.report.outcome import UNMATCHED, FileReport
from taciturn.adapters.report.record import SEVERITIES
from taciturn.rules.assertion import NONE, Assertion

_NAMED = 5  # parties named in one sentence
_UNSURE = "; whether they came from these pages is not known for certain"


def contacts_of(files: Sequence[FileReport]) -> Contacts:
    """The contacts of all captures. Messages are named as elsewhere: with the number of their capture if there are
    several."""
    total = Contacts()
    for index, file in enumerate(files, 1):
        total.add(file.contacts, f"{index}:" if len(files) > 1 else "")
    return total


def failures(assertions: Sequence[Assertion], files: Sequence[FileReport]) -> tuple[Failure, ...]:
    """What does not hold, in the order of the configuration."""
    if not assertions:
        return ()
    contacts = contacts_of(files)
    return tuple(failure for index, one in enumerate(assertions) for failure in _checked(one, index, contacts))


def _checked(assertion: Assertion, index: int, contacts: Contacts) -> Iterator[Failure]:
    if not contacts.visits.get(In(index, True)):
        perhaps = contacts.visits.get(In(index, False), 0)
        what = "no page in these captures is one of them"
        if perhaps:
            what += f"; of {_count(perhaps, 'message')} nobody can tell"
        yield _failure(assertion, "pages", what)._replace(state=UNMATCHED)
    tallies = sorted(contacts.tallies.items(), key=lambda item: [in_order(name) for name in item[1].first])
    others = [(what, tally) for what, tally in tallies if isinstance(what, Contact) and what.where.scope == index]
    graves = [(what, tally) for what, tally in tallies if isinstance(what, Grave) and what.where.scope == index]
    yield from _on_trackers(assertion, others)
    yield from _on_unknown(assertion, others)
    yield from _on_number(assertion, others, contacts.left_out.get(index, 0))
    yield from _on_owners(assertion, others)
    yield from _on_severity(assertion, graves)


_Others = list[tuple[Contact, Tally]]


def _on_trackers(assertion: Assertion, others: _Others) -> Iterator[Failure]:
    wanted = assertion.no_tracker
    if wanted is None:
        return
    found = [(who, tally) for who, tally in others if who.tracker is not None and wanted.fits(who.tracker)]
    if found:
        yield _failure(assertion, "no_tracker", _sent(found), found)


def _on_unknown(assertion: Assertion, others: _Others) -> Iterator[Failure]:
    found = [(who, tally) for who, tally in others if who.tracker is None]
    if assertion.no_unknown_third_parties and found:
        yield _failure(assertion, "no_unknown_third_parties", _sent(found), found)


def _on_number(assertion: Assertion, others: _Others, left_out: int) -> Iterator[Failure]:
    most = assertion.max_third_parties
    if most is None:
        return
    parties = dict.fromkeys(who.owner or who.site for who, _ in others)
    if len(parties) > most:
        number = f"{'at least ' * bool(left_out)}{len(parties)}"
        what = f"{number} third {'party' if number == '1' else 'parties'}, not {most}: {_listed(parties)}"
        yield _failure(assertion, "max_third_parties", what, others)


def _on_owners(assertion: Assertion, others: _Others) -> Iterator[Failure]:
    allowed = assertion.only_owners
    if allowed is None:
        return
    found = [(who, tally) for who, tally in others if who.owner not in allowed and who.site not in allowed]
    if found:
        yield _failure(assertion, "only_owners", _sent(found), found)


def _on_severity(assertion: Assertion, graves: list[tuple[Grave, Tally]]) -> Iterator[Failure]:
    if not assertion.max_severity:
        return
    most = -1 if assertion.max_severity == NONE else SEVERITIES.index(assertion.max_severity)
    found = [(what, tally) for what, tally in graves if SEVERITIES.index(what.severity) > most]
    if found:
        worst = max((what.severity for what, _ in found), key=SEVERITIES.index)
        said = f"{_count(_total(found), 'message')} with a finding above {assertion.max_severity}, up to {worst}"
        if most < 0:
            said = f"{_count(_total(found), 'message')} with a finding, up to {worst}"
        yield _failure(assertion, "max_severity", said, found)


def _failure(
    assertion: Assertion, check: str, what: str, found: Sequence[tuple[Contact | Grave, Tally]] = ()
) -> Failure:
    if found and not any(what.where.sure for what, _ in found):
        what += _UNSURE
    names = sorted({name for _, tally in found for name in tally.first}, key=in_order)
    return Failure(
        assertion.pages,
        check,
        what,
        assertion.severity,
        assertion.why,
        file=assertion.place.file,
        line=assertion.place.line,
        messages=tuple(names[:_NAMED]),
    )


def _sent(found: _Others) -> str:
    """Who was sent how much."""
    names = dict.fromkeys(_described(who) for who, _ in found)
    return f"{_count(_total(found), 'message')} to {_listed(names)}"


def _described(who: Contact) -> str:
    if who.tracker is None:
        return f"{who.site} (on no list)"
    return f"{who.name} ({', '.join(word for word in (who.tracker.category, who.owner) if word)})"


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _NAMED
    return ", ".join(listed[:_NAMED]) + (f" and {_count(rest, 'other')}" if rest > 0 else "")


def _total(found: Sequence[tuple[Contact | Grave, Tally]]) -> int:
    return sum(tally.count for _, tally in found)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
