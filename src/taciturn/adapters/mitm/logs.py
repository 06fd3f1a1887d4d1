"""mitmproxy's log, reduced to what may be said: where it comes from and what kind of error it was.

Its texts quote traffic ("Unexpected data from server: ...", ping payloads, addresses), so none is passed on. The same
goes for asyncio's reports of lost exceptions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from taciturn.adapters.mitm.selftest import SelfTestFault

_LOGGERS = ("mitmproxy", "asyncio")


class QuietLog(logging.Handler):
    """Collects errors as constant words. Put in place with `install`, taken back with `remove`."""

    def __init__(self, trouble: Callable[[str], None]) -> None:
        super().__init__(logging.ERROR)
        self._trouble = trouble
        self._before: list[tuple[logging.Logger, bool, int]] = []
        self._root = logging.NullHandler()
        self.errors = 0

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        if kind is not None and issubclass(kind, SelfTestFault):
            return
        self.errors += 1
        name = f" ({kind.__name__})" if kind else ""
        self._trouble(f"error in {record.name}:{record.lineno}{name}")

    def install(self) -> None:
        # Without any handler on the root, logging.warning() installs one that prints to stderr.
        logging.getLogger().addHandler(self._root)
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            self._before.append((logger, logger.propagate, logger.level))
            logger.propagate = False
            logger.setLevel(logging.ERROR)
            logger.addHandler(self)

    def remove(self) -> None:
        logging.getLogger().removeHandler(self._root)
        for logger, propagate, level in self._before:
            logger.propagate, logger.level = propagate, level
            logger.removeHandler(self)
        self._before.clear()
