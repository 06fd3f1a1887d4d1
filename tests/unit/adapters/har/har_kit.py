"""Small captures for the tests of the reader: everything in them is invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from taciturn.adapters.har.reader import Capture, Item, open_capture
from taciturn.adapters.har.shape import Page
from taciturn.adapters.har.split import Piece, Split
from taciturn.adapters.har.window import Window

FLAVOURS = Path(__file__).resolve().parents[3] / "data" / "har"


def entry(url: str = "https://shop.example/", method: str = "GET", second: int = 0, **more: Any) -> dict[str, Any]:
    """One entry; `headers` as a dict, `post` as postData, anything else goes to the entry itself."""
    headers = [{"name": name, "value": value} for name, value in more.pop("headers", {}).items()]
    request: dict[str, Any] = {"method": method, "url": url, "headers": headers, "bodySize": more.pop("size", -1)}
    if "post" in more:
        request["postData"] = more.pop("post")
    if "cookies" in more:
        request["cookies"] = more.pop("cookies")
    return {"startedDateTime": f"2026-03-02T10:00:{second:02d}Z", "request": request, **more}


def archive(*entries: object, creator: str = "invented", pages: object = ()) -> dict[str, Any]:
    return {"log": {"version": "1.2", "creator": {"name": creator}, "pages": list(pages), "entries": list(entries)}}


def write(folder: Path, document: object, name: str = "one.har") -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return str(path)


def capture(folder: Path, *entries: object, creator: str = "invented", pages: object = ()) -> Capture:
    return open_capture(write(folder, archive(*entries, creator=creator, pages=pages)))


def only(found: Capture) -> Item:
    (item,) = found.items()
    return item


class Parts(NamedTuple):
    """All that a capture was taken apart into."""

    pieces: list[Piece]
    pages: list[Page]
    creator: str
    cut_off: bool


def parts_of(window: Window) -> Parts:
    found = Split("one.har", window)
    pieces = list(found.pieces())
    return Parts(pieces, found.pages, found.creator, found.cut_off)


def in_pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))
