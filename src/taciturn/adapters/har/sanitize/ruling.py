"""The policy's part: every message of a capture is decided, and what would leave instead is kept for the rewriting.

A blocked request keeps its entry, but a capture to share must not hold what was blocked: what a redaction would take
out is taken out of it, and proved gone; where that cannot be done, its values go, all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from taciturn.adapters.har.capture import Capture
from taciturn.adapters.har.reader import Item
from taciturn.adapters.har.run import Memory, context_of, decide, learn
from taciturn.adapters.har.sanitize.put_back import GONE, Leaves
from taciturn.codec.headers import is_searched
from taciturn.codec.residue import remains, searchable
from taciturn.codec.rewrite import SpliceFailed
from taciturn.detect import roles_of
from taciturn.edits import Unreachable, changes_of
from taciturn.engine import Engine
from taciturn.leaf_roles import mark_opaque
from taciturn.model.decision import Decision, Outgoing, Verdict
from taciturn.model.facts import Context
from taciturn.model.finding import Finding
from taciturn.model.message import Message
from taciturn.operators import OPERATORS, is_stand_in
from taciturn.pages import redirected
from taciturn.policy import Hit, Plan, Redaction

_ROUNDS = 3
ANSWER = -2  # instead of the number of a WebSocket message
_SEGMENT = re.compile(r"[a-z][a-z_.-]{0,23}|v?[0-9]{1,2}")


class Ruling(NamedTuple):
    """What becomes of one message of an entry. `part`: -1 the request, ANSWER the answer, else a WebSocket message."""

    entry: int
    part: int
    message: Message
    leaves: Leaves
    verdict: str  # "redact", "block", or "emptied": blocked, and all values taken out
    values: tuple[tuple[str, str], ...]  # (kind, value) that must not be found afterwards

    def __repr__(self) -> str:
        return f"Ruling({self.entry}, {self.part}, {self.verdict})"


def rulings(capture: Capture, engine: Engine, memory: Memory) -> Iterator[Ruling]:
    """Decides every message, in the order of time, as a replay does; those that the policy touches come back."""
    for item in capture.items():
        if item.message is None:
            continue
        context = context_of(item, item.message, memory)
        decision = decide(item, item.message, context, engine, memory)
        ruling = _ruling(item, item.message, decision, engine, context)
        if ruling is not None:
            yield ruling
        learn(item, item.message, decision, context, memory)
        if item.answer is None:
            continue
        if 300 <= item.answer.status < 400:
            memory.observe(redirected(item.message, item.answer.head().header(b"location"), context))
        if engine.wants_response(item.message, context):
            answer = item.answer.whole()
            judged = engine.inspect(answer, context)
            memory.observe(judged.observations)
            ruling = _ruling(item._replace(part=ANSWER), answer, judged, engine, context)
            if ruling is not None:
                yield ruling


def _ruling(item: Item, message: Message, decision: Decision, engine: Engine, context: Context) -> Ruling | None:
    values = tuple((finding.kind, finding.value) for finding in decision.findings)
    if decision.verdict is Verdict.REDACT and decision.outgoing is not None:
        leaves, more = _settled(message, decision.outgoing, engine, context)
        return Ruling(item.entry, item.part, message, leaves, "redact", values + more)
    if decision.verdict is not Verdict.BLOCK:
        return None
    redacted = _redacted(message, engine, context)
    if redacted is not None:
        return Ruling(item.entry, item.part, message, redacted, "block", values)
    return Ruling(item.entry, item.part, message, emptied(message), "emptied", values)


def _settled(
    message: Message, out: Outgoing, engine: Engine, context: Context
) -> tuple[Leaves, tuple[tuple[str, str], ...]]:
    """What leaves when the policy has nothing to take out of it any more: what stood beside a value may first show when
    the value is gone. A capture that is sanitised again then stays as it is."""
    more: tuple[tuple[str, str], ...] = ()
    for _ in range(_ROUNDS):
        after = replace(message, target=out.target, headers=out.headers, body=message.body._replace(data=out.body))
        again = engine.inspect(after, context)
        if again.outgoing is None:
            if again.verdict is Verdict.BLOCK:
                return emptied(after), more
            break
        out = again.outgoing
        more += tuple((finding.kind, finding.value) for finding in again.findings)
    return Leaves(out.target, out.headers, out.body), more


def _redacted(message: Message, engine: Engine, context: Context) -> Leaves | None:
    """The message as a redaction of all that was found would leave it; None where that cannot be proved."""
    try:
        reading = engine.read(message, context)
        if reading is None:
            return None
        tree = reading.tree
        mark_opaque(tree, reading.roles, engine.catalogue, engine.limits)
        if tree.exhausted or any(shut.reason != "absent" for shut in tree.uninspectable):
            return None
        operator = OPERATORS["replace"]
        told: tuple[Hit, ...] = (*reading.findings, *roles_of(tree.leaves, reading.roles))
        hits = [hit for hit in told if not is_stand_in(hit.value)]  # what a capture that was sanitised once still shows
        redactions = tuple(Redaction(hit, operator) for hit in hits)
        if not redactions:
            return Leaves(message.target, message.headers, message.body.data)
        changes, removed, _ = changes_of(tree, Plan(Verdict.REDACT, redactions=redactions))
        made = tree.rewrite(changes)
        found = searchable([*removed, *((hit.kind, hit.value) for hit in hits if isinstance(hit, Finding))])
    except (SpliceFailed, Unreachable, ValueError):
        return None
    after = replace(message, target=made.target, headers=made.headers, body=message.body._replace(data=made.body))
    if remains(after, found, engine.limits) is not None:
        return None
    return Leaves(made.target, made.headers, made.body)


def emptied(message: Message) -> Leaves:
    """The message with every value taken out: names of parameters stay, and ordinary words of its path."""
    target = message.target.decode("utf-8", "replace")
    before = target.partition("#")[0]
    path, mark, query = before.partition("?")
    shown = "/".join(part if not part or _SEGMENT.fullmatch(part) else "redacted" for part in path.split("/"))
    names = [part.partition("=") for part in query.split("&")]
    shown += (
        mark
        + "&".join(
            f"{name if equals else ''}{equals}{'redacted' if value or not equals else ''}"
            for name, equals, value in names
        )
        if mark
        else ""
    )
    headers = tuple(
        (name, GONE.encode() if is_searched(name.lower(), value) and name.lower() != b"host" else value)
        for name, value in message.headers
    )
    body = message.body.data
    return Leaves(shown.encode("utf-8", "replace"), headers, GONE.encode() if body else body)
