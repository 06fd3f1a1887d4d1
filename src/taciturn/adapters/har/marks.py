"""What an entry tells beside its message: how far it may be trusted to be all that was sent.

Words of `capture`; the report makes gaps of them. WebSocket messages are looked for in both places where recorders
keep them: in the entry, or (Playwright, bodies attached) as lines of JSON in a file of their own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import unquote_plus

from taciturn.adapters.har.answer import content_of
from taciturn.adapters.har.body import from_base64
from taciturn.adapters.har.capture import BEACON, BLOCKED, BY_WORKER, FIELDS, FRAMES, THROUGH_WORKER
from taciturn.adapters.har.shape import Entry, Frame, PostData, frame_from, words

_BEACONS = frozenset(
    {"ping", "beacon", "csp-violation-report", "cspviolationreport", "Ping", "Beacon", "CSPViolationReport"}
)
_STOPPED = ("BLOCKED_BY_CLIENT", "BLOCKED_BY_ADMINISTRATOR")
_SWITCHING = frozenset({101, "101"})
_SOCKETS = ("ws:", "wss:", "WS:", "WSS:")
_NOTHING: tuple[str, ...] = ()


class Marks:
    """Follows one capture; `of` is called for every entry in the order of time."""

    def __init__(self) -> None:
        self._through: set[str] = set()  # addresses that a page asked a worker for

    def of(self, entry: Entry, has_frames: bool) -> tuple[str, ...]:
        """The marks of an entry; most have none, and are asked no more than it takes to see that."""
        found = []
        if entry.resource in _BEACONS:
            found.append(BEACON)
        if _was_stopped(entry):
            found.append(BLOCKED)
        if not has_frames and _is_socket(entry):
            found.append(FRAMES)
        post = entry.request.post
        if post is not None and post.params and post.text and _lists_others(post):
            found.append(FIELDS)
        worker = self.follow(entry)
        return (*found, worker) if worker else tuple(found) or _NOTHING

    def follow(self, entry: Entry) -> str:
        """What an entry has to do with a service worker; "" for nothing."""
        if entry.response is not None and entry.response.worker:
            self._through.add(entry.request.url)
            return THROUGH_WORKER
        # Chrome lists what a worker asked for in turn behind what the page asked the worker for.
        return BY_WORKER if entry.sender or entry.request.url in self._through else ""


def _was_stopped(entry: Entry) -> bool:
    answer = entry.response
    if entry.aborted is True:
        return True
    if answer is None or not (answer.error or answer.failure):
        return False
    return words(answer.error or answer.failure).endswith(_STOPPED)


def _lists_others(post: PostData) -> bool:
    """Whether a field of the list is not in the text of the same body: of the two, only the text is judged."""
    text = words(post.text)
    packed = from_base64(text) if "base64" in f"{words(post.encoding)} {words(post.own_encoding)}".lower() else None
    if packed is not None:
        text = packed.decode("utf-8", "replace")
    plain = _letters(unquote_plus(text, errors="replace"))
    for param in post.params or ():
        for value in (words(param.name), words(param.value), words(param.file_name)):
            # Firefox and Playwright undo the escapes of what they list, Chrome does not
            known = (
                value in text or _letters(value) in plain or _letters(unquote_plus(value, errors="replace")) in plain
            )
            if not known:
                return True
    return False


def _letters(text: str) -> str:
    """A text without line breaks, and without what a charset may have lost."""
    return "".join(char for char in text if char.isascii() and char.isprintable())


def _is_socket(entry: Entry) -> bool:
    if entry.response is not None and entry.response.status in _SWITCHING:
        return True
    return entry.resource == "websocket" or entry.request.url.startswith(_SOCKETS)


def frames_of(entry: Entry, beside: Callable[[str], bytes | None]) -> list[Frame] | None:
    """The WebSocket messages of an entry; None where the recorder kept none."""
    if entry.frames is not None or entry.resource != "websocket" or entry.response is None:
        return entry.frames
    name = words(content_of(entry.response).file)
    lines = beside(name) if name else None
    return None if lines is None else [_frame(line) for line in lines.splitlines() if line.strip()]


def _frame(line: bytes) -> Frame:
    """A line that cannot be read is a message that says nothing, in its place among the others."""
    try:
        return frame_from(json.loads(line.decode("utf-8", "surrogateescape"), strict=False))
    except (ValueError, RecursionError):
        return Frame()
