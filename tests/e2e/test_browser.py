"""A real Chromium, started by `taciturn run --browser`: the page works, and the tracker never sees the file's name.

The page and the tracker are origins on loopback. Everything that the page tells of itself, it tells its own origin.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from proxylab import Origin, make_authority, wait_for

from taciturn.adapters.browser import find_browser
from taciturn.errors import UsageError

pytestmark = pytest.mark.e2e

SITE, TRACKER = "files.example", "www.facebook.com"
NAME = "Payroll März 2031.xlsx"  # invented
GIF = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")

PAGE = """<!doctype html><meta charset=utf-8><title>Files</title><link rel=icon href="data:,">
<script>
const name = %(name)s, errors = [], results = {};
addEventListener('error', e => errors.push(String(e.message || e.target.src)), true);
addEventListener('unhandledrejection', e => errors.push(String(e.reason)));
const pixel = 'https://www.facebook.com/tr/';
const query = o => new URLSearchParams(o).toString();
const image = url => new Promise((yes, no) => { const i = new Image(); i.onload = () => yes('load'); i.onerror = no; i.src = url; });
const event = {id: '1234567890', ev: 'Download', dl: location.href, 'cd[file_name]': name, 'cd[file_size]': '48211'};
async function main() {
  results.image = await image(pixel + '?' + query(event));
  results.form = (await fetch(pixel, {method: 'POST', mode: 'no-cors', body: new URLSearchParams(event)})).type;
  results.json = (await fetch(pixel + '?id=1&ev=x', {method: 'POST', mode: 'no-cors', body: JSON.stringify({name, size: 48211})})).type;
  results.beacon = navigator.sendBeacon(pixel, new URLSearchParams(event));
  results.quiet = await image(pixel + '?id=1&ev=PageView');
  results.own = (await fetch('/upload', {method: 'POST', body: JSON.stringify({name})})).status;
  const socket = new WebSocket('wss://' + location.host + '/live');
  results.socket = await new Promise(done => { socket.onopen = () => done('open'); socket.onerror = () => done('error'); });
  const peer = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:%(stun)d'}]});
  peer.createDataChannel('x');
  await peer.setLocalDescription();
  await new Promise(done => setTimeout(done, 700));
  await fetch('/report', {method: 'POST', body: JSON.stringify({errors, results})});
}
main().catch(e => fetch('/report', {method: 'POST', body: JSON.stringify({errors: [...errors, String(e)], results})}));
</script>"""


@dataclass
class Session:
    process: subprocess.Popen[str]
    site: Origin
    tracker: Origin
    output: list[str]
    report: dict[str, Any]
    datagrams: list[bytes] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.output)


def respond_as_site(pages: dict[bytes, bytes]):
    def respond(head: bytes, body: bytes) -> bytes:
        if b"upgrade: websocket" in head.lower():
            key = re.search(rb"(?i)sec-websocket-key: *(\S+)", head)
            assert key
            return (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept(key[1]) + b"\r\n\r\n"
            )
        content = pages.get(head.split(b" ")[1], b"ok") if head.startswith(b"GET ") else b"ok"
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(content) + content

    return respond


def accept(key: bytes) -> bytes:
    import base64
    import hashlib

    return base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())


def respond_as_tracker(head: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\nContent-Length: %d\r\n\r\n" % len(GIF) + GIF


@pytest.fixture(scope="module")
def chromium() -> str:
    try:
        return find_browser("chromium")
    except UsageError as reason:
        pytest.skip(f"{reason}; install the package chromium")


@contextlib.contextmanager
def browsing(
    folder: Path,
    stun: int,
    pages: dict[bytes, bytes] | None = None,
    sections: str = "",
    respond: Callable[[bytes, bytes], bytes] | None = None,
) -> Iterator[Session]:
    ca, certificate = make_authority(folder, SITE, TRACKER)
    site, tracker = Origin(certificate), Origin(certificate)
    page = PAGE % {"name": json.dumps(NAME), "stun": stun}
    site.respond = respond or respond_as_site(pages or {b"/": page.encode()})
    tracker.respond = respond_as_tracker
    places = {SITE: f"127.0.0.1:{site.port}", TRACKER: f"127.0.0.1:{tracker.port}"}
    config = {"home": "home", "trust_ca": str(ca), "connect_to": places}
    (folder / "taciturn.yaml").write_text(f"version: 1\nproxy: {json.dumps(config)}\n{sections}")
    arguments = ["--browser-arg=--headless=new", "--browser-arg=--disable-gpu", "--browser-arg=--disable-dev-shm-usage"]
    command = [sys.executable, "-m", "taciturn.cli.main", "run", "--config", "taciturn.yaml", "--browser", "chromium"]
    environment = {**os.environ, "TMPDIR": str(folder), "COLUMNS": "200"}
    process = subprocess.Popen(
        [*command, *arguments, f"https://{SITE}/"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output: list[str] = []
    assert process.stdout is not None
    lines = process.stdout
    reader = threading.Thread(target=lambda: output.extend(lines), daemon=True)
    reader.start()
    try:
        done = wait_for(
            lambda: any(b" /report " in head for head in site.seen.requests) or process.poll() is not None, 60
        )
        assert done, "".join(output)
        assert wait_for(lambda: len(site.seen.bodies) == len(site.seen.requests), 5)
        heads = [head.split(b" ")[1] for head in site.seen.requests]
        report = json.loads(site.seen.bodies[heads.index(b"/report")]) if b"/report" in heads else {}
        yield Session(process, site, tracker, output, report)
    finally:
        process.kill()
        process.wait(10)
        reader.join(5)
        site.close()
        tracker.close()


@pytest.fixture(scope="module")
def session(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
        stun.bind(("127.0.0.1", 0))
        stun.setblocking(False)
        with browsing(tmp_path_factory.mktemp("browser"), stun.getsockname()[1]) as running:
            with contextlib.suppress(BlockingIOError):
                running.datagrams.append(stun.recv(2048))
            yield running


def test_page_works_without_an_error(session: Session) -> None:
    assert session.report["errors"] == []
    assert session.report["results"] == {
        "image": "load",
        "form": "opaque",
        "json": "opaque",
        "beacon": True,
        "quiet": "load",
        "own": 200,
        "socket": "open",
    }


def test_tracker_never_saw_the_name(session: Session) -> None:
    seen = bytes(session.tracker.seen.raw)
    assert session.tracker.seen.requests
    for spelling in ("Payroll", "48211", "xlsx", "M%C3%A4rz", "März"):
        assert spelling.encode() not in seen


def test_tracker_still_got_its_events(session: Session) -> None:
    events = [
        head.split(b"\r\n")[0] + body
        for head, body in zip(session.tracker.seen.requests, session.tracker.seen.bodies, strict=True)
    ]
    assert sum(b"ev=Download" in event for event in events) >= 3
    assert any(b"ev=PageView" in event for event in events)


def test_own_site_got_what_the_page_sent(session: Session) -> None:
    assert NAME.encode() in session.site.seen.raw or json.dumps(NAME).encode()[1:-1] in session.site.seen.raw


def test_webrtc_sent_nothing_past_the_proxy(session: Session) -> None:
    assert session.datagrams == []


def test_terminal_tells_what_was_taken_out_and_no_value(session: Session) -> None:
    assert "taken out: file.name" in session.text
    assert "because:" in session.text
    assert "Payroll" not in session.text
    assert "48211" not in session.text


def test_end_is_asked_for_the_browser_and_its_profile_go(
    session: Session, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The last test of the module."""
    folder = Path(os.readlink(f"/proc/{session.process.pid}/cwd"))
    assert list(folder.glob("taciturn-browser-*"))
    session.process.send_signal(signal.SIGINT)
    assert session.process.wait(15) == 0
    assert list(folder.glob("taciturn-browser-*")) == []
    assert browsers(folder) == []
    assert wait_for(lambda: "redacted" in session.text, 2)


def test_browser_ends_the_proxy_ends(chromium: str, tmp_path: Path) -> None:
    with browsing(tmp_path, 9) as session:
        os.kill(browsers(tmp_path)[0], signal.SIGKILL)
        assert session.process.wait(15) == 0
        assert list(tmp_path.glob("taciturn-browser-*")) == []


def test_proxy_is_killed_the_browser_ends(chromium: str, tmp_path: Path) -> None:
    with browsing(tmp_path, 9) as session:
        session.process.kill()
        assert wait_for(lambda: browsers(tmp_path) == [], 15)


def browsers(folder: Path) -> list[int]:
    """Processes whose profile is in `folder`, the oldest first."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"--user-data-dir={folder}".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return sorted(found)
