"""Texts that no codec opens, remembered between messages: SDKs send the same words with every event.

Only Python's hashes of the texts are kept, which are keyed anew in each process, so that nobody can read a text from
them. That two different texts share one is as likely as guessing 64 bits.
"""

from __future__ import annotations

from taciturn.limits import Limits

_MOST = 1 << 16
_by_limits: dict[Limits, set[int]] = {}


def shut_texts(limits: Limits) -> set[int]:
    """Hashes of texts that nothing opens under these limits. Ask once a message; whoever proved another one adds it."""
    found = _by_limits.get(limits)
    if found is None:
        if len(_by_limits) >= 8:  # engines are built seldom
            _by_limits.clear()
        found = _by_limits[limits] = set()
    elif len(found) > _MOST:
        found.clear()
    return found
