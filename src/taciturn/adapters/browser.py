"""Starts a Chromium that has no way out but the proxy, with a throw-away profile, and ends it with everything it left.

Trust in our certificates is given by a flag with the hash of our public key, for this one start: nothing is added to
any store. Each other flag closes a way around the proxy, or keeps the browser's own traffic down.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import functools
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from taciturn.adapters.devtools import Devtools
from taciturn.errors import UsageError

NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "chrome": ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser"),
}
_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_FLAGS = (
    # Without this, requests to loopback addresses would go out directly.
    "--proxy-bypass-list=<-loopback>",
    # WebRTC would send UDP past the proxy; older spellings of this flag no longer work.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    # Names are for the proxy to look up. Nothing is resolved here, so nothing can leave in a name.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    # The browser's own business.
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,EncryptedClientHello",
    "--password-store=basic",
    "--use-mock-keychain",
)
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_GRACE = 5.0  # seconds that the browser gets to close itself


def find_browser(name: str) -> str:
    """The program for `chromium`, `chrome` or a path.

    Raises:
        UsageError: there is none.
    """
    candidates = NAMES.get(name, (name,))
    found = next((path for path in map(shutil.which, candidates) if path), None)
    if found is None and sys.platform == "darwin" and name in NAMES:
        found = next((path for path in _MAC if Path(path).exists()), None)
    if found is None:
        raise UsageError(f"no browser found (looked for {', '.join(candidates)}); --browser also takes a path")
    return found


def command_line(
    program: str, profile: Path, proxy_port: int, spki: str, url: str = "", extra: Sequence[str] = ()
) -> list[str]:
    command = [
        program,
        f"--user-data-dir={profile}",
        f"--proxy-server=http://127.0.0.1:{proxy_port}",
        f"--ignore-certificate-errors-spki-list={spki}",
        *_FLAGS,
        *extra,
    ]
    if needs_no_sandbox():
        command.append("--no-sandbox")
    return [*command, url or "about:blank"]


def needs_no_sandbox() -> bool:
    """Chromium does not start with its sandbox as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


class Browser:
    """`async with Browser(...) as browser: await browser.wait()`. The profile is removed at the end.

    `devtools`, where given, hears from the browser which page each request comes from.
    """

    def __init__(
        self,
        program: str,
        proxy_port: int,
        spki: str,
        url: str = "",
        extra: Sequence[str] = (),
        devtools: Devtools | None = None,
    ) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="taciturn-browser-"))
        piped = ("--remote-debugging-pipe",) if devtools is not None else ()
        self._command = command_line(program, self._profile, proxy_port, spki, url, (*extra, *piped))
        self._devtools = devtools
        self._pipes: list[asyncio.BaseTransport] = []
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Browser:
        pipes = _Pipes() if self._devtools is not None else None
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,  # it quotes addresses of pages
                start_new_session=True,  # so that its helpers can be ended with it
                close_fds=pipes is None,  # ours are closed by themselves; the two of the pipe are made in the child
                preexec_fn=functools.partial(_in_child, pipes),
            )
        except OSError as error:
            shutil.rmtree(self._profile, ignore_errors=True)
            raise UsageError(f"the browser does not start: {error.strerror}") from None
        if pipes is not None and self._devtools is not None:
            self._pipes = await pipes.connect(self._devtools)
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            if self._process is not None and self._process.returncode is None:
                self._signal(signal.SIGTERM)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_GRACE):
                        await self._process.wait()
            self._signal(signal.SIGKILL)
        finally:
            for pipe in self._pipes:
                pipe.close()
            await asyncio.to_thread(_remove, self._profile)

    async def wait(self) -> int:
        assert self._process is not None
        return await self._process.wait()

    def _signal(self, number: int) -> None:
        """To the browser and all its helpers, which may outlive it by a moment."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


class _Pipes:
    """The two pipes of `--remote-debugging-pipe`: the browser reads commands from its descriptor 3, answers on 4."""

    def __init__(self) -> None:
        self._commands, self._ours = map(_out_of_the_way, os.pipe())
        self._heard, self._answers = map(_out_of_the_way, os.pipe())

    def in_child(self) -> None:
        os.dup2(self._commands, 3)
        os.dup2(self._answers, 4)

    async def connect(self, devtools: Devtools) -> list[asyncio.BaseTransport]:
        loop = asyncio.get_running_loop()
        for end in (self._commands, self._answers):
            os.close(end)  # the browser has them now
        reading, _ = await loop.connect_read_pipe(lambda: devtools, os.fdopen(self._heard, "rb", 0))
        writing, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(self._ours, "wb", 0))
        devtools.begin(lambda message: writing.write(message + b"\0"))
        return [reading, writing]


def _out_of_the_way(descriptor: int) -> int:
    """The same pipe under a number above those that the browser expects, closed in every other child."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 16)
    os.close(descriptor)
    return moved


def _in_child(pipes: _Pipes | None) -> None:
    """Before it becomes the browser."""
    if pipes is not None:
        pipes.in_child()
    if sys.platform == "linux":
        # it is asked to end when we are killed without a chance to do so
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _remove(profile: Path) -> None:
    """A helper that is just ending may still write: a second look catches what it wrote."""
    for _ in range(2):
        shutil.rmtree(profile, ignore_errors=True)
