"""Words that somebody typed: input events of session replays and of form tracking, whatever the words are.

 1. Events of a field: the recorder's format says so, a tag that takes text stands beside the value, or the event is
    called input or change.
 2. What a form holds: an object of questions and answers; what is called a draft, sent before anything is.
 3. A note beside somebody's name.
A password among them is told as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from taciturn.detect.lexicon import Concept
from taciturn.detect.replay import typed
from taciturn.detect.shapes import DATE, HEX_HASH, NUMBER, UUID
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View, is_phrase
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
INPUT_EVENT = Signal("record", "typed.event", 0.6, "an event of a field that was typed into")
INPUT_TEXT = Signal("name", "typed.text", 0.4, "the text or the value of such an event")
RECORDED = Signal("record", "typed.recorded", 0.9, "the recorder's format says that it was typed")
KEYS = Signal("name", "typed.keys", 0.8, "a field called keystrokes or typed text")
DRAFT = Signal("name", "typed.draft", 0.8, "a field called draft")
ANSWER = Signal("record", "typed.form", 0.5, "one of the answers of a form")
SENTENCE = Signal("shape", "typed.sentence", 0.4, "several words")
NOTE = Signal("name", "typed.note", 0.4, "a field called note or comment")
ABOUT = Signal("record", "typed.person", 0.5, "somebody's name stands beside it")
SECRET = Signal("record", "password.field", 0.9, "typed into a field called password")

RRWEB_INPUT = "5"  # rrweb: IncrementalSource.Input
FIELD_NODES = frozenset("input textarea".split())
NODE_NAMES = frozenset("nodename tagname tag_name tag localname element_type elementtype nodetype".split())
"""What the name of an element's tag is called."""
TYPED_NAMES = frozenset(
    """typed_text typedtext keystrokes keypress keypresses input_text inputtext typed typed_value typedvalue
    input_value
    inputvalue entered_text enteredtext""".split()
)
DRAFTS = frozenset(
    """draft draft_text drafttext draft_message draftmessage entwurf brouillon borrador bozza rascunho черновик
    szkic utkast 下書き 草稿""".split()
)
FORMS = frozenset(
    """formvalues form_values formdata form_data formfields form_fields formfieldvalues fieldvalues field_values
    inputvalues input_values forminputs form_inputs answers antworten réponses reponses respuestas risposte
    respostas
    form_responses formresponses inputs input fields_entered""".split()
)
"""What an object of questions and answers is called."""
NOTES = frozenset(
    """note notes notiz notizen bemerkung bemerkungen anmerkung anmerkungen remark remarks comment comments
    kommentar
    commentaire comentario comentário commento notatka uwagi poznámka notat anteckning opmerking заметка комментарий
    примечание notlar megjegyzés σχόλιο 备注 備考 メモ 메모 הערה ملاحظة""".split()
)
_TOGGLES = frozenset("on off true false checkbox radio".split())
_NO_TEXT_FIELDS = frozenset("button submit checkbox radio hidden image reset range color".split())
_TYPE_NAMES = frozenset("type inputtype input_type attr__type".split())
EVENT_NAMES = frozenset("type event eventtype event_type action evt".split())
INPUT_EVENTS = frozenset(
    "input change keyup keydown keypress typing form_input field_change change_form field_input blur".split()
)
VALUES = frozenset("text value attr__value inputvalue fieldvalue field_value newvalue currentvalue new_value".split())
_VALUES = TYPED_NAMES | DRAFTS | VALUES
_SECRET = re.compile(
    r"(?i:passw|kennwort|passphrase|contrase|senha|wachtwoord|пароль|parola|hasło|\bpwd|\bpin\b|密码|パスワード)"
)
_SECONDS = 64  # leaves of a row that are looked at for what a field is

TRIGGER = Trigger(
    names=TYPED_NAMES | DRAFTS | FORMS | NOTES | NODE_NAMES | {"source"},
    text=rf"(?:^|\x00)(?i:{'|'.join(sorted(INPUT_EVENTS))})(?:\x00|$)",
)


def detect_typed(view: View) -> None:
    for leaf in view.leaves:
        name = leaf.name.lower()
        if name not in _VALUES or leaf.role is not Role.VALUE or not leaf.text.strip("*\u2022 \t\r\n"):
            continue
        if name in TYPED_NAMES or (leaf.row.name.lower() in TYPED_NAMES and name in ("value", "text")):
            _tell(view, leaf, KEYS)
        elif name in DRAFTS:
            if leaf.kind is ValueKind.STRING and _is_sentence(leaf.text):
                view.hit("content.typed_text", leaf, DRAFT)
        elif name in VALUES and leaf.text not in _TOGGLES and _is_input(leaf.row, leaf):
            _tell(view, leaf, INPUT_EVENT, INPUT_TEXT)
    for leaf in typed(view.leaves, view.roles):
        if leaf.text.strip("*\u2022 \n") and leaf.text not in _TOGGLES:
            view.hit("content.typed_text", leaf, RECORDED)
    _forms(view)
    _notes(view)


def _tell(view: View, leaf: Leaf, *signals: Signal) -> None:
    """A password where what stands beside it says that it is one."""
    if any(x is not leaf and len(x.text) < 120 and _SECRET.search(x.text) for x in leaf.row.leaves[:_SECONDS]):
        view.hit("credential.password", leaf, SECRET)
        return
    for signal in signals:
        view.hit("content.typed_text", leaf, signal)


def _is_input(row: Row, leaf: Leaf) -> bool:
    node = event = False
    for other in row.leaves[:_SECONDS]:
        name, text = other.name.lower(), other.text.lower()
        if name == "source" and text == RRWEB_INPUT and leaf.name == "text":
            return True
        if name in _TYPE_NAMES and text in _NO_TEXT_FIELDS:
            return False
        node = node or (name in NODE_NAMES and text in FIELD_NODES and leaf.name.lower() != "text")
        event = event or (name in EVENT_NAMES and text in INPUT_EVENTS)
    return node or (event and _is_typed(leaf.text))


def _is_typed(text: str) -> bool:
    """Whether a text is one that people type: no number, no state, no identifier."""
    text = text.strip()
    return len(text) > 2 and any(sign.isalpha() for sign in text) and not (
        NUMBER.fullmatch(text) or UUID.fullmatch(text) or HEX_HASH.fullmatch(text) or DATE.fullmatch(text)
    )  # fmt: skip


def _is_sentence(text: str) -> bool:
    return is_phrase(text) or (len(text) > 5 and not text.isascii())


def _forms(view: View) -> None:
    """Answers of a form that are words of somebody's own: three or more."""
    for row in view.rows:
        if row.name.lower() not in FORMS or view.around_row(row) & (C.CODE | C.TRIAL):
            continue
        for leaf in _answers(row):
            text = leaf.text.strip()
            if not leaf.own & (C.NAME | C.GROUP | C.FILE | C.LINK | C.TITLE | C.ID | C.DATE) and _is_free(text):
                view.hit("content.typed_text", leaf, ANSWER)
                view.hit("content.typed_text", leaf, SENTENCE)


def _answers(row: Row) -> Iterable[Leaf]:
    rows = [row, *row.rows[:_SECONDS]]
    return [
        leaf
        for each in rows
        for leaf in each.leaves[:_SECONDS]
        if leaf.role is Role.VALUE
        and leaf.kind is ValueKind.STRING
        and (each is row or leaf.name.lower() in ("value", "answer", "text", "antwort", "response"))
    ]


def _notes(view: View) -> None:
    """A note in a row that names somebody."""
    people: dict[int, set[int]] = {}  # by row: the leaves that name somebody
    for hit in view.of_kind("person.name", "person.email", "person.phone", "member.name"):
        people.setdefault(id(hit.leaf.row), set()).add(id(hit.leaf))
    for leaf in view.values() if people else ():
        named = leaf.name.lower() in NOTES
        if (
            named
            and leaf.kind is ValueKind.STRING
            and people.get(id(leaf.row), set()) - {id(leaf)}
            and _is_free(leaf.text)
        ):
            view.hit("content.typed_text", leaf, NOTE)
            view.hit("content.typed_text", leaf, ABOUT)


def _is_free(text: str) -> bool:
    """Whether a text is a sentence of somebody's own rather than a choice: four words, or a script without spaces."""
    text = text.strip()
    if "://" in text or "***" in text or text[:1] in "{[<":
        return False
    return (is_phrase(text) and len(text.split(None, 4)) > 3) or (
        len(text) > 7 and " " not in text and _is_unspaced(text)
    )


def _is_unspaced(text: str) -> bool:
    return sum("\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7af" for sign in text) > 7
