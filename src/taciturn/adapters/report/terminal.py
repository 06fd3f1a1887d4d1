"""Text from traffic for a terminal. It is an attacker's: it must not move the cursor, colour, or pretend to be ours.

Control and format characters (escape sequences, carriage returns, right-to-left overrides) are shown as their names;
nothing is ever read as rich markup, because only `Text` objects are printed.
"""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str, limit: int = 0) -> str:
    """The text with everything that does not print written out, and cut at `limit` characters (0: not cut)."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(_shown(char) for char in text[: limit * 4 or None])
    return text if not limit or len(text) <= limit else text[: limit - 1] + "…"


def masked(text: str) -> str:
    """A value that is not to be shown: only how long it is. Its letters, even the first one, stay away."""
    count = len(text)
    return f"‹{count} character{'' if count == 1 else 's'}›"


def _shown(char: str) -> str:
    if char == " " or unicodedata.category(char) not in _HIDDEN:
        return char
    code = ord(char)
    return _SHORT.get(char) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )
