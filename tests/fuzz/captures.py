"""Captures broken in every way that a recorder, a copy or an attacker may break one, and a replay that must bear it.

A variant is made of a sound HAR by one breakage, the same for the same seed. It knows how many entries its text holds,
wherever that can be said, so that the replay can be held to it: each one a message, an odd entry or a local one.

    python -m tests.fuzz.captures FOLDER [VARIANTS]      every HAR in a folder, VARIANTS each
"""

from __future__ import annotations

import copy
import gzip
import json
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NamedTuple

from taciturn.adapters.captures import open_capture
from taciturn.adapters.har.run import replay
from taciturn.adapters.policies import PolicyOptions, answers_matter, engine_for, remembered_by
from taciturn.adapters.report.jsonout import report_json
from taciturn.adapters.report.outcome import FileReport, Report
from taciturn.engine import Engine
from taciturn.errors import CaptureError
from taciturn.ledger import Ledger

LONGEST = 20.0  # seconds of processor time that a variant may take; most take a few milliseconds
_WAITING = 15  # times as long may pass on the clock: others may have the processor, but nothing is waited for for ever
Node = Any


class Variant(NamedTuple):
    """A broken capture. `entries` is how many its text holds, None where nobody can say."""

    how: str
    data: bytes
    entries: int | None


class Raw(NamedTuple):
    """JSON text that stands in a document as it is."""

    text: str


class Twice(NamedTuple):
    """An object with members that come again."""

    members: list[tuple[str, Node]]


def encode(node: Node) -> str:
    """JSON, with `Raw` and `Twice` in it."""
    if isinstance(node, Raw):
        return node.text
    if isinstance(node, Twice | dict):
        members = node.members if isinstance(node, Twice) else list(node.items())
        return "{" + ",".join(f"{json.dumps(key)}:{encode(value)}" for key, value in members) + "}"
    if isinstance(node, list):
        return "[" + ",".join(map(encode, node)) + "]"
    return json.dumps(node, ensure_ascii=False)


NUMBERS = [
    Raw(text)
    for text in ("1e999", "-1e999", "NaN", "Infinity", "-Infinity", "1" * 400, "1" * 5000, "-5", "-0.0", "1e-999", "9223372036854775808")
]  # fmt: skip
NONSENSE = [
    None, True, False, 5, -1, 0.5, "", "x", "9" * 5000, [], {}, [[]], [None], {"name": 1}, [{"name": {}, "value": []}],
    *NUMBERS,
]  # fmt: skip
NESTED = ["[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000, "[" * 10_000]
INVALID = ["1.2.3", "0x10", "01", "+1", ".5", "tru", "nul", "'x'", "undefined", '"\\x"', '"\\u12"', '"\t\x00\x1f"']
LONE = ['"\\ud800"', '"a\\udfffb"', '"\\ud83d\\ud83d"', '"\\udc00\\ud800"']
SIZES = [Raw("-1"), Raw("-99999999999"), Raw("1e30"), "12", "-12", "1_000", "٣", "", Raw("18446744073709551616"), True]
GARBAGE = ["====", "not base64!", "QUJ", "QUJD=", "\ufffd\ufffd", "A" * 99_999, "\x00", "QUJD\n", "_-_-", "H4sIAAAA"]


def variants(data: bytes, seed: str, count: int) -> Iterator[Variant]:
    """`count` broken captures out of a sound one."""
    document = json.loads(data)
    ways = list(WAYS.items())
    for number in range(count):
        how, way = ways[number % len(ways)]
        chance = Random(f"{seed}/{number}")
        made = way(copy.deepcopy(document), chance)
        if made is not None:
            yield Variant(f"{how}-{number}", *made)


Made = tuple[bytes, int | None] | None


def _text(document: Node) -> bytes:
    return encode(document).encode("utf-8", "surrogatepass")


def _entries(document: Node) -> list[Node]:
    found: list[Node] = document["log"]["entries"]
    return found


def _places(node: Node, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Ways to every value below a node."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _pick(document: Node, chance: Random) -> tuple[Node, Any]:
    """A container inside an entry and a key of it, so that a value can be put there."""
    at = chance.randrange(len(_entries(document)))
    places = [*_places(_entries(document)[at], (at,)), (at,)]
    *way, key = chance.choice(places)
    node: Node = _entries(document)
    for step in way:
        node = node[step]
    return node, key


def _put(value: Callable[[Random], Node]) -> Callable[[Node, Random], Made]:
    def way(document: Node, chance: Random) -> Made:
        node, key = _pick(document, chance)
        node[key] = value(chance)
        return _text(document), len(_entries(document))

    return way


def _cut(document: Node, chance: Random) -> Made:
    data, starts = _spans(document)
    at = chance.randrange(starts[0] + 1, len(data))
    return data[:at], sum(start < at for start in starts)


def _spans(document: Node) -> tuple[bytes, list[int]]:
    """The document's text, and where its entries begin."""
    entries = _entries(document)
    document["log"]["entries"] = Raw("[\x01]")
    head, _, tail = _text(document).partition(b"\x01")
    starts, data = [], bytearray(head)
    for index, entry in enumerate(entries):
        data += b"," * bool(index)
        starts.append(len(data))
        data += _text(entry)
    return bytes(data + tail), starts


def _cut_gzip(document: Node, chance: Random) -> Made:
    packed = gzip.compress(_text(document), mtime=0)
    return packed[: chance.randrange(20, len(packed))], None


def _key_gone(document: Node, chance: Random) -> Made:
    node, key = _pick(document, chance)
    if isinstance(node, dict):
        del node[key]
    return _text(document), len(_entries(document))


def _key_twice(document: Node, chance: Random) -> Made:
    count = len(_entries(document))
    node, key = _pick(document, chance)
    value = node[key]
    if isinstance(value, dict) and value:
        again = chance.choice(list(value))
        extra = [(again, chance.choice(NONSENSE))]
        members = list(value.items())
        node[key] = Twice(extra + members if chance.random() < 0.5 else members + extra)
    return _text(document), count


def _bytes_inside(document: Node, chance: Random) -> Made:
    node, key = _pick(document, chance)
    node[key] = "\x02"
    wrong = chance.choice([b"\xff\xfe", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\xaf"])
    return _text(document).replace(b"\\u0002", wrong * chance.randrange(1, 9)), len(_entries(document))


def _encoding(document: Node, chance: Random) -> Made:
    text = encode(document)
    name = chance.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"])
    marked = name in ("utf-8-sig", "utf-16", "latin-1", "cp1252")
    return text.encode(name, "replace"), len(_entries(document)) if marked else None


def _size(document: Node, chance: Random) -> Made:
    entry = chance.choice(_entries(document))
    where = chance.choice(["request", "response"])
    entry[where][chance.choice(["bodySize", "headersSize"])] = chance.choice(SIZES)
    entry["response"]["content"]["size"] = chance.choice(SIZES)
    entry["request"]["headers"].append({"name": "Content-Length", "value": chance.choice(SIZES)})
    return _text(document), len(_entries(document))


def _base64(document: Node, chance: Random) -> Made:
    entry = chance.choice(_entries(document))
    flag = chance.choice(["encoding", "_encoding", "comment"])
    entry["request"]["postData"] = {"mimeType": "text/plain", "text": chance.choice(GARBAGE), flag: "base64"}
    entry["response"]["content"] |= {"text": chance.choice(GARBAGE), "encoding": "base64"}
    return _text(document), len(_entries(document))


def _frames(document: Node, chance: Random) -> Made:
    entry = chance.choice(_entries(document))
    frame = {"type": "send", "time": 1.7e9, "opcode": 1, "data": "a=1"}
    frame[chance.choice(list(frame))] = chance.choice(NONSENSE)
    entry["_webSocketMessages"] = chance.choice([[frame], [frame, 5, None], frame, "x"])
    return _text(document), len(_entries(document))


def _outside(document: Node, chance: Random) -> Made:
    count = len(_entries(document))
    key = chance.choice(["creator", "pages", "version", "browser", "comment"])
    document["log"][key] = chance.choice([*NONSENSE, Raw(chance.choice(NESTED[:2]))])
    return _text(document), count


def _shape(document: Node, chance: Random) -> Made:
    whole = chance.choice([
        {"log": document["log"]["entries"]}, document["log"], [document], {"log": {}}, {"log": None}, {}, [], None, 5,
        {"log": {**document["log"], "entries": chance.choice([None, {}, "x", 5])}},
    ])  # fmt: skip
    return _text(whole), None


def _ends(document: Node, chance: Random) -> Made:
    data, count = _text(document), len(_entries(document))
    before, after = chance.choice([
        (b"", b"\0" * 99), (b"  \r\n\t", b"\n\n"), (b"", b"rubbish"), (b"", b"]}}}"), (b"", data[: len(data) // 2]),
    ])  # fmt: skip
    return before + data + after, count if after in (b"\0" * 99, b"\n\n", b"rubbish", b"]}}}") else None


def _commas(document: Node, chance: Random) -> Made:
    data, starts = _spans(document)
    at = chance.choice(starts)
    return data[:at] + chance.choice([b",", b",,\n,", b"\n"]) + data[at:], len(starts)


def _bytes_anywhere(document: Node, chance: Random) -> Made:
    data = bytearray(_text(document))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        until = at + chance.randrange(1, 40)
        change = chance.choice(["flip", "drop", "again", "rubbish"])
        if change == "flip":
            data[at] ^= 1 << chance.randrange(8)
        elif change == "drop":
            del data[at:until]
        elif change == "again":
            data[at:at] = data[at:until]
        else:
            data[at:until] = chance.randbytes(chance.randrange(20))
    return bytes(data), None


WAYS: dict[str, Callable[[Node, Random], Made]] = {
    "cut": _cut,
    "type": _put(lambda chance: chance.choice(NONSENSE)),
    "gone": _key_gone,
    "twice": _key_twice,
    "surrogate": _put(lambda chance: Raw(chance.choice(LONE))),
    "bytes": _bytes_inside,
    "nested": _put(lambda chance: Raw(chance.choice(NESTED[:2]))),
    "number": _put(lambda chance: chance.choice(NUMBERS)),
    "invalid": _put(lambda chance: Raw(chance.choice(INVALID))),
    "encoding": _encoding,
    "size": _size,
    "base64": _base64,
    "frames": _frames,
    "outside": _outside,
    "shape": _shape,
    "ends": _ends,
    "commas": _commas,
    "cut-gzip": _cut_gzip,
    "anywhere": _bytes_anywhere,
}


class Replayer:
    """Runs captures through everything that a replay is."""

    def __init__(self) -> None:
        options = PolicyOptions()
        self.engine: Engine = engine_for(options)
        self._remembered = remembered_by(options)
        self._answers = answers_matter(self.engine)

    def run(self, path: str) -> FileReport | None:
        """The report, also written as JSON; None for what is no capture."""
        try:
            capture = open_capture(path)
        except CaptureError:
            return None
        report = replay(capture, self.engine, Ledger(self._remembered), answers_matter=self._answers)
        json.loads(report_json(Report([report]), "0"))
        return report


def unaccounted(report: FileReport) -> int:
    """Entries that are neither messages nor odd nor local; 0 is right."""
    return report.entries - (report.messages - report.frames) - len(report.odd) - report.local


def problem_of(variant: Variant, replayer: Replayer, folder: str) -> str:
    """What is wrong with how a variant was borne; "" when nothing is."""
    path = Path(folder) / "broken.har"
    path.write_bytes(variant.data)
    try:
        with time_limit(LONGEST):
            report = replayer.run(str(path))
    except TimeoutError:
        return "it hung"
    except Exception as problem:
        return f"{type(problem).__name__} in {_where(problem)}"
    if report is None:
        return "refused, although it holds entries" if variant.entries else ""
    if unaccounted(report):
        return f"{unaccounted(report)} entries unaccounted for"
    if variant.entries is not None and report.entries != variant.entries:
        return f"{report.entries} entries and not {variant.entries}"
    return ""


def _where(problem: BaseException) -> str:
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "nowhere"


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises TimeoutError in the work when it takes more processor time, or waits for much longer."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = {number: signal.signal(number, stop) for number in (signal.SIGALRM, signal.SIGPROF)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * _WAITING)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def main(words: list[str]) -> int:
    """Variants of every HAR in a folder; says what broke."""
    count = int(words[1]) if len(words) > 1 else 19
    replayer, done, wrong = Replayer(), 0, Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(Path(words[0]).glob("*.har")):
            for variant in variants(path.read_bytes(), path.name, count):
                done += 1
                problem = problem_of(variant, replayer, folder)
                if problem:
                    wrong[problem] += 1
                    print(f"{path.name} {variant.how}: {problem}")
    print(f"{done} variants, {wrong.total()} borne badly")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
