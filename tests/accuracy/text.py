"""Comparing values as people write them: folded for case, white space and Unicode form."""

from __future__ import annotations

import base64
import re
import unicodedata
from functools import lru_cache

_SPACE = re.compile(r"\s+")


@lru_cache(1 << 15)
def folded(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()


def contains(value: str, text: str) -> bool:
    """Whether `value` stands in `text`. A run of digits or of ASCII letters is not cut: 482 is not in 14821."""
    needle, hay = folded(value), folded(text)
    if not needle:
        return False
    start = hay.find(needle)
    while start >= 0:
        end = start + len(needle)
        cut_before = start > 0 and _same_run(hay[start - 1], needle[0])
        cut_after = end < len(hay) and _same_run(hay[end], needle[-1])
        if not (cut_before or cut_after):
            return True
        start = hay.find(needle, start + 1)
    return False


def _same_run(a: str, b: str) -> bool:
    return (a.isdigit() and b.isdigit()) or (a.isascii() and a.isalpha() and b.isascii() and b.isalpha())


def base64_cores(value: str) -> set[str]:
    """What every base64 text that holds the value contains, whatever stands before it: three alignments."""
    data, cores = value.encode(), set()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + data).decode().rstrip("=")
        core = text[(0, 2, 3)[shift] :]
        core = core if (len(data) + shift) % 3 == 0 else core[:-1]
        if len(core) >= 10:
            cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores
