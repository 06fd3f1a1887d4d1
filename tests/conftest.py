"""What every test has: property tests without deadlines, no way off this machine, and skips that are loud."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# A deadline in milliseconds fails on a busy machine and proves nothing. In CI the examples are the same at each run,
# so that a red build can be repeated; elsewhere every run looks at new ones.
hypothesis.settings.register_profile("local", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """No test in this process connects to another machine, whatever the code under test tries."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(original):
    def connect(self, address, *args):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _stays_here(address[0]):
            raise PermissionError("tests connect to loopback only")
        return original(self, address, *args)

    return connect


def _stays_here(host: str) -> bool:
    if host in ("localhost", ""):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False  # a name: looking it up would already tell somebody
    return address.is_loopback or address.is_unspecified


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skipped end-to-end or integration test is said again at the end, where nobody scrolls past it."""
    skipped = {
        (report.nodeid.partition("::")[0], report.longrepr[2] if isinstance(report.longrepr, tuple) else "")
        for report in terminalreporter.stats.get("skipped", [])
        if {"e2e", "integration"} & set(report.keywords)
    }
    if skipped:
        terminalreporter.section("NOT TESTED on this machine", sep="!", red=True, bold=True)
        for file, reason in sorted(skipped):
            terminalreporter.line(f"{file}: {reason}", yellow=True)
