"""Receivers differ: whatever one of them would read in a query, a form or a document is found, and taken out for all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from receivers import READERS, json_all, json_first, json_last
from requests_kit import event, form, percent, pixel

from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Message

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
FILE = "Abfindung Holm"  # a file only by the name of its field
MAIL = "ottilie.seidel@example.org"


class Case(NamedTuple):
    id: str
    text: str
    reads: Mapping[str, list[tuple[str, str]]]  # what each receiver named here reads, in full
    mark: str = "Holm"


CASES = [
    Case(
        "first-of-two",
        "file_name=Abfindung+Holm&file_name=x",
        {"php": [("file_name", "x")], "go": [("file_name", FILE)], "aspnet": [("file_name", f"{FILE},x")]},
    ),
    Case(
        "last-of-two",
        "file_name=x&file_name=Abfindung+Holm",
        {"rails": [("file_name", FILE)], "go": [("file_name", "x")], "express": [("file_name", "x"), ("file_name", FILE)]},
    ),
    Case("joined", "d=Abfindung+Holm&n=1&d=.pdf", {"aspnet": [("d", f"{FILE},.pdf"), ("n", "1")], "php": [("d", ".pdf"), ("n", "1")]}),
    Case(
        "joined-address",
        "m=ottilie.seidel@&m=example.org",
        {"aspnet": [("m", "ottilie.seidel@,example.org")], "go": [("m", "ottilie.seidel@")]},
        "ottilie",
    ),
    Case("brackets", "file[name]=Abfindung+Holm&file[size]=81214", {"php": [("file[name]", FILE), ("file[size]", "81214")]}),
    Case("encoded-brackets", "file%5Bname%5D=Abfindung+Holm&file%5Bsize%5D=81214", {"express": [("file[name]", FILE), ("file[size]", "81214")]}),
    Case("deep-brackets", "u[v][file_name]=Abfindung+Holm", {"rails": [("u[v][file_name]", FILE)]}),
    Case("open-bracket", "file[name=Abfindung+Holm", {"php": [("file_name", FILE)]}),
    Case("list", "file_name[]=x&file_name[]=Abfindung+Holm", {"php": [("file_name[]", "x"), ("file_name[]", FILE)]}),
    Case("numbered-list", "file_name[0]=x&file_name[1]=Abfindung+Holm", {"express": [("file_name[0]", "x"), ("file_name[1]", FILE)]}),
    Case(
        "list-of-objects",
        "members[][name]=Ottilie+Seidel&members[][name]=Karl+Brandt",
        {"rails": [("members[][name]", "Ottilie Seidel"), ("members[][name]", "Karl Brandt")]},
        "Seidel",
    ),
    Case("dot", "file.name=Abfindung+Holm", {"php": [("file_name", FILE)], "express": [("file.name", FILE)]}),
    Case("space-in-name", "file+name=Abfindung+Holm", {"php": [("file_name", FILE)]}),
    Case("space-before-name", "+file_name=Abfindung+Holm", {"php": [("file_name", FILE)], "rails": [("file_name", FILE)]}),
    Case("capitals", "FILE_NAME=Abfindung+Holm", {"aspnet": [("file_name", FILE)]}),
    Case("null-ends-name", "file_name%00%5Bx%5D=Abfindung+Holm", {"php": [("file_name", FILE)]}),
    Case("null-in-value", "file_name=Abfindung%00+Holm", {"go": [("file_name", "Abfindung\0 Holm")]}),
    Case(
        "semicolon",
        "a=1;file_name=Abfindung+Holm",
        {"rails": [("a", "1"), ("file_name", FILE)], "go": [], "php": [("a", f"1;file_name={FILE}")]},
    ),
    Case(
        "semicolon-and-ampersand",
        "b=2&a=1;file_name=Abfindung+Holm&c=3",
        {"rails": [("b", "2"), ("a", "1"), ("file_name", FILE), ("c", "3")], "go": [("b", "2"), ("c", "3")]},
    ),
    Case(
        "semicolons",
        "a=1;file_name=Abfindung+Holm;c=3",
        {"rails": [("a", "1"), ("file_name", FILE), ("c", "3")], "php": [("a", f"1;file_name={FILE};c=3")]},
    ),
    Case("ampersand-in-semicolons", "a=1;b=2;file_name=Abfindung+Holm&c=3", {"rails": [("a", "1"), ("b", "2"), ("file_name", FILE), ("c", "3")]}),
    Case("prototype", "__proto__[file_name]=Abfindung+Holm", {"express": [("__proto__[file_name]", FILE)]}),
    Case("constructor", "constructor[prototype][file_name]=Abfindung+Holm", {"express": [("constructor[prototype][file_name]", FILE)]}),
    Case("plus", "file_name=Abfindung+Holm", {"php": [("file_name", FILE)]}),
    Case("encoded-plus", "file_name=Abfindung%2BHolm.pdf", {"php": [("file_name", "Abfindung+Holm.pdf")]}),
    Case("encoded-space", "file_name=Abfindung%20Holm", {"go": [("file_name", FILE)]}),
    Case("old-escape", "file_name=Abfindung%u0020Holm", {"aspnet": [("file_name", FILE)]}),
    Case("old-escape-in-name", "file%u005fname=Abfindung+Holm", {"aspnet": [("file_name", FILE)]}),
    Case("encoded-name", "%66ile_name=Abfindung+Holm", {"go": [("file_name", FILE)]}),
    Case("no-name", "=Abfindung+Holm.pdf", {"express": [("", f"{FILE}.pdf")]}),
    Case("no-value", "Abfindung+Holm.pdf&a=1", {"go": [(f"{FILE}.pdf", ""), ("a", "1")]}),
    Case("comma-list", "file_name=x,Abfindung+Holm", {"express": [("file_name", f"x,{FILE}")]}),
    Case("escaped-ampersand", "a=1&amp;file_name=Abfindung+Holm", {"rails": [("a", "1"), ("amp", ""), ("file_name", FILE)]}),
    Case("latin-1", "file_name=K%FCndigung+Holm", {"go": [("file_name", "K\ufffdndigung Holm")]}),
    Case("unescaped-plus-of-a-number", "phone=+49+30+5550123", {"php": [("phone", " 49 30 5550123")]}, "5550123"),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine()


def sent(engine: Engine, message: Message) -> tuple[str, bytes]:
    """Query and body of what leaves."""
    decision = engine.inspect(message, NOW)
    assert decision.verdict is Verdict.REDACT, (decision.verdict, decision.uninspectable)
    assert decision.outgoing is not None
    return decision.outgoing.target.decode().partition("?")[2], decision.outgoing.body or b""


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_readers_of_these_tests_read_what_the_table_says(case: Case) -> None:
    assert {name: READERS[name](case.text) for name in case.reads} == case.reads
    assert case.mark in str(case.reads)


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_query_holds_the_value_for_no_receiver(engine: Engine, case: Case) -> None:
    query, _ = sent(engine, pixel(case.text))
    assert all(case.mark not in str(read(query)) for read in READERS.values())
    assert query.startswith("id=5&ev=PageView&")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_form_holds_the_value_for_no_receiver(engine: Engine, case: Case) -> None:
    _, body = sent(engine, form(f"v=1&{case.text}&z=2"))
    assert all(case.mark not in str(read(body.decode())) for read in READERS.values())
    assert (body[:4], body[-4:]) == (b"v=1&", b"&z=2")


@pytest.mark.parametrize(
    "text",
    [
        '{"file_name": "Abfindung Holm", "file_name": "x"}',
        '{"file_name": "x", "file_name": "Abfindung Holm"}',
        '{"file_name": "x", "file_name": "Abfindung Holm", "file_name": "y"}',
        '{"FILE_NAME": "Abfindung Holm", "file_name": "x"}',
        '{"file": {"name": "x"}, "file": {"name": "Abfindung Holm", "size": 81214}, "file": 7}',
        '{"file.name": "Abfindung Holm"}',
        '{"__proto__": {"file_name": "Abfindung Holm"}}',
        '{"file_name": ["x", ["Abfindung Holm"]]}',
        '{"f\\u0069le_name": "Abfindung\\u0020Holm"}',
        '{"file_name": "Abfindung\\u0000 Holm"}',
    ],
    ids=["first", "last", "middle", "case", "objects", "dot", "prototype", "arrays", "escapes", "null"],
)
def test_document_holds_the_value_for_no_parser(engine: Engine, text: str) -> None:
    assert any("Holm" in str(read(text)) for read in (json_first, json_last, json_all))
    _, body = sent(engine, event(text, "application/json"))
    assert not any("Holm" in str(read(body.decode())) for read in (json_first, json_last, json_all))
    assert list(json.loads(body)) == list(json.loads(text))


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("utf-8", "latin-1"), ("iso-8859-1", "utf-8"), ("windows-1251", "utf-8"), ("utf-16", "utf-8"), ("", "latin-1"),
        ("shift_jis", "latin-1"), ("utf-8", "utf-16-le"), ("iso-8859-1", "utf-16-be"), ("iso-8859-2", "iso-8859-2"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_charset_that_is_said_or_written_hides_nothing(engine: Engine, kind: str, said: str, written: str) -> None:
    text = (
        json.dumps({"file_name": "Kündigung Holm"}, ensure_ascii=False)
        if "json" in kind
        else "file_name=Kündigung+Holm&a=1"
    )
    _, body = sent(engine, event(text.encode(written), f"{kind}; charset={said}" if said else kind))
    for charset in ("utf-8", "latin-1", written):
        assert "Holm" not in body.decode(charset, "replace")
    assert "file_name" in body.decode(written)


@pytest.mark.parametrize(
    ("cookie", "mark"),
    [
        ("file_name=x; file_name=Abfindung%20Holm", "Holm"),
        ("file_name=Abfindung%20Holm; file_name=x", "Holm"),
        ("a=1;file_name=Abfindung Holm", "Holm"),
        ("a=1, file_name=Abfindung Holm.pdf", "Holm"),
        ('file_name="Abfindung Holm"', "Holm"),
        ("$Version=1; file_name=Abfindung%2BHolm.pdf", "Holm"),
    ],
)
def test_cookies_hold_the_value_for_no_receiver(engine: Engine, cookie: str, mark: str) -> None:
    decision = engine.inspect(pixel("ts=1", ((b"cookie", cookie.encode()),)), NOW)
    assert decision.outgoing is not None
    assert mark.encode() not in decision.outgoing.headers[0][1]


@pytest.mark.parametrize("value", [FILE, "Abfindung+Holm", "Abfindung%20Holm", "Abfindung%2BHolm", "Abfindung_Holm"])
def test_spaces_in_any_writing_are_one_value_everywhere(engine: Engine, value: str) -> None:
    query, body = sent(
        engine,
        Message.from_url(
            "POST",
            f"https://api.segment.io/v1/t?q={percent(value)}",
            (),
            event(
                {"file_name": FILE, "note": f"saw {value} there", "u": f"https://vault.example/{percent(value)}/x"}
            ).body,
            page=event("").page,
        ),
    )
    assert "Holm" not in query
    assert b"Holm" not in body
