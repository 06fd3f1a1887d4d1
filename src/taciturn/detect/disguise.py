"""Signs that a reader does not see or takes for others: a plain reading of a text, with the place of each letter.

Invisible signs are left out, wide and look-alike letters are read as what they look like, a part that is written
backwards is turned round. Only the reading changes: spans are told in the text as it stands.
"""

from __future__ import annotations

import re

_LOOK_ALIKE = dict(zip("асеорхуѕіјвкмнтορακν", "aceopxysijbkmhtopakv", strict=True))
_TWINS = "".join(_LOOK_ALIKE)
_INVISIBLE = "\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff"
_WIDE = "\\u2024\\ufe52\\uff0d\\uff0e\\uff10-\\uff19\\uff20-\\uff3a\\uff3f\\uff41-\\uff5a"
DISGUISE = rf"[{_INVISIBLE}{_WIDE}]|\.(?:[A-Za-z0-9]{{1,4}}[{_TWINS}]|[{_TWINS}]{{1,4}}[A-Za-z0-9])"
_DISGUISE = re.compile(DISGUISE)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_FULL = re.compile(f"[{_WIDE}]")
_EXTENSION = re.compile(rf"\.(?=[A-Za-z0-9]*[{_TWINS}])(?=[{_TWINS}]*[A-Za-z0-9])[A-Za-z0-9{_TWINS}]{{2,8}}")
_BACKWARDS, _FORWARDS = "\u202e", "\u202c"


def is_disguised(text: str) -> bool:
    """Whether a plain reading differs. Quick for the many texts that are ASCII."""
    return not text.isascii() and _DISGUISE.search(text) is not None


class Plain:
    """The plain reading of a text."""

    __slots__ = ("_places", "text")

    def __init__(self, text: str) -> None:
        written = _EXTENSION.sub(lambda match: "".join(_LOOK_ALIKE.get(sign, sign) for sign in match[0]), text)
        signs: list[str] = []
        self._places: list[int] = []
        turned = -1  # where the part began that is written backwards
        for place, sign in enumerate(written):
            if sign == _BACKWARDS:
                turned = len(signs)
            elif sign == _FORWARDS and turned >= 0:
                self._turn(signs, turned)
                turned = -1
            if _UNSEEN.match(sign):
                continue
            signs.append(_narrow(sign) if _FULL.match(sign) else sign)
            self._places.append(place)
        if turned >= 0:
            self._turn(signs, turned)
        self.text = "".join(signs)

    def __repr__(self) -> str:
        return "Plain()"

    def _turn(self, signs: list[str], start: int) -> None:
        signs[start:] = signs[start:][::-1]
        self._places[start:] = self._places[start:][::-1]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the reading stands in the text as it was written. An empty span stays at its letter."""
        if start >= end:
            place = self._places[start] if start < len(self._places) else 0
            return place, place
        places = self._places[start:end]
        return min(places), max(places) + 1


def _narrow(sign: str) -> str:
    return "." if sign in "\u2024\ufe52" else chr(ord(sign) - 0xFEE0)
