"""What makes a finding the same finding tomorrow: the identity that baselines, diffs and fingerprints share.

A `Key` is made of what a policy and a catalogue say (rule, tracker, endpoint, data type, page class) and of the pattern
of the field path. It holds no value, no position, no entry number and no order, so a capture recorded anew has the same
keys; where a list is longer or an id is another one, they are equal too. What is not in a key is in a `Seen`: how grave
the finding was, how sure, and what became of it. A baseline compares these as well, so that a key never excuses more
than was there when it was written down.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from taciturn.adapters.report.record import SEVERITIES, UNINSPECTABLE, Hit, Record
from taciturn.catalogue.sites import registrable_domain
from taciturn.model.decision import RuleMatch

REQUEST = "request"  # the data type of a finding that is about a message as a whole
VERSION = 1  # of the text form: a change gives every finding another fingerprint
_POSITION = re.compile(r"\[(;?)\d+\]")
_XML = "[xml]"
_PLAIN = re.compile(r"[^!-$&-{}~]")  # what the text form escapes: its own two marks, spaces, and what is no ASCII
_LONGEST = 512  # characters of one part: paths of traffic have no end of their own
_IN_FORCE = frozenset({"report", "enforce"})
_EXCEPTED = "excepted"
# From what happened to the data, weakest first: the order in which a verdict can get weaker.
STRENGTH = {"allow": 0, "report": 1, "redact": 2, "block": 3}
SURENESS = {"": 0, "possible": 1, "likely": 2, "certain": 3}


class Key(NamedTuple):
    """The identity of a finding. Either `tracker` or `host` is set."""

    rule: str  # "" where no rule in force is about it
    tracker: str  # id in the catalogue
    host: str  # registrable domain of a receiver that is no tracker
    endpoint: str  # id in the catalogue; "" when only the host is known
    message: str  # request | response | ws_out | ws_in
    field: str  # path pattern; "" where the message as a whole is meant
    kind: str  # data type, reason of what could not be read, or `request`
    page: str  # page classes in order, joined by `+`; `?` follows a class of which it is unknown whether it applies

    @property
    def receiver(self) -> str:
        return self.tracker or self.host

    @property
    def place(self) -> Key:
        """The same place in the same requests, whatever rule is about it."""
        return self._replace(rule="")


class Seen(NamedTuple):
    """A key, and how it was seen: in one message, or the worst of several."""

    key: Key
    severity: str  # of its rule
    verdict: str  # what became of the message
    confidence: str = ""  # "" for what is no finding of a detector
    rule: RuleMatch | None = None
    hit: Hit | None = None

    def worst(self, other: Seen) -> Seen:
        """Both at once: the graver, the surer, and the outcome that protects less."""
        return self._replace(
            severity=max(self.severity, other.severity, key=severity_rank),
            verdict=min(self.verdict, other.verdict, key=lambda word: STRENGTH[word]),
            confidence=max(self.confidence, other.confidence, key=lambda word: SURENESS[word]),
        )


def severity_rank(severity: str) -> int:
    """-1 for none, then in the order of SEVERITIES."""
    return SEVERITIES.index(severity) if severity else -1


def pattern(path: str) -> str:
    """A field path without positions: `body$.rows[3].name` -> `body$.rows[*].name`.

    The first element of XML is written without a position, so there positions are left out altogether.
    """
    before, xml, after = path.partition(_XML)
    text = _POSITION.sub(r"[\1*]", before) + xml + _POSITION.sub("", after)
    return _bounded(text)


def _bounded(text: str) -> str:
    """Of an overlong part its beginning and a digest of the whole: two of them stay two."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}~{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def page_of(classes: Iterable[str]) -> str:
    """The page classes of a record as a part of a key."""
    return "+".join(sorted(set(classes)))


def key_of(record: Record, rule: str, kind: str, path: str) -> Key:
    """The key of one finding of a record; `path` is a SafePath, or "" for the message as a whole."""
    tracker = record.tracker.id if record.tracker else ""
    return Key(
        rule,
        tracker,
        "" if tracker else _bounded(registrable_domain(record.host)),
        record.tracker.endpoint if record.tracker else "",
        record.kind.value,
        pattern(path),
        kind,
        page_of(record.page_classes),
    )


def findings_of(record: Record) -> Iterator[Seen]:
    """What a record is counted for: one for each rule in force and each thing that the rule is about.

    Nothing where no rule asks for anything, and where the capture lacks what a rule is about.
    """
    if not record.severity:
        return
    asking = [rule for rule in record.rules if rule.stage in _IN_FORCE and rule.action != _EXCEPTED]
    for rule in asking:
        for kind, path, hit in subjects(record, rule):
            confidence = hit.confidence if hit else ""
            yield Seen(key_of(record, rule.rule, kind, path), rule.severity, record.verdict, confidence, rule, hit)
    if not asking:  # no rule but the setting on what cannot be read
        for item in record.uninspectable:
            yield Seen(key_of(record, UNINSPECTABLE, item.reason, item.where), record.severity, record.verdict)


def subjects(record: Record, rule: RuleMatch) -> Iterator[tuple[str, str, Hit | None]]:
    """What a rule of a record is about, as (data type, safe path, hit): its hits, what could not be read, or the
    message as a whole."""
    if rule.rule == UNINSPECTABLE and record.uninspectable:
        yield from ((item.reason, item.where, None) for item in record.uninspectable)
        return
    about = [hit for hit in (*record.findings, *record.roles) if rule.rule in hit.rules]
    if rule.excepted and rule.action == record.verdict == "redact":
        about = [hit for hit in about if hit.operator]  # the others are what the exception lets through
    if not about:
        yield REQUEST, "", None
    yield from ((hit.kind, hit.path, hit) for hit in about)


def counted(records: Iterable[Record]) -> dict[Key, Seen]:
    """The worst of every key that occurs in the records, in the order of their first occurrence."""
    found: dict[Key, Seen] = {}
    for record in records:
        for seen in findings_of(record):
            before = found.get(seen.key)
            found[seen.key] = seen if before is None else before.worst(seen)
    return found


def text_of(key: Key) -> str:
    """A stable form on one line, printable ASCII without spaces: parts in order, `|` between them."""
    return "|".join(_PLAIN.sub(_escaped, part) for part in key)


def fingerprint(key: Key) -> str:
    """A short name for a key: 16 hexadecimal digits. There is nothing in it that would have to be kept secret."""
    return hashlib.sha256(f"{VERSION}|{text_of(key)}".encode()).hexdigest()[:16]


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))
