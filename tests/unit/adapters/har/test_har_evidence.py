"""What the reader of captures notices beside the messages, and what a replay makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from har_kit import FLAVOURS, archive, entry, write

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.answer import Answer
from taciturn.adapters.har.capture import BEACON, BLOCKED, BY_WORKER, FRAMES, THROUGH_WORKER, PageEvents
from taciturn.adapters.replaying import ReplayOptions, replay_captures
from taciturn.adapters.report.outcome import FileReport
from taciturn.model.message import Body

API = "https://notes.example/api/notes"
CREDENTIALS = {
    "cookie": "sid=0f8e7d6c5b4a39281706",
    "accept": "application/json",
    "referer": "https://notes.example/board",
}
SHOWN = """[{"name": "Minutes of the allotment club.pdf", "size": 20481, "modified": "2026-02-28"},
{"name": "Seed order Hallvard Nesse.xlsx", "size": 9120, "modified": "2026-03-01"}]"""


def marks(folder: Path, *entries: dict[str, Any]) -> list[tuple[str, ...]]:
    return [item.marks for item in open_capture(write(folder, archive(*entries))).items()]


def replayed(folder: Path, *entries: dict[str, Any], pages: object = ()) -> FileReport:
    (file,) = replay_captures(ReplayOptions(), [write(folder, archive(*entries, pages=pages))]).files
    return file


def kinds(file: FileReport) -> list[str]:
    return [gap.kind for gap in file.evidence]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ()),
        ({"_resourceType": "ping"}, (BEACON,)),
        ({"_resourceType": "beacon"}, (BEACON,)),
        ({"_resourceType": "csp-violation-report"}, (BEACON,)),
        ({"response": {"status": 0, "_error": "net::ERR_BLOCKED_BY_CLIENT"}}, (BLOCKED,)),
        ({"response": {"status": -1, "_failureText": "net::ERR_BLOCKED_BY_CLIENT.Inspector"}}, ()),
        ({"response": {"status": -1, "_failureText": "net::ERR_ABORTED"}}, ()),
        ({"_wasAborted": True}, (BLOCKED,)),
        ({"_wasAborted": False}, ()),
        ({"response": {"status": 101}}, (FRAMES,)),
        ({"_resourceType": "websocket"}, (FRAMES,)),
        ({"url": "wss://talk.example/"}, (FRAMES,)),
        ({"response": {"status": 101}, "_webSocketMessages": []}, ()),
        ({"_serviceWorkerRef": "worker@1"}, (BY_WORKER,)),
        ({"response": {"status": 200, "_fetchedViaServiceWorker": True}}, (THROUGH_WORKER,)),
    ],
)
def test_marks_of_an_entry(tmp_path: Path, more: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert marks(tmp_path, entry(**more)) == [expected]


def test_marks_know_what_a_worker_asked_for_behind_the_page(tmp_path: Path) -> None:
    asked = entry(API, second=1, response={"status": 200, "_fetchedViaServiceWorker": True})
    assert marks(tmp_path, asked, entry(API, second=2), entry(second=3)) == [(THROUGH_WORKER,), (BY_WORKER,), ()]


@pytest.mark.parametrize(
    ("timings", "events"),
    [
        ({"onLoad": 812.5}, (1, 1, 1)),
        ({"onContentLoad": 0, "onLoad": -1}, (1, 1, 1)),
        ({"onContentLoad": -1, "onLoad": None}, (1, 1, 0)),
        ({}, (1, 0, 0)),
        (None, (1, 0, 0)),
        ("soon", (1, 0, 0)),
        ({"onLoad": "soon"}, (1, 1, 0)),
    ],
)
def test_page_events_tell_loaded_pages_from_recorders_that_note_none(
    tmp_path: Path, timings: object, events: tuple[int, int, int]
) -> None:
    found = open_capture(write(tmp_path, archive(entry(), pages=[{"id": "p", "pageTimings": timings}])))
    assert found.page_events == PageEvents(*events)


@pytest.mark.parametrize(
    ("response", "held"),
    [
        ({"status": 200, "content": {"size": 2, "text": "{}"}}, True),
        ({"status": 200, "content": {"size": 9000, "text": "x" * 9000}}, True),
        ({"status": 200, "content": {"size": 9, "_file": "kept.html"}}, True),
        ({"status": 200, "content": {"size": 9, "_sha1": "lost.html"}}, False),
        ({"status": 200, "content": {"size": 9}}, False),
        ({"status": 200, "content": {"mimeType": "text/html"}}, False),
        ({"status": 200, "content": {"mimeType": "image/gif"}}, None),
        ({"status": 204, "content": {"size": 9}}, None),
        ({"status": 404, "content": {"size": 9}}, None),
        ({"status": 200, "content": 5}, None),
    ],
)
def test_answer_knows_whether_its_body_is_held(tmp_path: Path, response: object, held: bool | None) -> None:
    (tmp_path / "kept.html").write_text("<p>ok")
    (item,) = open_capture(write(tmp_path, archive(entry(response=response)))).items()
    assert item.answer is not None
    assert item.answer.held is held


def test_answer_out_of_the_cache_is_revived_only_with_a_body(tmp_path: Path) -> None:
    content = {"size": 2, "text": "{}", "mimeType": "application/json"}
    answers = []
    for number, response in enumerate(
        ({"status": 304, "content": content}, {"status": 304}, {"status": 200, "content": content})
    ):
        (item,) = open_capture(write(tmp_path, archive(entry(response=response)), f"{number}.har")).items()
        assert isinstance(item.answer, Answer)
        answers.append(item.answer.revived())
    whole, *others = answers
    assert whole is not None
    assert (whole.status, whole.body, whole.header(b"content-type")) == (200, Body(b"{}"), b"application/json")
    assert others == [None, None]


def test_replay_names_every_gap_of_a_capture() -> None:
    (file,) = replay_captures(ReplayOptions(), [str(FLAVOURS / "worker.har")]).files
    assert [(gap.kind, gap.count, gap.entries) for gap in file.evidence] == [
        ("beacon-bodies", 1, (4,)), ("websocket-messages", 1, (5,)), ("private-answers", 1, (6,)),
        ("blocked-requests", 1, (3,)), ("no-headers", 1, (3,)), ("unanswered", 1, (3,)),
    ]  # fmt: skip
    assert not file.complete


def test_replay_of_a_whole_visit_to_a_site_with_trackers_is_complete(tmp_path: Path) -> None:
    document = {"sec-fetch-dest": "document", "cookie": "sid=0f8e7d6c5b4a39281706"}
    page = {"status": 200, "content": {"size": 5, "text": "<p>ok", "mimeType": "text/html"}}
    hit = {"status": 204, "content": {"size": 0}}
    found = replayed(
        tmp_path,
        entry("https://shop.example/", headers=document, response=page),
        entry("https://www.google-analytics.com/g/collect?v=2&tid=G-EXAMPLE1&en=page_view", "POST", 1,
              headers={"referer": "https://shop.example/", "content-length": "12"}, post={"text": "en=page_view"}, response=hit),
        pages=[{"id": "page_1", "title": "https://shop.example/", "pageTimings": {"onLoad": 400}}],
    )  # fmt: skip
    assert (kinds(found), found.complete) == ([], True)


def test_replay_of_a_capture_without_content_or_third_party_is_not_complete(tmp_path: Path) -> None:
    bare = {"status": 200, "content": {"size": 900, "mimeType": "text/html"}}
    found = replayed(tmp_path, entry(headers={"sec-fetch-dest": "document"}, response=bare))
    assert [gap.kind for gap in found.holes] == ["no-content", "no-third-party"]


def test_replay_takes_a_worker_for_seen_only_with_its_own_requests(tmp_path: Path) -> None:
    asked = entry(API, second=1, response={"status": 200, "_fetchedViaServiceWorker": True})
    assert "service-worker" in kinds(replayed(tmp_path, asked))
    assert "service-worker" not in kinds(replayed(tmp_path, asked, entry(API, second=2)))


def test_replay_learns_from_an_answer_out_of_the_cache_where_the_recorder_noted_it(tmp_path: Path) -> None:
    def asked(second: int, **response: object) -> dict[str, Any]:
        headers = [{"name": "cache-control", "value": "private"}, {"name": "content-type", "value": "application/json"}]
        return entry(API, second=second, headers=CREDENTIALS, response={"headers": headers, **response})

    content = {"size": len(SHOWN), "text": SHOWN, "mimeType": "application/json"}
    noted = replayed(tmp_path, asked(1, status=304, content=content))
    lost = replayed(tmp_path, asked(1, status=304))
    before = replayed(tmp_path, asked(1, status=200, content=content), asked(2, status=304))
    assert (noted.shown > 0, "private-answers" in kinds(noted)) == (True, False)
    assert (lost.shown, "private-answers" in kinds(lost)) == (0, True)
    assert (before.shown > 0, "private-answers" in kinds(before)) == (True, False)


def test_replay_tells_apart_why_bodies_are_missing(tmp_path: Path) -> None:
    hit, length = "https://eu.i.posthog.com/e/", {"content-length": "40"}
    found = replayed(
        tmp_path,
        entry(hit, "POST", 1, headers=length),
        entry(hit, "POST", 2, headers=length, _resourceType="ping"),
        entry(hit, "POST", 3, headers=length, response={"status": 307}),
        entry(hit, "POST", 4, headers=length, post={"text": "cut off"}),
        entry("https://shop.example/save", "POST", 5, headers={**length, "referer": "https://shop.example/"}),
    )
    told = {gap.kind: gap.entries for gap in found.evidence}
    assert [told[kind] for kind in ("bodies", "beacon-bodies", "redirected-bodies", "truncated-bodies")] == [
        (0,),
        (1,),
        (2,),
        (3,),
    ]
    assert told["other-bodies"] == (4,)


def test_zeros_that_were_never_written_over_are_no_entries(tmp_path: Path) -> None:
    text = json.dumps(archive(entry(), entry(second=1)))
    path = tmp_path / "full-disk.har"
    path.write_bytes(text.partition("]}}")[0].encode() + b"\0" * 5000)
    found = open_capture(str(path))
    assert ([item.odd for item in found.items()], found.cut_off) == (["", ""], True)
