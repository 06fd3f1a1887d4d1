"""What was found, what left, and what was damaged.

Found: a finding matches a labelled value (equal, containing it, or at least half of it), or stands at its path.
Residual: a labelled value that can still be decoded from what left, at any layer, or seen in its raw text.
Collateral: fields without a labelled value that are gone, changed or new. Fields are compared after decoding and
without their positions, so another spelling of the same content is none.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.accuracy.accepts import refusal
from tests.accuracy.decoder import Leaf, leaves, logical, read_json
from tests.accuracy.predict import Judged
from tests.accuracy.request import Case, Label, Request, outgoing_of
from tests.accuracy.text import base64_cores, contains, folded
from tests.accuracy.unpack import Broken, content_decoded

ROLES = frozenset({"content.page_text", "content.page_title", "content.replay_text", "device.id"})
_MARK = re.compile(r"\[([a-z][a-z0-9-]*)\]")
# Marks of the path grammar; anything else in brackets belongs to a parameter's name.
_OWN_NAME = (
    "hex escape latin1 html esc gzip zlib deflate zstd lz jwt dataurl bytes ndjson lines envelope protobuf grpc msgpack"
)
_LAYER_OF_MARK = {mark: mark for mark in _OWN_NAME.split()} | {
    "pct": "percent", "b64": "base64", "br": "brotli", "rev": "reversed", "bin": "binary",
    "rs": "lines", "sio": "lines",
}  # fmt: skip


@dataclass
class Score:
    """Counts by (table, row, column), and the cases behind them."""

    cases: int = 0
    leaking: int = 0
    arguable_only: int = 0
    clean: int = 0
    readable: int = 0  # labelled values that the decoder finds in the request as it came
    fields: int = 0  # of the leaking requests that left
    verdicts: Counter[str] = field(default_factory=Counter)  # of leaking cases
    table: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    lists: defaultdict[str, list[tuple[str, ...]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def total(self) -> Counter[str]:
        return self.table["all", "all"]

    @property
    def accepted(self) -> int:
        """Leaking cases that left without their values and that their receiver's parser would still take."""
        return self.verdicts["redact"] - len(self.lists["refused"])

    def count(self, rows: Iterable[tuple[str, str]], column: str) -> None:
        for row in {("all", "all"), *rows}:
            self.table[row][column] += 1


def score(items: Iterable[Judged]) -> Score:
    result = Score()
    for item in items:
        result.cases += 1
        before = list(leaves(item.case.request))
        _findings(result, item, before)
        _outgoing(result, item, before)
    return result


# ---------------------------------------------------------------------- findings


def _findings(result: Score, item: Judged, before: list[Leaf]) -> None:
    case, found = item.case, [f for f in item.prediction["findings"] if f["kind"] not in ROLES]
    for (kind, value), labels in case.certain.items():
        rows = _rows(case, kind, labels)
        result.count(rows, "values")
        result.readable += any(contains(value, leaf.text) for leaf in before)
        kinds = {f["kind"] for f in found if any(points_at(f, label) for label in labels)}
        if kinds:
            result.count(rows, "found")
            if kind in kinds:
                result.count(rows, "exact")
        else:
            result.lists["not found"].append((case.id, case.vendor, kind, value, labels[0].path))
    for finding in found:
        rows = [("kind", finding["kind"]), ("family", finding["kind"].partition(".")[0]), ("vendor", case.vendor)]
        rows += [("layer", layer) for layer in layers_of(finding["field_path"])]
        result.count(rows, "findings")
        hit = [label for label in case.leaks if points_at(finding, label)]
        if any(label.certain for label in hit):
            result.count(rows, "right")
        elif hit:
            result.count(rows, "arguable")
        else:
            result.count(rows, "elsewhere")
            shown = (finding["kind"], finding["value"][:80], finding["field_path"][:80])
            result.lists["found elsewhere"].append((case.id, case.vendor, *shown))


def points_at(finding: dict[str, Any], label: Label) -> bool:
    wanted = folded(label.value)
    for text in {finding["value"], unquote(finding["value"])}:
        value = folded(text)
        if value == wanted or contains(label.value, text):
            return True
        if len(value) >= max(4, len(wanted) // 2) and contains(text, label.value):
            return True
    return logical(finding["field_path"]).lower() == logical(label.path).lower()


def _rows(case: Case, kind: str, labels: list[Label]) -> list[tuple[str, str]]:
    layers = {layer for label in labels for layer in layers_of(label.path)}
    rows = [("kind", kind), ("family", kind.partition(".")[0]), ("vendor", case.vendor)]
    return rows + [("layer", layer) for layer in layers]


def layers_of(path: str) -> set[str]:
    """The layers that a path of a label goes through, by its marks."""
    root = re.split(r"[.\[?#;$ ]", path, maxsplit=1)[0]
    found = {"path" if path.startswith("url path") else "address" if root == "url" else root}
    found |= {_LAYER_OF_MARK[mark] for mark in _MARK.findall(path) if mark in _LAYER_OF_MARK}
    if "$" in path:
        found.add("json")
    if root == "query" and "$" in path.partition(".")[2]:
        found.add("json in a parameter")
    if re.search(r"\$.*\$", path):
        found.add("json in json")
    if "?" in path or ":base" in path:
        found.add("address in a field")
    return found


# ---------------------------------------------------------------------- what left


def _outgoing(result: Score, item: Judged, before: list[Leaf]) -> None:
    case, verdict = item.case, item.prediction["verdict"]
    out = outgoing_of(case, item.prediction)
    after = list(leaves(out)) if out is not None else []
    damage = collateral(case, before, after) if out is not None else []
    broken = breakage(case.request, out) if out is not None else ""
    if broken:
        result.lists["broken"].append((case.id, case.vendor, broken))
    if not case.leaks:
        result.clean += 1
        kinds = [f["kind"] for f in item.prediction["findings"] if f["kind"] not in ROLES]
        if kinds or verdict != "allow" or damage:
            result.lists["clean, but flagged"].append((case.id, case.vendor, case.trap, verdict, ", ".join(kinds)))
        return
    if not case.certain:
        result.arguable_only += 1
        return
    result.leaking += 1
    result.verdicts[verdict] += 1
    if out is None:
        rules = ", ".join(item.prediction["rules"]) or "no rule"
        reasons = ", ".join(u["reason"] for u in item.prediction["uninspectable"])
        result.lists["blocked"].append((case.id, case.vendor, rules, reasons))
        return
    if verdict == "redact" and (why := refusal(case, out, broken)):
        result.lists["refused"].append((case.id, case.vendor, why))
    result.fields += sum(leaf.role == "value" for leaf in before)
    for kind, value, where in residual(case, before, out, after):
        result.count(_rows(case, kind, case.certain[kind, value]), "residual")
        result.lists["residual"].append((case.id, case.vendor, verdict, kind, value, where))
    if damage:
        result.lists["collateral"].append((case.id, case.vendor, *damage[:4]))


def residual(case: Case, before: list[Leaf], out: Request, after: list[Leaf]) -> list[tuple[str, str, str]]:
    """(kind, value, where) of certain values that can still be read."""
    found, raw = [], ""
    places = [(logical(leaf.path), leaf) for leaf in after]
    for (kind, value), labels in case.certain.items():
        # a short number may stand in other fields too, for other reasons: they held it before, and nobody labelled them
        marked = {logical(label.path) for label in labels}
        spare = {logical(leaf.path) for leaf in before if contains(value, leaf.text)} - marked
        where = next((leaf.path for path, leaf in places if path not in spare and contains(value, leaf.text)), "")
        if not where and len(value) >= 8 and not value.isdigit():
            raw = raw or _raw(out)
            if contains(value, raw):
                where = "raw text"
            elif any(core in raw for core in base64_cores(value)):
                where = "raw base64"
        if where:
            found.append((kind, value, where))
    return found


def _raw(request: Request) -> str:
    """A rough view that needs no parsing: a net below the decoder."""
    body = request.body
    with contextlib.suppress(Broken):  # then the raw bytes are searched; `breakage` reports it
        body = content_decoded(body, request.header("content-encoding"))
    views = [request.url, *(value for _, value in request.headers), body.decode("utf-8", "replace")]
    for text in tuple(views):
        for _ in range(4):
            plain = unquote(text.replace("+", " "))
            if plain == text:
                break
            views.append(plain)
            text = plain
    return "\n".join(views)


def collateral(case: Case, before: list[Leaf], after: list[Leaf]) -> list[str]:
    """`- path=value` for a field that is gone or changed, `+ path=value` for one that is new."""
    values = {label.value for label in case.leaks} | {label.of for label in case.leaks if label.of}

    def leaking(leaf: Leaf) -> bool:
        loose = "[bin]" in leaf.path and any(folded(value) in folded(leaf.text) for value in values)
        return loose or any(contains(value, leaf.text) or contains(value, leaf.path) for value in values)

    # a value that shows only after its character references are resolved makes the plain reading fair game too
    views = {leaf.path.rpartition("[")[0] for leaf in before if leaf.role == "view" and leaking(leaf)}
    dirty = [leaf for leaf in before if leaking(leaf) or leaf.path in views]
    fair = {logical(leaf.path.removesuffix(f".{leaf.text}#key") if leaf.role == "key" else leaf.path) for leaf in dirty}
    known = {id(leaf) for leaf in dirty}
    old = Counter(_plain(leaf) for leaf in before if leaf.role == "value" and id(leaf) not in known)
    new = Counter(_plain(leaf) for leaf in after if leaf.role == "value")
    lost = list((old - new).elements())
    gone = Counter(path for path, _ in lost)
    added = []
    for path, text in (new - old).elements():
        if any(path.startswith(place) or place.startswith(path) for place in fair):
            continue
        if gone[path]:
            gone[path] -= 1  # a changed field is both lost and new: one damage
        else:
            added.append((path, text))
    return [f"- {path}={text[:40]}" for path, text in lost] + [f"+ {path}={text[:40]}" for path, text in added]


def _plain(leaf: Leaf) -> tuple[str, str]:
    return logical(leaf.path), folded(leaf.text)


def breakage(before: Request, after: Request) -> str:
    """Why a receiver could not read what left, or ""."""
    try:
        list(leaves(after, strict=True))
        old = content_decoded(before.body, before.header("content-encoding"))
        new = content_decoded(after.body, after.header("content-encoding"))
    except Broken as problem:
        return str(problem)
    length = after.header("content-length")
    if length and length.strip() != str(len(after.body)):
        return f"content-length says {length}, the body has {len(after.body)}"
    if (
        new
        and read_json(old.decode("utf-8", "replace")) is not None
        and read_json(new.decode("utf-8", "replace")) is None
    ):
        return "the body was JSON and is none any more"
    return ""
