"""The `watch` section: lists from files, columns, folders and the configuration itself, and what is wrong with them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from taciturn.config import build_engine, build_watch, load_config
from taciturn.engine import Engine
from taciturn.errors import ConfigError, Problem
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message, PageCandidate, PageSource
from taciturn.watch import WatchLists
from taciturn.watch.sources import is_telling, read_names

PAGE = (PageCandidate("https://desk.tarnhollow.example/board", PageSource.INITIATOR),)
SECRET = "Copper Lantern"


def written(folder: Path, watch: str, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, "utf-8")
    path = folder / "taciturn.yaml"
    path.write_text(f"version: 1\nwatch:\n{watch}\n", "utf-8")
    return path


def lists(folder: Path, watch: str, **files: str) -> WatchLists:
    return build_watch(load_config(written(folder, watch, **files)))


def problems(folder: Path, watch: str, **files: str) -> list[Problem]:
    with pytest.raises(ConfigError) as error:
        lists(folder, watch, **files)
    return list(error.value.problems)


def kinds(watch: WatchLists, text: str) -> list[tuple[str, str]]:
    return [(place.source, place.kind) for place in watch.find([text])]


def test_lists_of_every_sort_are_read_with_names_and_types(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    for name in ("Severance Lindqvist.docx", "README.md", ".hidden lindqvist.txt"):
        (tmp_path / "papers" / name).write_text("")
    watch = lists(
        tmp_path,
        """
  files:
  - customers.txt
  - staff.csv#Badge
  - {path: projects.txt, name: project names, kind: group.name}
  directory: papers
  values: [Copper Lantern, "TH-20417", 20418200]
  kinds: {staff: account.id, values: watch.value}""",
        customers_txt="# ours\nruna.birkeland@gardenshed.example\n\n+49 30 1234567\n",
        staff_csv="Name;Badge\nRuna;TH-99120\nOle;TH-99121\n",
        projects_txt="Quarry Falcon\n",
    )
    assert [(count.name, count.values, count.too_short) for count in watch.counts] == [
        ("values", 3, 0), ("customers", 2, 0), ("staff", 2, 0), ("project names", 1, 0), ("papers", 1, 1),
    ]  # fmt: skip
    assert kinds(watch, "runa.birkeland@gardenshed.example") == [("customers", "person.email")]
    assert kinds(watch, "0049301234567") == [("customers", "person.phone")]
    assert kinds(watch, "th-99121") == [("staff", "account.id")]
    assert kinds(watch, "quarry falcon") == [("project names", "group.name")]
    assert kinds(watch, "severance lindqvist") == [("papers", "file.name")]
    assert kinds(watch, "20418200, copper lantern") == [("values", "watch.value")] * 2
    assert kinds(watch, "README.md hidden lindqvist") == []


def test_calling_code_makes_national_numbers_international(tmp_path: Path) -> None:
    watch = lists(tmp_path, '  values: ["030 1234567"]\n  calling_code: "+49"')
    assert kinds(watch, "+49 30 1234567") == [("values", "person.phone")]
    assert kinds(watch, "030/1234567") == [("values", "person.phone")]


@pytest.mark.parametrize(
    ("watch", "line", "says", "mend"),
    [
        ("  files: [none.txt]", 3, "watch list `none` (", ""),
        ("  files: [table.csv]", 3, "which column", "write table.csv#COLUMN"),
        ("  files: ['table.csv#Phone']", 1, "has no column `Phone`", "its first line must name the columns"),
        ("  files: [latin.txt]", 2, "is not UTF-8 here", "save it as UTF-8"),
        ("  files: [plain.watch]", 3, "is no compiled watch list", "taciturn watch compile"),
        ("  files: [a.txt, sub/a.txt]", 3, "another watch list called `a`", "give one of them a name"),
        ("  files: [{name: x}]", 3, "`path` is missing", ""),
        ("  directory: nowhere", 3, "is no folder", ""),
        ("  values: [{a: Copper Lantern}]", 3, "must be a text", "quotes"),
        ("  kinds: {values: person.mail}\n  values: [Copper Lantern]", 3, "`person.mail` is not known", "person.email"),
        ("  kinds: {value: person.email}\n  values: [Copper Lantern]", 3, "there is no list `value`", "`values`"),
        ("  valeus: [Copper Lantern]", 3, "unknown key `valeus`", "`values`"),
        ("  values: [Copper Lantern]\n  calling_code: x", 4, "calling code", '"+49"'),
    ],
)  # fmt: skip
def test_mistake_is_told_with_place_and_mend_and_without_a_value(
    tmp_path: Path, watch: str, line: int, says: str, mend: str
) -> None:
    (tmp_path / "latin.txt").write_bytes(b"fine\nM\xfcller\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("")
    files = {"table_csv": "Name,Mail\nCopper Lantern,x\n", "plain_watch": "Copper Lantern\n", "a_txt": ""}
    (problem, *_) = problems(tmp_path, watch, **files)
    assert (problem.line, says in problem.what, mend in problem.mend) == (line, True, True), problem
    assert SECRET not in str(problem)


def test_names_in_a_folder_are_bounded_and_told(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"Ekholm lease {number}.pdf").write_text("")
    names, common, bound = read_names(tmp_path, 3)
    assert (len(names), common, bound) == (3, 0, True)


@pytest.mark.parametrize(
    "name",
    ["README.md", "index.html", "IMG_0001.jpg", "document.pdf", "document (2).pdf", "Screenshot 2024-05-02.png",
     "main.py", "package.json", "report final v2.docx", "scan_20240311.pdf", "data.csv", "001.pdf", "MyFile.txt"],
)  # fmt: skip
def test_common_name_says_nothing(name: str) -> None:
    assert not is_telling(name)


@pytest.mark.parametrize(
    "name",
    ["Severance Lindqvist.docx", "Lease Ekholm.pdf", "brightwater-nda.pdf", "Übersicht.xlsx", "四半期計画.xlsx",
     "Ekholm", "invoice Brightwater.pdf", "salaries.xlsx"],
)  # fmt: skip
def test_owners_name_is_searched(name: str) -> None:
    assert is_telling(name)


# ---------------------------------------------------------------------- in the engine


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return build_engine(load_config(written(tmp_path, f"  values: [{SECRET}]\n")))


def event(host: str, text: str) -> Message:
    body = json.dumps({"properties": {"label": text}}).encode()
    headers = ((b"Content-Type", b"application/json"),)
    return Message("POST", "https", host, 443, b"/save", headers, Body(body), page=PAGE)


CONTEXT = Context(datetime(2026, 11, 2, tzinfo=UTC))


def test_value_on_a_list_is_taken_out_towards_a_tracker(engine: Engine) -> None:
    decision = engine.inspect(event("api.segment.io", f"open {SECRET} now"), CONTEXT)
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    assert json.loads(decision.outgoing.body or b"")["properties"]["label"] == "open redacted now"
    (finding,) = decision.findings
    assert (finding.kind, finding.known_from) == ("watch.value", "on the watch list values")
    assert SECRET not in repr((decision, engine.watch, finding))


def test_value_on_a_list_is_reported_to_anybody_else_and_allowed_at_home(engine: Engine) -> None:
    other = engine.inspect(event("log.parcelworks.example", SECRET), CONTEXT)
    assert (other.verdict, [rule.rule for rule in other.rules]) == (Verdict.REPORT, ["watched-values-elsewhere"])
    assert engine.inspect(event("api.tarnhollow.example", SECRET), CONTEXT).findings == ()


def test_rule_can_name_a_list(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        """version: 1
rules:
- id: board-only
  why: nothing of the board leaves
  stage: enforce
  when: {to: {party: third-party}}
  data: {any: ["*"], watched: [board, "val*"]}
  do: block
  cases:
    leak:
    - {name: a, request: {url: "https://t.example/?d=%7B%22n%22%3A%22x%22%7D"}, expect: {verdict: block}}
    - {name: b, request: {url: "https://t.example/?d=x"}, expect: {verdict: block}}
    clean:
    - {name: c, request: {url: "https://t.example/?d=%7B%22n%22%3A%22q3%22%7D"}}
    - {name: d, request: {url: "https://t.example/?d=1"}}
""",
        "utf-8",
    )
    config = load_config(
        written(tmp_path, f"  values: [{SECRET}]\n  files: [a.txt]\nrule_files: [more.yaml]", a_txt="Quarry Falcon")
    )
    engine = build_engine(config)
    assert engine.inspect(event("log.parcelworks.example", SECRET), CONTEXT).verdict is Verdict.BLOCK
    assert engine.inspect(event("log.parcelworks.example", "Quarry Falcon"), CONTEXT).verdict is Verdict.REPORT


NESTED = base64.b64encode(json.dumps({"note": {"text": f"about {SECRET}!"}}).encode()).decode()
FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)
JSON = ((b"Content-Type", b"application/json"),)
HOST = "api.segment.io"
PLACES = {
    "a parameter": ("GET", "/p?x=1&label=Copper%20Lantern", (), b""),
    "a slug in a path": ("GET", "/boards/copper-lantern/7", (), b""),
    "an address in a parameter": ("GET", "/p?dl=https%3A%2F%2Fdesk.tarnhollow.example%2Fcopper_lantern", (), b""),
    "a fragment of an address": ("GET", "/p?dl=https%3A%2F%2Fd.tarnhollow.example%2F%23board%3DCopper%2520Lantern", (), b""),
    "a header": ("GET", "/p", ((b"X-Board", b"Copper Lantern"),), b""),
    "a cookie": ("GET", "/p", ((b"Cookie", b"a=1; board=Copper%20Lantern"),), b""),
    "a form": ("POST", "/p", FORM, b"a=1&board=COPPER+LANTERN"),
    "JSON in base64 in a form": ("POST", "/p", FORM, f"d={NESTED}".encode()),
    "JSON": ("POST", "/p", JSON, b'{"a":[{"b":"see \\u0043opper Lantern"}]}'),
    "gzip": ("POST", "/p", (*JSON, (b"Content-Encoding", b"gzip")), gzip.compress(b'{"a":"Copper Lantern"}', mtime=0)),
    "a key of JSON": ("POST", "/p", JSON, b'{"a":{"Copper Lantern":1}}'),
    "plain text": ("POST", "/p", ((b"Content-Type", b"text/plain"),), b"now open: Copper\tLantern."),
    "a SHA-256": ("POST", "/p", FORM, b"h=" + hashlib.sha256(b"copper lantern").hexdigest().encode()),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_value_is_taken_out_wherever_it_stands(engine: Engine, place: str) -> None:
    method, target, headers, body = PLACES[place]
    message = Message(method, "https", HOST, 443, target.encode(), headers, Body(body), page=PAGE)
    decision = engine.inspect(message, CONTEXT)
    assert (decision.verdict, decision.findings[0].source) == (Verdict.REDACT, "values")
    assert decision.outgoing is not None
    sent = decision.outgoing
    again = Message(method, "https", HOST, 443, sent.target, sent.headers, Body(sent.body or b""), page=PAGE)
    after = engine.inspect(again, CONTEXT)
    assert (after.verdict, after.findings) == (Verdict.ALLOW, ())
