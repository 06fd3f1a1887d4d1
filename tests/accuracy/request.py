"""A request of a corpus, and a corpus of requests."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Label:
    kind: str
    value: str
    path: str
    certain: bool
    of: str = ""  # for a hash, what was hashed


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    vendor: str
    request: Request
    leaks: tuple[Label, ...]
    trap: str
    line: str = field(repr=False)  # as it stands in the file, which is also what `taciturn inspect` reads

    @property
    def certain(self) -> dict[tuple[str, str], list[Label]]:
        """(kind, value) -> where it stands."""
        found: dict[tuple[str, str], list[Label]] = {}
        for label in self.leaks:
            if label.certain:
                found.setdefault((label.kind, label.value), []).append(label)
        return found


def read_cases(folder: Path, kinds: Sequence[str] = ()) -> list[Case]:
    """The cases of `requests.jsonl`. Labels of other kinds than those asked for count as arguable."""
    lines = (folder / "requests.jsonl").read_text("utf-8").split("\n")  # JSON may hold other line breaks
    return [read_case(line, kinds) for line in lines if line.strip()]


def read_case(line: str, kinds: Sequence[str] = ()) -> Case:
    raw = json.loads(line)
    leaks = tuple(
        Label(
            leak["kind"],
            leak["value"],
            leak["field_path"],
            leak["confidence"] == "certain" and (not kinds or leak["kind"].startswith(tuple(kinds))),
            leak.get("of") or "",
        )
        for leak in raw["leaks"]
    )
    return Case(raw["id"], raw["vendor"], request_of(raw), leaks, raw.get("trap") or "", line)


def request_of(raw: dict[str, Any]) -> Request:
    headers = raw.get("headers") or {}
    pairs = headers.items() if isinstance(headers, dict) else headers
    packed = raw.get("body_b64")
    body = base64.b64decode(packed) if packed else (raw.get("body") or "").encode()
    return Request(raw["url"], tuple((str(name).lower(), str(value)) for name, value in pairs), body)


def outgoing_of(case: Case, prediction: dict[str, Any]) -> Request | None:
    """What left, or None when nothing did."""
    if prediction["verdict"] == "block":
        return None
    changed = dict(json.loads(case.line))
    if "out_url" in prediction:
        changed["url"] = prediction["out_url"]
    if "out_headers" in prediction:
        changed["headers"] = prediction["out_headers"]
    if "out_body_b64" in prediction:
        changed["body"], changed["body_b64"] = "", prediction["out_body_b64"]
    return request_of(changed)
