"""What a value can be wrapped in on its way out, seen by the whole engine: found, replaced, and still in its wrapping."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from taciturn.config import build_engine
from taciturn.engine import Engine
from taciturn.limits import DEFAULT
from taciturn.model.decision import Decision, Verdict
from taciturn.model.facts import Context
from taciturn.model.message import Body, Message, PageCandidate, PageSource

NOW = Context(datetime(2026, 5, 4, 12, tzinfo=UTC))
PAGE = (PageCandidate("https://vault.example/files", PageSource.INITIATOR),)
NAME = "Abfindung Holm.xlsx"
FOUND = ("file.name", NAME)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine()


def inspect(engine: Engine, body: object, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Decision:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return engine.inspect(Message.from_url("POST", "https://api.segment.io/v1/t", headers, Body(data), page=PAGE), NOW)


def sent(decision: Decision) -> bytes:
    assert decision.verdict is Verdict.REDACT, decision
    assert decision.outgoing is not None
    return decision.outgoing.body or b""


def found(decision: Decision) -> set[tuple[str, str]]:
    return {(finding.kind, finding.value) for finding in decision.findings}


def test_json_behind_a_byte_order_mark_is_redacted(engine: Engine) -> None:
    decision = inspect(engine, b"\xef\xbb\xbf" + json.dumps({"file_name": NAME}).encode())
    assert sent(decision) == b'\xef\xbb\xbf{"file_name": "redacted"}'


def test_string_of_protobuf_in_an_old_charset_is_redacted(engine: Engine) -> None:
    name = "Vergleich Grün.xlsx".encode("latin-1")
    decision = inspect(engine, b"\x0a" + bytes((len(name),)) + name + b"\x12\x05hello")
    assert found(decision) == {("file.name", "Vergleich Grün.xlsx")}
    assert sent(decision) == b"\x0a\x08redacted\x12\x05hello"


def test_bytes_of_messagepack_in_an_old_charset_are_redacted(engine: Engine) -> None:
    name = "Vergleich Grün.xlsx".encode("latin-1")
    decision = inspect(engine, b"\x82\xa1f\xc4" + bytes((len(name),)) + name + b"\xa5other\xa5hello")
    assert sent(decision) == b"\x82\xa1f\xc4\x08redacted\xa5other\xa5hello"


@pytest.mark.parametrize("escape", [r"\n", r"\t", r"\r", r"\u000a", r"\\\n"])
def test_value_after_an_escape_in_broken_json_is_taken_out_there_too(engine: Engine, escape: str) -> None:
    broken = f'{{"note":"see{escape}Ottilie Seidel now","x'
    decision = inspect(engine, {"members": [{"name": "Ottilie Seidel"}], "raw": broken})
    assert json.loads(sent(decision))["raw"] == broken.replace("Ottilie Seidel", "redacted")


def test_value_inside_a_longer_word_is_left_there(engine: Engine) -> None:
    decision = inspect(engine, {"members": [{"name": "Ott Zin"}], "raw": r"\\notsott zinmann"})
    assert json.loads(sent(decision))["raw"] == r"\\notsott zinmann"


def codes(text: str) -> list[int]:
    return list(map(ord, text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (codes(NAME), codes("redacted")),
        (codes("Vergleich Grün.xlsx"), codes("redacted")),
        (list("Vergleich Grün.xlsx".encode()), codes("redacted")),
        (codes("Отчёт Холм.xlsx"), codes("redacted")),
        ({"a": [1, codes(NAME), 2]}, {"a": [1, codes("redacted"), 2]}),
        (dict(enumerate(codes(NAME))), dict(enumerate(codes("redacted")))),
        (codes(json.dumps({"file_name": NAME})), codes('{"file_name": "redacted"}')),
    ],
    ids=["codes", "latin-1", "utf-8", "code points", "nested", "typed array", "json"],
)
def test_list_of_character_codes_is_read_and_written(engine: Engine, old: object, new: object) -> None:
    assert json.loads(sent(inspect(engine, {"v": old, "n": [1, 2]}))) == json.loads(json.dumps({"v": new, "n": [1, 2]}))


def test_typed_array_as_an_object_keeps_its_signs(engine: Engine) -> None:
    body = ('{"v":{' + ", ".join(f'"{i}" : {code}' for i, code in enumerate(codes(NAME))) + '},"w":{"0":1}}').encode()
    new = ", ".join(f'"{i}" : {code}' for i, code in enumerate(codes("redacted")))
    assert sent(inspect(engine, body)) == ('{"v":{' + new + '},"w":{"0":1}}').encode()


def test_list_of_character_codes_keeps_its_separator_and_path(engine: Engine) -> None:
    body = ('{"v": [' + ",".join(map(str, codes(NAME))) + '], "w": [255, 254, 1]}').encode()
    decision = inspect(engine, body)
    assert [finding.field_path for finding in decision.findings] == ["body$.v[codes]"]
    assert sent(decision) == b'{"v": [' + b",".join(b"%d" % code for code in b"redacted") + b'], "w": [255, 254, 1]}'


@pytest.mark.parametrize(
    "numbers",
    [list(range(60, 100)), [255, 12, 0, 255] * 4, [97] * 20, [1, 2, 3, 4, 5, 6, 7, 8], [100.5] * 9, [-72, 101] * 6],
)
def test_numbers_that_spell_nothing_stay_numbers(engine: Engine, numbers: list[float]) -> None:
    body = json.dumps({"v": numbers, "file_name": NAME}).encode()
    assert sent(inspect(engine, body)) == body.replace(NAME.encode(), b"redacted")


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("b64:" + b64(NAME), "b64:" + b64("redacted")),
        ("base64," + b64(NAME), "base64," + b64("redacted")),
        ("BASE64:" + b64(NAME), "BASE64:" + b64("redacted")),
        (b64("Vertrag alt") + "." + b64(NAME), b64("Vertrag alt") + "." + b64("redacted")),
        (b64(NAME).rstrip("=") + ".1700000000.x", b64("redacted").rstrip("=") + ".1700000000.x"),
        (b64('{"f":"🎂 ab.pdf"}'), b64('{"f":"redacted"}')),
        ("v1." + b64(NAME), "v1." + b64("redacted")),
        ("0x" + NAME.encode().hex(), "0x" + b"redacted".hex()),
        ("0X" + NAME.encode().hex().upper(), "0X" + b"redacted".hex().upper()),
        (b"Holm.pdf".hex(), b"redacted".hex()),
        (b"h@holm.example".hex(), b"redacted@redacted.invalid".hex()),
    ],
    ids=[
        "b64:",
        "base64,",
        "BASE64:",
        "two parts",
        "part and time",
        "short json",
        "version",
        "0x",
        "0X",
        "short name",
        "short address",
    ],
)
def test_run_of_letters_and_digits_is_read_and_written(engine: Engine, old: str, new: str) -> None:
    assert json.loads(sent(inspect(engine, {"v": old, "n": "deadbeef2e00"}))) == {"v": new, "n": "deadbeef2e00"}


@pytest.mark.parametrize(
    "run", ["0x" + "9f" * 20, "a1b2c3d42ef0", "20262e313233343536", "b64:word", "base64,no", "deadbeefdeadbeef.cafe2e"]
)
def test_run_that_spells_nothing_stays_as_it_is(engine: Engine, run: str) -> None:
    body = json.dumps({"v": run, "file_name": NAME}).encode()
    assert sent(inspect(engine, body)) == body.replace(NAME.encode(), b"redacted")


def marked(sign: str, data: bytes) -> str:
    return "".join(f"{sign}{byte:02X}" for byte in data)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (marked("\\x", NAME.encode()), "redacted"),
        (marked("\\x", "Vergleich Grün.xlsx".encode()), "redacted"),
        (marked("\\x", "Vergleich Grün.xlsx".encode("latin-1")), "redacted"),
        ("".join(f"\\u{ord(char):04x}" for char in NAME), "redacted"),
        ("Vergl\\u0065ich Gr\\u00fcn.xlsx", "redacted"),
        (marked("=", NAME.encode()), "redacted"),
        ("Vergleich Gr=C3=BCn.xlsx", "redacted"),
        ("Abfindung=20Holm=2Exlsx", "redacted"),
        ("Vergleich Gr=\r\n=C3=BCn.xlsx", "redacted"),
        ("{\\x22file_name\\x22:\\x22" + NAME + "\\x22}", "{\\x22file_name\\x22:\\x22redacted\\x22}"),
    ],
    ids=["x", "x utf-8", "x latin-1", "u", "some u", "qp", "qp utf-8", "qp some", "qp soft break", "json"],
)
def test_escaped_characters_are_read_and_written(engine: Engine, old: str, new: str) -> None:
    assert json.loads(sent(inspect(engine, {"v": old, "n": "a=1"}))) == {"v": new, "n": "a=1"}


@pytest.mark.parametrize("text", ["width=20,height=30", "w=200", r"\x00\x01\x02\x03 see", "a=AB=CD", "x=3D5"])
def test_text_that_only_resembles_escapes_stays_as_it_is(engine: Engine, text: str) -> None:
    decision = inspect(engine, {"v": text, "file_name": NAME})
    assert json.loads(sent(decision)) == {"v": text, "file_name": "redacted"}
    assert [finding.field_path for finding in decision.findings] == ["body$.file_name"]


def get(engine: Engine, target: str) -> Decision:
    return engine.inspect(Message.from_url("GET", f"https://api.segment.io{target}", (), page=PAGE), NOW)


@pytest.mark.parametrize(
    ("target", "new"),
    [
        ("/v1/c=7/file_name=Abfindung%20Holm/x", "/v1/c=7/file_name=redacted/x"),
        ("/v1/c=7;file_name=Abfindung%20Holm;d=2/x", "/v1/c=7;file_name=redacted;d=2/x"),
        ("/v1/p;file_name=Abfindung%20Holm/x", "/v1/p;file_name=redacted/x"),
        (
            "/v1?u=https://a.example/c=7/file_name=Abfindung%20Holm/x",
            "/v1?u=https://a.example/c=7/file_name=redacted/x",
        ),
        ("/v1?u=https://a.example/c=7/phone=01715550123/x", "/v1?u=https://a.example/c=7/phone=10000000000/x"),
    ],
    ids=["segments", "pairs of a segment", "matrix", "address", "plain address"],
)
def test_segment_of_a_path_that_is_a_pair_has_a_name(engine: Engine, target: str, new: str) -> None:
    decision = get(engine, target)
    assert decision.verdict is Verdict.REDACT
    assert decision.outgoing is not None
    assert decision.outgoing.target.decode() == new


def test_padded_segment_of_a_path_is_no_pair(engine: Engine) -> None:
    decision = get(engine, "/v1/" + base64.urlsafe_b64encode(b'{"file_name":"Abfindung Holm.xlsx"}').decode() + "/x")
    assert [finding.field_path for finding in decision.findings] == ["url path[2][b64]$.file_name"]


def test_hash_in_a_segment_that_is_a_pair_is_taken_out(engine: Engine) -> None:
    digest = "3f" * 4 + "0a1b2c3d" * 7
    url = f"https://bcp.crwdcntrl.net/5/c=15711/rand=44120/m={digest}/rt=ifr"
    decision = engine.inspect(Message.from_url("GET", url, (), page=PAGE), NOW)
    assert found(decision) == {("person.email_hash", digest)}
    assert decision.outgoing is not None
    assert digest not in decision.outgoing.url
    assert decision.outgoing.url.startswith("https://bcp.crwdcntrl.net/5/c=15711/rand=44120/m=")


MULTIPART = ((b"content-type", b"multipart/form-data; boundary=XX"),)


def part(head: str) -> bytes:
    return f'--XX\r\nContent-Disposition: form-data; name="f"{head}\r\n\r\n{{"a":1}}\r\n--XX--\r\n'.encode()


@pytest.mark.parametrize(
    "head",
    [
        "\r\nX-Name: {}",
        "\r\nX-Name: {}\r\nContent-Type: application/json",
        "\r\nContent-Type: application/json\r\nX-Name: {}",
        '\r\nContent-Type: application/pdf; name="{}"',
        "\r\nContent-Type: application/pdf; name={}; charset=utf-8",
        '; title="{}"',
        "\r\n{}",
        "\r\nContent-Transfer-Encoding: {}",
        "\r\nContent-ID: <{}>",
    ],
    ids=[
        "header",
        "before the type",
        "after the type",
        "name of the type",
        "token",
        "parameter",
        "no header",
        "transfer encoding",
        "content id",
    ],
)
def test_name_in_the_head_of_a_part_is_taken_out(engine: Engine, head: str) -> None:
    name = "Abfindung_Holm.pdf"
    decision = inspect(engine, part(head.format(name)), MULTIPART)
    assert ("file.name", name) in found(decision)
    assert sent(decision) == part(head.format("redacted"))


@pytest.mark.parametrize(
    "head",
    [
        "\r\nContent-ID: <part7@form.example>",
        "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: binary\r\nContent-Length: 7",
        "\r\nX-Part: 7",
    ],
)
def test_head_of_a_part_that_names_nothing_leaves_as_it_came(engine: Engine, head: str) -> None:
    decision = inspect(engine, part(head), MULTIPART)
    assert (decision.verdict, decision.findings) == (Verdict.ALLOW, ())


@pytest.mark.parametrize(
    "head",
    [
        '; filename="Abfindung_Holm.pdf" Abfindung_Holm.pdf',
        "\r\nContent-Type: application/pdf (Abfindung_Holm.pdf)",
    ],
)
def test_name_in_what_is_no_parameter_of_a_part_never_leaves(engine: Engine, head: str) -> None:
    decision = inspect(engine, part(head), MULTIPART)
    assert decision.verdict in (Verdict.BLOCK, Verdict.REDACT)
    assert decision.outgoing is None or b"Holm" not in (decision.outgoing.body or b"")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://Abfindung%20Holm.pdf@x.example/a", "https://redacted@x.example/a"),
        ("https://u:Abfindung%20Holm.pdf@x.example/a", "https://u:redacted@x.example/a"),
    ],
)
def test_user_of_an_address_is_read_and_written(engine: Engine, old: str, new: str) -> None:
    assert json.loads(sent(inspect(engine, {"v": old}))) == {"v": new}


@pytest.mark.parametrize(
    "body",
    [
        b"\x22\x00\x00\x00\x02file\x00\x14\x00\x00\x00Abfindung Holm.xlsx\x00\x00",  # BSON
        b"\x80\x01\x00\x01\x0b\x00\x01\x00\x00\x00\x13Abfindung Holm.xlsx\x00",  # Thrift
    ],
    ids=["bson", "thrift"],
)
def test_short_body_that_no_codec_reads_is_blocked(engine: Engine, body: bytes) -> None:
    assert len(body) < DEFAULT.opaque_run
    decision = inspect(engine, body, ((b"content-type", b"application/octet-stream"),))
    assert decision.verdict is Verdict.BLOCK
    assert [(item.reason, item.where) for item in decision.uninspectable] == [("opaque", "body")]


def test_short_bytes_of_an_id_inside_a_message_are_let_through(engine: Engine) -> None:
    raw = bytes.fromhex("9f1ce2b4d07788a1c3f05e99b2d4e6f8")
    decision = inspect(
        engine, b"\x0a\x05click\x12" + bytes((len(raw),)) + raw, ((b"content-type", b"application/x-protobuf"),)
    )
    assert (decision.verdict, decision.uninspectable) == (Verdict.ALLOW, ())
