"""The page on codecs names those that there are, each once."""

from __future__ import annotations

import re
from pathlib import Path

from taciturn.codec import order
from taciturn.codec.registry import TRANSFORMS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "codecs.md"
ROW = re.compile(r"\| `([\w-]+)` \|(?:[^|]+\|){3} (capture|library|unproven) \|")


def test_every_codec_has_one_row_and_every_row_a_codec() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    found = [ROW.fullmatch(row) for row in rows]
    assert None not in found
    names = [match[1] for match in found if match is not None]
    asked = {
        codec.name
        for codec in vars(order).values()
        if not isinstance(codec, type) and hasattr(codec, "takes") and hasattr(codec, "name")
    }
    assert sorted(names) == sorted(asked | {codec.name for codec in TRANSFORMS.values()})
