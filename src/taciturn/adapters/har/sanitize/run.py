"""A capture made safe to share: two passes over its entries, and the proof.

 1. The policy decides every message; what it touches is noted. All entries are read for secrets, so that each value is
    known before the first word is written.
 2. Entry by entry: the policy's edits, then everything that is a secret, then every place where a known value stands.
    The result is read afresh, and searched, raw and decoded. What is left goes whole, and if something is left even
    then, nothing is written: `Left` names the place.

One entry is held at a time, and the values; never the file.
"""

from __future__ import annotations

import bisect
import os
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from taciturn.adapters.har.sanitize.cleaner import Cleaner
from taciturn.adapters.har.sanitize.entry import CLEAN, EntryCleaner
from taciturn.adapters.har.sanitize.known import Known, TooMany
from taciturn.adapters.har.sanitize.layout import Layout, Region, layout
from taciturn.adapters.har.sanitize.nodes import Node, Unreadable, parse, replaced, walk
from taciturn.adapters.har.sanitize.put_back import data_edits, request_edits
from taciturn.adapters.har.sanitize.ruling import ANSWER, Ruling
from taciturn.adapters.har.sanitize.tags import Tags
from taciturn.adapters.har.window import Buffer
from taciturn.codec.base import SpanEdit, apply_text
from taciturn.errors import TaciturnError

PLACEHOLDER = (
    '{"startedDateTime": "1970-01-01T00:00:00.000Z", "time": 0, "request": {"method": "GET", '
    '"url": "https://taken-out.invalid/", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "queryString": [], '
    '"headersSize": -1, "bodySize": -1}, "response": {"status": 0, "statusText": "", "httpVersion": "HTTP/1.1", '
    '"cookies": [], "headers": [], "content": {"size": 0, "mimeType": "x-unknown"}, "redirectURL": "", '
    '"headersSize": -1, "bodySize": -1}, "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0}, '
    '"comment": "taken out: this entry could not be read"}'
)
"""Stands for an entry that could not be read, so that the others keep their numbers."""
AROUND = -1  # instead of the number of an entry: pages and comments
_ROUNDS = 4


class Left(TaciturnError):
    """Something could not be taken out. The message names the place, never a value."""


class Progress(Protocol):
    """Is told how many bytes of the capture are behind us; each counts half in either pass."""

    def __call__(self, done: int, /) -> None: ...


@dataclass(slots=True)
class Outcome:
    """What was done to one capture. No value is in here."""

    entries: int = 0
    changed: int = 0
    taken: Counter[str] = field(default_factory=Counter)  # kind -> places
    values: int = 0  # different ones
    dropped: Counter[str] = field(default_factory=Counter)  # what was emptied -> how often
    verdicts: Counter[str] = field(default_factory=Counter)  # of the policy
    unreadable: list[int] = field(default_factory=list)  # entries that are placeholders now
    ordinary: int = 0  # values too ordinary to be searched for elsewhere
    cut_off: bool = False
    junk: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.changed or self.unreadable or self.cut_off or self.junk)


class Spool:
    """Rulings, kept in a file that has no name: the bodies of a capture's requests need not fit into memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as this is
        self._places: dict[int, list[int]] = {}

    def add(self, ruling: Ruling) -> None:
        self._places.setdefault(ruling.entry, []).append(self._file.seek(0, os.SEEK_END))
        pickle.dump(ruling, self._file)

    def of(self, entry: int) -> list[Ruling]:
        found: list[Ruling] = []
        for place in self._places.get(entry, ()):
            self._file.seek(place)
            found.append(pickle.load(self._file))  # noqa: S301 - what `add` wrote, in a file that nobody else can open
        return found


class Sanitizer:
    """One capture. `data` is UTF-8; `rulings` are the policy's, see ruling.py."""

    def __init__(
        self,
        path: str,
        data: Buffer,
        rulings: Iterable[Ruling],
        key: bytes,
        responses: str = CLEAN,
        progress: Progress = lambda done: None,
    ) -> None:
        self.outcome = Outcome()
        self._data = data
        self._layout: Layout = layout(path, data)
        self._tags = Tags(key)
        self._cleaner = Cleaner(self._tags, personal=responses != "keep")
        self._entry = EntryCleaner(self._cleaner, responses)
        self._progress = progress
        self._rulings = Spool()
        for ruling in rulings:
            self._rulings.add(ruling)
            self.outcome.verdicts[ruling.verdict] += 1
            for kind, value in ruling.values:
                self._tags.of(kind, value)
        self.outcome.entries = len(self._layout.entries)
        self.outcome.cut_off, self.outcome.junk = self._layout.cut_off, self._layout.junk

    def pieces(self) -> Iterator[bytes]:
        """The new file, piece by piece.

        Raises:
            Left: something could not be taken out; what came before is not to be used.
        """
        self._collect()
        out = self.outcome
        head, tail = self._around()
        yield head
        before: Region | None = None
        for number, region in enumerate(self._layout.entries):
            if before is not None:
                yield self._between(before, region)
            yield self._one(number, region).encode("utf-8", "surrogateescape")
            before = region
            self._progress((len(self._data) + region.offset + region.length) // 2)
        yield tail
        out.taken = self._cleaner.counts
        out.dropped = self._entry.dropped
        out.values = len(set(self._tags.made.values()))

    # ------------------------------------------------------------------ first pass

    def _collect(self) -> None:
        for number, region in enumerate(self._layout.entries):
            text, node = self._ruled(number, region)
            if node is not None:
                edits = self._entry.entry(text, node)
                again = _read(apply_text(text, _apart(edits))) if edits else None
                if again is not None:  # what stood beside a value may first show when the value is gone
                    self._entry.entry(apply_text(text, _apart(edits)), again)
            self._progress((region.offset + region.length) // 2)
        self._entry.around(*self._skeleton())
        try:
            known = Known({value: kind for value, (kind, _) in self._tags.made.items()})
        except TooMany as many:
            raise Left(f"{many}\n    mend: split the capture, and sanitise its parts with one --key") from None
        self.outcome.ordinary = known.ordinary
        self._cleaner.learn(known)
        self._known = known
        self._cleaner.counts.clear()
        self._entry.dropped.clear()

    def _ruled(self, number: int, region: Region) -> tuple[str, Node | None]:
        """The text of an entry after the policy's edits; without a node where it cannot be read."""
        text = bytes(self._data[region.offset : region.offset + region.length]).decode("utf-8", "surrogateescape")
        node = _read(text)
        if node is None:
            return text, None
        edits: list[SpanEdit] = []
        for ruling in self._rulings.of(number):
            edits += _put_back(text, node, ruling)
        if not edits:
            return text, node
        text = apply_text(text, _apart(edits))
        return text, _read(text)

    # ------------------------------------------------------------------ second pass

    def _one(self, number: int, region: Region) -> str:
        old = bytes(self._data[region.offset : region.offset + region.length]).decode("utf-8", "surrogateescape")
        text, node = self._ruled(number, region)
        if node is None:
            self.outcome.unreadable.append(number)
            return PLACEHOLDER
        text = self._proved(text, node, self._entry.entry, number)
        self.outcome.changed += text != old
        return text

    def _proved(self, text: str, node: Node, edits_of: Callable[[str, Node], list[SpanEdit]], number: int) -> str:
        """The text without secrets. Read again until nothing is found any more; what resists is taken out whole."""
        for attempt in range(_ROUNDS):
            counts = (self._cleaner.counts.copy(), self._entry.dropped.copy())
            edits = _apart(edits_of(text, node))
            if attempt:
                self._cleaner.counts, self._entry.dropped = counts  # the same places, seen again
            if attempt == _ROUNDS - 1 and edits:
                raise Left(
                    f"{_place(number)}: {len(edits)} places could not be made safe\n    mend: take it out by hand"
                )
            if attempt > 1:
                edits = self._whole(node, edits)
            if not edits:
                edits = self._raw(text, node, number)
                if not edits:
                    break
            text = apply_text(text, edits)
            try:
                node = parse(text)
            except Unreadable:
                raise Left(f"{_place(number)}: an edit left no JSON\n    mend: take the entry out by hand") from None
        if self._known.find(text):
            raise Left(f"{_place(number)}: a value is left\n    mend: take the entry out by hand")
        return text

    def _raw(self, text: str, node: Node, number: int) -> list[SpanEdit]:
        """Values that still stand in the text as it is written: the whole strings around them go."""
        hits = self._known.find(text)
        if not hits:
            return []
        spans = [SpanEdit(hit.start, hit.end, "") for hit in hits]
        edits = self._whole(node, spans)
        if not edits:
            raise Left(f"{_place(number)}: a value is left\n    mend: take the entry out by hand")
        return edits

    def _whole(self, node: Node, edits: list[SpanEdit]) -> list[SpanEdit]:
        """Edits of the whole strings and numbers that these edits stand in."""
        starts = sorted(edit.start for edit in edits)
        out: list[SpanEdit] = []
        for key, value in walk(node):
            for part in (key, value):
                if part is None or part.kind in ("object", "array"):
                    continue
                at = bisect.bisect_left(starts, part.start)
                if at < len(starts) and starts[at] < part.end:
                    self._entry.dropped["text that held a value"] += 1
                    out.append(
                        replaced(part, self._cleaner.tag("text", part.value))
                        if part.kind == "string"
                        else SpanEdit(part.start, part.end, "0")
                    )
        return _apart(out)

    # ------------------------------------------------------------------ around the entries

    def _skeleton(self) -> tuple[str, Node]:
        """What is around the entries as one text, in which a null stands for all of them."""
        text = (
            (self._layout.head + b"null" + self._layout.tail).decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        )
        try:
            return text, parse(text)
        except Unreadable:
            raise Left("around the entries: cannot be read\n    mend: check that the file is a whole HAR") from None

    def _around(self) -> tuple[bytes, bytes]:
        old, node = self._skeleton()
        _entries_of(node)
        made = self._proved(old, node, self._entry.around, AROUND)
        self.outcome.changed += made != old
        place = _entries_of(parse(made)).items[0][1]
        mark = "\ufeff" if self._layout.head.startswith(b"\xef\xbb\xbf") else ""
        head, tail = mark + made[: place.start], made[place.end :]
        return head.encode("utf-8", "surrogateescape"), tail.encode("utf-8", "surrogateescape")

    def _between(self, before: Region, after: Region) -> bytes:
        gap = bytes(self._data[before.offset + before.length : after.offset])
        if gap.strip() == b",":
            return gap
        self.outcome.changed += 1
        self._entry.dropped["what stood between two entries"] += 1
        return b", "


def _read(text: str) -> Node | None:
    """An entry; None where it is none."""
    try:
        node = parse(text)
    except Unreadable:
        return None
    request = node.member("request") if node.kind == "object" else None
    url = request.member("url") if request is not None and request.kind == "object" else None
    return node if url is not None and url.kind == "string" else None


def _put_back(text: str, node: Node, ruling: Ruling) -> list[SpanEdit]:
    message, leaves = ruling.message, ruling.leaves
    if ruling.part == -1:
        return [
            edit
            for request in node.members("request")
            if request.kind == "object"
            for edit in request_edits(text, request, message, leaves)
        ]
    if ruling.part == ANSWER:
        edits: list[SpanEdit] = []
        for response in node.members("response"):
            for content in response.members("content"):
                if content.kind == "object":
                    edits += data_edits(
                        text, content, "text", message, leaves, content.text("encoding").lower() == "base64"
                    )
        return edits
    frames = node.member("_webSocketMessages")
    frame = frames.items[ruling.part][1] if frames is not None and ruling.part < len(frames.items) else None
    if frame is None or frame.kind != "object":
        return []
    opcode = frame.member("opcode")
    return data_edits(text, frame, "data", message, leaves, opcode is not None and opcode.value == "2")


def _entries_of(node: Node) -> Node:
    """The list in which a null stands for all entries."""
    for log in node.members("log"):
        for entries in log.members("entries"):
            if [value.value for _, value in entries.items] == ["null"]:
                return entries
    raise Left("around the entries: the list of entries is not where it should be\n    mend: check that it is a HAR")


def _apart(edits: Iterable[SpanEdit]) -> list[SpanEdit]:
    """Edits in order; of those that overlap, the widest."""
    out: list[SpanEdit] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.start, -edit.end)):
        if not out or edit.start >= out[-1].end:
            out.append(edit)
    return out


def _place(number: int) -> str:
    return "around the entries" if number == AROUND else f"entry {number}"


__all__ = ["AROUND", "PLACEHOLDER", "Left", "Outcome", "Sanitizer"]
