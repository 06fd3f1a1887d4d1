"""The proof after rewriting: the outgoing bytes are decoded afresh and searched for every value that was taken out.

Four searches, from precise to coarse:
 1. every leaf of a new decode tree, keys included, folded as in model.folding;
 2. the same leaves for the base64 forms of the value, in all three alignments, where no codec opened a run;
 3. the raw parts, percent-decoded again and again;
 4. the raw parts for the base64 forms.

What the first two find has a place that can be edited, so that it can be taken out too; what only the others find has
none.
"""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

import re2

from taciturn.codec.headers import is_searched
from taciturn.codec.node import editable
from taciturn.codec.skim import skim
from taciturn.codec.tree import Tree
from taciturn.limits import DEFAULT, Limits
from taciturn.model.folding import Folded, fold
from taciturn.model.leaf import Leaf, Role
from taciturn.model.message import Message
from taciturn.model.safe import SafePath, safe_path

_SHORT = 8  # below this a coincidence in raw text or base64 is likely
_RUN = re.compile(r"[A-Za-z0-9+/=_-]*+")


class Place(NamedTuple):
    """Where a value that was to be taken out still stands."""

    leaf: Leaf
    start: int
    end: int
    value: str

    def __repr__(self) -> str:
        return f"Place({self.start}, {self.end})"


class Remains(NamedTuple):
    """What is left of the values in a message: the first place as a safe path, and those that can be edited."""

    where: SafePath
    tree: Tree
    places: list[Place]

    def __repr__(self) -> str:
        return f"Remains({len(self.places)} places)"


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
    left = remains(message, values, limits)
    return left.where if left is not None else None


def remains(message: Message, values: frozenset[str], limits: Limits = DEFAULT) -> Remains | None:
    """What of `values` can still be read in the message, or None."""
    if not values:
        return None
    loose = {fold(value, loose=True): value for value in values}
    loose.pop("", None)
    long = {value: folded for value in values if len(folded := fold(value)) >= _SHORT and not folded.isdigit()}
    cores = {core: value for value, folded in long.items() for core in _base64_cores(value) | _base64_cores(folded)}
    tree: Tree | None = None
    outline = skim(message, limits)
    if outline is not None:
        texts = outline.texts + [address for _, address in outline.addresses]
    else:
        tree = Tree(message, limits)
        texts = [leaf.text for leaf in (*tree.leaves, *tree.wholes)]
    encoded = _Needles(cores)
    standing = {value: loose[value] for value in _Needles(loose).standing(_folded(texts))}
    in_base64 = {core: cores[core] for core in encoded.standing("\0".join(texts))}
    where: SafePath | None = None
    places: list[Place] = []
    if standing or in_base64:
        tree = tree or Tree(message, limits)
        where, places = _places(tree, standing, in_base64)
    if where is None and long:
        plain = _Needles(long.values())
        if any(_raw_holds(text, plain, encoded) for text in _raw_parts(message)):
            where = SafePath("raw")
    return Remains(where, tree or Tree(message, limits), places) if where is not None else None


class _Needles:
    """Many strings, searched in one text at once: RE2 reads it once for several hundred of them."""

    _FEW, _MANY = 40, 400

    def __init__(self, strings: Iterable[str]) -> None:
        self._strings = list(strings)
        self._parts: list[tuple[list[str], Any]] = []

    def standing(self, text: str) -> list[str]:
        """Those that stand in the text."""
        if len(self._strings) <= self._FEW:
            return [string for string in self._strings if string in text]
        if not self._parts:
            for part in itertools.batched(self._strings, self._MANY):
                pattern = "|".join([re2.escape(string.encode("utf-8", "replace").decode()) for string in part])
                self._parts.append((list(part), re2.compile(pattern)))
        data = text.encode("utf-8", "replace")
        near = [string for part, sign in self._parts if sign.search(data) is not None for string in part]
        return [string for string in near if string in text]


def _folded(texts: Sequence[str]) -> str:
    """All texts folded, a null character between them."""
    plain = fold("\0".join([text for text in texts if text.isascii()]), loose=True)
    return "\0".join([plain, *(fold(text, loose=True) for text in texts if not text.isascii())])


def _places(tree: Tree, loose: dict[str, str], standing: dict[str, str]) -> tuple[SafePath | None, list[Place]]:
    where: SafePath | None = None
    places: list[Place] = []
    for leaf in tree.leaves:
        if leaf.role is Role.STRUCTURE or len(leaf.text) <= 3:
            continue
        found = [*_in_text(leaf, loose), *_in_base64(leaf, standing)]
        if found:
            where = where or safe_path(leaf.path)
            places += found if editable(leaf) else ()
    for whole in tree.wholes:  # an address was opened further: it is the same when all of it is
        value = loose.get(fold(whole.text, loose=True))
        if value is not None:
            where = where or safe_path(whole.path)
            places.append(Place(whole, 0, len(whole.text), value))
    return where, places


def _in_text(leaf: Leaf, values: dict[str, str]) -> Iterator[Place]:
    folded = fold(leaf.text, loose=True)
    placed: Folded | None = None
    for value, written in values.items():
        if value in folded:
            placed = placed or Folded(leaf.text, loose=True)
            # what is long enough is no coincidence inside a word either ("Mustermanns"): then the word goes
            cut = str.isdigit if len(value) >= _SHORT else str.isalnum
            for start, end in placed.find(value):
                if _is_whole(placed.text, start, end, cut):
                    yield Place(leaf, *placed.span(*_word(placed.text, start, end)), written)


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def _in_base64(leaf: Leaf, cores: dict[str, str]) -> Iterator[Place]:
    """The run around each base64 form: what stands before it in the same run cannot be told apart."""
    for core, value in cores.items():
        if core in leaf.text:
            runs = (run for run in _RUN.finditer(leaf.text) if core in run[0])
            yield from (Place(leaf, run.start(), run.end(), value) for run in runs)


def _raw_parts(message: Message) -> Iterable[str]:
    yield message.target.decode("utf-8", "replace")
    for name, value in message.headers:
        if is_searched(name.lower(), value):
            yield value.decode("utf-8", "replace")
    if message.body.data:
        yield message.body.data.decode("utf-8", "replace")


def _raw_holds(text: str, values: _Needles, cores: _Needles) -> bool:
    seen = text
    for _ in range(4):
        folded = fold(seen)
        if any(_whole(folded, value) for value in values.standing(folded)):
            return True
        plain = unquote(seen.replace("+", " "))
        if plain == seen:
            break
        seen = plain
    return bool(cores.standing(text))


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


def _whole(text: str, value: str) -> bool:
    """Whether the value stands somewhere in the text not cut out of a longer run of digits.

    Letters may touch by accident (an escape before the value), so only digits count.
    """
    at = text.find(value)
    while at >= 0:
        if _is_whole(text, at, at + len(value), str.isdigit):
            return True
        at = text.find(value, at + 1)
    return False


def _is_whole(text: str, start: int, end: int, cut: Callable[[str], bool]) -> bool:
    """Not cut out of a longer run of what `cut` names: 482 is not in 14821."""
    before = start > 0 and cut(text[start - 1]) and cut(text[start])
    after = end < len(text) and cut(text[end]) and cut(text[end - 1])
    return not before and not after
