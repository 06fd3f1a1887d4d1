"""What of the planted secrets can still be read in a sanitizer's output, and what it did to everything else.

Decoding is done here from the formats, with the standard library, and knows nothing of any product.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import difflib
import gzip
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote, unquote_plus

from tests.accuracy.plants import Plant

_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_DEPTH = 6


class Harm(NamedTuple):
    """What happened to texts that held no secret."""

    texts: int  # innocent strings of the capture
    changed: int  # of them changed or gone
    characters: int  # of them, lost

    def __repr__(self) -> str:
        return f"Harm({self.changed} of {self.texts} texts, {self.characters} characters)"


def survivors(output: bytes, planted: Iterable[Plant]) -> list[str]:
    """The names of plants of which a secret can be read, raw or decoded, whatever the case of its letters."""
    folded = "\0".join(readings(output)).lower()
    return [plant.name for plant in planted if any(secret.lower() in folded for secret in plant.secrets)]


def is_har(document: object) -> bool:
    """Whether the members that HAR 1.2 asks for are there, each of its type."""
    try:
        log = document["log"]  # type: ignore[index]
        assert isinstance(log["version"], str)
        assert isinstance(log["creator"]["name"], str)
        for entry in log["entries"]:
            request, response = entry["request"], entry["response"]
            assert isinstance(entry["time"], int | float)
            assert isinstance(entry["startedDateTime"], str)
            for part in (request, response):
                assert isinstance(part["httpVersion"], str)
                assert isinstance(part["bodySize"], int)
                for key in ("headers", "cookies"):
                    assert all(isinstance(pair["name"], str) and isinstance(pair["value"], str) for pair in part[key])
            assert all(isinstance(pair["value"], str) for pair in request["queryString"])
            assert isinstance(request["url"], str)
            assert isinstance(response["status"], int)
            assert isinstance(response["content"]["size"], int)
            assert isinstance(response["content"]["mimeType"], str)
    except (KeyError, TypeError, AssertionError):
        return False
    return True


def readings(output: bytes) -> Iterator[str]:
    """The file as text, every string in it, and whatever they decode to."""
    text = output.decode("utf-8", "surrogateescape")
    yield text
    try:
        tree = json.loads(text)
    except ValueError:
        tree = None
    seen: set[str] = set()
    waiting = [(string, 0) for string in strings(tree)] if tree is not None else [(text, 0)]
    while waiting:
        current, depth = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        if depth < _DEPTH:
            waiting.extend((inner, depth + 1) for inner in _inner(current))


def _inner(text: str) -> Iterator[str]:
    if "%" in text:
        yield unquote(text)
        yield unquote_plus(text)
    if "&" in text:
        yield html.unescape(text)
    if "\\" in text:
        yield text.replace('\\"', '"').replace("\\\\", "\\").replace("\\/", "/")
    if text[:1] in "{[" and text:
        with contextlib.suppress(ValueError):  # no JSON: it was looked at as it is
            yield from strings(json.loads(text))
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        raw = b""
    yield from _unpacked(raw)
    for run in _RUN.findall(text):
        for flavour in (run, run.replace("-", "+").replace("_", "/")):
            try:
                data = base64.b64decode(flavour.rstrip("=") + "=" * (-len(flavour.rstrip("=")) % 4))
            except (binascii.Error, ValueError):
                continue
            yield from _unpacked(data)
            plain = data.decode("utf-8", "ignore")
            if sum(map(str.isprintable, plain)) > 0.8 * len(data):
                yield plain


def _unpacked(data: bytes) -> Iterator[str]:
    if data[:2] == b"\x1f\x8b":
        try:
            yield gzip.decompress(data).decode("utf-8", "replace")
        except (OSError, EOFError, zlib.error):
            return


def strings(value: Any) -> Iterator[str]:
    """Every string and key below."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Every scalar below, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def harm(before: bytes, after: bytes, planted: Iterable[Plant]) -> Harm | None:
    """None where the output is no JSON any more."""
    try:
        old, new = json.loads(before), json.loads(after)
    except ValueError:
        return None
    secrets = [secret for plant in planted for secret in plant.secrets]
    now = dict(leaves(new))
    texts = changed = characters = 0
    for path, text in leaves(old):
        held = any(secret in reading for reading in _all(text) for secret in secrets)
        other = now.get(path, "")
        if held:
            continue
        texts += 1
        if other != text and path[-1] not in ("size", "bodySize"):
            changed += 1
            same = (
                sum(
                    block.size
                    for block in difflib.SequenceMatcher(None, text, other, autojunk=False).get_matching_blocks()
                )
                if len(text) < 20_000
                else 0
            )
            characters += len(text) - same
    return Harm(texts, changed, characters)


def _all(text: str) -> Iterator[str]:
    yield text
    waiting = [(text, 0)]
    while waiting:
        current, depth = waiting.pop()
        for inner in _inner(current):
            yield inner
            if depth < 3 and inner != current:
                waiting.append((inner, depth + 1))
