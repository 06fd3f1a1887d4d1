"""Captures of every kind, told by what they hold."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.capture import Capture
from taciturn.adapters.har.place import remote
from taciturn.errors import CaptureError

SENT = b'{"file":"minutes.txt"}'


def entry(number: int = 0, **post: object) -> dict[str, Any]:
    request: dict[str, Any] = {"method": "POST", "url": f"https://collect.example/{number}", "headers": []}
    if post:
        request["postData"] = {"mimeType": "application/json", "text": "", "params": [], **post}
    started = f"2026-03-02T10:00:{number:02d}Z"
    return {
        "startedDateTime": started,
        "request": request,
        "response": {"status": 204, "headers": [], "content": {"size": 0}},
    }


def har(*entries: object) -> bytes:
    return json.dumps({"log": {"creator": {"name": "Playwright"}, "entries": entries}}).encode()


def lines(*entries: object) -> bytes:
    told = ({"type": "resource-snapshot", "snapshot": entry} for entry in entries)
    return b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in told)


def zipped(path: Path, **members: bytes) -> str:
    path.write_bytes(zip_bytes({name.replace("__", "."): data for name, data in members.items()}))
    return str(path)


def zip_bytes(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def bodies(capture: Capture) -> list[bytes | None]:
    return [item.message.body.data if item.message else None for item in capture.items()]


def urls(capture: Capture) -> list[str]:
    return [item.message.url[-1] if item.message else item.odd for item in capture.items()]


TRACE = {
    "trace.trace": b'{"type":"context-options"}\n',
    "trace.network": lines(entry(2, _sha1="0a.json"), entry(1, _file="resources/0b.json"), entry(3, _sha1="gone.json")),
    "resources/0a.json": SENT,
    "resources/0b.json": b"{}",
}


def test_trace_is_read_with_its_bodies_in_the_order_of_time(tmp_path: Path) -> None:
    (tmp_path / "trace.zip").write_bytes(zip_bytes(TRACE))
    found = open_capture(str(tmp_path / "trace.zip"))
    assert bodies(found) == [b"{}", SENT, None]
    assert (found.path, found.creator, found.entries) == (str(tmp_path / "trace.zip"), "Playwright", 3)


def test_trace_unpacked_into_a_folder_is_read_too(tmp_path: Path) -> None:
    for name, data in TRACE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = open_capture(str(tmp_path / "trace.network"))
    assert bodies(found) == [b"{}", None, None], "a name without its folder is only followed inside an archive"


def test_trace_of_several_contexts_and_chunks_has_each_entry_once(tmp_path: Path) -> None:
    members = {"0-trace.network": lines(entry(1), entry(2)), "1-trace.network": lines(entry(1), entry(2), entry(3))}
    (tmp_path / "trace.zip").write_bytes(zip_bytes(members))
    assert urls(open_capture(str(tmp_path / "trace.zip"))) == ["1", "2", "3"]


def test_recorded_har_zip_is_read_with_its_bodies(tmp_path: Path) -> None:
    path = zipped(tmp_path / "recorded.zip", har__har=har(entry(1, _file="0a.json")), **{"0a__json": SENT})
    assert bodies(open_capture(path)) == [SENT]


def test_attached_answers_and_websocket_messages_are_read(tmp_path: Path) -> None:
    page = entry(1)
    page["response"] = {
        "status": 200,
        "headers": [],
        "content": {"size": 2, "mimeType": "text/html", "_file": "page.html"},
    }
    socket = {
        **entry(2),
        "_resourceType": "websocket",
        "response": {"status": 101, "headers": [], "content": {"_file": "m.jsonl"}},
    }
    frames = b'{"type":"send","time":1772445602000,"opcode":1,"data":"hi"}\nbroken\n{"type":"receive","opcode":1,"data":"no"}\n'
    path = zipped(tmp_path / "recorded.zip", har__har=har(page, socket), page__html=b"<p>", m__jsonl=frames)
    first, *others = open_capture(path).items()
    assert first.answer is not None
    assert (first.answer.held, first.answer.whole().body.data) == (True, b"<p>")
    assert [(item.part, item.message.body.data) for item in others if item.message] == [(-1, b""), (0, b"hi")]
    assert others[1].at == 1772445602.0, "milliseconds"


def test_member_of_an_archive_is_a_capture_of_its_own(tmp_path: Path) -> None:
    path = zipped(tmp_path / "many.zip", a__har=har(entry(1)), b__har=har(entry(2)))
    assert urls(open_capture(f"{path}!b.har")) == ["2"]
    with pytest.raises(CaptureError, match="holds 2 HARs"):
        open_capture(path)
    with pytest.raises(CaptureError, match="holds no such file"):
        open_capture(f"{path}!../a.har")


def test_archive_without_a_capture_says_so(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="neither a HAR nor a Playwright trace"):
        open_capture(zipped(tmp_path / "x.zip", readme__txt=b"hello"))


def test_error_about_a_copy_names_the_capture_and_no_temporary_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError) as problem:
        open_capture(zipped(tmp_path / "x.zip", har__har=b"<html>"))
    assert str(problem.value).startswith(f"{tmp_path}/x.zip: this is no HAR file")


@pytest.mark.parametrize(
    "data",
    [har(entry(1)), gzip.compress(har(entry(1)), mtime=0), zip_bytes({"har.har": har(entry(1))}),
     zip_bytes({"trace.network": lines(entry(1))}), lines(entry(1))],
    ids=["har", "gzip", "zip", "trace", "lines"],
)  # fmt: skip
def test_standard_input_is_told_by_what_comes(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    found = open_capture("-")
    assert (found.path, urls(found)) == ("-", ["1"])


def test_named_pipe_is_read_like_standard_input(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(har(entry(1)),))
    writer.start()
    found = urls(open_capture(str(pipe)))
    writer.join()
    assert found == ["1"]


def test_link_that_leads_nowhere_is_an_error_of_the_capture(tmp_path: Path) -> None:
    (tmp_path / "gone.har").symlink_to(tmp_path / "nothing")
    with pytest.raises(CaptureError, match=r"gone\.har.*\n    mend:"):
        open_capture(str(tmp_path / "gone.har"))


def test_name_of_a_capture_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\n    mend: run this\n.har"
    path.write_bytes(b"<html>")
    with pytest.raises(CaptureError) as problem:
        open_capture(str(path))
    assert "\x1b" not in str(problem.value)
    assert str(problem.value).count("\n") == 1


def test_object_somewhere_else_is_read_through_fsspec() -> None:
    fsspec = pytest.importorskip("fsspec")
    members = {
        "/bucket/a.har": har(entry(1)),
        "/bucket/b.zip": zip_bytes(TRACE),
        "/bucket/c.har.gz": gzip.compress(har(entry(3))),
    }
    for name, data in members.items():
        fsspec.filesystem("memory").pipe(name, data)
    assert urls(open_capture(remote("memory://bucket/a.har"))) == ["1"]
    assert bodies(open_capture(remote("memory://bucket/b.zip"))) == [b"{}", SENT, None]
    found = open_capture(remote("memory://bucket/c.har.gz"))
    assert (found.path, urls(found)) == ("memory://bucket/c.har.gz", ["3"])


def test_a_har_is_opened_without_importing_mitmproxy_or_fsspec(tmp_path: Path) -> None:
    (tmp_path / "a.har").write_bytes(har(entry(1)))
    script = (
        "import sys; from taciturn.adapters.har.find import find_captures; from taciturn.adapters.captures import open_capture\n"
        f"found = [list(open_capture(place).items()) for place in find_captures([{str(tmp_path)!r}])]\n"
        "print(len(found), sorted({'mitmproxy', 'fsspec', 'asyncio', 'rich'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "1 []\n"
