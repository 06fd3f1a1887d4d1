"""What the engine says before a body is at hand: about a connection, and about a request whose head alone is known."""

from __future__ import annotations

from typing import Literal, NamedTuple

from taciturn.model.decision import Decision


class ConnectVerdict(NamedTuple):
    """Before any contact with the origin.

    `intercept` opens the tunnel and looks inside, `refuse` ends it, `tunnel` passes it on unopened and is recorded as
    uninspected. `reason` is a constant word, never a value.
    """

    action: Literal["intercept", "refuse", "tunnel"]
    reason: str = ""


class HeadVerdict(NamedTuple):
    """From the head alone. `answer` needs no body and carries the decision; `need_body` asks for up to `limit` bytes;
    `stream` lets the body pass unread, because no rule can match, and may carry the decision that says so."""

    action: Literal["answer", "need_body", "stream"]
    limit: int = 0
    decision: Decision | None = None
