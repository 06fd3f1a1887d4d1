"""Live lines on the terminal: what left, what was taken out, and why; counts at the end.

Everything printed is laid out as plain text (no markup is read from traffic), and control characters are shown as `?`,
so that no request can draw on the terminal. Values appear only with `show_values`, on a person's own screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from taciturn.adapters.events import Decided, Tally
from taciturn.model.decision import Decision, Party, Verdict
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.safe import safe_path

_LOOK = {
    Verdict.ALLOW: ("pass  ", "dim"),
    Verdict.REPORT: ("report", "yellow"),
    Verdict.REDACT: ("redact", "cyan"),
    Verdict.BLOCK: ("block ", "bold red"),
}
_SHOWN_VALUE = 80  # characters


class LiveView:
    """One line a decision worth a look: anything to a tracker, and anything that was not simply passed on."""

    def __init__(self, console: Console | None = None, *, everything: bool = False, show_values: bool = False) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.everything = everything
        self.show_values = show_values
        self.tally = Tally()

    def decided(self, event: Decided) -> None:
        self.tally.decided(event)
        decision = event.decision
        if self.everything or decision.verdict is not Verdict.ALLOW or decision.party is Party.TRACKER:
            self._print(self._line(event))
            for line in self._reasons(decision):
                self._print(line)

    def notice(self, text: str) -> None:
        self._print(Text(f"         {printable(text)}", style="magenta"))

    def close(self) -> None:
        """The counts."""
        counts = self.tally.verdicts
        self._print(Text("\n" + ", ".join(f"{counts[v]} {_WORDS[v]}" for v in Verdict), style="bold"))
        if self.tally.kinds:
            self._print(Text("kept here: " + _counted(self.tally.kinds)))
        if self.tally.trackers:
            self._print(Text("from:      " + _counted(self.tally.trackers)))

    def _line(self, event: Decided) -> Text:
        word, style = _LOOK[event.decision.verdict]
        text = Text(event.at.astimezone().strftime("%H:%M:%S "), style="dim")
        text.append(word, style=style)
        text.append(f" {printable(event.message.method)} {printable(event.url)}", style="none")
        if event.decision.tracker is not None:
            text.append(f"  {printable(event.decision.tracker.name)}", style="bold")
        return text

    def _reasons(self, decision: Decision) -> Iterable[Text]:
        if decision.findings or decision.roles:
            hits: tuple[Finding | RoleHit, ...] = (*decision.findings, *decision.roles)
            verb = {Verdict.REDACT: "taken out", Verdict.BLOCK: "kept here"}.get(decision.verdict, "seen")
            if self.show_values:
                for hit in hits:
                    yield _indented(f"{verb}: {hit.kind} at {safe_path(hit.safe_path)} = {_shown(hit.value)}")
            else:
                yield _indented(f"{verb}: " + _counted(Counter(hit.kind for hit in hits)))
            for known_from in sorted({finding.known_from for finding in decision.findings} - {""}):
                yield _indented(known_from)
        for item in decision.uninspectable:
            yield _indented(f"could not be read: {item.reason} at {safe_path(item.where)} ({item.bytes} bytes)")
        for rule in decision.rules:
            if decision.verdict is not Verdict.ALLOW:
                yield _indented(
                    f"because: {rule.rule}: {rule.why}" + (f" (excepted by {rule.excepted})" * bool(rule.excepted))
                )

    def _print(self, text: Text) -> None:
        self.console.print(text)


_WORDS = {
    Verdict.ALLOW: "passed",
    Verdict.REPORT: "reported",
    Verdict.REDACT: "redacted",
    Verdict.BLOCK: "blocked",
}


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _indented(text: str) -> Text:
    return Text(" " * 16 + printable(text), style="dim")


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} ×{count}" if count > 1 else name for name, count in counts.most_common())


def _shown(value: str) -> str:
    text = printable(value)
    return repr(text if len(text) <= _SHOWN_VALUE else text[:_SHOWN_VALUE] + "…")
