"""The top of the page: the verdict in plain words, the figures, what needs an eye, and which page talks to whom."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from taciturn.adapters.report.grouping import worse
from taciturn.adapters.report.outcome import Report, interruption
from taciturn.adapters.report.page import words
from taciturn.adapters.report.page.findings import severity
from taciturn.adapters.report.page.markup import NOTHING, Markup, Piece, anchor, tag
from taciturn.adapters.report.page.matrix import Matrix
from taciturn.adapters.report.page.model import Model, Receiver
from taciturn.adapters.report.terminal import printable
from taciturn.rules.standing import ACTIVE, ENDED, ENDING


def headline(report: Report) -> str:
    """What the exit code says."""
    code, failing = report.exit_code, len(report.failing)
    if code in (2, 4):
        return "A capture could not be read" + (" to its end" if code == 4 else "")
    if report.interrupted:
        return "Interrupted: only a part was judged"
    if code == 1 and failing:
        anew = ", beyond the baseline" if report.baseline is not None else ""
        return f"{words.count(failing, 'message')} break{'s' if failing == 1 else ''} your rules{anew}"
    if code == 1:
        return "What was asked for does not hold"
    least = f"Nothing of severity {report.fail_on} or above" if report.worst else "Nothing breaks your rules"
    clean = "Nothing new breaks your rules" if report.known else least
    if code == 3:
        return f"{clean}, but the evidence is incomplete"
    return clean + ("" if report.complete else ", as far as the captures show")


def verdict_section(report: Report, model: Model) -> Markup:
    code = report.exit_code
    tone = {0: "clean" if report.complete else "unsure", 3: "unsure"}.get(code, "broken")
    meant = {0: "a pipeline passes", 3: "a pipeline fails, because completeness was asked for"}.get(
        code, "a pipeline fails"
    )
    lede = f"Counted from severity {report.fail_on} on. Exit code {code}: {meant}."
    return tag(
        "section",
        tag("p", *_eyebrow(report), class_="eyebrow"),
        tag("h1", headline(report), id="verdict"),
        tag("p", lede, " ", _story(report), class_="lede"),
        _figures(report, model),
        class_=f"verdict-section {tone}",
        aria_labelledby="verdict",
    )


def _eyebrow(report: Report) -> list[Piece]:
    what = printable(report.files[0].path) if len(report.files) == 1 else words.count(len(report.files), "capture")
    when = report.now.strftime("%Y-%m-%d %H:%M UTC")
    return [f"Replay of {what}", " · ", tag("time", when, datetime=report.now.isoformat(timespec="seconds"))]


def _story(report: Report) -> str:
    """One sentence on what would have happened."""
    verdicts, trackers = report.verdicts(), report.trackers()
    to_trackers = words.count(sum(trackers.values()), "message")
    if not trackers:
        return "No message went to a tracker."
    parts = []
    if verdicts["block"]:
        parts.append(f"{verdicts['block']:,} would not have left")
    if verdicts["redact"]:
        parts.append(f"{verdicts['redact']:,} would have left with fields taken out")
    if verdicts["report"]:
        parts.append(f"{verdicts['report']:,} would have left as they are, with a note")
    outcome = "; ".join(parts) or "all of it would have left as it is"
    known = len(report.known)
    more = f" The baseline knows {words.count(known, 'message')} of these." if known else ""
    return f"{to_trackers} went to {words.count(len(trackers), 'tracker')}: {outcome}.{more}"


def _figures(report: Report, model: Model) -> Markup:
    files, verdicts = report.files, report.verdicts()
    trackers, coverage = report.trackers(), report.coverage()
    figures = [
        (f"{sum(file.messages for file in files):,}", "messages read"),
        (f"{sum(trackers.values()):,}", f"to {words.count(len(trackers), 'tracker')}"),
        (f"{verdicts['block']:,}", "blocked"),
        (f"{verdicts['redact']:,}", "redacted"),
        (f"{verdicts['report']:,}", "noted"),
        (f"{verdicts['unknown']:,}", "unknown"),
    ]
    if any(coverage):
        figures.append((words.share(coverage.share), "understood of what went to trackers"))
    items = (
        tag("div", tag("dt", label), tag("dd", number), class_="none" if number == "0" else None)
        for number, label in figures
    )
    return tag("dl", *items, class_="figures")


def matrix_section(model: Model, matrix: Matrix) -> Markup:
    """Receivers down, pages across; each cell leads to its findings."""
    if not model.receivers:
        return NOTHING
    head = tag(
        "tr",
        tag("th", "Receiver", scope="col"),
        tag("th", "All pages", scope="col"),
        *(tag("th", tag("span", label), scope="col") for label in matrix.columns),
    )
    site = f"of {matrix.site}" if matrix.site else ""
    hint = (
        f"Messages to {words.count(len(model.receivers), 'receiver')} other than the site itself, by page",
        f" {site}" if site else "",
        ". “3 of 12”: three of twelve messages carried something that a rule is about; the mark shows how severe.",
    )
    rows = (_row(receiver, model, matrix) for receiver in model.receivers)
    caption = tag("caption", "Messages by receiver and page", class_="sr")
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows), id="matrix")
    frame = tag("div", table, class_="scroll", tabindex=0, role="region", aria_labelledby="map-title")
    title = tag("h2", "Which page talks to whom", id="map-title")
    return tag("section", title, tag("p", *hint, class_="hint"), frame, id="map", aria_labelledby="map-title")


def _row(receiver: Receiver, model: Model, matrix: Matrix) -> Markup:
    said: dict[int, int] = {}
    for at in receiver.sent:
        column = matrix.of_page[model.sent[at].page]
        said[column] = said.get(column, 0) + 1
    total: dict[int, int] = {}
    for (_, page), count in receiver.talks.items():
        column = matrix.of_page[page]
        total[column] = total.get(column, 0) + count
    worst = worst_by_column(receiver, model, matrix)
    cells = [
        _cell(said.get(at, 0), total.get(at, 0), worst.get(at, ""), receiver.name, label)
        for at, label in enumerate(matrix.columns)
    ]
    whole = _cell(len(receiver.sent), receiver.messages, receiver.severity, receiver.name)
    name = tag("th", tag("span", receiver.name), tag("small", receiver.category), scope="row")
    return tag("tr", name, whole, *cells)


def worst_by_column(receiver: Receiver, model: Model, matrix: Matrix) -> dict[int, str]:
    """The worst severity of a receiver's findings, by column."""
    found: dict[int, str] = {}
    for block in receiver.blocks.values():
        for place in block.places.values():
            for at in place.sent:
                column = matrix.of_page[model.sent[at].page]
                found[column] = worse(found.get(column, ""), block.severity)
    return found


def _cell(said: int, total: int, worst: str, receiver: str, column: str = "") -> Markup:
    """How many messages carried something, of how many; without a column, of all pages."""
    total = max(said, total)
    if not total:
        return tag("td")
    if not said:
        return tag("td", tag("span", f"{total:,}", class_="quiet"))
    state = f"receiver={quote(printable(receiver), safe='')}"
    if column:
        state += f"&page={quote(printable(column), safe='')}"
    return tag("td", anchor(state, severity(worst, quiet=True), tag("b", f"{said:,}"), tag("span", f" of {total:,}")))


def contents(entries: list[tuple[str, str, int | None]]) -> Markup:
    """Links to the sections, with how many things stand there."""
    items = (
        tag("li", anchor(target, name), tag("span", f"{number:,}", class_="n") if number is not None else None)
        for target, name, number in entries
    )
    return tag("nav", tag("ul", *items), aria_label="On this page", class_="contents")


def attention(report: Report) -> Markup:
    """What somebody should know before trusting the verdict; nothing when there is nothing of the kind."""
    notes: list[Piece] = []
    if shows_values(report):
        notes.append("Values from traffic are on this page: it was made with --show-values. Keep it to yourself.")
    if report.interrupted:
        notes.append(f"This is a part of the report, {interruption(report)}.")
    if report.mode != "enforce":
        notes.append("The policy ran in report mode: everything would have left as it is.")
    broken = report.broken
    if broken:
        notes.append(f"{words.count(len(broken), 'assertion does', 'assertions do')} not hold.")
    if report.baseline is not None and report.baseline.new:
        notes.append(f"{words.count(len(report.baseline.new), 'finding')} the baseline does not know.")
    if not report.complete:
        notes.append("The evidence is incomplete: what the captures lack cannot be judged.")
    notes.append(_approvals(report))
    items = [tag("li", note) for note in notes if note]
    return tag("ul", *items, class_="attention", aria_label="Worth knowing") if items else NOTHING


def shows_values(report: Report) -> bool:
    """Whether the person asked for values."""
    return any(hit.value is not None for record in report.records for hit in (*record.findings, *record.roles))


def _approvals(report: Report) -> str:
    """The approvals that somebody should look at, counted by why."""
    states = Counter(
        standing.state if standing.state != ACTIVE else "unused"
        for standing in report.standings()
        if standing.remarkable
    )
    said = {ENDED: "ended, without effect", ENDING: "ending within 30 days", "unused": "not needed by anything"}
    told = "; ".join(f"{count} {said[state]}" for state, count in states.items())
    return f"Approvals that need an eye: {told}." if told else ""
