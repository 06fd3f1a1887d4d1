"""The baseline file: findings that somebody looked at and lets pass for now. YAML or JSON, made to be reviewed.

Theory of operation: an `Entry` is a key (what the same finding is) with what it looked like when it was written down
(severity, verdict, confidence), and with what people put beside it (reason, owner, until). Entries are written in the
order of their keys, a few short lines each, so that a change of the code shows as a change of a few lines.

 1. Reading trusts nothing: a file is edited by hand, merged, cut. Everything that is wrong is told with its line, and
    nothing is guessed: a baseline that cannot be read excuses nothing.
 2. Files as they are written here are read line by line (or as JSON), a hundred times faster than YAML is. Anything
    unusual in a file, mistakes too, sends it to the reader of YAML, which knows the places of things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from yaml.nodes import Node

from taciturn.adapters.report.keys import STRENGTH, SURENESS, Key
from taciturn.adapters.report.record import SEVERITIES
from taciturn.errors import ConfigError, Problem
from taciturn.model.message import Kind
from taciturn.rules import Reader

VERSION = 1
MOST_BYTES = 64 << 20  # about a quarter of a million entries: more is no list of findings that anybody has looked at
FILE_KEYS = ("version", "rules", "by", "at", "known")
KEY_FIELDS = ("rule", "tracker", "host", "endpoint", "message", "field", "kind", "page")
SEEN_FIELDS = ("severity", "verdict", "confidence")
NOTES = ("reason", "owner", "until")  # by hand; they stay when the file is written anew
ENTRY_KEYS = (*KEY_FIELDS, *SEEN_FIELDS, *NOTES)
REQUIRED = ("rule", "kind", "severity", "verdict")
VERDICTS = tuple(word for word in STRENGTH if word != "allow")
CONFIDENCES = tuple(word for word in SURENESS if word)
MESSAGES = tuple(kind.value for kind in Kind)
_HEAD = """\
# Findings that pass here until somebody removes them: each entry names one, and excuses nothing beside it.
# `taciturn baseline check` fails on others. Add `reason`, `owner` and `until` (2027-03-31T00:00:00Z) by hand.
"""
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$", re.M)
_CONFLICT_MEND = "keep the entries of both sides, or run `taciturn baseline write` again"
_WORD = re.compile(r"[a-z](?:[a-z0-9_.-]*[a-z0-9])?")
_NO_WORD = frozenset("y n yes no on off true false null".split())  # what some reader of YAML takes for something else
_LINE = re.compile(
    r'(- |  )([a-z]+): (?:([a-z0-9][A-Za-z0-9_.:-]*)|("(?:[^"\\\x00-\x1f]|\\["\\bfnrt]|\\u(?!d[89a-f])[0-9a-f]{4})*+"))'
)


class Entry(NamedTuple):
    """One finding that passes."""

    key: Key
    severity: str
    verdict: str
    confidence: str = ""
    reason: str = ""
    owner: str = ""
    until: datetime | None = None


class Baseline(NamedTuple):
    """A file. `rules` names the rule set that it was written with; `by` and `at` stand there only if they are given."""

    entries: Mapping[Key, Entry]
    rules: str = ""
    by: str = ""
    at: str = ""


# ---------------------------------------------------------------------- reading


def read_baseline(path: Path) -> Baseline:
    """Reads a baseline.

    Raises:
        ConfigError: there is no such file, or it is none; holds every problem with its line.
    """
    file = str(path)
    try:
        with path.open("rb") as handle:
            data = handle.read(MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except FileNotFoundError:
        mend = f"`taciturn baseline write CAPTURE... -o {file}` writes one"
        raise ConfigError([Problem(file, 0, 0, "there is no such baseline", mend)]) from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError([Problem(file, 0, 0, "cannot be read as UTF-8 text")]) from None
    if len(data) > MOST_BYTES:
        raise ConfigError([Problem(file, 0, 0, f"larger than {MOST_BYTES >> 20} MB: no baseline that anybody reviews")])
    return baseline_of(text, file)


def baseline_of(text: str, file: str) -> Baseline:
    """A baseline from its text; `file` is what problems call it.

    Raises:
        ConfigError: with every problem.
    """
    conflicts = [
        Problem(file, text.count("\n", 0, found.start()) + 1, 1, "a merge conflict is left in it", _CONFLICT_MEND)
        for found in _CONFLICT.finditer(text)
    ]
    if conflicts:
        raise ConfigError(conflicts[:1])
    return _fast(text) or _slow(text, file)


def _slow(text: str, file: str) -> Baseline:
    problems: list[Problem] = []
    reader = Reader(file, problems)
    root = reader.compose(text)
    found = reader.mapping(root, "the baseline", FILE_KEYS, required=("version", "known")) if root is not None else {}
    if "version" in found:
        given = reader.integer(found["version"], "version", 1, 1_000_000)
        if given != VERSION:
            what = f"version {given} is not known to this version of taciturn"
            reader.wrong(found["version"], what, "write it anew with `taciturn baseline write`")
    entries: dict[Key, Entry] = {}
    lines: dict[Key, int] = {}
    for node in reader.items(found["known"], "known") if "known" in found else ():
        entry = _entry_at(reader, node)
        if entry is None:
            continue
        if entry.key in lines:
            what = f"the same finding as in line {lines[entry.key]}"
            reader.wrong(node, what, "delete one of the two; what differs between them is not what makes it another")
        lines[entry.key] = node.start_mark.line + 1
        entries[entry.key] = entry
    said = {key: reader.text(found[key], key) for key in ("rules", "by", "at") if key in found}
    if problems:
        raise ConfigError(problems)
    return Baseline(entries, **said)


def _entry_at(reader: Reader, node: Node) -> Entry | None:
    found = reader.mapping(node, "an entry", ENTRY_KEYS, required=REQUIRED)
    before = len(reader.problems)
    words = {key: reader.word(value, key) for key, value in found.items() if key != "until"}
    for key, known in _CHOICES.items():
        if key in found and words[key]:
            reader.choice(found[key], key, known)
    if ("tracker" in found) == ("host" in found) and set(REQUIRED) <= set(found):
        reader.wrong(node, "an entry names either a `tracker` or a `host`")
    until = reader.date(found["until"], "until") if "until" in found else None
    if len(reader.problems) > before or not set(REQUIRED) <= set(found):
        return None
    return _made(words, until)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "severity": SEVERITIES,
    "verdict": VERDICTS,
    "confidence": CONFIDENCES,
    "message": MESSAGES,
}


def _made(words: Mapping[str, str], until: datetime | None) -> Entry:
    key = Key(*(words.get(name, "request" if name == "message" else "") for name in KEY_FIELDS))
    seen = (words["severity"], words["verdict"], words.get("confidence", ""))
    return Entry(key, *seen, words.get("reason", ""), words.get("owner", ""), until)


def _fast(text: str) -> Baseline | None:
    """The baseline in a text that has just the form in which it is written; None for anything else."""
    try:
        parts = _json_parts(text) if text.startswith("{") else _yaml_parts(text)
    except (ValueError, RecursionError):
        return None
    if parts is None:
        return None
    head, raw = parts
    if head.pop("version", None) not in (VERSION, str(VERSION)) or not set(head) <= set(FILE_KEYS):
        return None
    entries: dict[Key, Entry] = {}
    for words in raw:
        entry = _plain_entry(words)
        if entry is None or entry.key in entries:
            return None
        entries[entry.key] = entry
    return Baseline(entries, **head)


def _plain_entry(words: Any) -> Entry | None:
    if not isinstance(words, dict) or not set(REQUIRED) <= set(words) <= set(ENTRY_KEYS):
        return None
    if not all(isinstance(word, str) and word.strip() for word in words.values()):
        return None
    if any(words[key] not in known for key, known in _CHOICES.items() if key in words):
        return None
    if ("tracker" in words) == ("host" in words):
        return None
    until = datetime.fromisoformat(words["until"]) if "until" in words else None
    if until is not None and until.tzinfo is None:
        return None
    return _made(words, until.astimezone(UTC) if until else None)


def _json_parts(text: str) -> tuple[dict[str, Any], list[Any]] | None:
    root = json.loads(text, object_pairs_hook=_without_twins)
    raw = root.pop("known", None) if isinstance(root, dict) else None
    if not isinstance(raw, list) or not all(isinstance(root.get(key, ""), str) for key in ("rules", "by", "at")):
        return None
    return root, raw


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _yaml_parts(text: str) -> tuple[dict[str, Any], list[Any]] | None:
    before, mark, after = text.partition("\nknown:\n")
    head: dict[str, Any] = {}
    for line in before.split("\n"):
        if not line or line.startswith("# "):
            continue
        key, value = _pair(f"  {line}")
        if key in head:
            return None
        head[key] = value
    entries: list[dict[str, str]] = []
    for line in after.split("\n"):
        if not line:
            continue
        key, value = _pair(line)
        if line[0] == "-":
            entries.append({})
        if not entries or key in entries[-1]:
            return None
        entries[-1][key] = value
    return (head, entries) if mark else None


def _pair(line: str) -> tuple[str, str]:
    """Raises ValueError for a line that is written in another way."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("not a line of ours")
    plain, quoted = found[3], found[4]
    if quoted is not None:
        return found[2], str(json.loads(quoted))
    if not (found[2] in ("version", "until") or (_WORD.fullmatch(plain) and plain not in _NO_WORD)):
        raise ValueError("not a word of ours")
    return found[2], plain


# ---------------------------------------------------------------------- writing


def text_of(baseline: Baseline, as_json: bool = False) -> str:
    """The text of a file. Equal entries give equal text, whatever order they were found in."""
    entries = [_fields(entry) for _, entry in sorted(baseline.entries.items())]
    head = {"rules": baseline.rules, "by": baseline.by, "at": baseline.at}
    head = {key: value for key, value in head.items() if value}
    if as_json:
        return json.dumps({"version": VERSION, **head, "known": entries}, indent=1, ensure_ascii=False) + "\n"
    lines = [f"version: {VERSION}", *(f"{key}: {_scalar(value)}" for key, value in head.items())]
    lines.append("known:" if entries else "known: []")
    lines += [line for entry in entries for line in _lines(entry)]
    return _HEAD + "\n".join(lines) + "\n"


def _fields(entry: Entry) -> dict[str, str]:
    words = entry.key._asdict() | {key: str(getattr(entry, key)) for key in (*SEEN_FIELDS, "reason", "owner")}
    words["message"] = words["message"] if words["message"] != Kind.REQUEST.value else ""
    words["until"] = f"{entry.until:%Y-%m-%dT%H:%M:%SZ}" if entry.until else ""
    return {key: words[key] for key in ENTRY_KEYS if words[key]}


def _lines(fields: Mapping[str, str]) -> Iterator[str]:
    mark = "- "
    for key, value in fields.items():
        yield f"{mark}{key}: {value if key == 'until' else _scalar(value)}"
        mark = "  "


def _scalar(text: str) -> str:
    """A text as YAML reads it back: bare where it is an ordinary word, else in quotes, what does not print escaped."""
    if _WORD.fullmatch(text) and text not in _NO_WORD:
        return text
    return '"' + "".join(_quoted(char) for char in text) + '"'


def _quoted(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def with_entries(baseline: Baseline, entries: Iterable[Entry]) -> Baseline:
    return baseline._replace(entries={entry.key: entry for entry in entries})
