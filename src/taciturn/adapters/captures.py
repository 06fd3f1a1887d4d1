"""One way in for everything that is a capture: what a file holds decides who reads it, not what it is called."""

from __future__ import annotations

from taciturn.adapters.har import reader
from taciturn.adapters.har.capture import Capture


def open_capture(source: str) -> Capture:
    """Opens a capture, as `find_captures` names it.

    Raises:
        CaptureError: it cannot be read, or is no capture.
    """
    return reader.open_capture(source)
