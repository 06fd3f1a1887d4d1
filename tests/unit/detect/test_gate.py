"""Triggers hide nothing: with all detectors run over all leaves, nothing more is found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from taciturn.codec.tree import Tree
from taciturn.detect import DETECTORS
from taciturn.detect.fuse import fuse
from taciturn.detect.gate import open_gates
from taciturn.detect.patterns import linear
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.datatype import Confidence
from taciturn.model.leaf import Leaf
from taciturn.model.message import Body, Message

NAMES = st.sampled_from(
    """name title file file_name size bytes mtime folder path group members member_count id picture email em phone first
    last user url href innerText value key token password sig data items attributes message from role admin fields
    columns rows users phone client city zip lat lng ip search_term q query s event type draft formvalues note card_number pesel dob tagname ul nickname category label ext extension stem local_part domain parts""".split()
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            "plan.pdf", "a.tar.gz", "3.4 MB", "532,118 bytes", "2021-03-14", "14 mars 2021 à 18:05", r"C:\x\y.txt", "~/notes",
            "b2://k/v.mp4", "Ada Okoro", "Night Owls Leeds", "orla@example.net", "+44 7700 900461", "0491 570 156",
            "1844720155003391", "Members (12) | Owls", "https://h.example/groups/night-owls/members",
            "https://h.example/v3.0/1844720155003391/feed?fields=name", "Member Viewed Ada Okoro", "EAAGm0PX4twinBAPz5Lk",
            "0bee89b07a248e27c83fc3d5951213c1", "a,b\nc,d\n", "MITGLIEDER | Trauercafé Linden", "Roster: U12 Boys", "Teilnehmer – Kurs Linden", "Member", "participants",
            "https://h.example/members/Ada%20Okoro", "https://h.example/group/Quiet%20Walkers/members?name=Ada%20Okoro",
            "https://h.example/with/key/c7Wq1Zn8Rk3Tb5Xp", "https://h.example/em=0bee89b07a248e27c83fc3d5951213c1", "2183 Mitglieder",
            "+1.212.555.0187", "Ada Okoro, Ole Dahl", "name", "Files / Clients / Hollis", "pdf", ".docx", "orla@", "@example.net", "example.net", "orla [at] example.net", "true", "", "17", "26.143.77.18", "for=26.143.77.18", "2600:1f18:22::5:1", "52.520008", "13.404954", "DE02 1203 0000 0000 2020 51",
            "4111 1111 1111 1111", "44051401359", "search", "input", "TEXTAREA", "hearing aid repair", "https://h.example/search?q=hiv+test&s=a+b",
            "Welcome back, Ada Okoro!", 'client="Ada Okoro"', "de-de", "call 0171 5550187", "(202) 555-0176", "Members\nAda Okoro\nOle Dahl",
            "<table><tr><th>Name</th></tr><tr><td>Ada Okoro</td></tr></table>", "https://h.example/kunden/Ada%20Okoro", "1979-02-08",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(0, 10**13)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


class Everything(View):
    """A view in which every trigger fires on every leaf."""

    def candidates(self, trigger: Trigger, more: int = 0, others: Iterable[Leaf] = ()) -> list[Leaf]:
        return list(self.leaves)

    def signed(self, sign: Any) -> list[Leaf]:
        return list(self.leaves)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_triggers_hide_no_finding(body: dict[str, object]) -> None:
    message = Message.from_url("POST", "https://collector.example/e", (), Body(json.dumps(body).encode()))
    tree = Tree(message)
    quick, full = View(tree.leaves, tree.wholes, {}), Everything(tree.leaves, tree.wholes, {})
    gates = open_gates(quick, False)
    for name, run in DETECTORS.items():
        run(full)
        if name in gates:
            run(quick)
    assert set(fuse(quick, Confidence.POSSIBLE)) == set(fuse(full, Confidence.POSSIBLE))


def test_leaves_signed_by_a_pattern_are_found_in_any_script() -> None:
    texts = ["été", "plan.pdf", "", "名前.pdf", "nichts", "x.pdf"]
    body = json.dumps({"a": texts}, ensure_ascii=False).encode()
    tree = Tree(Message.from_url("POST", "https://collector.example/e", (), Body(body)))
    view = View(tree.leaves, tree.wholes, {})
    assert [leaf.text for leaf in view.signed(linear(r"\.pdf"))] == ["plan.pdf", "名前.pdf", "x.pdf"]


def test_sign_of_a_beginning_is_found_in_neighbours() -> None:
    tree = Tree(Message.from_url("POST", "https://collector.example/e", (), Body(b'{"a": ["07 1", "07 2", "x 07 3"]}')))
    view = View(tree.leaves, tree.wholes, {})
    assert [leaf.text for leaf in view.signed(linear(r"(?:^|\x00)07"))] == ["07 1", "07 2"]
