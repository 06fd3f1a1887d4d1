"""What the fuzzer does with a run of bytes: a message is made of it, judged, and the judgement is held to its promises.

Nothing in here needs the fuzzing engine, so the seeds and every input that once failed run as ordinary tests too.

An input is a message in a form that bit flips keep meaningful: one byte that chooses headers and encodings, then target,
header value and body, with SEPARATOR between them.
"""

from __future__ import annotations

import base64
import gzip
import re
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import taciturn.engine as engine_module
from taciturn.catalogue import Declared, Parties, load_catalogue
from taciturn.codec.tree import Tree
from taciturn.config import Config, build_rules
from taciturn.engine import Engine
from taciturn.limits import Limits
from taciturn.model.decision import Decision, Effect, Uninspectable, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message, PageCandidate, PageSource

SEPARATOR = b"\x00\xfe\x00"
# Small, so that the fuzzer reaches them.
LIMITS = Limits(depth=8, nodes=2_000, decoded_total=4 << 20, ratio_free=64 << 10)
MOST_SECONDS = 5.0  # for an input of 64 KB, traced: a hang, not a slow input
_NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
_PAGE = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)
_TYPES = (b"", b"application/json", b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=b",
          b"application/x-protobuf", b"application/x-ndjson", b"text/html", b"application/msgpack")  # fmt: skip
_CODINGS = (b"", b"gzip", b"deflate", b"br")
_HEADERS = (b"x-data", b"cookie", b"referer", b"baggage")
_HOSTS = ("api.segment.io", "www.facebook.com")


class Broken(AssertionError):
    """A promise was not kept."""


class LoudEngine(Engine):
    """An engine that hides no exception: where the real one fails closed, this one fails."""

    def _failed(self, *args: object) -> Decision:  # type: ignore[override]
        raise  # called while the exception is handled

    def _residual(self, message: Message, match: object, decision: Decision, reason: Uninspectable) -> Decision:  # type: ignore[override]
        if reason.reason == "splice":
            raise  # anything but a codec's refusal
        return super()._residual(message, match, decision, reason)  # type: ignore[arg-type]


def engine() -> Engine:
    """The engine with the shipped rules, small limits and loud failures."""
    catalogue = load_catalogue()
    rules = build_rules(Config(), catalogue)
    parties = Parties([Declared(p.id, p.owner, p.hosts, p.role) for p in rules.parties], catalogue.owners.values())
    return LoudEngine(catalogue, rules, parties, LIMITS)


# ---------------------------------------------------------------------- inputs


def pack(body: bytes, target: bytes = b"", value: bytes = b"", choice: int = 0) -> bytes:
    return bytes((choice,)) + SEPARATOR.join((target, value, body))


def message_of(data: bytes) -> Message:
    choice = data[0] if data else 0
    target, _, rest = data[1:].partition(SEPARATOR)
    value, found, body = rest.partition(SEPARATOR)
    if not found:
        target, value, body = b"", b"", data[1:]
    headers: list[tuple[bytes, bytes]] = []
    if value:
        headers.append((_HEADERS[choice & 3], value))
    if kind := _TYPES[choice >> 2 & 7]:
        headers.append((b"content-type", kind))
    if coding := _CODINGS[choice >> 5 & 3]:
        headers.append((b"content-encoding", coding))
    headers.append((b"content-length", b"%d" % len(body)))
    host = _HOSTS[choice >> 7]
    return Message("POST", "https", host, 443, b"/v1/t" + target, tuple(headers), Body(body), page=_PAGE)


# ---------------------------------------------------------------------- promises


def judge(judging: Engine, data: bytes) -> Decision:
    """Judges the message that `data` makes.

    Raises:
        Broken: a promise was not kept.
    """
    message = message_of(data)
    removed: list[str] = []
    changes_of = engine_module.changes_of

    def recording(*args):  # type: ignore[no-untyped-def]
        asked = changes_of(*args)
        removed.extend(value for _, value in asked.removed)
        return asked

    engine_module.changes_of = recording
    start = time.thread_time()
    try:
        decision = judging.inspect(message, _NOW)
    finally:
        engine_module.changes_of = changes_of
    spent = time.thread_time() - start
    if not isinstance(decision, Decision) or not isinstance(decision.verdict, Verdict):
        raise Broken("no decision")
    if spent > MOST_SECONDS:
        raise Broken(f"{spent:.1f} s")
    _within_limits(message)
    if decision.effect is Effect.FORWARD_EDITED:
        _edited(message, decision, removed)
    elif decision.outgoing is not None:
        raise Broken("an untouched message has outgoing bytes")
    elif (decision.verdict is Verdict.BLOCK) != (decision.effect is Effect.ANSWER):
        raise Broken("verdict and effect disagree")
    return decision


def _within_limits(message: Message) -> None:
    tree = Tree(message, LIMITS)
    tree.mark_opaque()
    tree.coverage()
    if len(tree.leaves) > LIMITS.nodes:
        raise Broken("more leaves than nodes")
    if any(len(leaf.layers) > LIMITS.depth for leaf in tree.leaves):
        raise Broken("deeper than the limit")
    if sum(len(leaf.data) for leaf in tree.leaves) > LIMITS.decoded_total + tree.size:
        raise Broken("more decoded than the limit")
    out = tree.rewrite({})
    if (out.target, out.headers, out.body) != (message.target, message.headers, message.body.data):
        raise Broken("a message without edits is changed")


def _edited(message: Message, decision: Decision, removed: list[str]) -> None:
    out = decision.outgoing
    if decision.verdict is not Verdict.REDACT or out is None:
        raise Broken("an edit that is no redaction")
    if not decision.edits:
        raise Broken("outgoing bytes without an edit")
    body = out.body or b""
    length = [value for name, value in out.headers if name == b"content-length"]
    if length != [b"%d" % len(body)]:
        raise Broken("a wrong length")
    after = Message("POST", "https", message.host, 443, out.target, out.headers, Body(body), page=_PAGE)
    shut_before = {found.reason for found in Tree(message, LIMITS).uninspectable}
    tree = Tree(after, LIMITS)
    if {found.reason for found in tree.uninspectable} - shut_before:
        raise Broken("the outgoing bytes do not decode again")
    seen = [out.target, *(value for _, value in out.headers), *_unpacked(body)]
    for value in removed:
        whole = re.compile(rb"(?<![A-Za-z0-9])" + re.escape(value.encode("utf-8", "replace")) + rb"(?![A-Za-z0-9])")
        if len(value) >= 12 and not value.isdigit() and any(whole.search(part) for part in seen):
            raise Broken("a removed value is in the outgoing bytes")


def _unpacked(body: bytes) -> list[bytes]:
    """The body as it is, and as the standard library unpacks it."""
    out = [body]
    for wbits in (31, 15, -15):
        try:
            out.append(zlib.decompressobj(wbits).decompress(body, 1 << 20))
        except zlib.error:
            continue
    return out


# ---------------------------------------------------------------------- mutation

_Mutate = Callable[[bytes, int], bytes]
_UNWRAP: tuple[tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]], ...] = (
    (lambda data: zlib.decompressobj(31).decompress(data, 1 << 16), lambda data: gzip.compress(data, 6, mtime=0)),
    (lambda data: zlib.decompressobj(15).decompress(data, 1 << 16), zlib.compress),
    (lambda data: base64.b64decode(data, validate=True), base64.b64encode),
)


def mutated(data: bytes, most: int, seed: int, mutate: _Mutate) -> bytes:
    """The input with one part changed; what is compressed or in base64 is changed inside and packed again."""
    random = Random(seed)
    parts = data[1:].split(SEPARATOR, 2)
    if len(parts) != 3 or random.random() < 0.2:
        return mutate(data, most)
    at = random.choices(range(3), (2, 1, 5))[0]
    part = parts[at]
    if random.random() < 0.15:
        part = _wrapped(part, random)
    for unwrap, wrap in _UNWRAP:
        try:
            inner = unwrap(part)
        except (ValueError, zlib.error):
            continue
        if inner:
            part = wrap(mutate(inner, most))
            break
    else:
        part = mutate(part, most)
    parts[at] = part
    return (data[:1] + SEPARATOR.join(parts))[:most]


def _wrapped(part: bytes, random: Random) -> bytes:
    text = base64.b64encode(part)
    return random.choice((text, gzip.compress(part, 6, mtime=0), zlib.compress(part), b'{"data":"' + text + b'"}',
                          b"d=" + text, b'{"a":"Plan 7.pdf","b":' + part + b"}"))  # fmt: skip
