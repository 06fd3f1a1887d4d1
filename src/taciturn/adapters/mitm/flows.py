"""mitmproxy's flow files as captures: the bytes as they were on the wire, in the order in which requests began.

A flow file is a row of tnetstrings, each with its length before it. The row is walked here and not by mitmproxy's own
reader, which stops at the first flow that it cannot read: a broken flow is one odd entry, and the next one is found
behind it. A file that ends in the middle of a flow was cut off. mitmproxy writes flows as they end, so they are sorted
by the time at which they began; only their places are held in memory, and each flow is read when its turn comes.

Only `data` of requests and responses is read: the views that decompress or guess a charset are not (see convert.py).
"""

from __future__ import annotations

import ipaddress
import mmap
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, NamedTuple

from mitmproxy import dns, flow, http, tcp, udp
from mitmproxy.io import compat, tnetstring

from taciturn.adapters.har.capture import BLOCKED, NO_PAGES, PageEvents
from taciturn.adapters.har.order import LATEST
from taciturn.adapters.har.reader import Item
from taciturn.adapters.mitm.convert import request_message, response_message, websocket_message
from taciturn.errors import CaptureError
from taciturn.model.message import Body, Fidelity, Message, split_authority

CREATOR = "mitmproxy flows"
OTHER_FLOWS = (dns.DNSFlow, tcp.TCPFlow, udp.UDPFlow)  # imported so that mitmproxy knows them; no HTTP in them
_LENGTH = re.compile(rb"([0-9]{1,12}):")
_SENDERS = frozenset({"POST", "PUT", "PATCH"})
_DECLARING = frozenset({b"content-length", b"transfer-encoding"})


class _Place(NamedTuple):
    at: float  # when the request began, seconds since the epoch
    start: int  # of the payload
    end: int
    whole: bool  # whether a dict stands there


class FlowAnswer(NamedTuple):
    """What came back, as on the wire."""

    flow: http.HTTPFlow
    request: Message

    def __repr__(self) -> str:
        return "FlowAnswer(...)"

    @property
    def status(self) -> int:
        return self.flow.response.data.status_code if self.flow.response else 0

    @property
    def worker(self) -> bool:
        return False

    @property
    def held(self) -> bool | None:
        content = self.flow.response.data.content if self.flow.response else None
        return None if content == b"" else content is not None

    def head(self) -> Message:
        return response_message(self.flow, self.request, None)

    def whole(self) -> Message:
        content = self.flow.response.data.content if self.flow.response else None
        message = response_message(self.flow, self.request, content)
        return message if content is not None else replace(message, body=Body(None, Fidelity.ABSENT))

    def revived(self) -> Message | None:
        return None


class FlowCapture:
    """A flow file, opened.

    Raises:
        CaptureError: there is no flow in it.
    """

    def __init__(self, path: str, file: IO[bytes]) -> None:
        self.path = path
        self.local = 0
        self.cut_off = False
        self.read = 0  # bytes of the flows that were given
        self._file = file  # a temporary one lives as long as this does
        self._data = _mapped(file)
        self._places = self._walk()
        if not self._places:
            raise CaptureError(f"{path}: this is no flow file\n    mend: save it with mitmdump -w, or record a HAR")

    def __repr__(self) -> str:
        return f"FlowCapture({len(self._places)} flows)"

    @property
    def creator(self) -> str:
        return CREATOR

    @property
    def entries(self) -> int:
        return len(self._places)

    @property
    def size(self) -> int:
        return len(self._data)

    @property
    def page_events(self) -> PageEvents:
        return NO_PAGES

    def items(self) -> Iterator[Item]:
        """Every message and every odd entry, in the order of time."""
        at, self.read = 0.0, 0
        for index, place in sorted(enumerate(self._places), key=lambda row: row[1].at):
            at = place.at or at
            yield from self._flow(index, place, at)
            self.read += place.end - place.start

    def _flow(self, index: int, place: _Place, at: float) -> Iterator[Item]:
        found = self._read(place)
        if not isinstance(found, http.HTTPFlow):
            yield Item(index, -1, None, at, odd="unreadable" if found is None else "not-http")
            return
        try:
            message = _request(found)
        except (ValueError, AttributeError, TypeError):  # a field of another type than mitmproxy writes
            message = None
        if message is None or not message.host or message.scheme not in ("http", "https"):
            yield Item(index, -1, None, at, odd="address")
            return
        marks = (BLOCKED,) if found.error is not None and found.error.msg == flow.Error.KILLED_MESSAGE else ()
        answer = FlowAnswer(found, message) if found.response is not None else None
        yield Item(index, -1, message, at, _navigation(message), answer, marks=marks)
        for part, told in enumerate(found.websocket.messages if found.websocket else ()):
            if told.from_client:
                yield Item(index, part, _frame(message, told.content, part), max(at, _time(told.timestamp)))

    def _read(self, place: _Place) -> flow.Flow | None:
        """The flow at a place; None for one that cannot be read."""
        if not place.whole:
            return None
        try:
            state = tnetstring.parse(ord("}"), memoryview(self._data)[place.start : place.end])
            return flow.Flow.from_state(compat.migrate_flow(state))  # type: ignore[arg-type]  # checked by from_state
        except Exception:
            return None

    def _walk(self) -> list[_Place]:
        """Where flows stand. Behind a length that cannot be right nothing can be found any more."""
        places: list[_Place] = []
        data, at = self._data, 0
        while at < len(data):
            length = _LENGTH.match(data, at)
            end = length.end() + int(length[1]) if length else 0
            if length is None or end >= len(data):
                self.cut_off = True
                if places or length:
                    places.append(_Place(places[-1].at if places else 0.0, at, len(data), False))
                break
            whole = data[end : end + 1] == b"}"
            began = _began(data, length.end(), end) if whole else 0.0
            places.append(_Place(began or (places[-1].at if places else 0.0), length.end(), end, whole))
            at = end + 1
        return places


def _mapped(file: IO[bytes]) -> mmap.mmap | bytes:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (ValueError, OSError):  # an empty file, or one that cannot be mapped
        return file.read()


def _began(data: mmap.mmap | bytes, start: int, end: int) -> float:
    """When the request of a flow began, found without reading the flow; 0.0 where it does not say."""
    request = _member(data, start, end, b"request")
    stamp = _member(data, *request, b"timestamp_start") if request else None
    try:
        return _time(float(data[slice(*stamp)])) if stamp else 0.0
    except ValueError:
        return 0.0


def _member(data: mmap.mmap | bytes, start: int, end: int, name: bytes) -> tuple[int, int] | None:
    """Where the value of a key stands in a dict: each key and value is stepped over by its length."""
    at, key = start, True
    wanted = False
    while at < end:
        length = _LENGTH.match(data, at, end)
        if length is None:
            return None
        value, at = length.end(), length.end() + int(length[1]) + 1
        if at > end:
            return None
        if key:
            wanted = data[value : at - 1] == name
        elif wanted:
            return value, at - 1
        key = not key
    return None


def _time(stamp: object) -> float:
    if not isinstance(stamp, int | float) or isinstance(stamp, bool):
        return 0.0
    return float(stamp) if 0 < stamp < LATEST else 0.0


def _request(found: http.HTTPFlow) -> Message:
    """The request, trailers beside the headers: they left too. Raises ValueError for a host without an ASCII form."""
    data = found.request.data
    trailers = data.trailers.fields if data.trailers else ()
    message = request_message(found, data.content)
    message = replace(message, headers=(*message.headers, *trailers), host=_host(found, message.host))
    if data.content is None:
        declared = message.method in _SENDERS or any(name.lower() in _DECLARING for name, _ in message.headers)
        message = replace(message, body=Body(None, Fidelity.ABSENT) if declared else Body(b""))
    return message


def _host(found: http.HTTPFlow, host: str) -> str:
    """A flow of a transparent proxy has an address for a host; its name stands in Host, :authority or the handshake."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    named = found.request.host_header or found.client_conn.sni or ""
    try:
        return split_authority(named, 0)[0] or host
    except ValueError:
        return host


def _navigation(message: Message) -> str:
    document = message.header(b"sec-fetch-dest") == b"document"
    return message.url.partition("#")[0] if document else ""


def _frame(request: Message, content: bytes, part: int) -> Message:
    return replace(websocket_message(request, content), exchange=f"{request.exchange}.{part}")
