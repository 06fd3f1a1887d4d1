"""Signals become findings: one a place and data type, and one for every place where the same value stands again."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence

from taciturn.detect.score import confidence, score
from taciturn.detect.taken import Taken
from taciturn.detect.view import Hit, View
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Finding, Signal
from taciturn.model.folding import Folded, fold
from taciturn.model.leaf import Leaf, Role

ECHO = Signal("known", "echo", 1.0, "the same value was found elsewhere in this message")

# where two readings claim one place, the narrower one is told
_PREFERRED = {"member.name": ("person.name",), "group.name": ("person.name", "file.name"), "file.path": ()}

_ESCAPE_BEFORE = re.compile(r"(?:^|[^\\])(?:\\\\)*\\(?:[bfnrt]|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2})$")


def fuse(view: View, floor: Confidence) -> tuple[Finding, ...]:
    """Findings of at least `floor`, in document order, with the places where their values stand again."""
    kept: list[tuple[Hit, Confidence, float]] = []
    for hit in view.hits.values():
        word = confidence(hit.signals)
        if word is not None and word >= floor and hit.text.strip():
            kept.append((hit, word, score(hit.signals)[0]))
    kept = _without_overlaps(kept)
    findings = [_finding(hit, word) for hit, word, _ in kept]
    findings += _echoes(view, findings)
    return tuple(sorted(findings, key=lambda f: (f.leaf.order if isinstance(f.leaf, Leaf) else 0, f.start)))


def _without_overlaps(hits: list[tuple[Hit, Confidence, float]]) -> list[tuple[Hit, Confidence, float]]:
    by_place: dict[tuple[int, str], list[tuple[Hit, Confidence, float]]] = {}
    taken: dict[tuple[int, str], Taken] = {}
    for entry in sorted(hits, key=lambda e: (-e[2], -(e[0].end - e[0].start))):
        hit = entry[0]
        place = (id(hit.leaf), hit.kind)
        spans = taken.setdefault(place, Taken())
        if not spans.overlaps(hit.start, hit.end):
            spans.add(hit.start, hit.end)
            by_place.setdefault(place, []).append(entry)
    kept = [entry for group in by_place.values() for entry in group]
    beaten = {
        (id(hit.leaf), loser)
        for hit, _, _ in kept
        for loser in _PREFERRED.get(hit.kind, ())
        if hit.end - hit.start == len(hit.leaf.text)
    }
    return [entry for entry in kept if (id(entry[0].leaf), entry[0].kind) not in beaten]


def _finding(hit: Hit, word: Confidence) -> Finding:
    leaf = hit.leaf
    best = max(hit.signals, key=lambda signal: signal.weight)
    return Finding(
        hit.kind,
        word,
        leaf.path,
        hit.text,
        best.detector,
        tuple(hit.signals),
        leaf.layers,
        hit.start,
        hit.end,
        leaf,
        hit.source,
    )


def _echoes(view: View, findings: list[Finding]) -> list[Finding]:
    """Equal values elsewhere in the same message: one file name was seen in eight places of one request."""
    values: dict[str, Finding] = {}
    for finding in sorted(
        findings, key=lambda f: f.kind.startswith("content.")
    ):  # what is searched for is a name first
        for value in _forms(finding):
            if _worth_searching(value, finding.kind):
                values.setdefault(fold(value, loose=True), finding)
    values.pop("", None)
    if not values:
        return []
    spans: dict[int, Taken] = {}
    for finding in findings:
        spans.setdefault(id(finding.leaf), Taken()).add(finding.start, finding.end)
    joined, starts = _folded(view.leaves)
    placed: dict[int, Folded] = {}
    out: list[Finding] = []
    for value, origin in values.items():
        found = joined.find(value)
        while found >= 0:
            index = bisect.bisect_right(starts, found) - 1
            leaf = view.leaves[index]
            taken = spans.setdefault(id(leaf), Taken())
            if leaf.role is not Role.STRUCTURE and not taken.is_all(len(leaf.text)):
                if index not in placed:
                    placed[index] = Folded(leaf.text, loose=True)
                out += _in_leaf(leaf, placed[index], value, origin.kind, taken)
            found = joined.find(value, starts[index + 1])
    for whole in view.wholes:  # an address was opened further: it is the same when all of it is
        source = values.get(fold(whole.text, loose=True))
        if source is not None and not spans.setdefault(id(whole), Taken()).is_all(len(whole.text)):
            hit = Hit(source.kind, whole, 0, len(whole.text))
            hit.signals.append(ECHO)
            out.append(_finding(hit, Confidence.CERTAIN))
    return out


def _in_leaf(leaf: Leaf, placed: Folded, value: str, kind: str, taken: Taken) -> Iterator[Finding]:
    """Where a folded value stands in a leaf, apart from the spans that are taken already."""
    for at, end in (placed.span(*found) for found in placed.find(value)):
        if _whole_word(leaf.text, at, end) and not taken.overlaps(at, end):
            taken.add(at, end)
            hit = Hit(kind, leaf, at, end)
            hit.signals.append(ECHO)
            yield _finding(hit, Confidence.CERTAIN)


def _folded(leaves: Sequence[Leaf]) -> tuple[str, list[int]]:
    """All texts folded, a null character between them, and where each begins, and where the next one would."""
    texts = [leaf.text for leaf in leaves]
    joined = fold("\x00".join(texts), loose=True)
    pieces = joined.split("\x00")
    if len(pieces) != len(texts):  # a text holds the character itself
        pieces = [fold(text, loose=True).replace("\x00", " ") for text in texts]
        joined = "\x00".join(pieces)
    return joined, list(itertools.accumulate(map(len, pieces), lambda at, length: at + length + 1, initial=0))


def _forms(finding: Finding) -> list[str]:
    """The value as it may stand again: folded, a folder by its parts, an address as an identifier."""
    value = finding.value.strip().casefold()
    forms = [value]
    if finding.kind == "file.path":
        parts = [part for part in re.split(r"\s*[/\\›»>]\s*", value) if part]
        forms += [part for part in parts if " " in part or (len(part) >= 8 and not part.isascii())]
        forms += [" / ".join(parts[-2:])] if len(parts) > 1 else []
    elif finding.kind == "person.email":
        forms.append(re.sub(r"[^a-z0-9]+", "_", value))
    return forms


def _worth_searching(value: str, kind: str) -> bool:
    if kind in ("file.size", "file.date", "group.member_count"):
        return (len(value) >= 6 and not value.isdigit()) or (value.isdigit() and len(value) >= 7)
    if value.isdigit():
        return len(value) >= 7
    return len(value) >= 6 or (len(value) >= 4 and " " in value) or (len(value) >= 4 and not value.isascii())


def _whole_word(text: str, start: int, end: int) -> bool:
    """Not cut out of a longer word. The letters of an escape that nobody decoded (broken JSON) are no part of one."""
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    if before and "\\" in text[max(0, start - 6) : start] and _ESCAPE_BEFORE.search(text[max(0, start - 7) : start]):
        before = False
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
