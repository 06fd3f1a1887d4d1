"""Values that stand in two fields of one row: a name and its extension, the two sides of an e-mail address.

Receivers put them together: by the names of the fields, or because a parameter that comes twice is one value with a
comma to some of them and a list to others.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from taciturn.detect.files import DOCUMENT
from taciturn.detect.lexicon import Concept
from taciturn.detect.owned import is_human, is_program
from taciturn.detect.shapes import DOCUMENT_EXTENSIONS, EMAIL, STRONG_DOCUMENTS
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, Row, ValueKind

C = Concept
HALF = Signal("record", "file.halves", 0.45, "its extension stands in a field beside it")
SIDES = Signal("record", "email.halves", 0.9, "the other side of the address stands in a field beside it")

_EXTENSION_NAMES = frozenset("ext extension suffix fileext file_ext file-ext fileextension file_extension".split())
_STEM_NAMES = frozenset("stem base basename doc document label".split())
_LOCAL_NAMES = frozenset("local localpart local_part local-part emaillocal email_local mail_local".split())
_DOMAIN_NAMES = frozenset("domain emaildomain email_domain email-domain mail_domain".split())
_NO_STEM = C.SIZE | C.DATE | C.ID | C.COUNT | C.LINK | C.CODE | C.TOKEN | C.PICTURE | C.TRIAL
_ENDING = re.compile(r"\.([A-Za-z]{2,5})")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST = 240

TRIGGER = Trigger(
    names=_EXTENSION_NAMES | _LOCAL_NAMES,
    text=r"(?:^|\x00)\.(?i:" + "|".join(sorted(DOCUMENT_EXTENSIONS)) + r")(?:\x00|$)|@(?:\x00|$)|(?:^|\x00)@[\w-]+\.",
)


def detect_halves(view: View) -> None:
    for row in view.rows:
        leaves = [leaf for leaf in row.leaves if leaf.role is Role.VALUE and leaf.kind is ValueKind.STRING]
        if len(leaves) > 1:
            _by_names(view, row, leaves)
            _by_order(view, leaves)


def _by_names(view: View, row: Row, leaves: list[Leaf]) -> None:
    called = {leaf.name.lower(): leaf for leaf in leaves}
    for name in _EXTENSION_NAMES & called.keys():
        extension = called[name].text.strip().lstrip(".").lower()
        if extension in DOCUMENT_EXTENSIONS and not view.around_row(row) & (C.CODE | C.ASSET | C.TRIAL):
            for leaf in leaves:
                if _may_be_stem(leaf) and _is_stem(leaf.text, extension):
                    _tell(view, (leaf,))
    for local in _LOCAL_NAMES & called.keys():
        for domain in _DOMAIN_NAMES & called.keys():
            if EMAIL.fullmatch(f"{called[local].text}@{called[domain].text}"):
                view.hit("person.email", called[local], SIDES)


def _by_order(view: View, leaves: list[Leaf]) -> None:
    """Parameters of one name, elements of one array."""
    groups: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        groups.setdefault(leaf.name, []).append(leaf)
    for group in groups.values():
        for first, second in itertools.pairwise(group):
            one, other = first.text.strip(), second.text.strip()
            ending = _ENDING.fullmatch(other)
            if ending is not None and ending[1].lower() in DOCUMENT_EXTENSIONS and _is_stem(one, ending[1].lower()):
                _tell(view, (first, second))
            elif (one[-1:] == "@") != (other[:1] == "@") and EMAIL.fullmatch(one + other):
                view.hit("person.email", first, SIDES)
                view.hit("person.email", second, SIDES)


def _may_be_stem(leaf: Leaf) -> bool:
    named = leaf.own & (C.NAME | C.TITLE | C.FILE) or leaf.name.lower() in _STEM_NAMES
    return bool(named) and not leaf.own & _NO_STEM and leaf.name.lower() not in _EXTENSION_NAMES


def _is_stem(text: str, extension: str) -> bool:
    """Whether a file may be called so. An extension that programs use too asks for a name that a person gave."""
    if not _LETTERS.search(text) or len(text) > _LONGEST or is_program(text) or _ENDING.search(text):
        return False
    return extension in STRONG_DOCUMENTS or is_human(text)


def _tell(view: View, leaves: Iterable[Leaf]) -> None:
    for leaf in leaves:
        view.hit("file.name", leaf, DOCUMENT)
        view.hit("file.name", leaf, HALF)
