"""mitmproxy's flow files as captures."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from mitmproxy import flow, http
from mitmproxy.io import FlowWriter, tnetstring
from mitmproxy.test import tflow, tutils

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.capture import BLOCKED
from taciturn.adapters.har.reader import Item
from taciturn.adapters.mitm.flows import FlowCapture
from taciturn.errors import CaptureError
from taciturn.model.message import Body, Fidelity, Kind

PACKED = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


def exchange(number: int = 1, *, answered: bool = True, **request: Any) -> http.HTTPFlow:
    known: dict[str, Any] = {
        "host": "collect.example", "port": 443, "scheme": b"https", "method": b"POST", "authority": b"",
        "path": f"/{number}".encode(), "content": b"a=1", "timestamp_start": 1_772_445_600 + number,
        "headers": http.Headers(((b"Host", b"collect.example"), (b"content-length", b"3"))),
    }  # fmt: skip
    return tflow.tflow(req=tutils.treq(**(known | request)), resp=answered)


def saved(*flows: flow.Flow) -> bytes:
    file = io.BytesIO()
    writer = FlowWriter(file)
    for one in flows:
        writer.add(one)
    return file.getvalue()


def opened(folder: Path, data: bytes) -> FlowCapture:
    (folder / "any.name").write_bytes(data)
    found = open_capture(str(folder / "any.name"))
    assert isinstance(found, FlowCapture)
    return found


def items(folder: Path, *flows: flow.Flow) -> list[Item]:
    return list(opened(folder, saved(*flows)).items())


def names(found: list[Item]) -> list[str]:
    return [item.message.target.decode() if item.message else item.odd for item in found]


def test_flows_come_in_the_order_in_which_their_requests_began(tmp_path: Path) -> None:
    found = opened(tmp_path, saved(exchange(3), exchange(1), exchange(2)))
    assert (found.entries, found.creator, found.cut_off) == (3, "mitmproxy flows", False)
    assert [(item.entry, item.at - 1_772_445_600) for item in found.items()] == [(1, 1), (2, 2), (0, 3)]
    assert names(list(found.items())) == names(list(found.items())) == ["/1", "/2", "/3"], (
        "walked as often as one likes"
    )


def test_flow_has_the_bytes_of_the_wire(tmp_path: Path) -> None:
    headers = http.Headers(((b"HOST", b"collect.example"), (b"Content-Encoding", b"gzip"), (b"x-n", b"\xff")))
    (item,) = items(tmp_path, exchange(content=PACKED, headers=headers, path=b"/a?b=\xff"))
    assert item.message is not None
    assert item.message.body == Body(PACKED)
    assert item.message.headers == headers.fields
    assert (item.message.host, item.message.port, item.message.target) == ("collect.example", 443, b"/a?b=\xff")


def test_flow_trailers_are_read_beside_the_headers(tmp_path: Path) -> None:
    (item,) = items(tmp_path, exchange(trailers=http.Headers(((b"x-file", b"minutes.txt"),))))
    assert item.message is not None
    assert item.message.headers[-1] == (b"x-file", b"minutes.txt")


@pytest.mark.parametrize(
    ("method", "headers", "body"),
    [
        (b"POST", (), Body(None, Fidelity.ABSENT)),
        (b"GET", ((b"Content-Length", b"9"),), Body(None, Fidelity.ABSENT)),
        (b"GET", ((b"Transfer-Encoding", b"chunked"),), Body(None, Fidelity.ABSENT)),
        (b"GET", (), Body(b"")),
    ],
    ids=["post", "length", "chunked", "get"],
)
def test_flow_of_a_streamed_body_is_unknown_and_not_clean(
    tmp_path: Path, method: bytes, headers: tuple[tuple[bytes, bytes], ...], body: Body
) -> None:
    (item,) = items(tmp_path, exchange(method=method, headers=http.Headers(headers), content=None))
    assert item.message is not None
    assert item.message.body == body


def test_flow_answer_is_read_as_it_came(tmp_path: Path) -> None:
    answered = exchange()
    assert answered.response is not None
    answered.response.data.content = PACKED
    streamed, unanswered = exchange(2), exchange(3, answered=False)
    assert streamed.response is not None
    streamed.response.data.content = None
    one, two, three = items(tmp_path, answered, streamed, unanswered)
    assert one.answer is not None
    assert two.answer is not None
    assert (one.answer.status, one.answer.held, one.answer.worker, one.answer.revived()) == (200, True, False, None)
    assert (one.answer.head().kind, one.answer.whole().body) == (Kind.RESPONSE, Body(PACKED))
    assert (two.answer.held, two.answer.whole().body) == (False, Body(None, Fidelity.ABSENT))
    assert three.answer is None
    assert "content" not in repr(one.answer)


def test_flow_websocket_messages_of_the_client_are_messages(tmp_path: Path) -> None:
    talked = tflow.twebsocketflow()
    found = items(tmp_path, talked)
    assert [(item.part, item.message and item.message.body.data) for item in found] == [
        (-1, b""), (0, b"hello binary"), (1, b"hello text"),
    ]  # fmt: skip
    assert found[1].message is not None
    assert (found[1].message.kind, found[1].message.scheme) == (Kind.WS_OUT, "ws")
    assert [item.at for item in found] == [946681200, 946681203, 946681204]


def test_flow_that_failed_is_still_judged_and_one_that_was_killed_is_marked(tmp_path: Path) -> None:
    failed = tflow.tflow(err=True)
    killed = exchange(answered=False)
    killed.error = flow.Error(flow.Error.KILLED_MESSAGE)
    one, two = items(tmp_path, failed, killed)
    assert (one.message is not None, one.marks) == (True, ())
    assert (two.message is not None, two.marks) == (True, (BLOCKED,))


@pytest.mark.parametrize(
    ("host", "headers", "sni", "expected"),
    [
        ("192.0.2.7", ((b"Host", b"Pixel.Example:8443"),), "", "pixel.example"),
        ("192.0.2.7", (), "pixel.example", "pixel.example"),
        ("192.0.2.7", (), "", "192.0.2.7"),
        ("other.example", ((b"Host", b"pixel.example"),), "pixel.example", "other.example"),
    ],
    ids=["host-header", "sni", "nothing", "named-already"],
)
def test_flow_of_a_transparent_proxy_has_its_name(
    tmp_path: Path, host: str, headers: tuple[tuple[bytes, bytes], ...], sni: str, expected: str
) -> None:
    told = exchange(host=host, headers=http.Headers(headers))
    told.client_conn.sni = sni or None
    (item,) = items(tmp_path, told)
    assert item.message is not None
    assert item.message.host == expected


def test_flow_navigation_is_told_by_fetch_metadata(tmp_path: Path) -> None:
    headers = http.Headers(((b"sec-fetch-dest", b"document"),))
    (item,) = items(tmp_path, exchange(method=b"GET", headers=headers, content=b""))
    assert item.navigation == "https://collect.example/1"


@pytest.mark.parametrize("kind", ["ttcpflow", "tudpflow", "tdnsflow"])
def test_flow_of_another_protocol_is_odd(tmp_path: Path, kind: str) -> None:
    assert names(items(tmp_path, exchange(1), getattr(tflow, kind)())) in (["not-http", "/1"], ["/1", "not-http"])


@pytest.mark.parametrize(
    "state",
    [{}, {"version": 21}, {"version": 99, "type": "http"}, {"version": 21, "type": "http"}, {"version": "x"}, {"version": 21, "type": "none"}],
    ids=["empty", "no-type", "newer", "no-request", "word", "other"],
)  # fmt: skip
def test_flow_that_cannot_be_read_is_odd_and_hides_no_other(tmp_path: Path, state: dict[str, Any]) -> None:
    data = saved(exchange(1)) + tnetstring.dumps(state) + saved(exchange(2))
    assert names(list(opened(tmp_path, data).items())) == ["/1", "unreadable", "/2"]


def test_flow_with_a_field_of_another_type_is_odd(tmp_path: Path) -> None:
    for key, value in (("host", 5), ("path", None), ("headers", "x"), ("method", 1), ("timestamp_start", "soon")):
        state = exchange(1).get_state()
        state["request"][key] = value
        (item,) = opened(tmp_path, tnetstring.dumps(state)).items()
        assert item.odd or key == "timestamp_start"


def test_flow_without_a_scheme_or_host_is_odd(tmp_path: Path) -> None:
    connect = exchange(method=b"CONNECT", scheme=b"", path=b"", authority=b"collect.example:443")
    assert names(items(tmp_path, connect, exchange(2, host=""))) == ["address", "address"]


def test_flow_file_that_was_cut_off_says_so_and_keeps_the_rest(tmp_path: Path) -> None:
    whole, last = saved(exchange(1), exchange(2)), saved(exchange(3))
    for size in (1, len(last) // 2, len(last) - 1):
        found = opened(tmp_path, whole + last[:size])
        assert names(list(found.items())) == ["/1", "/2", "unreadable"]
        assert found.cut_off


def test_flow_file_with_rubbish_between_flows_says_that_more_may_be_missing(tmp_path: Path) -> None:
    found = opened(tmp_path, saved(exchange(1)) + b"rubbish" + saved(exchange(2)))
    assert names(list(found.items())) == ["/1", "unreadable"]
    assert found.cut_off


def test_flow_file_that_promises_more_than_it_holds_allocates_nothing(tmp_path: Path) -> None:
    found = opened(tmp_path, saved(exchange(1)) + b"999999999999:")
    assert names(list(found.items())) == ["/1", "unreadable"]


def test_flow_nested_beyond_measure_is_odd(tmp_path: Path) -> None:
    deep = b"0:]"
    for _ in range(20_000):
        deep = b"%d:%b]" % (len(deep), deep)
    data = b"3:key;" + deep
    data = b"%d:%b}" % (len(data), data)
    assert names(list(opened(tmp_path, data).items())) == ["unreadable"]


def test_flow_file_may_be_compressed_and_cut_off(tmp_path: Path) -> None:
    packed = gzip.compress(saved(exchange(1), exchange(2)), mtime=0)
    assert names(list(opened(tmp_path, packed).items())) == ["/1", "/2"]
    cut = opened(tmp_path, packed[:-40])
    assert (names(list(cut.items()))[0], cut.cut_off) == ("/1", True)


def test_flow_file_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(saved(exchange(1))))))
    assert names(list(open_capture("-").items())) == ["/1"]


def test_flow_capture_refuses_what_is_none_and_shows_no_value() -> None:
    with pytest.raises(CaptureError, match="no flow file"):
        FlowCapture("a.flow", io.BytesIO(b"rubbish"))
    assert repr(FlowCapture("a.flow", io.BytesIO(saved(exchange(1))))) == "FlowCapture(1 flows)"
