"""What the browser says of its requests: the tab's page and the document's, whatever else it says or leaves out."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from taciturn.adapters.devtools import Devtools

PIXEL = "https://pixel.example/tr?id=1"
PAGE = "https://site.example/private/list"


def attached(session: str, kind: str, url: str, parent: str = "", id: str = "") -> dict[str, Any]:
    info = {"targetId": id or session, "type": kind, "url": url}
    told = {"method": "Target.attachedToTarget", "params": {"sessionId": session, "targetInfo": info}}
    return {**told, "sessionId": parent} if parent else told


def sends(
    session: str, url: str, document: str, kind: str = "Ping", frame: str = "", method: str = "POST"
) -> dict[str, Any]:
    params = {
        "request": {"url": url, "method": method},
        "documentURL": document,
        "type": kind,
        "frameId": frame or session,
    }
    return {"method": "Network.requestWillBeSent", "sessionId": session, "params": params}


def heard(*messages: dict[str, Any], clock: float = 0.0) -> tuple[Devtools, list[dict[str, Any]]]:
    said: list[dict[str, Any]] = []
    devtools = Devtools(lambda: clock)
    devtools.begin(lambda data: said.append(json.loads(data)))
    data = b"".join(json.dumps(message).encode() + b"\0" for message in messages)
    for start in range(0, len(data), 100):  # in pieces, as a pipe gives them
        devtools.data_received(data[start : start + 100])
    return devtools, said


def pages(devtools: Devtools, url: str = PIXEL, method: str = "POST") -> tuple[str, ...]:
    return asyncio.run(devtools.pages(method, url, 0))


def test_request_of_a_page_is_that_pages() -> None:
    devtools, _ = heard(attached("P", "page", PAGE), sends("P", PIXEL, PAGE))
    assert pages(devtools) == (PAGE,)


def test_request_of_a_frame_is_the_tabs_and_the_frames() -> None:
    frame = "https://ads.example/frame"
    devtools, _ = heard(attached("P", "page", PAGE), attached("F", "iframe", frame, "P"), sends("F", PIXEL, frame))
    assert pages(devtools) == (PAGE, frame)


def test_navigation_of_the_tab_is_its_own_page_and_later_requests_are_of_it() -> None:
    after = "https://site.example/public"
    devtools, _ = heard(
        attached("P", "page", PAGE), sends("P", after, after, "Document", method="GET"), sends("P", PIXEL, after)
    )
    assert pages(devtools, after, "GET") == ()
    assert pages(devtools) == (after,)


def test_page_that_an_application_changed_is_the_one_that_shows() -> None:
    after = "https://site.example/public"
    frame = "https://ads.example/frame"
    devtools, _ = heard(
        attached("P", "page", PAGE),
        attached("F", "iframe", frame, "P"),
        sends("P", "https://site.example/x", after),
        sends("F", PIXEL, frame),
    )
    assert pages(devtools, "https://site.example/x") == (after,)
    assert pages(devtools) == (after, frame)


def test_navigation_of_a_frame_belongs_to_the_tab() -> None:
    devtools, _ = heard(attached("P", "page", PAGE), sends("P", PIXEL, PIXEL, "Document", "hidden"))
    assert pages(devtools) == (PAGE,)


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"method": "Network.requestWillBeSent", "params": {}},
        {"method": "Target.attachedToTarget", "params": None},
        [1],
        7,
    ],
    ids=["empty", "no request", "no target", "a list", "a number"],
)
def test_message_that_lacks_something_is_an_error_of_its_own(message: Any) -> None:
    devtools, _ = heard(attached("P", "page", PAGE), message, sends("P", PIXEL, PAGE))
    assert pages(devtools) == (PAGE,)


def test_frames_and_workers_wait_until_we_listen() -> None:
    _, said = heard(attached("P", "page", PAGE))
    assert [(message["method"], message.get("sessionId")) for message in said] == [
        ("Target.setAutoAttach", None),
        ("Network.enable", "P"),
        ("Target.setAutoAttach", "P"),
        ("Runtime.runIfWaitingForDebugger", "P"),
    ]


def test_word_that_comes_a_moment_later_is_waited_for() -> None:
    async def run() -> tuple[str, ...]:
        devtools = Devtools()
        devtools.begin(lambda data: None)
        asked = asyncio.ensure_future(devtools.pages("POST", PIXEL, 5))
        await asyncio.sleep(0.01)
        for message in (attached("P", "page", PAGE), sends("P", PIXEL + "#part", PAGE)):
            devtools.data_received(json.dumps(message).encode() + b"\0")
        return await asked

    assert asyncio.run(run()) == (PAGE,)


def test_browser_that_is_gone_keeps_nobody_waiting() -> None:
    async def run() -> tuple[str, ...]:
        devtools = Devtools()
        devtools.begin(lambda data: None)
        asyncio.get_running_loop().call_later(0.01, devtools.connection_lost, None)
        return await devtools.pages("POST", PIXEL, 60)

    assert asyncio.run(run()) == ()


def test_only_so_many_requests_are_remembered() -> None:
    many = [sends("P", f"https://pixel.example/{n}", PAGE) for n in range(5000)]
    devtools, _ = heard(attached("P", "page", PAGE), *many)
    assert pages(devtools, "https://pixel.example/0") == ()
    assert pages(devtools, "https://pixel.example/4999") == (PAGE,)
