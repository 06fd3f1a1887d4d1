"""Bodies that a recorder stored in files of their own beside its HAR (Playwright's content "attach").

The name comes out of the capture, and must not lead elsewhere: only a regular file below the HAR's own folder is read,
and no part of the way to it may be a link.
"""

from __future__ import annotations

import os
import stat

MAX_SIDECAR = 64 << 20  # one body


class Folder:
    """The files beside one capture."""

    def __init__(self, capture: str) -> None:
        self._folder = os.path.dirname(os.path.abspath(capture))

    def __call__(self, name: str) -> bytes | None:
        """A body by its name; None where there is none that may be read. It is then absent: unknown, not clean."""
        parts = name.split("/")
        if not all(map(_is_plain, parts)):
            return None
        path = self._folder
        try:
            for part in parts:
                path = os.path.join(path, part)
                mode = os.lstat(path).st_mode
                if not (stat.S_ISREG(mode) if part is parts[-1] else stat.S_ISDIR(mode)):
                    return None
            if os.path.getsize(path) > MAX_SIDECAR:
                return None
            with open(path, "rb") as file:
                return file.read(MAX_SIDECAR)
        except (OSError, ValueError):
            return None


def _is_plain(part: str) -> bool:
    return bool(part) and not part.startswith(".") and not any(mark in part for mark in "\\\0:")


def nowhere(name: str) -> bytes | None:
    """For captures that stand alone: standard input, an object somewhere else."""
    return None
