"""One decision, explained to a person: who receives it, what was found and why, which rule, and what leaves instead.

Values and whole addresses are shown only when asked for; otherwise a value is its length, and paths and addresses have
their variable parts replaced. The constants that stand for a value are shown always: they say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console, RenderableType
from rich.console import Group as Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from taciturn.adapters.report.changes import FieldChange, field_changes
from taciturn.adapters.report.console import SEVERITY_STYLE, VERDICT_STYLE, print_parts
from taciturn.adapters.report.record import UNKNOWN, is_unknown
from taciturn.adapters.report.terminal import masked, printable
from taciturn.limits import DEFAULT, Limits
from taciturn.model.decision import Coverage, Decision, Effect, Verdict
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.message import Fidelity, Message, PageCandidate
from taciturn.model.safe import safe_path, safe_url
from taciturn.operators import is_stand_in

_SHOWN = 100  # characters of a value
_BAR = 24  # cells
_SAYS = {
    Verdict.ALLOW: "leaves as it is",
    Verdict.REPORT: "leaves as it is, and is reported",
    Verdict.REDACT: "leaves without what the rules take out",
    Verdict.BLOCK: "does not leave; a stand-in answers it",
}
_UNKNOWN = "a rule is about the body, and the capture lacks it (or a part of it)"
_FIDELITY = {
    Fidelity.WIRE: "",
    Fidelity.CONTENT_DECODED: "the capture holds the body unpacked",
    Fidelity.TEXT_GUESS: "the capture holds the body as text; its bytes were guessed",
    Fidelity.PARAMS_ONLY: "rebuilt from the fields that the capture lists",
    Fidelity.ABSENT: "a body was sent that the capture does not hold: unknown, not clean",
    Fidelity.TRUNCATED: "the capture holds a part of the body: unknown, not clean",
}


class Explanation:
    """Prints one decision. `show_values` is for a person's own terminal."""

    def __init__(
        self, message: Message, decision: Decision, show_values: bool = False, limits: Limits = DEFAULT
    ) -> None:
        self.message = message
        self.decision = decision
        self.show_values = show_values
        self.limits = limits

    def print(self, console: Console) -> None:
        sections = (self._section(name, part) for name, part in self._parts())
        print_parts(console, [self._title(), Padding(self._facts(), (0, 0, 0, 1)), *sections])

    def _section(self, name: str, part: RenderableType) -> RenderableType:
        return Lines(Text(f" {name}", style="bold underline"), Padding(part, (0, 0, 0, 3)))

    def _parts(self) -> Iterator[tuple[str, RenderableType]]:
        decision = self.decision
        if decision.findings:
            yield "Found", Lines(*(self._finding(finding) for finding in decision.findings))
        if decision.roles:
            yield "Known by the vendor's dictionary", self._roles(decision.roles)
        if decision.rules:
            yield "Rules", self._rules()
        if decision.uninspectable:
            yield "Could not be looked into", self._unread()
        if decision.effect is Effect.FORWARD_EDITED and decision.outgoing is not None:
            changes = field_changes(self.message, decision.outgoing, self.limits)
            yield (
                f"What leaves instead ({decision.edits} edit{'' if decision.edits == 1 else 's'})",
                self._changes(changes),
            )
        elif decision.answer is not None:
            answer = decision.answer
            yield "What the page gets instead", Text(f"{answer.status} {answer.surrogate}, {len(answer.body)} bytes")

    def _title(self) -> Text:
        message, decision = self.message, self.decision
        title = Text(f" {printable(message.method)} ", style="bold")
        title.append(self._address(message))
        unknown = is_unknown(message, decision)
        verdict = UNKNOWN if unknown else decision.verdict.value
        title.append(f"\n\n {verdict}", style=VERDICT_STYLE[verdict])
        title.append(f"  {_UNKNOWN if unknown else _SAYS[decision.verdict]}", style="dim")
        return title

    def _address(self, message: Message) -> str:
        if self.show_values:
            return printable(message.url)
        return printable(safe_url(message.scheme, message.host, message.target))

    def _facts(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        table.add_column(overflow="fold")
        for name, text in self._told():
            table.add_row(name, text)
        return table

    def _told(self) -> Iterator[tuple[str, Text]]:
        decision, tracker = self.decision, self.decision.tracker
        if tracker is not None:
            about = f"{tracker.category}, {tracker.owner}".strip(", ")
            yield "receiver", Text.assemble((printable(tracker.name), "bold"), f"  {printable(about)}")
            if tracker.endpoint:
                yield "endpoint", Text(printable(tracker.endpoint))
        else:
            yield "receiver", Text(f"{printable(self.message.host)}, on no list")
        yield "party", Text(decision.party.value)
        for candidate in self.message.page:
            yield "page", Text(f"{self._page(candidate)}  ({candidate.source.value})")
        body = self.message.body
        size = f"{len(body.data):,} bytes" if body.data else "none"
        note = _FIDELITY[body.fidelity]
        yield "body", Text(f"{size}{'; ' if note else ''}{note}")
        if any(decision.coverage):
            yield "understood", _coverage(decision.coverage)

    def _page(self, candidate: PageCandidate) -> str:
        try:
            return self._address(Message.from_url("GET", candidate.url))
        except ValueError:
            return "{*}"

    def _finding(self, finding: Finding) -> RenderableType:
        head = Text(f"{finding.kind:<18} ", style="bold")
        head.append(f"{finding.confidence.word:<9}", style="none")
        head.append(printable(self._path(finding)))
        head.append(f"  {self._value(finding.value)}", style="italic")
        lines = [head]
        if finding.layers:
            lines.append(Text(f"  through  {' → '.join(finding.layers)}", style="dim"))
        if finding.known_from:
            lines.append(Text(f"  known    {printable(finding.known_from)}", style="dim"))
        for signal in finding.evidence:
            lines.append(Text(f"  because  {printable(signal.why)} ({signal.family}, {signal.detector})", style="dim"))
        return Lines(*lines)

    def _path(self, hit: Finding | RoleHit) -> str:
        return hit.field_path if self.show_values else safe_path(hit.safe_path)

    def _value(self, value: str | None) -> str:
        if value is None:
            return ""
        if self.show_values or is_stand_in(value):
            return printable(value, _SHOWN)
        return masked(value)

    def _roles(self, roles: Iterable[RoleHit]) -> RenderableType:
        table = _grid()
        for role in roles:
            value = Text(self._value(role.value), style="italic")
            table.add_row(Text(role.kind), Text(printable(self._path(role))), value)
        return table

    def _rules(self) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for rule in self.decision.rules:
            name = rule.rule + (f" (excepted by {rule.excepted})" if rule.excepted else "")
            severity = Text(rule.severity, style=SEVERITY_STYLE.get(rule.severity, ""))
            table.add_row(
                Text(name, style="bold"), Text(rule.stage), Text(rule.action), severity, Text(printable(rule.why))
            )
        return table

    def _unread(self) -> RenderableType:
        table = _grid()
        for item in self.decision.uninspectable:
            size = Text(f"{item.bytes:,} bytes" if item.bytes else "", style="dim")
            table.add_row(Text(item.reason, style="yellow"), Text(printable(safe_path(item.where))), size)
        return table

    def _changes(self, changes: list[FieldChange]) -> RenderableType:
        if not changes:
            return Text("no field that can be read differs", style="dim")
        lines: list[Text] = []
        for change in changes:
            path = printable(change.path if self.show_values else safe_path(change.path))
            if change.before is not None:
                lines.append(Text(f"- {path}  {self._value(change.before)}", style="red"))
            if change.after is not None:
                lines.append(Text(f"+ {path}  {self._value(change.after)}", style="green"))
        return Lines(*lines)


def _grid() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    return table


def _coverage(coverage: Coverage) -> Text:
    filled = int(_BAR * coverage.share)
    bar = Text("━" * filled, style="green")
    bar.append("━" * (_BAR - filled), style="red")
    share = "100 %" if coverage.share == 1.0 else f"{min(coverage.share * 100, 99.9):.1f} %"
    told = f"{coverage.explained:,} bytes as structure, {coverage.scanned:,} as text, {coverage.opaque:,} opaque"
    bar.append(f" {share}: {told}", style="none")
    return bar
