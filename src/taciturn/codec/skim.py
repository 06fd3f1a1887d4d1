"""A first look at a message without a tree: its names and texts, or the answer "build the tree".

Most messages hold nothing that any detector could name. Skimming collects what a detector's gate asks for, and nothing
else: no leaf, no path, no position. It is exact, not a guess: it opens a message only as far as pairs, JSON and plain
addresses go, and where the tree's own choice of codecs could open anything further it gives up (None).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from taciturn.codec.base import Hint
from taciturn.codec.codes import LEAST, read_codes, read_indexed
from taciturn.codec.escapes import percent_text
from taciturn.codec.form import BASE64_WITH_PLUS, INNER_SEMICOLONS, LOOKS_LIKE_PAIRS
from taciturn.codec.headers import credentials_start, head_size, searched
from taciturn.codec.json_ import DECODER
from taciturn.codec.names import ordinary
from taciturn.codec.order import text_codecs, worth_opening
from taciturn.codec.reading import RUN, looks_encoded
from taciturn.codec.shut import shut_texts
from taciturn.errors import OutOfFuel
from taciturn.limits import DEFAULT, Fuel, Limits
from taciturn.model.message import Kind, Message

_INNER = Hint()
_GIVE_UP = frozenset((b"content-encoding", b"baggage"))
_NO_CHAIN: tuple[str, ...] = ()
_FEW = 64  # names of pairs that are remembered together
Tells = Callable[[tuple[str, ...], tuple[str, ...]], bool]
_PLAIN_ADDRESS = frozenset('%#;[]{}\\"<> \n\t')


class Skim:
    """What a message says, without where it says it."""

    __slots__ = ("addresses", "keys", "limits", "parameters", "segments", "shut", "size", "tells", "texts")

    def __init__(self, limits: Limits, tells: Tells | None = None) -> None:
        self.limits = limits
        self.tells = tells
        self.texts: list[str] = []
        self.segments: list[str] = []  # of paths; they are among the texts too
        self.addresses: list[tuple[tuple[str, ...], str]] = []  # where an address stands, and it
        self.parameters: list[str] = []  # names of parameters of addresses
        self.keys: list[str] = []  # texts that say what a value beside them is called
        self.shut = shut_texts(limits)
        self.size = 0

    def row(self, chain: tuple[str, ...], names: tuple[str, ...]) -> None:
        """An object, a list of pairs. Where its names tell enough, nobody needs the rest."""
        if self.tells is not None and self.tells(chain, names):
            raise _GiveUp


class _GiveUp(Exception):
    pass


def skim(message: Message, limits: Limits = DEFAULT, tells: Tells | None = None) -> Skim | None:
    """The texts of a message, or None when only the tree can tell.

    `tells` is asked about the names around each row, nearest last, and in it; it may end the look with a yes.
    """
    if message.kind is Kind.RESPONSE:
        return None
    if head_size(message) > limits.head:
        return None
    found = Skim(limits, tells)
    try:
        _target(found, message)
        _headers(found, message)
        _body(found, message)
    except (_GiveUp, OutOfFuel, RecursionError):
        return None
    if len(found.texts) > limits.nodes:
        return None
    return found


def _target(found: Skim, message: Message) -> None:
    target = message.target.decode("utf-8", "surrogateescape")
    found.size += len(target)
    if "#" in target or ";" in target:
        raise _GiveUp
    path, _, query = target.partition("?")
    if "=" in path:
        raise _GiveUp
    if len(path) > 1:
        for segment in path.split("/"):
            if segment:
                _text(found, segment, _NO_CHAIN)
                found.segments.append(segment)
    if query:
        if "=" not in query:
            raise _GiveUp
        _pairs(found, query, "&", True)


def _headers(found: Skim, message: Message) -> None:
    for lower, value in searched(message.headers):
        if lower in _GIVE_UP or not value.isascii() or not ordinary(lower.decode("latin-1")):
            raise _GiveUp
        text = value.decode("ascii")
        found.size += len(text)
        if lower == b"cookie":
            _pairs(found, text, ";", False)
        elif lower != b"referer" or text.count("/") != 3 or text[-1] != "/":
            word = lower.decode("latin-1")
            found.row(_NO_CHAIN, (word,))
            _text(found, text[credentials_start(word, text) :], (word,))


def _body(found: Skim, message: Message) -> None:
    data = message.body.data
    if not data:
        return
    found.size += len(data)
    if message.header(b"content-encoding"):
        raise _GiveUp
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _GiveUp from None
    if len(text) > found.limits.nodes:
        raise _GiveUp  # it may be past a limit, and only the tree counts before it reads
    first = text[0]
    if first in "{[":
        try:
            value = DECODER.decode(text)
        except ValueError:
            raise _GiveUp from None
        _json(found, value, _NO_CHAIN)
    elif (
        text.isprintable()
        and first != "-"
        and text[-1] != "="  # which may be base64's
        and (" " not in text or "&" in text)
        and LOOKS_LIKE_PAIRS.match(text)
    ):
        _pairs(found, text, "&", True)
    else:
        raise _GiveUp


def _json(found: Skim, value: object, chain: tuple[str, ...]) -> None:
    """Every text, and the names of every row. Runs for each value of each body, so that each look counts."""
    say = found.texts.append
    if type(value) is tuple:
        names = tuple([key for key, _ in value])
        if (
            found.tells is not None
        ):  # a name whose value is empty says nothing: SDKs send `"search": ""` with every event
            found.row(chain, tuple([key for key, member in value if member != ""]))
        plain, keyed = _shape(names)
        if not plain:
            _odd_names(found, value, names)
        for key, member in value:
            kind = type(member)
            if kind is str:
                if len(member) < 4 or (len(member) < 10 and member.isalnum() and member.isascii() and member[0] != "N"):
                    say(member)  # a short word: what `worth_opening` says of it, without asking
                else:
                    _text(found, member, chain, key)
            elif kind is bytes:  # a number
                say(member.decode())
            elif kind is tuple or kind is list:
                _json(found, member, (*chain, key))
        if keyed:
            found.keys += [member for key, member in value if key in KEY_NAMES and type(member) is str]
    elif type(value) is list:
        if len(value) >= LEAST and type(value[0]) is bytes and read_codes(value) is not None:
            raise _GiveUp
        for element in value:
            kind = type(element)
            if kind is str:
                _text(found, element, chain)
            elif kind is bytes:
                say(element.decode())
            elif kind is tuple or kind is list:
                _json(found, element, chain)
    else:
        raise _GiveUp


@lru_cache(maxsize=4096)
def _shape(names: tuple[str, ...]) -> tuple[bool, bool]:
    """(whether all are names that a programmer would choose, whether one says what a value beside it is called)."""
    plain = all(map(str.isidentifier, names)) and "".join(names).isascii()
    return plain, not KEY_NAMES.isdisjoint(names)


def _odd_names(found: Skim, value: tuple[tuple[str, object], ...], names: tuple[str, ...]) -> None:
    if names[:1] == ("0",) and read_indexed(value) is not None:
        raise _GiveUp
    for key in names:
        if not key.isascii() or not key.isidentifier():
            _text(found, key, _NO_CHAIN)


def _pairs(found: Skim, text: str, separator: str, plus: bool) -> None:
    pairs = [part.partition("=") for part in text.split(separator)] if plus else []
    names = tuple([name for name, _, _ in pairs])
    if not 0 < len(names) <= _FEW or ";" in text or not _all_ordinary(names):
        _odd_pairs(found, text, separator, plus)
        return
    for name, equals, raw in pairs:
        if raw:
            _value(found, name, raw, plus)
        elif not equals:
            _text(found, name, _NO_CHAIN)
    found.row(_NO_CHAIN, names)


@lru_cache(maxsize=4096)
def _all_ordinary(names: tuple[str, ...]) -> bool:
    """Whether names stand for themselves, and for nothing but names. The same few sets come over and over."""
    return all(map(ordinary, names)) and names.count("k") < 2 and names.count("sp") < 2


def _value(found: Skim, name: str, raw: str, plus: bool) -> None:
    if plus and "+" in raw and BASE64_WITH_PLUS.fullmatch(raw):
        raise _GiveUp  # is that a space?
    value = percent_text(raw, plus) if "%" in raw or "+" in raw else raw
    _text(found, value, (name,))
    if name in KEY_NAMES:
        found.keys.append(value)


def _odd_pairs(found: Skim, text: str, separator: str, plus: bool) -> None:
    names: list[str] = []
    for part in text.split(separator):
        if separator == ";":
            part = part.strip(" ")
        raw_name, equals, raw = part.partition("=")
        if not equals and separator == ";":
            if part:
                _text(found, percent_text(part, plus), _NO_CHAIN)
            continue
        if plus and ("%u" in raw_name or (";" in part and INNER_SEMICOLONS.fullmatch(part))):
            raise _GiveUp  # more pairs for some receivers, another name for others
        name = percent_text(raw_name, plus).strip() if "%" in raw_name or "+" in raw_name else raw_name.strip()
        names.append(name)
        if name and (not equals or not ordinary(name)):
            _text(found, name, _NO_CHAIN)
        if raw:
            _value(found, name, raw, plus)
    if names.count("k") > 1 or names.count("sp") > 1:
        raise _GiveUp  # names and values by turns
    found.row(_NO_CHAIN, tuple(names))


def _text(found: Skim, text: str, chain: tuple[str, ...], key: str | None = None) -> None:
    """One text. `chain` and `key`: the names on the way to it."""
    known = hash(text)
    if known in found.shut:
        found.texts.append(text)  # an agent or a time zone stands in every event
        return
    if worth_opening(text):
        if text[:4] == "http" and _PLAIN_ADDRESS.isdisjoint(text):
            _address(found, text, chain if key is None else (*chain, key))
            return
        _must_stay_shut(text, found.limits)
    if len(text) > found.limits.opaque_run:
        for run in RUN.findall(text):
            if looks_encoded(run):
                raise _GiveUp
    found.shut.add(known)
    found.texts.append(text)


def _must_stay_shut(text: str, limits: Limits) -> None:
    """Asks the tree's own codecs, in its own order, whether one of them would open this."""
    for codec in text_codecs(text, _INNER):
        if codec.takes != "text" or codec.open(text, _INNER, Fuel(limits)) is not None:
            raise _GiveUp


def _address(found: Skim, text: str, chain: tuple[str, ...]) -> None:
    """An address without escapes and fragment: segments, names and values as they stand."""
    found.addresses.append((chain, text))
    base, _, query = text.partition("?")
    _, mark, rest = base.partition("://")
    if not mark or "=" in rest:
        raise _GiveUp
    host, *segments = rest.split("/")
    found.texts.append(host)
    for segment in segments:
        if segment:
            _inner(found, segment)
            found.segments.append(segment)
    if query:
        names: list[str] = []
        for part in query.split("&"):
            name, equals, value = part.partition("=")
            names.append(name)
            found.parameters.append(name)
            if not equals:
                _inner(found, name)
            elif value:
                _inner(found, value)
        if names.count("k") > 1 or names.count("sp") > 1:
            raise _GiveUp
        found.row(chain, tuple(names))


def _inner(found: Skim, text: str) -> None:
    if "+" in text:
        text = text.replace("+", " ")
    if worth_opening(text):
        _must_stay_shut(text, found.limits)
    if len(text) > found.limits.opaque_run and any(looks_encoded(run) for run in RUN.findall(text)):
        raise _GiveUp
    found.texts.append(text)


KEY_NAMES = frozenset("key k name field elementId element_id".split())
"""Names of fields that say what the value beside them is called. The detectors have the same; a test holds that."""
