"""The proof after rewriting: the outgoing bytes are decoded afresh and searched for every value that was taken out.

Three searches, from precise to coarse:
 1. every leaf of a new decode tree, keys included, with white space and case folded;
 2. the raw parts, percent-decoded again and again;
 3. the raw parts for the base64 forms of the value, in all three alignments.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable
from urllib.parse import unquote

from taciturn.codec.headers import STANDARD_HEADERS
from taciturn.codec.tree import Tree
from taciturn.limits import DEFAULT, Limits
from taciturn.model.leaf import Role
from taciturn.model.message import Message
from taciturn.model.safe import SafePath, safe_path

_SHORT = 8  # below this a coincidence in raw text or base64 is likely


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def searchable(removed: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The values that can be searched without finding coincidences: short numbers stand in too many places."""
    out = set()
    for _, value in removed:
        folded = fold(value)
        if (len(folded) >= 6 and not folded.isdigit()) or (len(folded) >= 7 and folded.isdigit()):
            out.add(value.strip())
    return frozenset(out)


def left_over(message: Message, values: frozenset[str], limits: Limits = DEFAULT) -> SafePath | None:
    """Where one of `values` can still be read in the message, or None. A safe path, for telling."""
    if not values:
        return None
    folded = {fold(value) for value in values}
    tree = Tree(message, limits)
    for leaf in tree.leaves:
        if leaf.role is not Role.STRUCTURE and len(leaf.text) > 3 and _holds(fold(leaf.text), folded):
            return safe_path(leaf.path)
    long = [value for value in folded if len(value) >= _SHORT and not value.isdigit()]
    cores = {core for value in values | folded if fold(value) in long for core in _base64_cores(value)}
    if long and any(_raw_holds(text, long, cores) for text in _raw_parts(message)):
        return SafePath("raw")
    return None


def _raw_parts(message: Message) -> Iterable[str]:
    yield message.target.decode("utf-8", "replace")
    for name, value in message.headers:
        if name.lower() not in STANDARD_HEADERS:
            yield value.decode("utf-8", "replace")
    if message.body.data:
        yield message.body.data.decode("utf-8", "replace")


def _raw_holds(text: str, values: list[str], cores: set[str]) -> bool:
    seen = text
    for _ in range(4):
        folded = fold(seen)
        if any(value in folded and _whole(folded, value, digits_only=True) for value in values):
            return True
        plain = unquote(seen.replace("+", " "))
        if plain == seen:
            break
        seen = plain
    return any(core in text for core in cores)


def _base64_cores(value: str) -> set[str]:
    """What every base64 text that holds the value must contain, whatever stands before it."""
    data = value.encode("utf-8", "replace")
    cores = set()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        core = text[(0, 2, 3)[shift] : len(text) - ((len(data) + shift) % 3 != 0)]
        if len(core) >= 10:
            cores |= {core, core.replace("+", "-").replace("/", "_")}
    return cores


def _holds(text: str, values: set[str]) -> bool:
    return any(value in text and _whole(text, value) for value in values)


def _whole(text: str, value: str, digits_only: bool = False) -> bool:
    """Not cut out of a longer run of digits or letters: 482 is not in 14821.

    In raw text letters may touch by accident (an escape before the value), so there only digits count.
    """
    cut = str.isdigit if digits_only else str.isalnum
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        before = at > 0 and cut(text[at - 1]) and cut(value[0])
        after = end < len(text) and cut(text[end]) and cut(value[-1])
        if not before and not after:
            return True
        at = text.find(value, at + 1)
    return False
