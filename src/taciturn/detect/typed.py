"""Words that somebody typed: input events of session replays and of form tracking, whatever the words are."""

from __future__ import annotations

from taciturn.detect.replay import typed
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row

INPUT_EVENT = Signal("record", "typed.event", 0.6, "an event of a field that was typed into")
INPUT_TEXT = Signal("name", "typed.text", 0.4, "the text or the value of such an event")
RECORDED = Signal("record", "typed.recorded", 0.9, "the recorder's format says that it was typed")
KEYS = Signal("name", "typed.keys", 0.8, "a field called keystrokes or typed text")

RRWEB_INPUT = "5"  # rrweb: IncrementalSource.Input
FIELD_NODES = frozenset("INPUT TEXTAREA".split())
TYPED_NAMES = frozenset("typed_text typedtext keystrokes keypress keypresses input_text inputtext typed".split())
_TOGGLES = frozenset("on off true false checkbox radio".split())


TRIGGER = Trigger(names=TYPED_NAMES | {"source", "nodename", "tagname"})
_VALUES = TYPED_NAMES | {"text", "value"}


def detect_typed(view: View) -> None:
    for leaf in view.leaves:
        if leaf.name.lower() not in _VALUES or leaf.role is not Role.VALUE or not leaf.text.strip("*\u2022 \t\r\n"):
            continue
        if leaf.name.lower() in TYPED_NAMES or (
            leaf.row.name.lower() in TYPED_NAMES and leaf.name in ("value", "text")
        ):
            view.hit("content.typed_text", leaf, KEYS)
        elif leaf.name in ("text", "value") and leaf.text not in _TOGGLES and _is_input(leaf.row, leaf):
            view.hit("content.typed_text", leaf, INPUT_EVENT)
            view.hit("content.typed_text", leaf, INPUT_TEXT)
    for leaf in typed(view.leaves, view.roles):
        if leaf.text.strip("*\u2022 \n") and leaf.text not in _TOGGLES:
            view.hit("content.typed_text", leaf, RECORDED)


def _is_input(row: Row, leaf: Leaf) -> bool:
    for other in row.leaves:
        if other.name == "source" and other.text == RRWEB_INPUT and leaf.name == "text":
            return True
        if other.name in ("nodeName", "tagName") and other.text.upper() in FIELD_NODES and leaf.name == "value":
            return True
    return False
