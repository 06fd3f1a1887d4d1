"""The replay report as one comment on a pull or merge request.

First what fails, as a table of who gets what; then what is new and gone beside the baseline, what could not be looked
at, and the rest folded away. The first line is a comment that nobody sees: by it a bot finds the comment that it wrote
before, and writes it anew.

GitHub takes 65,536 characters. A row is written only when it fits with everything that has to follow, and every table
that was cut says how many rows it lacks. Whatever is not ours is code or plain words (adapters/report/markup.py), so it
links nowhere, notifies nobody and closes no tag.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.gating import Noted
from taciturn.adapters.report.issues import KNOWN, NEW, Issue, issues_of, pages_in_words, redacted, together
from taciturn.adapters.report.markup import code, prose
from taciturn.adapters.report.outcome import FAILED, Report
from taciturn.adapters.report.places import checkout, relative
from taciturn.adapters.report.shortfalls import Shortfall, shortfalls_of
from taciturn.adapters.report.words import counted, entries_of, headline

MARKER = "<!-- taciturn-replay -->"
LONGEST = 65_536  # bytes, which are never fewer than GitHub's characters
_CUT_LINE, _LAST_LINE = 120, 600  # bytes kept to say that a table was cut, and which of them are missing
_RECEIVERS = 40  # rows of the first table, which nobody has to unfold
_RECEIVER_HEAD = "| who gets it | what, in how many fields | rule | on pages | messages |\n|---|---|---|---|--:|\n"
_ENTRIES = 4


def write_markdown(report: Report, file: TextIO, style: Style) -> None:
    """The comment, whole or honestly cut."""
    file.write(as_markdown(report))


def as_markdown(report: Report, most: int = LONGEST, marker: bool = True) -> str:
    """The report in at most `most` bytes of UTF-8."""
    page, root = _Page(most), checkout()
    if marker:
        page.write(MARKER + "\n")
    _head(page, report)
    issues = issues_of(report)
    failing = [issue for issue in issues if issue.failing]
    rows = _receivers(failing)
    page.rows(f"\n{_RECEIVER_HEAD}", rows[:_RECEIVERS], "receivers and rules")
    _assertions(page, report)
    _baseline(page, report, issues)
    _evidence(page, list(shortfalls_of(report)), root, len(report.files) > 1)
    more = rows[_RECEIVERS:]
    _folded(page, "More receivers and rules", _RECEIVER_HEAD, more, str)
    _places(page, "Where it was seen", failing, root)
    _places(page, "Below the threshold", [i for i in issues if not (i.failing or i.excepted or i.state == KNOWN)], root)
    _places(page, "Known to the baseline", [issue for issue in issues if issue.state == KNOWN], root)
    _places(page, "Let through by an approval", [issue for issue in issues if issue.excepted], root)
    _gone(page, report)
    _captures(page, report, root)
    return page.finished()


@dataclass(slots=True)
class _Page:
    """Text that grows to a number of bytes and no further, and knows what it had no room for."""

    most: int
    _size: int = 0
    _parts: list[str] = field(default_factory=list)
    _left_out: list[str] = field(default_factory=list)

    def write(self, text: str, reserve: int = 0) -> bool:
        """Takes the text when it fits, with `reserve` bytes for what has to follow and some for the last line."""
        size = len(text.encode("utf-8"))
        if self._size + size + reserve + _LAST_LINE > self.most:
            return False
        self._parts.append(text)
        self._size += size
        return True

    def rows(self, head: str, rows: Sequence[str], title: str, what: str = "row", after: str = "") -> None:
        """A head and as many rows as fit; then how many do not, and `after`. Nothing where there are no rows."""
        if not rows:
            return
        reserve = _CUT_LINE + len(after.encode("utf-8"))
        if not self.write(head + rows[0], reserve):
            self._left_out.append(title)
            return
        left = len(rows) - 1
        for row in rows[1:]:
            if not self.write(row, reserve):
                break
            left -= 1
        if left:
            self.write(f"\n… and {counted(left, f'more {what}')}: the other formats list all of them.\n", len(after))
        self.write(after)

    def finished(self) -> str:
        """The text, with a last line when something is missing from it."""
        if self._left_out:
            self._parts.append(f"\nNo room here for: {'; '.join(self._left_out)}. The other formats hold all of it.\n")
        return "".join(self._parts)


def _head(page: _Page, report: Report) -> None:
    sign = "✅" if report.exit_code == 0 and report.complete else "⚠️" if report.exit_code in (0, 3) else "❌"
    page.write(f"### {sign} taciturn: {headline(report)}\n\n")
    trackers, files = report.trackers(), report.files
    entries, messages = sum(file.entries for file in files), sum(file.messages for file in files)
    facts = [
        counted(len(files), "capture"),
        counted(entries, "entry", "entries"),
        counted(messages, "message"),
        f"{sum(trackers.values()):,} of them to {counted(len(trackers), 'tracker')}",
        f"policy in {report.mode} mode",
    ]
    page.write(" · ".join(facts) + "\n")


def _receivers(issues: list[Issue]) -> list[str]:
    """One row for a receiver and a rule."""
    groups: dict[tuple[str, str, str], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.receiver, issue.rule.rule, issue.state), []).append(issue)
    return [_receiver(group) for group in groups.values()]


def _receiver(issues: list[Issue]) -> str:
    first, tracker = issues[0], issues[0].tracker
    about = ", ".join(prose(word) for word in (tracker.owner, tracker.category) if word) if tracker else "on no list"
    fields: dict[str, set[str]] = {}
    for issue in issues:
        fields.setdefault(issue.key.kind, set()).add(issue.key.field)
    kinds = ", ".join(f"{code(kind)}{f' ×{len(named)}' if len(named) > 1 else ''}" for kind, named in fields.items())
    mark = "**new** " if first.state == NEW else ""
    pages = ", ".join(code(page) for page in dict.fromkeys(issue.key.page for issue in issues) if page)
    return (
        f"| {mark}{prose(first.receiver)} ({about or '–'}) | {kinds} | {code(first.rule.rule)} {first.severity} "
        f"| {pages or '–'} | {together(issues):,} |\n"
    )


def _assertions(page: _Page, report: Report) -> None:
    rows = [
        f"| {code(one.pages)} | {code(one.check)} | {prose(one.what)} | {prose(one.why) if one.why else '–'} "
        f"| {one.severity if one.state == FAILED else 'not tested'} |\n"
        for one in report.assertions
    ]
    head = "\n| assertion on | check | seen | why | severity |\n|---|---|---|---|---|\n"
    page.rows(head, rows, "assertions", "assertion")


def _baseline(page: _Page, report: Report, issues: list[Issue]) -> None:
    found = report.baseline
    if found is None:
        return
    new = sum(issue.state == NEW for issue in issues)
    text = f"\n**Beside the baseline:** {new:,} new, {len(found.known):,} known, {len(found.gone):,} gone"
    stale = f", {len(found.stale):,} entries that cannot apply any more" if found.stale else ""
    page.write(f"{text}{stale}.\n")
    page.rows("\n", [f"- {prose(note)}\n" for note in found.notes], "notes on the baseline", "note")


def _evidence(page: _Page, lacks: list[Shortfall], root: str, many: bool) -> None:
    rows = []
    for lack in lacks:
        if lack.incomplete:
            where = f" ({lack.where})" if lack.where else ""
            times = f" ×{lack.times:,}" if lack.times > 1 else ""
            capture = f" in {code(relative(lack.path, root))}" if many else ""
            rows.append(f"- {code(lack.kind)}{times}{capture}{where}: {prose(lack.means)} {prose(lack.mend)}\n")
    head = "\n**The evidence is incomplete: a leak could hide behind this.**\n\n"
    page.rows(head, rows, "gaps in the evidence", "gap")


def _places(page: _Page, title: str, issues: list[Issue], root: str) -> None:
    head = "| what goes where | before and after | rule | capture: entries |\n|---|---|---|---|\n"
    _folded(page, title, head, issues, lambda issue: _place(issue, root))


def _place(issue: Issue, root: str) -> str:
    place = issue.places[0]
    hit = place.hit
    pages = f" on {prose(pages_in_words(issue.key.page))}" if issue.key.page else ""
    more = f" and {counted(len(issue.captures) - 1, 'other capture')}" if len(issue.captures) > 1 else ""
    shown = redacted(hit) if hit else place.record.url
    return (
        f"| {code(issue.key.kind)} to {prose(issue.receiver)}{pages} | {code(shown)} "
        f"| {code(issue.rule.rule)} {issue.severity} "
        f"| {code(relative(place.path, root))}: {entries_of(issue, _ENTRIES)}{more} |\n"
    )


def _gone(page: _Page, report: Report) -> None:
    found = report.baseline
    if found is None:
        return
    head = "| rule | what | why |\n|---|---|---|\n"
    _folded(page, "Gone since the baseline", head, found.gone, _noted)
    _folded(page, "Entries of the baseline that cannot apply", head, found.stale, _noted)


def _noted(one: Noted) -> str:
    key = one.key
    what = f"{code(key.kind)} to {prose(key.receiver)}{f' in {code(key.field)}' if key.field else ''}"
    return f"| {code(key.rule)} | {what} | {prose(one.why) if one.why else '–'} |\n"


def _captures(page: _Page, report: Report, root: str) -> None:
    head = "| capture | entries | messages | complete |\n|---|--:|--:|---|\n"
    rows = [
        f"| {code(relative(file.path, root))} | {file.entries:,} | {file.messages:,} "
        f"| {'unreadable' if file.error else 'yes' if file.complete else 'no'} |\n"
        for file in report.files
    ]
    _folded(page, "Captures", head, rows, str)


def _folded[T](page: _Page, title: str, head: str, items: Sequence[T], row: Callable[[T], str]) -> None:
    titled = f"{title} ({len(items):,})"
    opening = f"\n<details><summary>{titled}</summary>\n\n{head}"
    page.rows(opening, [row(item) for item in items], titled, after="\n</details>\n")
