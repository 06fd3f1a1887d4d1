"""Detection: which data types stand where in a message, with the evidence.

`detect` first looks whether any detector could have something to say at all; most messages end there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from taciturn.detect.credentials import detect_credentials
from taciturn.detect.files import detect_files
from taciturn.detect.fuse import fuse
from taciturn.detect.gate import is_quiet, open_gates, tells, tells_recorded
from taciturn.detect.groups import detect_groups
from taciturn.detect.halves import detect_halves
from taciturn.detect.known import find_known, holds_known
from taciturn.detect.labelled import detect_labelled
from taciturn.detect.numbers import detect_numbers
from taciturn.detect.persons import detect_persons
from taciturn.detect.places import detect_places
from taciturn.detect.replay import RECORDING, shown
from taciturn.detect.searches import detect_searches
from taciturn.detect.tables import detect_tables
from taciturn.detect.typed import detect_typed
from taciturn.detect.view import View
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Finding, RoleHit
from taciturn.model.known import KnownValues
from taciturn.model.leaf import Leaf, Role, ValueKind

__all__ = ["detect", "holds_known", "is_quiet", "roles_of", "tells", "tells_recorded"]

_LETTER = re.compile(r"[^\W\d_]")
_PAGE_ROLES = {"page-text": "content.page_text", "page-title": "content.page_title", "user-text": "content.page_text"}

# in the order in which they see each other's hits: persons before groups, since who is invited says what a team is,
# and before places and typed words, which count beside somebody
DETECTORS = {
    "tables": detect_tables,
    "files": detect_files,
    "halves": detect_halves,
    "persons": detect_persons,
    "groups": detect_groups,
    "places": detect_places,
    "numbers": detect_numbers,
    "searches": detect_searches,
    "credentials": detect_credentials,
    "typed": detect_typed,
    "labelled": detect_labelled,
}


def detect(
    leaves: Sequence[Leaf],
    wholes: Sequence[Leaf],
    roles: Mapping[Leaf, str],
    floor: Confidence = Confidence.LIKELY,
    known: Iterable[KnownValues] = (),
) -> tuple[Finding, ...]:
    """Findings of at least `floor` in the leaves of one message, in document order."""
    view = View(leaves, wholes, roles)
    find_known(view, known)
    held = frozenset(roles.values())
    gates = open_gates(view, "identity-hash" in held)
    if RECORDING in held:
        gates |= {"typed"}
    for name, run in DETECTORS.items():
        if name in gates:
            run(view)
    return fuse(view, floor) if view.hits else ()


def roles_of(leaves: Sequence[Leaf], roles: Mapping[Leaf, str]) -> tuple[RoleHit, ...]:
    """Leaves that hold free text or the title of a page, by the vendor's dictionary, or the texts of a recorded page,
    by the recorder's format: whatever they say.

    Keys are left out: they are the vendor's own words, and an event without them is one that nobody can read. So is
    structure, such as the host of an address among the page's texts: nothing could stand there instead.
    """
    hits = []
    for leaf, role in roles.items():
        kind = _PAGE_ROLES.get(role) if leaf.role is Role.VALUE else None
        if kind is not None and leaf.kind is not ValueKind.LITERAL and leaf.text.strip() and _LETTER.search(leaf.text):
            hits.append(RoleHit(kind, leaf.path, leaf.text, leaf))
    for leaf, start in shown(leaves, roles):
        hits.append(RoleHit("content.replay_text", leaf.path, leaf.text[start:], leaf, start))
    return tuple(hits)
