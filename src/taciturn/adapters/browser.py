"""Starts a Chromium that has no way out but the proxy, with a throw-away profile, and ends it with everything it left.

Trust in our certificates is given by a flag with the hash of our public key, for this one start: nothing is added to
any store. Each other flag closes a way around the proxy, or keeps the browser's own traffic down.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

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
    """`async with Browser(...) as browser: await browser.wait()`. The profile is removed at the end."""

    def __init__(self, program: str, proxy_port: int, spki: str, url: str = "", extra: Sequence[str] = ()) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="taciturn-browser-"))
        self._command = command_line(program, self._profile, proxy_port, spki, url, extra)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Browser:
        try:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,  # it quotes addresses of pages
                start_new_session=True,  # so that its helpers can be ended with it
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        except OSError as error:
            shutil.rmtree(self._profile, ignore_errors=True)
            raise UsageError(f"the browser does not start: {error.strerror}") from None
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
            await asyncio.to_thread(_remove, self._profile)

    async def wait(self) -> int:
        assert self._process is not None
        return await self._process.wait()

    def _signal(self, number: int) -> None:
        """To the browser and all its helpers, which may outlive it by a moment."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _end_with_parent() -> None:
    """In the child, before it becomes the browser: it is asked to end when we are killed without a chance to do so."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _remove(profile: Path) -> None:
    """A helper that is just ending may still write: a second look catches what it wrote."""
    for _ in range(2):
        shutil.rmtree(profile, ignore_errors=True)
