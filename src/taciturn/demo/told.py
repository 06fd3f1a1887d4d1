"""What both runs came to, for the view."""

from __future__ import annotations

import re

from taciturn.adapters.report.demo import DemoReport, EventRow, FieldRow, Scene
from taciturn.codec.tree import Tree
from taciturn.demo.play import Exchange, Play
from taciturn.demo.receivers import RECEIVERS
from taciturn.demo.story import PLANTED
from taciturn.demo.wire import Received, Reply
from taciturn.model.message import Body, Message

_POSITION = re.compile(r"\[\d+\]")
_STORIES = {
    "A": (
        "A storage service",
        ("A customer looks at files behind the login. The page carries the scripts of its marketing pages, and they "
         "collect what the page shows. (After an incident of March 2021.)"),
    ),
    "B": (
        "An app in a group",
        ("An app may no longer read a group's members. It asks all the same, and forwards what it had kept. (After an "
         "incident of November 2019.)"),
    ),
}  # fmt: skip


def told(play: Play) -> DemoReport:
    pairs = list(play.pairs)
    scenes = [
        Scene(*_STORIES[name], [_event(before, after) for before, after in pairs if after.event.incident == name])
        for name in _STORIES
    ]
    verdicts = [after.decision.verdict.value for _, after in pairs if after.decision and not after.event.keep]
    return DemoReport(
        scenes,
        len(PLANTED),
        len(pairs),
        len({value for before, _ in pairs for value in before.leaked}),
        len({value for _, after in pairs for value in after.leaked}),
        verdicts.count("redact"),
        verdicts.count("block"),
        play.seconds,
        play.problems(),
    )


def _event(before: Exchange, after: Exchange) -> EventRow:
    event, decision = after.event, after.decision
    receiver = RECEIVERS[event.host].name
    path = event.target.partition("?")[0]
    fields: list[FieldRow] = []
    if after.arrived is None:
        note = f"{receiver} got nothing; {'the app' if event.incident == 'B' else 'the page'} got {_shown(after.reply)}"
    elif event.keep:
        note = "unchanged, and so is the answer"
    else:
        fields = _fields(before.arrived.request, after.arrived.request) if before.arrived else []
        note = f"{receiver} refused it: {after.arrived.problem}" if after.arrived.problem else f"accepted by {receiver}"
    good = not after.leaked and not (after.arrived and after.arrived.problem)
    verdict = decision.verdict.value if decision else "no verdict"
    rules = list(dict.fromkeys(rule.rule for rule in decision.rules)) if decision else []
    return EventRow(event.title, f"{event.method} {event.host}{path}", verdict, rules, fields, note, good)


def _shown(reply: Reply) -> str:
    if not reply.body:
        return f"an empty {reply.status}"
    kind = reply.media_type.partition(";")[0]
    text = reply.body.decode("ascii", "replace") if kind == "application/json" else f"{len(reply.body)} bytes"
    return f"{reply.status} {kind}: {text}"


def _fields(before: Received, after: Received) -> list[FieldRow]:
    """The fields that differ; those that stand at one place of several items of a list become one line."""
    old, new = _read(before), _read(after)
    lines: dict[str, FieldRow] = {}
    for path, text in old.items():
        now = new.get(path, "")
        if now == text:
            continue
        place = _POSITION.sub("[*]", path)
        first = lines.get(place)
        lines[place] = first._replace(others=first.others + 1) if first else FieldRow(path, text, now)
    return [row._replace(path=place if row.others else row.path) for place, row in lines.items()]


def _read(request: Received) -> dict[str, str]:
    """Field path -> text. An address is one field, and each of its parameters another."""
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers)
    url = f"https://{request.host}{request.target}"
    tree = Tree(Message.from_url(request.method, url, headers, Body(request.body)))
    wholes = {leaf.path: leaf.text.partition("?")[0] for leaf in tree.wholes}
    found: dict[str, str] = {}
    for leaf in tree.leaves:
        path, base, _ = leaf.path.partition(":base")
        found[path] = wholes.get(path, leaf.text) if base else leaf.text
    return found
