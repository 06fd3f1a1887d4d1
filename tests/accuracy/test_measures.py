"""Intervals, tables, the comparison, fitted weights, false alarms, and what a receiver would refuse."""

from __future__ import annotations

import json

import pytest
from tests.accuracy import benign, peers, regexes
from tests.accuracy.__main__ import OWN
from tests.accuracy.accepts import refusal
from tests.accuracy.compare import compare, others_of, print_comparison
from tests.accuracy.fit import Candidate, accepted, chance, fit_weights, judge, shipped
from tests.accuracy.predict import default_engine
from tests.accuracy.rates import Mean, Rate
from tests.accuracy.request import read_case, read_cases
from tests.accuracy.tables import Table, plain

from taciturn.model.finding import Signal


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(9, 10, 0.5958, 0.9821), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (250, 500, 0.4563, 0.5437)],
)
def test_wilson_interval_is_the_textbooks(part: int, whole: int, low: float, high: float) -> None:
    assert Rate(part, whole).bounds == pytest.approx((low, high), abs=1e-4)


def test_nothing_counted_says_nothing() -> None:
    assert Rate(0, 0).text() == "-"
    assert Rate(0, 0).bounds == (0.0, 1.0)
    assert Mean.of([Rate(1, 2), Rate(0, 0), Rate(2, 2)]).mean == 0.75


def test_plain_table_is_as_wide_as_its_cells() -> None:
    table = Table("t", ("a", "b", "c"), [("x", "10", "word"), ("long", "9", "w")], frozenset({2}))
    assert plain(table) == ["t", "  a      b  c", "  x     10  word", "  long   9  w"]


# ---------------------------------------------------------------------- what a receiver would refuse


BEFORE = '{"api_key":"k1","event_type":"open","device_id":"d1","size":7,"title":"Will of Idris Wren.pdf"}'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BEFORE.replace("Will of Idris Wren.pdf", "x"), ""),
        (BEFORE.replace(',"title":"Will of Idris Wren.pdf"', ""), ""),
        (BEFORE.replace('"api_key":"k1",', ""), "required and gone or replaced: api_key"),
        (BEFORE.replace('"size":7', '"size":"x"'), "$.size is str now"),
    ],
    ids=["a text replaced", "an optional field gone", "a required field gone", "another type"],
)
def test_receiver_refuses_what_its_parser_stumbles_over(body: str, why: str) -> None:
    case = read_case(
        json.dumps({"id": "x", "vendor": "amplitude", "url": "https://a.test/2", "body": BEFORE, "leaks": []})
    )
    after = read_case(
        json.dumps({"id": "x", "vendor": "amplitude", "url": "https://a.test/2", "body": body, "leaks": []})
    )
    assert refusal(case, after.request, "") == why


def test_receiver_refuses_a_required_field_that_was_the_leak() -> None:
    leak = {"kind": "credential.token", "value": "EAAx1", "field_path": "query.access_token", "confidence": "certain"}
    before, after = (
        read_case(
            json.dumps(
                {"id": "x", "vendor": "facebook_graph", "url": f"https://a.test/?access_token={token}", "leaks": [leak]}
            )
        )
        for token in ("EAAx1", "redacted")
    )
    assert refusal(before, after.request, "") == "required and gone or replaced: access_token"


# ---------------------------------------------------------------------- the comparison


def test_regexes_find_what_they_are_for() -> None:
    found = {
        (kind, value)
        for kind, value in regexes.search(
            'mail: "ada@example.org" +44 20 7946 0123, 10.1.2.3 Will of Idris.pdf 12 KB password=hunter2'
        )
    }
    assert found >= {
        ("person.email", "ada@example.org"), ("person.phone", "+44 20 7946 0123"), ("location.ip", "10.1.2.3"),
        ("file.size", "12 KB"), ("credential.password", "hunter2"),
    }  # fmt: skip
    assert any(kind == "file.name" and value.endswith("Will of Idris.pdf") for kind, value in found)


def test_comparison_scores_all_tools_alike(capsys) -> None:
    tools = compare(read_cases(OWN), default_engine(), others_of(None))
    own, wire, decoded = (tool.table["all"] for tool in tools)
    assert [tool.name for tool in tools] == ["taciturn", "regexes, as on the wire", "regexes, with decoding"]
    assert own["values"] == wire["values"] == decoded["values"] == 57
    assert own["found"] == 57
    assert wire["found"] < decoded["found"] < own["found"]
    print_comparison(tools)
    assert "time per request" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "family"),
    [("EMAIL_ADDRESS", "person"), ("IP_ADDRESS", "location"), ("AWS Access Key", "credential"), ("ES_NIF", "person")],
)
def test_findings_of_others_have_a_family_of_ours(kind: str, family: str) -> None:
    assert peers.family(kind) == family


def test_missing_environment_is_told(tmp_path) -> None:
    with pytest.raises(peers.NotInstalled):
        peers.Peers(tmp_path / "bin" / "python")


# ---------------------------------------------------------------------- fitted weights


def _candidates(right: int, wrong: int, vendors: int = 6) -> list[Candidate]:
    """A record of 0.8 that is right by itself, and a name of 0.5 that, with a record, is wrong."""
    record, name = Signal("record", "row", 0.8, ""), Signal("name", "trap", 0.5, "")
    found = [Candidate(f"v{number % vendors}", (record,), True) for number in range(right)]
    return found + [
        Candidate(f"v{number % vendors}", (Signal("record", "weak", 0.4, ""), name), False) for number in range(wrong)
    ]


def test_weights_that_are_wrong_are_fitted_and_mend_vendors_left_out() -> None:
    found = _candidates(30, 24)
    result = fit_weights(found)
    own, other = judge(result, dict.fromkeys(result.without, result.shipped)), judge(result, result.without)
    assert (own.precision, other.precision) == (Rate(30, 54), Rate(30, 30))
    assert other.recall == Rate(30, 30)
    assert result.fitted["name/trap 0.50"] + result.fitted["record/weak 0.40"] < 0.75 < result.fitted["record/row 0.80"]


def test_weights_that_are_right_stay() -> None:
    found = _candidates(30, 0)
    result = fit_weights(found)
    assert shipped(found) == {"record/row 0.80": 0.8}
    assert result.fitted["record/row 0.80"] == pytest.approx(0.83, abs=0.02)
    assert all(accepted(item, result.fitted) for item in found)


def test_chance_is_the_sign_test() -> None:
    assert chance(0, 0) == 1.0
    assert chance(6, 0) == pytest.approx(2 / 64)
    assert chance(3, 3) == 1.0


# ---------------------------------------------------------------------- false alarms


def _har(*requests: tuple[str, str]) -> str:
    entries = [
        {"startedDateTime": "2026-05-04T08:00:00Z", "request": {"method": "POST", "url": url, "headers": [{"name": "Content-Type", "value": "application/json"}], "postData": {"mimeType": "application/json", "text": body}}}
        for url, body in requests
    ]  # fmt: skip
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": entries}})


def test_alarms_are_counted_by_what_was_done_and_hold_no_value(tmp_path, capsys) -> None:
    url = "https://api.segment.io/v1/t"
    leak = '{"type":"track","properties":{"file_name":"Will of Idris Wren.pdf","file_size":90217}}'
    blob = '{"type":"track","properties":{"b":"' + "aB3z9Q" * 40 + '"}}'
    (tmp_path / "one.har").write_text(_har((url, '{"type":"page"}'), (url, leak), (url, blob)), "utf-8")
    (tmp_path / "two.har").write_text("no capture", "utf-8")
    result = benign.measure(tmp_path, default_engine())
    assert (result.captures, result.requests, result.unread) == (2, 3, 1)
    assert dict(result.outcomes) == {"redact": 1, "opaque": 1}
    assert result.false_alarms == 2
    assert benign.missed(result) == ["666.67 false alarms in 1,000 requests"]
    benign.print_benign(result, 5)
    told = capsys.readouterr().out + json.dumps(benign.as_json(result))
    assert "file.name" in told
    assert "Idris" not in told
