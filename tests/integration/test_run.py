"""`taciturn run` without a browser, and the plain addon in a stock mitmdump."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from proxylab import TRACKER, Client, Origin, wait_for

from taciturn.adapters.mitm import plain

pytestmark = pytest.mark.integration

NAME = "redundancies-2031.xlsx"  # invented
PATH = f"/tr/?id=1&ev=Download&cd[file_name]={NAME}"


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def run(folder: Path, *args: str, origin: Origin) -> tuple[str, int]:
    """Starts it, sends the pixel, asks for the end -> (what it printed, exit code)."""
    port = free_port()
    (folder / "taciturn.yaml").write_text(
        f"version: 1\nproxy:\n  home: home\n  connect_to: {{{TRACKER}: '127.0.0.1:{origin.port}'}}\n"
    )
    command = [sys.executable, "-m", "taciturn.cli.main", "run", "--listen", f"127.0.0.1:{port}", *args]
    process = subprocess.Popen(
        command,
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "COLUMNS": "200"},
    )
    lines: list[str] = []
    assert process.stdout is not None
    output = process.stdout
    reader = threading.Thread(target=lambda: lines.extend(output), daemon=True)
    reader.start()
    try:
        assert wait_for(lambda: any("Ctrl-C" in line for line in lines) or process.poll() is not None, 30), lines
        assert process.poll() is None, lines
        assert Client(port, folder / "home" / "ca" / "mitmproxy-ca-cert.pem").get(TRACKER, PATH).status == 200
        process.send_signal(signal.SIGINT)
        code = process.wait(15)
        reader.join(5)
    finally:
        process.kill()
    return "".join(lines), code


@pytest.mark.parametrize(("arguments", "shown"), [((), False), (("--show-values",), True)], ids=["quiet", "values"])
def test_run_tells_what_was_taken_out(tmp_path: Path, arguments: tuple[str, ...], shown: bool) -> None:
    origin = Origin()
    text, code = run(tmp_path, *arguments, origin=origin)
    assert code == 0
    assert "redact GET" in text
    assert "1 redacted" in text
    assert (NAME in text) == shown
    assert origin.seen.requests
    assert NAME.encode() not in origin.seen.raw
    origin.close()


def test_run_in_report_mode_lets_it_pass_and_says_so(tmp_path: Path) -> None:
    origin = Origin()
    text, _ = run(tmp_path, "--mode", "report", origin=origin)
    assert "1 reported" in text
    assert NAME.encode() in origin.seen.raw
    origin.close()


def test_run_port_is_taken_the_error_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "taciturn.cli.main", "run", "--listen", f"127.0.0.1:{taken.getsockname()[1]}"]
        environment = {**os.environ, "TACITURN_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 2
    assert "is it in use" in done.stderr


def test_run_address_without_a_browser_the_error_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "taciturn.cli.main", "run", "https://shop.example/"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "--browser" in done.stderr


REDIRECT = """
class Redirect:
    def server_connect(self, data):
        data.server.address = ("127.0.0.1", {port})

addons = [Redirect()]
"""


def test_plain_addon_works_in_a_stock_mitmdump(tmp_path: Path) -> None:
    program = shutil.which("mitmdump", path=os.path.dirname(sys.executable)) or shutil.which("mitmdump")
    assert program, "mitmproxy is a dependency; its mitmdump must be there"
    origin, port = Origin(), free_port()
    (tmp_path / "redirect.py").write_text(REDIRECT.format(port=origin.port))
    scripts = ["-s", plain.__file__, "-s", str(tmp_path / "redirect.py")]
    options = ["--set", f"confdir={tmp_path}", "--set", "connection_strategy=lazy", "--set", "rawtcp=false"]
    command = [
        program,
        "--listen-host",
        "127.0.0.1",
        "-p",
        str(port),
        *scripts,
        *options,
        "-w",
        str(tmp_path / "flows"),
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert wait_for(lambda: accepts(port) or process.poll() is not None, 30)
        assert process.poll() is None, process.stdout and process.stdout.read()
        assert Client(port, tmp_path / "mitmproxy-ca-cert.pem").get(TRACKER, PATH).status == 200
        assert origin.seen.requests
        assert NAME.encode() not in origin.seen.raw
        process.send_signal(signal.SIGINT)
        process.wait(15)
        saved = (tmp_path / "flows").read_bytes()
        assert b":scissors:" in saved
        assert b"taciturn: redact" in saved
    finally:
        process.kill()
        origin.close()


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
