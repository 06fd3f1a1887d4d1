"""Runs the cases that stand beside the rules, through whatever inspects messages: the engine is handed in.

A leak case passes when the verdict is the expected one, every expected finding is there, this rule took part, and what
leaves is what the case says and holds none of the expected values as they were. A clean case passes when the verdict is
the expected one (allow, unless it says otherwise), and this rule took no part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from taciturn.model.decision import Decision, Outgoing
from taciturn.model.facts import Context
from taciturn.model.known import KnownValues
from taciturn.model.message import Body, Message, PageCandidate, PageSource
from taciturn.rules.rule import Case, CaseRequest, Rule

Inspect = Callable[[Message, Context], Decision]
MakeWatch = Callable[[Sequence[str], str], KnownValues]  # of values and the name of their list
_SILENT = ("draft",)  # stages whose rules take no part in any decision


class CaseResult(NamedTuple):
    rule: Rule
    case: Case
    failures: tuple[str, ...]  # what is not as expected; the values of a case are invented, so they may be shown

    @property
    def passed(self) -> bool:
        return not self.failures


def run_cases(
    rules: Iterable[Rule], inspect: Inspect, now: datetime, watch: MakeWatch | None = None
) -> Iterator[CaseResult]:
    """Runs every case of every rule that can take part. `now` is the time for cases that name none, `watch` makes the
    watch lists of a case."""
    for rule in rules:
        if rule.stage in _SILENT:
            continue
        for case in rule.cases:
            decision = inspect(message_of(case.request), context_of(case.request, now, watch))
            yield CaseResult(rule, case, tuple(_failures(rule, case, decision)))


def message_of(request: CaseRequest) -> Message:
    """The request as the engine takes it."""
    headers = tuple((name.encode(), value.encode()) for name, value in request.headers)
    page = (PageCandidate(request.page, PageSource.HAR_PAGE),) if request.page else ()
    return Message.from_url(request.method, request.url, headers, Body(request.body), page=page)


def context_of(request: CaseRequest, now: datetime, watch: MakeWatch | None = None) -> Context:
    watched = tuple(watch(values, name) for name, values in request.watch) if watch is not None else ()
    private = frozenset(request.private_pages)
    return Context(now=request.now or now, client=request.client, private_pages=private, watched=watched)


def _failures(rule: Rule, case: Case, decision: Decision) -> Iterator[str]:
    expect = case.expect
    if decision.verdict != expect.verdict:
        reasons = ", ".join(match.rule for match in decision.rules) or "no rule"
        yield f"expected {expect.verdict}, got {decision.verdict} ({reasons})"
    took_part = any(match.rule == rule.id and match.action != "excepted" for match in decision.rules)
    if case.leak and not took_part:
        yield "the rule took no part"
    if not case.leak and took_part:
        yield "the rule took part in a clean case"
    yield from _missing(case, decision)
    yield from _outgoing(case, decision.outgoing)


def _missing(case: Case, decision: Decision) -> Iterator[str]:
    for kind, value in case.expect.findings:
        if not any(found.kind == kind and value in ("", found.value) for found in decision.findings):
            yield f"not found: {kind}" + (f" {value!r}" if value else "")


def _outgoing(case: Case, outgoing: Outgoing | None) -> Iterator[str]:
    expect = case.expect
    if outgoing is None:
        if expect.url is not None or expect.body is not None:
            yield "nothing was changed, but the case says what leaves"
        return
    body = (outgoing.body or b"").decode("utf-8", "replace")
    if expect.url is not None and outgoing.url != expect.url:
        yield f"the address that leaves is {outgoing.url!r}"
    if expect.body is not None and body != expect.body:
        yield f"the body that leaves is {body!r}"
    for kind, value in expect.findings:
        if value and (value in outgoing.url or value in body):
            yield f"{kind} {value!r} still leaves"
