"""Runs har-capture on one file, in an environment of its own: `python sanitizer_worker.py IN OUT disabled|redact`.

Started by `sanitizers.py`; imports nothing of this project.
"""

from __future__ import annotations

import sys

from har_capture.sanitization import sanitize_har_file
from har_capture.sanitization.report import HeuristicMode

if __name__ == "__main__":
    given, made, mode = sys.argv[1:]
    sanitize_har_file(given, made, heuristics=HeuristicMode[mode.upper()], max_size=None)
