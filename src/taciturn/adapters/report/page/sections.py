"""What stands below the findings: assertions, the baseline, approvals, and what the captures could not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from taciturn.adapters.report.evidence import KINDS
from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.outcome import FAILED, FileReport, Report
from taciturn.adapters.report.page import words
from taciturn.adapters.report.page.findings import severity
from taciturn.adapters.report.page.markup import NOTHING, Markup, Piece, join, tag, text
from taciturn.rules.standing import Standing

NAMED = 12  # entries named for one gap


def section(name: str, title: str, *pieces: Piece) -> Markup:
    """A section with its heading, or nothing when there is nothing in it."""
    inside = join(pieces)
    if not inside:
        return NOTHING
    return tag("section", tag("h2", title, id=f"{name}-title"), inside, id=name, aria_labelledby=f"{name}-title")


def table(caption: str, columns: Sequence[str], rows: Iterable[Iterable[Piece]]) -> Markup:
    """A table whose first column names the row, without the columns in which nothing stands; nothing when there is no
    row."""
    cells = [[text(piece or "") for piece in row] for row in rows]
    if not cells:
        return NOTHING
    used = [at for at in range(len(columns)) if not at or any(row[at] for row in cells)]
    body = (tag("tr", tag("th", row[0], scope="row"), *(tag("td", row[at]) for at in used[1:])) for row in cells)
    heads = tag("thead", tag("tr", *(tag("th", columns[at], scope="col") for at in used)))
    whole = tag("table", tag("caption", caption), heads, tag("tbody", *body), class_="plain")
    return tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label=caption)


def assertions(report: Report) -> Markup:
    rows = (_failure(report, failure) for failure in report.assertions)
    columns = ("Pages", "Assertion", "Seen instead", "Severity", "Messages")
    return section("assertions", "Assertions", table("Assertions that do not hold", columns, rows))


def _failure(report: Report, failure: Failure) -> list[Piece]:
    where = f"{failure.file}, line {failure.line}" if failure.line else failure.file
    what = [failure.what, tag("small", failure.why) if failure.why else None]
    state = None if failure.state == FAILED else tag("small", "no page of a capture is one of them")
    passed = failure.state == FAILED and not report.is_grave(failure.severity)
    below = tag("small", "below the threshold") if passed else None
    return [
        tag("code", failure.pages),
        join([tag("code", failure.check), tag("small", where) if where else None]),
        join([*what, state]),
        join([severity(failure.severity), below]),
        " ".join(failure.messages),
    ]


def baseline(report: Report) -> Markup:
    """What is new, gone and stale; what is known is counted."""
    compared = report.baseline
    if compared is None:
        return NOTHING
    told = (
        f"Compared with {compared.path}: {words.count(len(compared.new), 'new finding')}, "
        f"{len(compared.known):,} known, {len(compared.gone):,} gone, {len(compared.stale):,} stale."
    )
    names = {tracker.id: tracker.name for tracker in report.trackers()}
    fresh = [names.get(receiver, receiver) for receiver in first_seen(compared)]
    return section(
        "baseline",
        "Since the baseline",
        tag("p", told, class_="hint"),
        tag("p", "First seen in this run: ", tag("b", ", ".join(fresh)), class_="hint") if fresh else None,
        _noted("New", compared.new),
        _noted("Gone", compared.gone),
        _noted("Stale", compared.stale),
        tag("ul", *(tag("li", note) for note in compared.notes)) if compared.notes else None,
    )


def first_seen(compared: Compared) -> list[str]:
    """Ids of the trackers, and hosts, of which the baseline says nothing at all."""
    known = {noted.key.receiver for noted in (*compared.known, *compared.gone, *compared.stale)}
    return sorted({noted.key.receiver for noted in compared.new} - known)


def _noted(caption: str, lines: tuple[Noted, ...]) -> Markup:
    columns = ("Receiver", "Rule", "Data", "Field", "Page class", "Severity", "Why")
    rows = (
        (
            line.key.endpoint or line.key.receiver,
            tag("code", line.key.rule),
            tag("code", line.key.kind),
            tag("code", line.key.field or "the whole message", class_="path"),
            line.key.page,
            severity(line.severity),
            join([line.why, *_pledge(line.reason, line.owner, line.until)]),
        )
        for line in lines
    )
    return table(caption, columns, rows)


def _pledge(reason: str, owner: str, until: datetime | None) -> list[Piece]:
    day = f"until {until:%Y-%m-%d}" if until else ""
    said = " · ".join(word for word in (reason, owner, day) if word)
    return [tag("small", said) if said else None]


def rules(report: Report) -> Markup:
    """What a run went through: the rules in force, those first that found something."""
    found = Counter(match.rule for record in report.records for match in record.rules)
    rows = (
        (
            tag("code", rule.rule),
            words.VERDICTS.get(rule.action, (rule.action,))[0],
            severity(rule.severity),
            rule.why,
            f"{found[rule.rule]:,}" if found[rule.rule] else tag("span", "none", class_="note"),
        )
        for rule in sorted(report.rules, key=lambda rule: (-found[rule.rule], rule.rule))
    )
    columns = ("Rule", "Outcome", "Severity", "Why", "Messages")
    return section("rules", "Rules in force", table("Every message went through these", columns, rows))


def approvals(standings: tuple[Standing, ...]) -> Markup:
    rows = (
        (
            tag("code", standing.id),
            tag("code", standing.rule),
            standing.owner,
            tag("time", f"{standing.until:%Y-%m-%d}", datetime=standing.until.isoformat()),
            tag("span", standing.state, class_=f"state {standing.state}"),
            words.count(standing.used or 0, "message"),
        )
        for standing in standings
    )
    columns = ("Approval", "Rule", "Owner", "Until", "State", "Used")
    return section("approvals", "Approvals", table("Approvals, those first that need an eye", columns, rows))


class _Lack(NamedTuple):
    """A kind of gap, over all captures."""

    kind: str
    times: int
    places: tuple[str, ...]  # entries, or numbers of captures
    hole: bool  # a leak could hide behind it


def evidence(report: Report) -> Markup:
    """What a clean verdict does not cover: what the captures lack, and what nobody could read."""
    gathered = _gathered(report.files)
    holes = [lack for lack in gathered if lack.hole]
    notes = [lack for lack in gathered if not lack.hole]
    rows = ((name, f"{size:,}") for name, size in report.opaque().most_common())
    return section(
        "evidence",
        "What the captures could not show",
        tag("p", *_understood(report), class_="hint"),
        *(tag("p", file.error.partition("\n")[0], class_="unreadable") for file in report.files if file.error),
        tag("p", "Nothing is missing behind which a leak could hide.") if report.complete else None,
        _odd(report.files),
        _lacks("Gaps: a leak could hide behind each", holes),
        tag("details", tag("summary", f"Also noted ({len(notes)})"), _lacks("Notes", notes)) if notes else None,
        table("Opaque bytes by tracker", ("Tracker", "Bytes"), rows),
    )


def _understood(report: Report) -> list[Piece]:
    coverage = report.coverage()
    told: list[Piece] = []
    if any(coverage):
        opaque = f"; {coverage.opaque:,} are opaque" if coverage.opaque else ""
        told.append(f"{words.share(coverage.share)} of the bytes that went to trackers were understood{opaque}. ")
    shown = sum(file.shown for file in report.files)
    if shown:
        answers = words.count(sum(file.teachers for file in report.files), "private answer")
        told.append(f"{words.count(shown, 'value')} that {answers} showed were looked for in what left.")
    return told


def _gathered(files: list[FileReport]) -> list[_Lack]:
    found: dict[tuple[str, bool], tuple[int, list[str]]] = {}
    for number, file in enumerate(files, 1):
        counted = {gap.kind for gap in file.holes}
        for gap in file.evidence:
            count, places = found.get((gap.kind, gap.kind in counted), (0, []))
            prefix = f"{number}:" if len(files) > 1 else ""
            named = [f"{prefix}{entry}" for entry in gap.entries] or [f"capture {number}"] * (len(files) > 1)
            found[gap.kind, gap.kind in counted] = (count + gap.count, places + named)
    order = {kind: at for at, kind in enumerate(KINDS)}
    lacks = [_Lack(kind, count, tuple(places), hole) for (kind, hole), (count, places) in found.items()]
    return sorted(lacks, key=lambda lack: order[lack.kind])


def _lacks(caption: str, lacks: list[_Lack]) -> Markup:
    rows = (
        (
            tag("code", lack.kind),
            join([KINDS[lack.kind].means, tag("small", KINDS[lack.kind].mend)]),
            f"{lack.times:,}",
            tag("span", _some(lack.places), class_="entries"),
        )
        for lack in lacks
    )
    return table(caption, ("Gap", "What it means, and the mend", "Times", "Where"), rows)


def _odd(files: list[FileReport]) -> Markup:
    """Entries that could not be read, by why."""
    found: dict[str, list[str]] = {}
    for number, file in enumerate(files, 1):
        for odd in file.odd:
            found.setdefault(odd.why, []).append(f"{number}:{odd.entry}" if len(files) > 1 else str(odd.entry))
    rows = (
        (tag("code", why), f"{len(names):,}", tag("span", _some(names), class_="entries"))
        for why, names in sorted(found.items())
    )
    return table("Entries that could not be read", ("Why", "Entries", "Which"), rows)


def _some(names: Sequence[str]) -> str:
    more = f" + {len(names) - NAMED:,}" if len(names) > NAMED else ""
    return " ".join(names[:NAMED]) + more


def captures(report: Report) -> Markup:
    columns = ("No.", "Capture", "Recorded by", "Entries", "Messages", "Blocked", "Redacted", "Noted", "Evidence")
    rows = (
        (
            str(index),
            tag("code", file.path, class_="path"),
            file.creator,
            f"{file.entries:,}",
            f"{file.messages:,}",
            *(f"{file.verdicts[verdict]:,}" for verdict in ("block", "redact", "report")),
            "unreadable" if file.error else "complete" if file.complete else "incomplete",
        )
        for index, file in enumerate(report.files, 1)
    )
    return section(
        "captures",
        "Captures",
        table(
            "The number before an entry is that of its capture" if len(report.files) > 1 else "What was replayed",
            columns,
            rows,
        ),
    )
