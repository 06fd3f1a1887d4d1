from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from pathlib import Path

import pytest

from taciturn.adapters.browser import Browser, command_line, find_browser
from taciturn.errors import UsageError


def test_find_browser_takes_a_path(tmp_path: Path) -> None:
    program = script(tmp_path, "exit 0")
    assert find_browser(str(program)) == str(program)


def test_find_browser_there_is_none_the_error_says_what_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="google-chrome"):
        find_browser("chromium")


def test_command_line_closes_every_way_around() -> None:
    command = command_line(
        "/usr/bin/chromium", Path("/profile"), 8080, "HASH=", "https://shop.example/", ["--headless"]
    )
    for flag in (
        "--user-data-dir=/profile",
        "--proxy-server=http://127.0.0.1:8080",
        "--proxy-bypass-list=<-loopback>",
        "--ignore-certificate-errors-spki-list=HASH=",
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--disable-background-networking",
        "--headless",
    ):
        assert flag in command
    assert command[-1] == "https://shop.example/"
    assert ("--no-sandbox" in command) == (os.geteuid() == 0)


def test_command_line_without_an_address_opens_an_empty_page() -> None:
    assert command_line("c", Path("/p"), 1, "H")[-1] == "about:blank"


def script(folder: Path, text: str) -> Path:
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def profiles() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("taciturn-browser-*")}


def test_browser_ends_by_itself_its_profile_is_removed(tmp_path: Path) -> None:
    async def run() -> int:
        async with Browser(str(script(tmp_path, "exit 3")), 1, "H") as browser:
            return await browser.wait()

    before = profiles()
    assert asyncio.run(run()) == 3
    assert profiles() == before


def test_browser_does_not_want_to_end_it_is_ended_with_its_helpers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("taciturn.adapters.browser._GRACE", 0.2)
    program = script(tmp_path, f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/helper; wait; wait")

    async def run() -> None:
        async with Browser(str(program), 1, "H"):
            while not (tmp_path / "helper").exists() or not (tmp_path / "helper").read_text().strip():
                await asyncio.sleep(0.02)

    before = profiles()
    asyncio.run(asyncio.wait_for(run(), 10))
    helper = int((tmp_path / "helper").read_text())
    state = Path(f"/proc/{helper}/stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] in "ZX"
    assert profiles() == before


def test_browser_program_is_missing_the_error_says_so(tmp_path: Path) -> None:
    async def run() -> None:
        async with Browser(str(tmp_path / "none"), 1, "H"):
            raise AssertionError

    before = profiles()
    with pytest.raises(UsageError, match="does not start"):
        asyncio.run(run())
    assert profiles() == before
