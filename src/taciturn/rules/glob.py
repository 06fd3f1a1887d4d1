"""Globs over labels and path segments, in linear time.

`*` stands for any characters inside one label or segment, `**` for any number of whole ones; nothing matches across a
dot or a slash, so `facebook.com` never fits `notfacebook.com`. A leading `*.` of a host stands for one label or more:
who writes `*.example.com` means every host below it.

There is no backtracking: between two stars the leftmost fit is always as good as any other, because what follows a star
may begin anywhere later. So each part is searched once, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Test = Callable[[str], bool]
_DEEP = "**"


class GlobError(ValueError):
    """A pattern that cannot be used. The text says why and is shown to the person who wrote it."""


def segment(pattern: str) -> Test:
    """A test for one label or segment."""
    if "*" not in pattern:
        return pattern.__eq__
    if not pattern.strip("*"):
        return _anything
    first, *middle, last = pattern.split("*")
    parts = [part for part in middle if part]
    least = len(first) + len(last)

    def test(text: str) -> bool:
        if len(text) < least or not text.startswith(first) or not text.endswith(last):
            return False
        at, stop = len(first), len(text) - len(last)
        for part in parts:
            found = text.find(part, at, stop)
            if found < 0:
                return False
            at = found + len(part)
        return True

    return test


def _anything(text: str) -> bool:
    return True


class Steps:
    """A glob over a sequence of labels, segments or path steps."""

    __slots__ = ("_head", "_inner", "_open", "_tail")

    def __init__(self, patterns: Sequence[str]) -> None:
        groups: list[list[Test]] = [[]]
        for pattern in patterns:
            if pattern == _DEEP:
                groups.append([])
            else:
                groups[-1].append(segment(pattern))
        self._open = len(groups) > 1
        self._head = groups[0]
        self._tail = groups[-1] if self._open else []
        self._inner = [group for group in groups[1:-1] if group]

    def match(self, parts: Sequence[str]) -> bool:
        head, tail = self._head, self._tail
        if not self._open:
            return len(parts) == len(head) and _fits(head, parts, 0)
        if len(parts) < len(head) + len(tail) or not _fits(head, parts, 0):
            return False
        stop = len(parts) - len(tail)
        if not _fits(tail, parts, stop):
            return False
        at = len(head)
        for group in self._inner:
            while at + len(group) <= stop and not _fits(group, parts, at):
                at += 1
            if at + len(group) > stop:
                return False
            at += len(group)
        return True


def _fits(tests: Sequence[Test], parts: Sequence[str], at: int) -> bool:
    return all(test(parts[at + index]) for index, test in enumerate(tests))


def labels(pattern: str) -> Test:
    """A glob over the labels of a dotted name: an endpoint, a data type."""
    parts = pattern.split(".")
    _check(parts, pattern)
    if "*" not in pattern:
        return pattern.__eq__
    steps = Steps(parts)
    return lambda name: steps.match(name.split("."))


_HOST = re.compile(r"^[a-z0-9_*](?:[a-z0-9_*-]*[a-z0-9_*])?$")


def host(pattern: str) -> Test:
    """A glob over the labels of a host name, or an address without a glob."""
    name = pattern.lower().rstrip(".")
    if ":" in name:
        return name.strip("[]").__eq__
    parts = name.split(".")
    for part in parts:
        if not _HOST.match(part):
            raise GlobError(f"`{pattern}` is no host name")
    _check(parts, pattern)
    if "*" not in name:
        return name.__eq__
    if parts[0] == "*" and len(parts) > 1:
        parts = [_DEEP, *parts]
    if parts == ["*"]:
        return _anything
    steps = Steps(parts)
    return lambda text: steps.match(text.split("."))


def path(pattern: str) -> Test:
    """A glob over the segments of a URL path. A trailing `/**` fits the path without it, too."""
    if not pattern.startswith("/"):
        raise GlobError(f"`{pattern}` must begin with a slash")
    if "?" in pattern or "#" in pattern:
        raise GlobError(f"`{pattern}`: only the path is compared, not what follows `?` or `#`")
    parts = pattern[1:].split("/")
    _check(parts, pattern)
    if "*" not in pattern:
        return pattern.__eq__
    steps = Steps(parts)
    literal = _longest_literal(parts)
    return lambda text: literal in text and steps.match(text[1:].split("/"))


def _longest_literal(parts: Sequence[str]) -> str:
    """What everything that fits holds as it stands: tells most texts apart before they are taken apart."""
    return max((piece for part in parts for piece in part.split("*")), key=len, default="")


def _check(parts: Sequence[str], pattern: str) -> None:
    for part in parts:
        if _DEEP in part and part != _DEEP:
            raise GlobError(f"`{pattern}`: `**` must stand alone between two separators")


class Address(NamedTuple):
    """A URL taken apart for comparison, once per page candidate."""

    scheme: str
    host: str
    paths: tuple[str, ...]  # the path, and the one that a single-page application keeps in the fragment


_URL = re.compile(r"^([a-z][a-z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\?[^#]*)?(?:#!?(/[^?]*))?", re.I | re.S)


def address(url: str) -> Address | None:
    """None when it is no absolute URL."""
    match = _URL.match(url)
    if match is None:
        return None
    authority = match[2].rpartition("@")[2].lower()
    name = authority[1:].partition("]")[0] if authority.startswith("[") else authority.partition(":")[0]
    first = match[3] or "/"
    return Address(match[1].lower(), name.rstrip("."), (first, match[4]) if match[4] else (first,))


class UrlGlob:
    """`[scheme://]host[/path]`. The query is not compared; a fragment that is a path (`#/files`) is.

    `literal` stands in every address that fits, once that is in lower case.
    """

    __slots__ = ("_host", "_path", "_scheme", "host_bound", "literal", "pattern")

    def __init__(self, pattern: str) -> None:
        scheme, mark, rest = pattern.rpartition("://")
        name, slash, tail = rest.partition("/")
        if not name:
            raise GlobError(f"`{pattern}` has no host; write `*` for any")
        if mark and scheme not in ("*", "http", "https"):
            raise GlobError(f"`{pattern}`: the scheme must be http, https or *")
        self.pattern = pattern
        self._scheme = scheme if mark else "*"
        self._host = host(name)
        self._path = path(slash + tail) if slash else _anything
        self.literal = (_longest_literal(tail.split("/")) or _longest_literal(name.split("."))).lower()
        # A pattern that names a site, rather than every site: only there can a page be one of its class without proof.
        # `webmail.**` is a kind of site, not a site.
        self.host_bound = "*" not in name.rpartition(".")[2] and name.strip("*.") != ""

    def match(self, at: Address) -> bool:
        if not self._host(at.host) or self._scheme not in ("*", at.scheme):
            return False
        return any(self._path(part) for part in at.paths)

    def on_host(self, name: str) -> bool:
        return self._host(name)


# A key or fragment step keeps its mark, so that it can be told from a value of the same name.
_STEP = re.compile(r"#[^.\[\]?#;$:]*|[^.\[\]?#;$:]+")


def field_steps(field_path: str) -> list[str]:
    """The names in a field path, without the marks of the layers: `body[lines][0].en` -> body, lines, 0, en."""
    return _STEP.findall(field_path)


class FieldGlob:
    """A glob over the steps of a field path. Indexes are steps: `body.lines[*].en`.

    With `keys` off, for `keep`, no star stands for a key or a fragment: those stay only where the pattern writes a `#`.
    """

    __slots__ = ("_keyed", "_steps")

    def __init__(self, pattern: str, keys: bool = True) -> None:
        parts = _STEP.findall(pattern)
        if not parts:
            raise GlobError(f"`{pattern}` names no field")
        _check(parts, pattern)
        self._steps = Steps(parts)
        self._keyed = keys or "#" in pattern

    def match(self, steps: Sequence[str]) -> bool:
        if not self._keyed and any(step[0] == "#" for step in steps):
            return False
        return self._steps.match(steps)
