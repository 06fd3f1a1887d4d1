"""Row p: a clean body of 1 KB, beside Presidio's pattern recognisers and detect-secrets on the same text.

They run in a process and an environment of their own (`make bench` makes it) and take their own time, so that what
passes between the processes is not counted. Without that environment the row is skipped, loudly.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import product

from tests.accuracy.peers import NotInstalled, Peers
from tests.bench import micro
from tests.bench.samples import clean_event, clean_form, tracker_message
from tests.bench.timing import Row, alternate

from taciturn.engine import Engine
from taciturn.model.decision import Verdict

_TOOLS = (
    ("presidio", "Presidio's pattern recognisers", 100),
    ("detect-secrets", "detect-secrets, all its plugins", 50),
)


def rows(rounds: int) -> Iterator[Row]:
    """The whole of `inspect`, against only the search of the others."""
    try:
        with Peers() as peers:
            yield from _rows(peers, micro.engine(), rounds)
    except NotInstalled as missing:
        print(f"!!! SKIPPED: row p; Presidio and detect-secrets are not installed ({missing})", file=sys.stderr)


def _rows(peers: Peers, judge: Engine, rounds: int) -> Iterator[Row]:
    bodies = (("JSON", clean_event), ("form", clean_form))
    for number, ((form, body), (tool, name, times)) in enumerate(product(bodies, _TOOLS), 1):
        if judge.inspect(tracker_message(body()), micro.CONTEXT).verdict is not Verdict.ALLOW:
            raise RuntimeError("row p: the body is not clean")
        ours, theirs = micro.inspecting(judge, body), partial(_asked, peers, tool, body().decode())
        figures = alternate(ours, theirs, rounds)
        note = f"{figures[1].least / figures[0].least:.0f} times as fast, goal {times}"
        what = f"inspect a clean 1 KB tracker body, {form}"
        yield Row(f"p{number}", what, "µs", *figures, name, 1 / times, True, note)


def _asked(peers: Peers, tool: str, text: str) -> float:
    return peers.ask(tool, text).us[0]
