"""Captures judged in this process, one after the other."""

from __future__ import annotations

import gc
from typing import Literal

from taciturn.adapters.captures import open_capture
from taciturn.adapters.gate.scopes import scopes_of
from taciturn.adapters.har.capture import Capture
from taciturn.adapters.har.run import replay
from taciturn.adapters.har.share import Share, Turn
from taciturn.adapters.jobs.options import ReplayOptions, size_of, waits
from taciturn.adapters.policies import answers_matter, engine_for, is_about, remembered_by
from taciturn.adapters.report.outcome import FileReport
from taciturn.adapters.report.progress import Progress, Silent
from taciturn.adapters.report.record import Told
from taciturn.adapters.stopping import Interrupted, Stop
from taciturn.engine import Engine
from taciturn.errors import CaptureError, place_of
from taciturn.ledger import Ledger
from taciturn.limits import Remembered


class Replayer:
    """Options and the engine that they lead to. Sent to another process it is made anew from the options."""

    def __init__(
        self,
        options: ReplayOptions,
        engine: Engine | None = None,
        generation: str = "",
        remembered: Remembered | Literal["as configured"] | None = "as configured",
    ) -> None:
        """`generation`: that of the engine that it has to be. `remembered` as in the ledger.

        Raises:
            ConfigError: the configuration, a rule file or the catalogue is wrong.
            CaptureError: the policy is another one than where the work comes from.
        """
        self.options = options
        self.engine = engine or engine_for(options.policy)
        if generation and self.engine.generation != generation:
            raise CaptureError("the policy here is another one than that of the process that deals out the work")
        self._told = Told(options.show_values, self._is_about, scopes_of(self.engine, options.pages))
        self._answers_matter = answers_matter(self.engine)
        self._remembered = remembered_by(options.policy) if remembered == "as configured" else remembered

    def __reduce__(self) -> tuple[object, ...]:
        return Replayer, (self.options, None, self.engine.generation)

    def settle(self) -> None:
        """Rules and catalogue stay to the end: the collector need not walk them again and again, and what forked
        processes share with this one is not copied for it."""
        gc.collect()
        gc.freeze()

    def file(self, path: str, stop: Stop, bar: Progress | None = None) -> FileReport:
        """The report on one capture. Whatever is wrong with it stands in the report: nothing is raised."""
        bar = bar or Silent()
        size = size_of(path)
        bar.file(path, size)
        try:
            if not waits(path):
                return self._judged(open_capture(path), stop, bar)
            with stop.waiting():
                capture = open_capture(path)
            return self._judged(capture, stop, bar, waits=True)
        except CaptureError as problem:
            return FileReport(path, error=str(problem))
        except Interrupted:
            return FileReport(path, interrupted=True)
        except Exception as error:
            return lost(path, f"internal error, please report it: {place_of(error)}")
        finally:
            bar.end(size)

    def share(self, capture: Capture, turn: Turn, stop: Stop) -> Share:
        """This process's share of a capture."""
        return Share(
            capture,
            self.engine,
            self._remembered,
            turn,
            told=self._told,
            answers_matter=self._answers_matter,
            stop=stop,
        )

    def _judged(self, capture: Capture, stop: Stop, bar: Progress, waits: bool = False) -> FileReport:
        memory = Ledger(self._remembered, recorded=True)
        return replay(
            capture,
            self.engine,
            memory,
            told=self._told,
            answers_matter=self._answers_matter,
            progress=bar.done,
            stop=stop,
            waits=waits,
        )

    def _is_about(self, rule: str, hit: object) -> bool:
        return is_about(self.engine, rule, hit)  # type: ignore[arg-type]


def lost(path: str, why: str) -> FileReport:
    """The report on a capture that nobody came to the end of, through no fault of its own."""
    return FileReport(path, error=f"{path}: {why}", lost=True)
