"""A pytest plugin: a test that drives a page fails when the page tells a third party what a rule forbids.

    def test_opening_a_file_tells_nobody(page, taciturn):
        with taciturn.record(page):
            page.goto("https://app.example/files")
            page.get_by_text("offer.pdf").click()

`record` takes a page or a context of Playwright's synchronous interface; `check` judges a HAR from anywhere else.
Pytest loads this wherever taciturn is installed, so nothing but pytest is imported before a test asks for the fixture.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from taciturn.adapters.report.outcome import Report
    from taciturn.engine import Engine

_SEVERITIES = ("info", "low", "medium", "high", "critical")
_SETTLE = 1.0  # seconds in which scripts may send what they had gathered
_WIDTH = 100
_REPORTS = "--taciturn-report"
# A test looks at one part of a site: it need not open a page, and that nobody else is told is what it hopes for.
_EXPECTED = ("no-third-party", "no-navigation", "no-page-events")


class LeakError(AssertionError):
    """A capture breaks a rule, or cannot show that it does not. The text is the report, which holds no value."""


class Settings(NamedTuple):
    """How captures are judged; each can be given for one recording."""

    config: str = ""
    policies: tuple[str, ...] = ()
    fail_on: str = "medium"
    require_complete: bool = True
    accept_gaps: tuple[str, ...] = _EXPECTED  # kinds of gaps in the evidence that are as they should be


class Checked:
    """The outcome of a recording: empty until the block has ended."""

    report: Report | None = None

    def __repr__(self) -> str:
        return "Checked()" if self.report is None else f"Checked(exit_code={self.report.exit_code})"


class Taciturn:
    """What the fixture `taciturn` gives."""

    def __init__(self, settings: Settings, name: str, reports: Path | None, engines: dict[Settings, Engine]) -> None:
        self._settings = settings
        self._name = name
        self._reports = reports
        self._engines = engines
        self._checks = 0

    @contextmanager
    def record(
        self, source: Page | BrowserContext, *, settle: float = _SETTLE, leave: bool = False, **changed: Any
    ) -> Iterator[Checked]:
        """Records what the pages of a context send while the block runs, and judges it when the block has ended.

        Args:
            settle: seconds to wait at the end for what scripts send late.
            leave: go to an empty page at the end, so that what is sent when a page is left is seen, too.
            changed: keys of `Settings`, for this recording alone.

        Raises:
            LeakError: something was sent that a rule of severity `fail_on` or above forbids; or, with
                `require_complete`, a body that a rule is about could not be seen.
        """
        from taciturn.recording import Recording

        __tracebackhide__ = True
        settings = self._settings._replace(**changed)
        self._engine(settings)  # a wrong rule is told before the browser does anything
        recording = Recording(source)
        checked = Checked()
        recording.start()
        try:
            yield checked
            recording.settle(settle, leave)
        finally:
            recording.stop()
        checked.report = self._judge(recording.har(), settings)
        self._demand(checked.report)

    def check(self, har: str | Path | bytes, **changed: Any) -> Report:
        """Judges a HAR: a path, or what would stand in the file.

        Raises:
            LeakError: as with `record`.
        """
        __tracebackhide__ = True
        data = har if isinstance(har, bytes) else Path(har).read_bytes()
        report = self._judge(data, self._settings._replace(**changed))
        self._demand(report)
        return report

    def _engine(self, settings: Settings) -> Engine:
        from taciturn.adapters.policies import engine_for

        if settings.fail_on not in _SEVERITIES:
            raise pytest.UsageError(f"taciturn: fail_on is {settings.fail_on!r}\n    mend: {', '.join(_SEVERITIES)}")
        found = self._engines.get(settings)
        if found is None:
            found = self._engines[settings] = engine_for(_policy(settings))
        return found

    def _judge(self, har: bytes, settings: Settings) -> Report:
        from taciturn.adapters.replaying import ReplayOptions, replay_captures

        options = ReplayOptions(_policy(settings), False, settings.fail_on, settings.require_complete)
        self._checks += 1
        name = f"{self._name}-{self._checks}" if self._checks > 1 else self._name
        # A recording may hold a session's cookies: the file is readable by its owner alone, and gone at once.
        with tempfile.TemporaryDirectory(prefix="taciturn-") as folder:
            path = Path(folder, f"{name}.har")
            path.write_bytes(har)
            report = replay_captures(options, [str(path)], engine=self._engine(settings))
        for file in report.files:
            file.path = f"{name}.har"
            file.accepted = frozenset(settings.accept_gaps)
        if self._reports is not None:
            self._save(report, name)
        return report

    def _save(self, report: Report, name: str) -> None:
        from taciturn.adapters.report.formats import FORMATS, Style

        assert self._reports is not None
        self._reports.mkdir(parents=True, exist_ok=True)
        for format_name, suffix in (("html", "html"), ("json", "json")):
            with open(self._reports / f"{name}.{suffix}", "w", encoding="utf-8") as file:
                FORMATS[format_name].write(report, file, Style(color=False))

    def _demand(self, report: Report) -> None:
        __tracebackhide__ = True
        if report.exit_code:
            raise LeakError(_text(report))


def _policy(settings: Settings) -> Any:
    from taciturn.adapters.policies import PolicyOptions

    return PolicyOptions(settings.config, settings.policies)


def _text(report: Report) -> str:
    from rich.console import Console

    from taciturn.adapters.report.console import print_report

    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, no_color=True, highlight=False, markup=False, emoji=False)
    print_report(console, report)
    return f"the page told somebody what a rule forbids, or what nobody could look at\n\n{out.getvalue()}"


# ---------------------------------------------------------------------- pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("taciturn", "what pages tell third parties")
    group.addoption(_REPORTS, metavar="DIR", help="write an HTML and a JSON report of every check into this folder")
    parser.addini("taciturn_config", "taciturn's configuration (default: the taciturn.yaml that it finds)", default="")
    parser.addini("taciturn_policies", "rule files beside the configured ones", type="paths", default=[])
    parser.addini("taciturn_fail_on", "least severity that fails a test (default: medium)", default="medium")
    parser.addini("taciturn_require_complete", "fail when a body was not seen", type="bool", default=True)
    parser.addini("taciturn_accept_gaps", "kinds of gaps in the evidence that are fine", "args", list(_EXPECTED))
    parser.addini("taciturn_every_page", "record every test that uses `page`", type="bool", default=False)


@pytest.fixture(scope="session")
def _taciturn_engines() -> dict[Settings, Engine]:
    return {}


@pytest.fixture
def taciturn(request: pytest.FixtureRequest, _taciturn_engines: dict[Settings, Engine]) -> Taciturn:
    """Records what a page sends and fails the test when a rule forbids it; see `Taciturn.record` and `check`."""
    config = request.config
    settings = Settings(
        _found(config, config.getini("taciturn_config")),
        tuple(str(path) for path in config.getini("taciturn_policies")),
        config.getini("taciturn_fail_on"),
        config.getini("taciturn_require_complete"),
        tuple(config.getini("taciturn_accept_gaps")),
    )
    reports = config.getoption(_REPORTS)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", request.node.nodeid).strip("-")
    return Taciturn(settings, name, Path(reports) if reports else None, _taciturn_engines)


def _found(config: pytest.Config, path: str) -> str:
    """A path of the ini file is relative to it."""
    return str(config.rootpath / path) if path else ""


@pytest.fixture(autouse=True)
def _taciturn_every_page(request: pytest.FixtureRequest) -> Generator[None]:
    if not request.config.getini("taciturn_every_page") or "page" not in request.fixturenames:
        yield
        return
    names: Sequence[str] = ("page", "taciturn")
    page, checks = (request.getfixturevalue(name) for name in names)
    with checks.record(page, leave=True):
        yield
