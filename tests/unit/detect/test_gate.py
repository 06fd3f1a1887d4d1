"""A closed gate hides nothing: with all detectors run, nothing more is found."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from taciturn.codec.tree import Tree
from taciturn.detect import DETECTORS
from taciturn.detect.fuse import fuse
from taciturn.detect.gate import open_gates
from taciturn.detect.view import View
from taciturn.model.datatype import Confidence
from taciturn.model.message import Body, Message

NAMES = st.sampled_from(
    """name title file file_name size bytes mtime folder path group members member_count id picture email em phone first
    last user url href innerText value key token password sig data items attributes message from role admin fields
    columns rows users phone category label""".split()
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
            "+1.212.555.0187", "Ada Okoro, Ole Dahl", "name", "Files / Clients / Hollis", "true", "", "17",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(TEXTS, st.integers(0, 10**13)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_closed_gate_hides_no_finding(body: dict[str, object]) -> None:
    message = Message.from_url("POST", "https://collector.example/e", (), Body(json.dumps(body).encode()))
    tree = Tree(message)
    gates = open_gates(tree.leaves, False)
    gated, full = View(tree.leaves, tree.wholes, {}), View(tree.leaves, tree.wholes, {})
    for name, run in DETECTORS.items():
        run(full)
        if name in gates:
            run(gated)
    assert set(fuse(gated, Confidence.POSSIBLE)) == set(fuse(full, Confidence.POSSIBLE))
