"""Captured requests of tracker SDKs, with known values planted in the pages: which were found, and which still leave.

A capture is a file of JSON lines, one request a line, in the order they were sent: `kind` (ingest, config, first-party,
script, browser), `method`, `url`, `headers`, `body_b64`. Requests of all kinds go through one ledger, as they would
through the proxy; those of kind `ingest` and `config` are measured.

The planted values come from a JSON file: a list of texts, or {"values": {name: [text, …]}, "hashed": {name: [text]}}.
Hashes (MD5, SHA-1, SHA-256; hexadecimal, base64 or base64url) are looked for of the texts under `hashed`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.accuracy.accepts import refusal
from tests.accuracy.decoder import Leaf, leaves, logical
from tests.accuracy.predict import NOW
from tests.accuracy.request import Case, Request, outgoing_of, request_of
from tests.accuracy.score import breakage
from tests.accuracy.show import by_vendor, percent, print_coverage
from tests.accuracy.text import contains, folded

from taciturn.adapters.report.jsonlines import decision_line, read_request
from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.model.decision import Coverage, Decision

MEASURED = ("ingest", "config")
LEAST_UNDERSTOOD = 0.99  # of the bytes of each vendor
Plants = Mapping[str, tuple[str, ...]]


@dataclass
class SdkResult:
    requests: int = 0
    carrying: int = 0  # requests with a planted value in them
    verdicts: Counter[str] = field(default_factory=Counter)  # of those
    table: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    coverage: list[tuple[str, Coverage]] = field(default_factory=list)
    lists: defaultdict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def accepted(self) -> int:
        """Requests with planted values that were redacted and that their receiver's parser would still take."""
        return self.verdicts["redact"] - len(self.lists["refused"])

    @property
    def total(self) -> Counter[str]:
        return self.table["all", "all"]


def read_plants(path: Path) -> Plants:
    raw = json.loads(path.read_text("utf-8"))
    if isinstance(raw, list):
        return {text: (text,) for text in raw}
    plants = {name: tuple(texts) for name, texts in raw.get("values", {}).items()}
    for name, texts in raw.get("hashed", {}).items():
        plants[f"hash of {name}"] = tuple(form for text in texts for form in _hashes(text))
    return plants


def _hashes(text: str) -> Iterator[str]:
    for algorithm in ("md5", "sha1", "sha256"):
        digest = hashlib.new(algorithm, text.encode()).digest()
        yield digest.hex()
        yield base64.b64encode(digest).decode().rstrip("=")
        yield base64.urlsafe_b64encode(digest).decode().rstrip("=")


def measure(folder: Path, plants: Plants, engine: Engine) -> SdkResult:
    result = SdkResult()
    for path in sorted(folder.glob("*.jsonl")):
        ledger = Ledger()
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            line = json.dumps({key: row[key] for key in ("method", "url", "headers", "body_b64")} | {"id": row["n"]})
            asked = read_request(line)
            host = asked.message.host
            decision = engine.inspect(asked.message, ledger.context("sdk", NOW, sni=host, connect_host=host))
            ledger.observe(decision.observations)
            if row["kind"] in MEASURED:
                prediction = json.loads(decision_line(asked, decision, show_values=True))
                case = Case(f"{path.stem}:{row['n']}", path.stem, request_of(row), (), row["kind"], line)
                _measure(result, case, prediction, decision, plants)
    return result


def _measure(result: SdkResult, case: Case, prediction: dict[str, Any], decision: Decision, plants: Plants) -> None:
    result.requests += 1
    result.coverage.append((decision.tracker.name if decision.tracker else case.vendor, decision.coverage))
    result.lists["opaque"] += [
        (case.id, item["reason"], item["where"], f"{item['bytes']} bytes") for item in prediction["uninspectable"]
    ]
    before = _planted(case.request, plants)
    if not before:
        return
    result.carrying += 1
    result.verdicts[prediction["verdict"]] += 1
    out = outgoing_of(case, prediction)
    left = {(name, logical(leaf.path)) for name, _, leaf in _planted(out, plants)} if out is not None else set()
    findings = [folded(hit["value"]) for hit in prediction["findings"]]
    roles = [folded(hit["value"]) for hit in prediction["roles"]]
    for name, text, leaf in before:
        rows = [("all", "all"), ("value", name), ("vendor", case.vendor)]
        rows += [("layer", layer) for layer in set(leaf.layers)]
        place = (case.id, prediction["verdict"], name, leaf.path[:90])
        columns = ["places"]
        if _overlaps(text, findings):
            columns.append("found")
        elif _overlaps(text, roles):
            columns.append("role")
        else:
            result.lists["not found"].append(place)
        if (name, logical(leaf.path)) in left:
            columns.append("left")
            result.lists["left"].append(place)
        for row in rows:
            result.table[row].update(columns)
    if out is not None:
        result.lists["collateral"] += [(case.id, text) for text in _damage(case.request, prediction, out)]
        if why := refusal(case, out, breakage(case.request, out)):
            result.lists["refused"].append((case.id, why))
    if prediction["verdict"] == "block":
        reasons = ", ".join({*prediction["rules"], *(item["reason"] for item in prediction["uninspectable"])})
        result.lists["blocked"].append((case.id, case.trap, reasons))


_RECOMPUTED = frozenset({"bugsnag-integrity", "raw_segment_size", "compressed_segment_size"})
"""Checksums and sizes, which have to change with the body."""
_MISREAD = re.compile(r"\$.*\[rs\]")  # the decoder takes compressed text that holds a separator for a list


def _damage(request: Request, prediction: dict[str, Any], out: Request) -> list[str]:
    """Fields that are gone or changed, though neither a finding nor a role names what they held.

    They are compared by name and text alone: what a binary text reads as on the way depends on its other bytes.
    """
    named = [folded(hit["value"]) for hit in (*prediction["findings"], *prediction["roles"])]
    before, sent = list(leaves(request)), list(leaves(out))
    if any(_MISREAD.search(leaf.path) for leaf in (*before, *sent)):
        return []
    after = Counter(_bare(leaf) for leaf in sent)
    lost = []
    for leaf in before:
        name, text = field = _bare(leaf)
        if after[field]:
            after[field] -= 1
            continue
        if leaf.role != "value" or name in _RECOMPUTED or not text.isprintable():
            continue
        text = text.replace("\\", "")
        if not any(value and (value in text or text in value) for value in named):
            lost.append(f"- {logical(leaf.path)}={leaf.text[:40]}")
    return lost


def _bare(leaf: Leaf) -> tuple[str, str]:
    return re.split(r"[.?;]", logical(leaf.path))[-1].partition("[")[0], folded(leaf.text)


def _planted(request: Request, plants: Plants) -> list[tuple[str, str, Leaf]]:
    """(name, the text of it that stands there, leaf), once a name and leaf."""
    found = []
    any_of = _any_of(tuple(folded(text) for texts in plants.values() for text in texts))
    for leaf in leaves(request):
        if leaf.role != "view" and any_of.search(folded(leaf.text)):
            for name, texts in plants.items():
                text = next((text for text in texts if contains(text, leaf.text)), None)
                if text is not None:
                    found.append((name, text, leaf))
    return found


@lru_cache(1)
def _any_of(texts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, texts)))


def _overlaps(text: str, values: list[str]) -> bool:
    wanted = folded(text)
    return any(wanted in value or (value in wanted and len(value) * 2 >= len(wanted)) for value in values if value)


_LISTS = (
    ("left", "planted values that leave: request verdict value path"),
    ("not found", "planted values without a finding or role: request verdict value path"),
    ("collateral", "fields that changed without a finding or a role: request field"),
    ("refused", "redacted requests that their receiver might refuse: request why"),
    ("opaque", "what stays shut: request reason path size"),
    ("blocked", "requests with planted values that were blocked: request kind why"),
)


def print_sdk(result: SdkResult, shown: int) -> None:
    total = result.total
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in result.verdicts.most_common())
    print(f"requests   {result.requests}, {result.carrying} of them with planted values: {verdicts}")
    print(
        f"found      {percent(total['found'], total['places'])}   of {total['places']} places; known by role only: "
        f"{percent(total['role'], total['places']).strip()}"
    )
    print(f"left       {total['left']:6}     places where a planted value still leaves")
    print(f"collateral {len(result.lists['collateral']):6}     fields that changed without a finding or a role")
    for key, title in _LISTS:
        if result.lists[key]:
            print(f"\n{title} ({len(result.lists[key])})")
            for row in result.lists[key][:shown]:
                print("  " + "  ".join(row))
            if len(result.lists[key]) > shown:
                print(f"  … {len(result.lists[key]) - shown} more: --show {len(result.lists[key])}")
    print_coverage(result.coverage, LEAST_UNDERSTOOD)


def sdk_gate(result: SdkResult) -> list[str]:
    """What keeps the captures from being clean, as the goals stand."""
    goals = [
        (not result.total["left"], "planted values left"),
        (not result.lists["collateral"], "other fields were changed"),
        (
            all(coverage.share >= LEAST_UNDERSTOOD for _, coverage in by_vendor(result.coverage)),
            "a vendor stays opaque",
        ),
    ]
    return [text for met, text in goals if not met]
