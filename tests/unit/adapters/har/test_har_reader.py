"""Captures as messages: one flavour of recorder after the other, then what any of them may do."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from har_kit import FLAVOURS, archive, capture, entry, only, write

from taciturn.adapters.har.reader import Item, open_capture
from taciturn.model.message import NO_BODY, Body, Fidelity, Kind, Message, PageSource


def flavour(name: str) -> list[Item]:
    return list(open_capture(str(FLAVOURS / f"{name}.har")).items())


def messages(items: list[Item]) -> list[Message]:
    return [item.message for item in items if item.message is not None]


def pages(message: Message) -> list[tuple[str, str]]:
    return [(candidate.source.value, candidate.url) for candidate in message.page]


def test_chrome_capture() -> None:
    items = flavour("chrome-devtools")
    page, script, pixel, beacon, handshake, text, binary = messages(items)
    assert [(item.entry, item.part) for item in items] == [(0, -1), (1, -1), (2, -1), (3, -1), (4, -1), (4, 0), (4, 2)]
    assert page.url == "https://files.example/b2_browse_files2.htm?folder=Clients"
    assert items[0].navigation == page.url
    assert pages(script) == [("initiator", page.url), ("har-page", page.url)]
    assert pixel.body == Body(b"id=1&ev=Preview&cd%5Bfile_name%5D=Offer%20Hallvard%20Nesse.pdf", Fidelity.PARAMS_ONLY)
    assert pages(pixel) == [("har-page", page.url)]
    assert beacon.body == Body(None, Fidelity.ABSENT)
    assert (handshake.kind, handshake.scheme, handshake.port) == (Kind.REQUEST, "https", 443)
    assert (text.kind, text.scheme, text.method) == (Kind.WS_OUT, "wss", "WEBSOCKET")
    assert text.headers == ((b"origin", b"https://files.example"),)
    assert text.body.data == b'{"type":"recording","file_name":"Offer Hallvard Nesse.pdf","size":"48 KB"}'
    assert gzip.decompress(binary.body.data or b"") == b'{"type":"ping"}'


def test_chrome_capture_counts_what_never_left() -> None:
    found = open_capture(str(FLAVOURS / "chrome-devtools.har"))
    assert (len(list(found.items())), found.entries, found.local) == (7, 6, 1)
    assert len(list(found.items())) == 7, "a second walk starts anew"
    assert found.local == 1


def test_firefox_capture() -> None:
    page, form, upload = messages(flavour("firefox"))
    assert page.body == NO_BODY
    assert form.body == Body(b"data=%7B%22event%22%3A%22x%22%7D&note=Zo%C3%AB+%26+%C3%96mer", Fidelity.PARAMS_ONLY)
    assert pages(form) == [("har-page", "https://groups.example/g/42/members")]
    assert b'filename="minutes %22final%22.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n------b1--' in (
        upload.body.data or b""
    )


def test_playwright_capture() -> None:
    inbox, event, blob, lossy, stored = messages(flavour("playwright"))
    assert event.body == Body('{"event":"Opened","properties":{"name":"Søren"}}'.encode())
    assert [name for name, _ in event.headers] == [b"content-type", b"content-length"]
    assert pages(event) == [("har-page", inbox.url)]
    assert blob.body == Body(None, Fidelity.ABSENT)
    assert lossy.body.fidelity is Fidelity.TRUNCATED
    assert stored.body == Body(b'{"event":"stored beside the capture"}')


def test_mitmproxy_capture_is_in_the_order_of_time() -> None:
    items = flavour("mitmproxy")
    assert [item.entry for item in items] == [1, 2, 0, 3]
    cart, guessed, unpacked, latin = messages(items)
    assert items[0].navigation == cart.url
    assert guessed.body == Body("name=Zoë".encode())
    assert unpacked.body == Body('{"a":"é"}'.encode(), Fidelity.CONTENT_DECODED)
    assert gzip.decompress(latin.body.data or b"") == '{"a":"é"}'.encode()
    assert not any(message.page for message in (cart, guessed, unpacked, latin))


@pytest.mark.parametrize(
    "url", ["data:text/plain,hi", "blob:https://a.example/1", "about:blank", "chrome-extension://abc/x.js"]
)
def test_local_address_is_counted_and_not_a_message(tmp_path: Path, url: str) -> None:
    found = capture(tmp_path, entry(url))
    assert (list(found.items()), found.local) == ([], 1)


@pytest.mark.parametrize(
    "url",
    ["", "shop.example/x", "ftp://a.example/x", "https://", "https:///path", "http://a.example:port/"],
)
def test_address_that_is_none_is_an_odd_entry(tmp_path: Path, url: str) -> None:
    item = only(capture(tmp_path, entry(url)))
    assert (item.message, item.odd) == (None, "address")


def test_entry_that_cannot_be_read_is_an_odd_entry_among_others(tmp_path: Path) -> None:
    found = list(capture(tmp_path, entry(second=1), {"request": 5}, entry(second=2)).items())
    assert [(item.entry, item.odd) for item in found] == [(0, ""), (1, "unreadable"), (2, "")]


@pytest.mark.parametrize(
    ("creator", "target"),
    [("Firefox", b"/a?b=1"), ("WebInspector", b"/a?b=1"), ("mitmproxy", b"/a?b=1#c"), ("invented", b"/a?b=1#c")],
)
def test_fragment_is_left_out_only_where_a_browser_wrote_the_address(
    tmp_path: Path, creator: str, target: bytes
) -> None:
    message = only(capture(tmp_path, entry("https://shop.example/a?b=1#c"), creator=creator)).message
    assert message is not None
    assert message.target == target


@pytest.mark.parametrize(
    ("started", "at"),
    [
        ("2026-03-02T10:00:00Z", 1772445600.0),
        ("2026-03-02T11:00:00.500+01:00", 1772445600.5),
        ("2026-03-02T10:00:00", 1772445600.0),
        ("2016-06-28T21:42:02.7221474+01:00", 1467146522.722147),
        ("yesterday", 0.0),
        (None, 0.0),
        (17, 0.0),
    ],
)
def test_time_of_an_entry(tmp_path: Path, started: object, at: float) -> None:
    assert only(capture(tmp_path, entry() | {"startedDateTime": started})).at == at


def test_entry_without_a_time_stays_behind_the_one_before_it(tmp_path: Path) -> None:
    late, none, early = entry(second=9), entry() | {"startedDateTime": ""}, entry(second=3)
    assert [item.entry for item in capture(tmp_path, late, none, early).items()] == [2, 0, 1]


def test_cookies_beside_the_headers_become_a_header_unless_there_is_one(tmp_path: Path) -> None:
    cookies = [{"name": "sid", "value": "1"}, {"name": "name", "value": "Zoë"}]
    bare, told = entry(cookies=cookies), entry(cookies=cookies, headers={"Cookie": "sid=2"})
    one, two = messages(list(capture(tmp_path, bare, told).items()))
    assert one.header(b"cookie") == "sid=1; name=Zoë".encode()
    assert two.headers == ((b"Cookie", b"sid=2"),)


def test_websocket_messages_that_the_page_did_not_send_are_no_messages(tmp_path: Path) -> None:
    frames = [
        {"type": "receive", "opcode": 1, "data": "in"},
        {"type": "send", "opcode": 9, "data": "ping"},
        {"type": "send", "opcode": 8, "data": ""},
        {"type": "send", "opcode": 1, "data": "out"},
        {"type": "send", "opcode": 2, "data": "no base64!"},
        {"type": "send", "data": "opcode left out"},
    ]
    found = list(capture(tmp_path, entry("ws://a.example/s", _webSocketMessages=frames)).items())
    assert [(item.part, item.message.body) for item in found if item.message] == [
        (-1, NO_BODY),
        (3, Body(b"out")),
        (4, Body(b"no base64!", Fidelity.TEXT_GUESS)),
        (5, Body(b"opcode left out")),
    ]
    assert {item.message.scheme for item in found if item.message} == {"http", "ws"}


def test_answer_of_a_request_that_got_none_is_none(tmp_path: Path) -> None:
    assert only(capture(tmp_path, entry(response={"status": 0}))).answer is None
    assert only(capture(tmp_path, entry())).answer is None
    assert only(capture(tmp_path, entry(response={"status": 204}))).answer is not None


def test_item_finds_the_messages_of_one_entry_with_their_page(tmp_path: Path) -> None:
    document = entry("https://shop.example/cart", headers={"sec-fetch-dest": "document"}, pageref="p")
    found = capture(tmp_path, document, entry("https://a.example/", second=1, pageref="p"))
    (item,) = found.item(1)
    assert item.message is not None
    assert [(c.source, c.url) for c in item.message.page] == [(PageSource.HAR_PAGE, "https://shop.example/cart")]
    assert found.item(7) == []


def test_repr_of_an_item_and_of_a_capture_holds_no_value(tmp_path: Path) -> None:
    found = capture(tmp_path, entry("https://shop.example/secret", post={"text": "hush"}, response={"status": 200}))
    shown = repr(found) + repr(list(found.items()))
    assert "secret" not in shown
    assert "hush" not in shown


def test_compressed_capture_is_read(tmp_path: Path) -> None:
    path = Path(write(tmp_path, archive(entry())))
    (tmp_path / "two.har.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert only(open_capture(str(tmp_path / "two.har.gz"))).message is not None


@pytest.mark.parametrize("kind", ["send", "SEND", "", None, "sent"])
def test_websocket_message_is_judged_unless_it_was_received(tmp_path: Path, kind: str | None) -> None:
    frame = {"type": kind, "opcode": 1, "data": "hello"}
    given = entry("wss://live.example/", _webSocketMessages=[frame, {**frame, "type": "receive"}])
    assert [message.body.data for message in messages(list(capture(tmp_path, given).items()))] == [b"", b"hello"]


@pytest.mark.parametrize("url", ["https://a.example\\@b.example/", "https://a.exa\tmple/", "https://a.example\\b/"])
def test_address_that_browsers_read_otherwise_is_an_odd_entry(tmp_path: Path, url: str) -> None:
    assert only(capture(tmp_path, entry(url))).odd == "address"


def test_post_data_of_no_known_form_is_a_body(tmp_path: Path) -> None:
    (message,) = messages(list(capture(tmp_path, entry(method="POST", post=[{"text": "a=1"}])).items()))
    assert b"a=1" in message.body.data


@pytest.mark.parametrize("between", ["", "\n", "\n\n, "])
def test_captures_behind_each_other_are_all_read(tmp_path: Path, between: str) -> None:
    first, second = (json.dumps(archive(entry(f"https://{name}.example/"))) for name in ("one", "two"))
    found = open_capture(write(tmp_path, first + between + second))
    assert [message.host for message in messages(list(found.items()))] == ["one.example", "two.example"]
    assert not found.cut_off


def test_what_stands_behind_a_capture_is_told(tmp_path: Path) -> None:
    found = open_capture(write(tmp_path, json.dumps(archive(entry())) + "}"))
    assert len(list(found.items())) == 1
    assert found.cut_off
