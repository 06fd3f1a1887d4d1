"""taciturn beside other tools on the same labelled requests, in one run: what each finds, what it makes up, its time.

    python -m tests.accuracy.compare [--corpus DIR] [--kinds file.,group.] [--json FILE]

The others get every request twice: as it is on the wire, and "with decoding" as the texts that taciturn's own decode
tree has opened, one a line with its name. For all of them, taciturn included, a value is found when a finding's value is
equal to it, contains it or is at least half of it; where it stands and what it is called does not matter.
`make compare` makes the environment that the others need (docs/reference/accuracy.md).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tests.accuracy import peers
from tests.accuracy.predict import NOW, default_engine
from tests.accuracy.rates import Rate
from tests.accuracy.request import Case, read_cases
from tests.accuracy.score import ROLES, points_at
from tests.accuracy.summary import precision_of, recall_of
from tests.accuracy.tables import Table, show

from taciturn.adapters.report.jsonlines import read_request
from taciturn.codec.tree import Tree
from taciturn.engine import Engine
from taciturn.model.facts import Context
from taciturn.model.leaf import Role
from taciturn.model.message import Message

OWN = Path(__file__).resolve().parent / "corpus"
_FAMILIES = ("file", "group", "member", "person", "location", "content", "credential")
_CALLS = 2  # of every tool on every text; the faster one counts, since others work on this machine too
Ask = Callable[[str], peers.Answer]


@dataclass
class Tool:
    """What one tool made of all requests: counts by family, and the microseconds of each request."""

    name: str
    table: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    us: list[float] = field(default_factory=list)


def compare(cases: Iterable[Case], engine: Engine, others: dict[str, Ask]) -> list[Tool]:
    """taciturn first, then each of the others without and with decoding."""
    own = Tool("taciturn")
    raw = {name: Tool(f"{name}, as on the wire") for name in others}
    decoded = {name: Tool(f"{name}, with decoding") for name in others}
    for case in cases:
        message = read_request(case.line).message
        found, spent = _own(engine, message)
        _count(own, case, found, spent)
        text, opening = _opened(message)
        wire = _wire(case)
        for name, ask in others.items():
            answer = ask(wire)
            _count(raw[name], case, answer.found, min(answer.us))
            answer = ask(text)
            _count(decoded[name], case, answer.found, min(answer.us) + opening)
    return [own, *(tool for name in others for tool in (raw[name], decoded[name]))]


def _own(engine: Engine, message: Message) -> tuple[list[tuple[str, str]], float]:
    context = Context(NOW, sni=message.host, connect_host=message.host)
    spent = []
    for _ in range(_CALLS):
        begun = time.perf_counter_ns()
        decision = engine.inspect(message, context)
        spent.append((time.perf_counter_ns() - begun) / 1000)
    return [(hit.kind.partition(".")[0], hit.value) for hit in decision.findings if hit.kind not in ROLES], min(spent)


def _wire(case: Case) -> str:
    request = case.request
    head = "\n".join(f"{name}: {value}" for name, value in request.headers)
    return f"{request.url}\n{head}\n\n{request.body.decode('utf-8', 'replace')}"


def _opened(message: Message) -> tuple[str, float]:
    """All texts of the decode tree, one a line with its name, and the microseconds that it took."""
    begun = time.perf_counter_ns()
    tree = Tree(message)
    lines = [
        f'{leaf.name}: "{leaf.text}"' for leaf in (*tree.leaves, *tree.wholes) if leaf.text and leaf.role is Role.VALUE
    ]
    return "\n".join(lines), (time.perf_counter_ns() - begun) / 1000


def _count(tool: Tool, case: Case, found: list[tuple[str, str]], us: float) -> None:
    tool.us.append(us)
    hits = {(family, value) for family, value in found if value.strip()}
    pointed = {hit: [label for label in case.leaks if _is(hit[1], label)] for hit in hits}
    reached = {(label.kind, label.value) for labels in pointed.values() for label in labels}
    for kind, value in case.certain:
        for row in ("all", kind.partition(".")[0]):
            tool.table[row].update(["values"] + (["found"] if (kind, value) in reached else []))
    for (family, _), labels in pointed.items():
        column = "right" if any(label.certain for label in labels) else "arguable" if labels else "elsewhere"
        for row in ("all", family):
            tool.table[row][column] += 1


def _is(value: str, label: Any) -> bool:
    return points_at({"value": value, "field_path": ""}, label)


def others_of(process: peers.Peers | None) -> dict[str, Ask]:
    asks: dict[str, Ask] = {}
    if process is not None:
        asks = {
            "Presidio": partial(process.ask, "presidio", calls=_CALLS),
            "detect-secrets": partial(process.ask, "detect-secrets", calls=_CALLS),
        }
    return {**asks, "regexes": partial(peers.ask_regexes, calls=_CALLS)}


def print_comparison(tools: list[Tool]) -> None:
    families = [name for name in _FAMILIES if tools[0].table[name]["values"]]
    for title, of in (("recall of certain values", recall_of), ("precision of findings", precision_of)):
        rows = [
            (tool.name, of(tool.table["all"]).text(), *(_short(of(tool.table[name])) for name in families))
            for tool in tools
        ]
        show(Table(f"{title}, per family in %", ("", "all (95 %)", *families), rows))
    rows = []
    for tool in tools:
        middle, slow = statistics.median(tool.us), sorted(tool.us)[int(0.9 * (len(tool.us) - 1))]
        times = middle / statistics.median(tools[0].us)
        rows.append((tool.name, f"{middle:,.0f} µs", f"{slow:,.0f} µs", f"{times:.1f}×"))
    show(Table("time per request, decoding included", ("", "median", "90th of 100", "of taciturn's"), rows))


def _short(rate: Rate) -> str:
    return f"{100 * rate.share:.0f}" if rate.whole else "-"


def as_json(tools: list[Tool]) -> dict[str, Any]:
    return {
        tool.name: {
            "median_us": round(statistics.median(tool.us), 1),
            "per": {
                row: {"recall": recall_of(counts).as_json(), "precision": precision_of(counts).as_json()}
                for row, counts in tool.table.items()
            },
        }
        for tool in tools
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy.compare", description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=OWN, metavar="DIR", help="a folder with requests.jsonl")
    parser.add_argument("--kinds", default="", metavar="A.,B.", help="prefixes; other labels count as arguable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same figures for machines")
    args = parser.parse_args()
    cases = read_cases(args.corpus, [kind for kind in args.kinds.split(",") if kind])
    try:
        with peers.Peers() as process:
            tools = compare(cases, default_engine(), others_of(process))
    except peers.NotInstalled as missing:
        print(
            f"!!! SKIPPED: Presidio and detect-secrets, they are not installed ({missing}); make compare tries that\n"
        )
        tools = compare(cases, default_engine(), others_of(None))
    print(f"{len(cases)} requests of {args.corpus}\n")
    print_comparison(tools)
    if args.json:
        args.json.write_text(json.dumps(as_json(tools), indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
