"""Is this the name of a field that a programmer gave? One that is not may be data, and becomes a leaf of its own."""

from __future__ import annotations

import re

_LONGEST = 40
_NUMBER = re.compile(r"[0-9]{6}")
_ORDINARY = re.compile(r"[\w.$~*:\[\]-]{1,40}", re.ASCII)
_DATA = re.compile(
    r"\d{6}|\.(?:pdf|docx?|xlsx?|pptx?|od[tsp]|csv|txt|rtf|zip|jpe?g|png|gif|heic|mp[34]|mov|dcm|eml|msg)$", re.I
)


def ordinary(name: str) -> bool:
    """Letters, digits and the usual joiners, and no long number or file name."""
    if name.isidentifier() and name.isascii() and len(name) <= _LONGEST:
        return _NUMBER.search(name) is None  # the usual case, without the dear patterns
    return _ORDINARY.fullmatch(name) is not None and _DATA.search(name) is None
