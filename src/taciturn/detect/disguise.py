"""Signs that a reader does not see or takes for others: a plain reading of a text, with the place of each letter.

Invisible signs are left out, wide, mathematical, joined and look-alike letters are read as what they look like,
overlong UTF-8 (which other decoders accept) as what it stands for, a part that is written backwards is turned round.
Only the reading changes: spans are told in the text as it stands.
"""

from __future__ import annotations

import re
import unicodedata

_LOOK_ALIKE = dict(zip("асеорхуѕіјвкмнтορακν", "aceopxysijbkmhtopakv", strict=True))
_TWINS = "".join(_LOOK_ALIKE)
_INVISIBLE = (
    "\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufe00-\\ufe0f\\ufeff"
)
# Letters, digits and signs of addresses whose compatible form (Unicode's NFKC) is ASCII.
_WIDE = (
    "\\u2024\\u2102\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2128\\u212c-\\u2134\\u24b6-\\u24e9\\ufb00-\\ufb06"
    "\\ufe52\\ufe63\\ufe6b\\uff0d\\uff0e\\uff10-\\uff19\\uff20-\\uff3a\\uff3f\\uff41-\\uff5a" + "\U0001d400-\U0001d7ff"
)
# What bytes that are no UTF-8 are read as (codec.escapes.read_legacy): C0 A0-BF, C1 80-BF, E0 80 A0-BF, E0 81 80-BF.
_FROM_128 = "".join(bytes((n,)).decode("cp1252", "ignore") or chr(n) for n in range(0x80, 0xC0))
_OVERLONG = f"(?:À|à€)[\\u00a0-\\u00bf]|(?:Á|à\x81)[{_FROM_128}]"
DISGUISE = rf"[{_INVISIBLE}{_WIDE}]|{_OVERLONG}|\.(?:[A-Za-z0-9]{{1,4}}[{_TWINS}]|[{_TWINS}]{{1,4}}[A-Za-z0-9])"
_DISGUISE = re.compile(DISGUISE)
_UNSEEN = re.compile(f"[{_INVISIBLE}]")
_FULL = re.compile(f"[{_WIDE}]")
_LONG = re.compile(_OVERLONG)
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
        self._places: list[tuple[int, int]] = []  # start and end of what each sign of the reading was written as
        turned = -1  # where the part began that is written backwards
        skip = 0
        for place, sign in enumerate(written):
            if sign == _BACKWARDS:
                turned = len(signs)
            elif sign == _FORWARDS and turned >= 0:
                self._turn(signs, turned)
                turned = -1
            if place < skip or _UNSEEN.match(sign):
                continue
            long = _LONG.match(written, place) if sign in "ÀÁà" else None
            skip = long.end() if long else place + 1
            read = _narrow(long[0]) if long else unicodedata.normalize("NFKC", sign) if _FULL.match(sign) else sign
            signs += read
            self._places += [(place, skip)] * len(read)
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
            place = self._places[start][0] if start < len(self._places) else 0
            return place, place
        places = self._places[start:end]
        return min(places)[0], max(places)[1]


def _narrow(overlong: str) -> str:
    """The ASCII character that an overlong sequence stands for."""
    last = overlong[-1]
    low = ord(last) if ord(last) < 0x100 else last.encode("cp1252")[0]
    return chr(low & 0x3F | (0x40 if overlong[0] == "Á" or overlong[1] == "\x81" else 0))
