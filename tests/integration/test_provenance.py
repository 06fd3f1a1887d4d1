"""A site lists 500 files with names in five languages and no extensions; automatic capture sends the clicks away.

Every name is taken out, nothing else is, and the same exchange in a capture gets the same verdicts.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from proxylab import Client, Origin, Recorder, Reply, make_authority, wait_for

from taciturn.adapters.har.reader import open_capture
from taciturn.adapters.har.run import replay
from taciturn.adapters.mitm.proxy import ProxyThread
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.record import Told
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.ledger import Ledger
from taciturn.limits import REMEMBERED
from taciturn.model.decision import Decision, Verdict

pytestmark = pytest.mark.integration

SITE = "files.tarnhollow.example"
PIXEL, CAPTURE = "www.facebook.com", "eu.i.posthog.com"
SIGNED_IN = ("Cookie: sid=7f3a9c20b41e4d55", f"Referer: https://{SITE}/browse")
PRIVATE = ("Cache-Control: private, no-store",)

WORDS = (  # five languages, invented combinations
    ("harbour ledger", "copper lantern", "winter orchard", "quiet meadow", "blue heron"),
    ("Birnbaum Skizze", "Herbstlaub Umbau", "Kiesweg Entwurf", "Mühlrad Ablauf", "Uferstück Planung"),
    ("croquis noisetier", "été brouillon", "verger ébauche", "galet relevé", "moulin chantier"),
    ("zarys jesienny", "szkic dąbrowy", "rozpiska młyna", "brzoza kosztorys", "wierzba wykaz"),
    ("秋季庭园草案", "港湾灯笼账本", "冬日果园纪要", "铜制风铃清单", "河岸磨坊预算"),
)
ENDINGS = tuple(f"{word} {number}" for word in ("alder", "Esche", "saule", "olcha") for number in range(3, 8))
NAMES = [f"{name} {ending}" for names in WORDS for name, ending in itertools.product(names, ENDINGS)]
PLAIN = (
    "Settings",
    "Download",
    "Members",
    "12 MB",
    "New folder",
    "Yesterday",
    "Open details",
    "Sort by date",
    "Q3",
    "12",
)


def rows() -> list[dict[str, Any]]:
    return [
        {
            "id": 40_000 + at,
            "name": name,
            "size": 5_120 + 731 * at,
            "modified": f"2026-10-{at % 27 + 1:02d}T09:{at % 60:02d}:11Z",
        }
        for at, name in enumerate(NAMES)
    ]


def as_json() -> tuple[str, bytes]:
    return "application/json", json.dumps({"folder": {"id": 7}, "files": rows()}, ensure_ascii=False).encode()


def as_table() -> tuple[str, bytes]:
    cells = "".join(
        f'<tr><td><a href="/open/{row["id"]}">{row["name"]}</a></td><td>{at % 900 + 12} KB</td><td>2026-10-{at % 27 + 1:02d}</td></tr>'
        for at, row in enumerate(rows())
    )
    head = "<tr><th>Name</th><th>Size</th><th>Modified</th></tr>"
    page = f"<!doctype html><title>Files</title><nav><a href='/settings'>Settings</a></nav><table>{head}{cells}</table>"
    return "text/html; charset=utf-8", page.encode()


LISTINGS = {"json": as_json(), "table": as_table()}


@dataclass
class Site:
    client: Client
    origin: Origin
    sink: Recorder
    thread: ProxyThread

    def list_files(
        self, kind: str, packed: bool = False, headers: tuple[str, ...] = PRIVATE, host: str = SITE
    ) -> Reply:
        """The signed-in person opens the list, and looks at it for as long as it takes to read it."""
        content_type, body = LISTINGS[kind]
        self.origin.respond = lambda head, _: answer(
            content_type, gzip.compress(body) if packed else body, headers, packed
        )
        reply = self.client.https(host, get(f"/api/{kind}/list", host, *SIGNED_IN))
        self.origin.respond = lambda head, _: answer("text/plain", b"ok", ())
        self.learnt()
        return reply

    def learnt(self) -> None:
        wait_for(lambda: not self.thread.proxy.judge.learning._pending)

    def send(self, host: str, path: str, body: bytes, content_type: str) -> tuple[Decision, bytes]:
        """A request of the page's SDK -> the decision, and what arrived."""
        self.origin.seen.bodies.clear()
        raw = post(
            path, host, body, f"Content-Type: {content_type}", f"Origin: https://{SITE}", f"Referer: https://{SITE}/"
        )
        self.client.https(host, raw)
        arrived = self.origin.seen.bodies[-1] if self.origin.seen.bodies else b""
        return self.sink.events[-1].decision, arrived


def get(path: str, host: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()


def post(path: str, host: str, body: bytes, *headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answer(content_type: str, body: bytes, headers: tuple[str, ...], packed: bool = False) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    if packed:
        lines.append("Content-Encoding: gzip")
    return "\r\n".join([*lines, "", ""]).encode() + body


def engine() -> Engine:
    """Files' names are taken out. Nothing else is in force, so that whatever goes has gone for provenance."""
    return build_engine(Config(packs=("file-metadata",)))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    hosts = (SITE, PIXEL, CAPTURE)
    authority, certificate = make_authority(tmp_path, *hosts)
    origin = Origin(certificate)
    settings = ProxySettings(
        listen_port=0, home=tmp_path / "home", trust_ca=authority, connect_to=dict.fromkeys(hosts, origin.address)
    )
    sink = Recorder()
    with ProxyThread(engine(), Ledger(), sink, settings) as thread:
        yield Site(Client(thread.port, thread.proxy.authority.certificate), origin, sink, thread)
    origin.close()


# Events of an invented client


def autocapture(texts: list[str]) -> bytes:
    """A batch of clicks: text of the element, and of the row around it."""
    batch = [
        {
            "event": "$autocapture",
            "properties": {
                "$event_type": "click",
                "$el_text": text,
                "$elements": [
                    {"tag_name": "a", "$el_text": text, "nth_child": 1},
                    {"tag_name": "div", "$el_text": f"Open {text}\nShare", "nth_child": at},
                ],
                "$lib": "web",
            },
        }
        for at, text in enumerate(texts)
    ]
    return json.dumps({"api_key": "phc_invented", "batch": batch}, ensure_ascii=False).encode()


def pixel(text: str) -> bytes:
    features = {"classList": "row-link", "innerText": text, "numChildButtons": 0, "tag": "a", "type": "button"}
    return urllib.parse.urlencode(
        {
            "id": "1234567890",
            "ev": "SubscribedButtonClick",
            "cd[buttonText]": text,
            "cd[buttonFeatures]": json.dumps(features),
        }
    ).encode()


def shown(decision: Decision) -> set[str]:
    return {finding.value for finding in decision.findings if finding.evidence[0].family == "provenance"}


# ---------------------------------------------------------------------- every name, and nothing else


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", LISTINGS)
def test_every_listed_name_is_taken_out_of_automatic_capture(site: Site, kind: str, packed: bool) -> None:
    assert len(set(NAMES)) == 500
    assert site.list_files(kind, packed).status == 200
    for at in range(0, 500, 50):
        some = NAMES[at : at + 50]
        decision, arrived = site.send(CAPTURE, "/i/v0/e/", autocapture(some), "application/json")
        assert decision.verdict is Verdict.REDACT
        assert shown(decision) == set(some)
        assert {finding.source for finding in decision.findings if finding.source} == {
            f"https://{SITE}/api/{kind}/list"
        }
        told = json.loads(arrived)
        assert not [name for name in some if name.casefold() in arrived.decode().casefold()]
        elements = [event["properties"]["$elements"][1]["$el_text"] for event in told["batch"]]
        assert all(text.startswith("Open ") and text.endswith("\nShare") for text in elements)
        assert told["api_key"] == "phc_invented"


@pytest.mark.parametrize("name", [NAMES[3], NAMES[130], NAMES[404]], ids=["english", "german", "chinese"])
def test_pixel_with_a_listed_name_leaves_without_it(site: Site, name: str) -> None:
    site.list_files("json")
    decision, arrived = site.send(PIXEL, "/tr/", pixel(name), "application/x-www-form-urlencoded")
    assert shown(decision) == {name}
    fields = urllib.parse.parse_qs(arrived.decode())
    assert fields["id"] == ["1234567890"]
    assert json.loads(fields["cd[buttonFeatures]"][0])["classList"] == "row-link"
    assert name not in urllib.parse.unquote_plus(arrived.decode())


def test_what_every_page_says_leaves_as_it_is(site: Site) -> None:
    site.list_files("table")
    body = autocapture(list(PLAIN))
    decision, arrived = site.send(CAPTURE, "/i/v0/e/", body, "application/json")
    assert shown(decision) == set()
    assert arrived == body


@pytest.mark.parametrize(
    "disguise",
    [
        lambda name: base64.b64encode(json.dumps({"t": name}).encode()).decode(),
        lambda name: name.upper().replace(" ", "_"),
        lambda name: __import__("hashlib").sha256(name.lower().encode()).hexdigest(),
        lambda name: f"{name}Yesterday",
    ],
    ids=["base64", "slug", "sha256", "run into the next cell"],
)
def test_disguised_name_does_not_leave(site: Site, disguise: Any) -> None:
    site.list_files("json")
    told = disguise(NAMES[7])
    decision, arrived = site.send(CAPTURE, "/i/v0/e/", autocapture([told]), "application/json")
    assert shown(decision)
    assert told.encode() not in arrived


def slowly(site: Site, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Reading an answer takes so much longer."""
    ledger = site.thread.proxy.judge.ledger
    learn = ledger.learn

    def wait(*args: Any) -> Any:
        time.sleep(seconds)
        return learn(*args)

    monkeypatch.setattr(ledger, "learn", wait)


def few(site: Site) -> None:
    """A short list is opened, and nobody waits for it to be read."""
    body = json.dumps({"files": rows()[:3]}).encode()
    site.origin.respond = lambda head, _: answer("application/json", body, PRIVATE)
    site.client.https(SITE, get("/api/json/list", SITE, *SIGNED_IN))
    site.origin.respond = lambda head, _: answer("text/plain", b"ok", ())


def test_request_waits_for_an_answer_that_is_being_read(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = site.thread.proxy.judge.ledger
    ledger.remembered = REMEMBERED._replace(wait=1000)  # type: ignore[misc]
    slowly(site, monkeypatch, 0.2)
    few(site)
    decision, _ = site.send(CAPTURE, "/i/v0/e/", autocapture(NAMES[:3]), "application/json")
    assert shown(decision) == set(NAMES[:3])
    assert not site.thread.proxy.judge.learning.gaps


def test_request_waits_no_longer_than_a_moment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(site, monkeypatch, 0.8)
    few(site)
    begun = time.monotonic()
    decision, _ = site.send(CAPTURE, "/i/v0/e/", autocapture(NAMES[:3]), "application/json")
    assert time.monotonic() - begun < 0.7
    assert shown(decision) == set()
    assert site.thread.proxy.judge.learning.gaps == {"late": 1}


def test_request_of_another_site_does_not_wait(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(site, monkeypatch, 0.5)
    few(site)
    raw = post("/i/v0/e/", CAPTURE, b"{}", "Content-Type: application/json", "Origin: https://other.example")
    site.client.https(CAPTURE, raw)
    assert site.thread.proxy.judge.learning._pending
    assert not site.thread.proxy.judge.learning.gaps


# ---------------------------------------------------------------------- what teaches, and what does not


@pytest.mark.parametrize(
    "headers", [("Cache-Control: public, max-age=600",), ("Cache-Control: max-age=60",)], ids=["public", "shared"]
)
def test_public_answer_teaches_nothing(site: Site, headers: tuple[str, ...]) -> None:
    site.list_files("json", headers=headers)
    body = autocapture(NAMES[:3])
    assert site.send(CAPTURE, "/i/v0/e/", body, "application/json")[1] == body


def test_own_host_is_no_third_party(site: Site) -> None:
    site.list_files("json")
    body = autocapture(NAMES[:3])
    decision, arrived = site.send(SITE, "/collect/x", body, "application/json")
    assert (decision.verdict, arrived) == (Verdict.ALLOW, body)


def test_large_answer_streams_on_and_is_counted(site: Site) -> None:
    learning = site.thread.proxy.judge.learning
    body = b'{"files": "' + b"a" * (3 << 20) + b'"}'
    site.origin.respond = lambda head, _: answer("application/json", body, PRIVATE)
    assert site.client.https(SITE, get("/api/export", SITE, *SIGNED_IN)).body == body
    assert learning.gaps["oversize"] == 1
    assert any("larger" in notice for notice in site.sink.notices)


def test_answer_reaches_the_client_before_it_has_ended(site: Site) -> None:
    """It is tapped, not held: the first half is there while the origin still waits to send the second."""
    content_type, body = LISTINGS["json"]
    site.origin.respond = lambda head, _: answer(content_type, body, PRIVATE)[: len(body) // 2]
    with site.client.tls(SITE) as sock:
        sock.sendall(get("/api/files", SITE, *SIGNED_IN))
        assert sock.recv(1024).startswith(b"HTTP/1.1 200")


def test_not_modified_and_service_worker_are_gaps_that_are_told(site: Site) -> None:
    site.origin.respond = lambda head, _: b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"
    site.client.https(SITE, get("/api/files", SITE, *SIGNED_IN, "Accept: application/json", "If-None-Match: x"))
    site.origin.respond = lambda head, _: answer("text/javascript", b"1", ())
    site.client.https(SITE, get("/sw.js", SITE, *SIGNED_IN, "Service-Worker: script"))
    assert site.thread.proxy.judge.learning.gaps == {"not-modified": 1, "service-worker": 1}
    assert len(site.sink.notices) == 2


def test_failure_to_read_hinders_nobody_and_is_told_without_a_value(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError(NAMES[0])

    monkeypatch.setattr(site.thread.proxy.judge.ledger, "learn", fail)
    reply = site.list_files("json")
    assert (reply.status, reply.body) == (200, LISTINGS["json"][1])
    wait_for(lambda: bool(site.thread.proxy.judge.learning.gaps["failed"]))
    assert not any(NAMES[0] in notice for notice in site.sink.notices)


def test_nothing_that_was_shown_is_in_a_repr_or_a_notice(site: Site) -> None:
    site.list_files("json")
    judge = site.thread.proxy.judge
    store = judge.ledger._store  # type: ignore[attr-defined]
    kept = [repr(store), repr(store._sites), repr(store._shown), repr(judge.learning.__dict__), *site.sink.notices]
    entries = next(iter(store._sites.values())).entries
    assert len(entries) > 500
    assert not [
        name for name in NAMES[:25] for text in [*kept, *map(repr, entries.values())] if name.lower() in text.lower()
    ]


# ---------------------------------------------------------------------- a capture of the same


def har(kind: str) -> dict[str, Any]:
    content_type, body = LISTINGS[kind]
    first = {
        "startedDateTime": "2026-11-02T10:00:00.000Z",
        "request": {
            "method": "GET",
            "url": f"https://{SITE}/api/{kind}/list",
            "headers": [dict(zip(("name", "value"), line.split(": ", 1), strict=True)) for line in SIGNED_IN],
        },
        "response": {
            "status": 200,
            "headers": [
                {"name": "Content-Type", "value": content_type},
                {"name": "Cache-Control", "value": "private, no-store"},
            ],
            "content": {"size": len(body), "mimeType": content_type, "text": body.decode()},
        },
    }
    events = [
        {
            "startedDateTime": f"2026-11-02T10:00:{at + 1:02d}.000Z",
            "request": {
                "method": "POST",
                "url": f"https://{host}{path}",
                "headers": [
                    {"name": "Content-Type", "value": content_type},
                    {"name": "Origin", "value": f"https://{SITE}"},
                    {"name": "Referer", "value": f"https://{SITE}/"},
                ],
                "postData": {"mimeType": content_type, "text": body.decode()},
            },
            "response": {"status": 200, "headers": [], "content": {"size": 0}},
        }
        for at, (host, path, body, content_type) in enumerate(EVENTS)
    ]
    return {"log": {"version": "1.2", "creator": {"name": "invented", "version": "1"}, "entries": [first, *events]}}


EVENTS = (
    (CAPTURE, "/i/v0/e/", autocapture(NAMES[::25]), "application/json"),
    (CAPTURE, "/i/v0/e/", autocapture(list(PLAIN)), "application/json"),
    (PIXEL, "/tr/", pixel(NAMES[404]), "application/x-www-form-urlencoded"),
    (PIXEL, "/tr/", pixel("Settings"), "application/x-www-form-urlencoded"),
)


def replayed(path: Path, document: dict[str, Any], ledger: Ledger) -> FileReport:
    path.write_text(json.dumps(document), "utf-8")
    return replay(open_capture(str(path)), engine(), ledger, told=Told(True))


@pytest.mark.parametrize("kind", LISTINGS)
def test_capture_gets_the_same_verdicts_and_findings_as_live(site: Site, tmp_path: Path, kind: str) -> None:
    site.list_files(kind)
    live = [site.send(*event)[0] for event in EVENTS]
    report = replayed(tmp_path / "one.har", har(kind), Ledger())
    by_entry = {record.entry: record for record in report.records}
    for at, decision in enumerate(live, 1):
        record = by_entry.get(at)
        assert (record.verdict if record else "allow") == decision.verdict.value
        told = [(hit.kind, hit.path, hit.value, hit.known_from) for hit in record.findings] if record else []
        assert told == [(f.kind, f.safe_path, f.value, f.known_from) for f in decision.findings]
    assert (report.teachers, report.gaps) == (1, {})
    assert report.shown >= 500


def test_capture_without_the_answer_tells_of_the_gap(tmp_path: Path) -> None:
    document = har("json")
    del document["log"]["entries"][0]["response"]["content"]["text"]
    report = replayed(tmp_path / "one.har", document, Ledger())
    assert report.gaps == {"no-body": 1}
    assert not [hit for record in report.records for hit in record.findings if hit.known_from]


def test_provenance_off_reads_nothing(tmp_path: Path) -> None:
    report = replayed(tmp_path / "one.har", har("json"), Ledger(None))
    assert (report.shown, report.teachers, report.gaps) == (0, 0, {})


def test_page_that_showed_a_private_answer_is_known_for_one(site: Site) -> None:
    site.list_files("json")
    context = site.thread.proxy.judge.ledger.context("127.0.0.1", datetime.now(UTC))
    assert context.private_pages == {f"https://{SITE}/browse"}
