"""Decisions and records for the tests of the reports: everything in them is invented."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.adapters.report.record import Told
from taciturn.model.datatype import Confidence
from taciturn.model.decision import Coverage, Decision, Effect, Party, RuleMatch, TrackerRef, Uninspectable, Verdict
from taciturn.model.finding import Finding, RoleHit, Signal
from taciturn.model.message import NO_BODY, Body, Message

PIXEL = TrackerRef("pixel", "Example Pixel", "Example Ads", "advertising", "pixel.tr")
SECRET = "Hallvard Nesse offer.pdf"
EVIL = "\x1b[2J[red]\u202eevil\r\n"


def rule(id: str = "file-metadata", **more: str) -> RuleMatch:
    fields = {
        "stage": "enforce",
        "action": "redact",
        "severity": "high",
        "why": "a user's files",
        "excepted": "",
    } | more
    return RuleMatch(rule=id, **fields)


def finding(kind: str = "file.name", path: str = "query.cd[name]", value: str = SECRET) -> Finding:
    signals = (Signal("record", "file.row", 1.0, "a size and a date stand beside it"),)
    return Finding(kind, Confidence.CERTAIN, path, value, "file.row", signals, ("form",))


def role(kind: str = "content.page_title", path: str = "query.dt", value: str = SECRET) -> RoleHit:
    return RoleHit(kind, path, value)


def decision(verdict: Verdict = Verdict.REDACT, **more: Any) -> Decision:
    effect = {Verdict.REDACT: Effect.FORWARD_EDITED, Verdict.BLOCK: Effect.ANSWER}.get(verdict, Effect.FORWARD)
    known: dict[str, Any] = {"party": Party.TRACKER, "tracker": PIXEL, "coverage": Coverage(10, 90, 0)}
    if verdict is Verdict.REDACT:
        known |= {"rules": (rule(),), "findings": (finding(),)}
    return Decision(verdict, effect, **(known | more))


ALLOWED = Decision(Verdict.ALLOW, Effect.FORWARD, Party.FIRST)
UNREAD = decision(
    Verdict.BLOCK,
    rules=(rule("uninspectable", action="block", severity="high"),),
    uninspectable=(Uninspectable("opaque", "body.x", 312),),
)


def message(url: str = f"https://pixel.example/tr?cd[name]={SECRET}", body: Body = NO_BODY, **more: Any) -> Message:
    return Message.from_url(more.pop("method", "GET"), url, body=body, **more)


def report(*decided: tuple[Message, Decision], values: bool = False, **more: Any) -> Report:
    file = FileReport("captures/one.har", "invented", len(decided))
    for index, (sent, outcome) in enumerate(decided):
        file.add(sent, outcome, index, told=Told(values))
    return Report([file], **more)


def console(width: int = 80, terminal: bool = False) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    return Console(file=out, width=width, force_terminal=terminal, highlight=False, markup=False, emoji=False), out
