"""The baseline file: written for review, read without trust."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.adapters.gate import baseline as module
from taciturn.adapters.gate.baseline import Baseline, Entry, baseline_of, read_baseline, text_of, with_entries
from taciturn.adapters.report.keys import Key
from taciturn.errors import ConfigError

KEY = Key("file-metadata", "meta", "", "meta.pixel.tr", "request", "query.cd[file_name]", "file.name", "signed-in")
UNTIL = datetime(2027, 3, 31, tzinfo=UTC)
ENTRY = Entry(KEY, "high", "redact", "certain", 'ticket "9" ü\t\u202e', "web@example.com", UNTIL)
OTHER = Entry(Key("ads", "", "collect.example", "", "ws_out", "", "request", ""), "medium", "block")
WRITTEN = """\
version: 1
rules: "00ab"
known:
- rule: ads
  host: collect.example
  message: ws_out
  kind: request
  severity: medium
  verdict: block
- rule: file-metadata
  tracker: meta
  endpoint: meta.pixel.tr
  field: "query.cd[file_name]"
  kind: file.name
  page: signed-in
  severity: high
  verdict: redact
  confidence: certain
  reason: "ticket \\"9\\" ü\\u0009\\u202e"
  owner: "web@example.com"
  until: 2027-03-31T00:00:00Z
"""


def both() -> Baseline:
    return with_entries(Baseline({}, "00ab"), [ENTRY, OTHER])


def test_text_is_sorted_short_and_the_same_in_any_order() -> None:
    text = text_of(both())
    assert text.partition("\nversion")[2] == WRITTEN.partition("version")[2]
    assert all(line.startswith("# ") for line in text.partition("\nversion")[0].splitlines())
    assert text == text_of(with_entries(Baseline({}, "00ab"), [OTHER, ENTRY]))


@pytest.mark.parametrize("as_json", [False, True], ids=["yaml", "json"])
@pytest.mark.parametrize("entries", [[], [ENTRY], [ENTRY, OTHER]], ids=len)
def test_text_is_read_back(entries: list[Entry], as_json: bool) -> None:
    made = with_entries(Baseline({}, "00ab", "Ines", "2026-11-22"), entries)
    text = text_of(made, as_json)
    assert baseline_of(text, "x") == made
    assert module._slow(text, "x") == made
    if as_json:
        assert set(json.loads(text)) == {"version", "rules", "by", "at", "known"}


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)


@given(
    st.lists(
        st.builds(
            Entry,
            st.builds(Key, words, words, st.just(""), words, st.just("request"), words, words, words),
            st.sampled_from(["low", "critical"]),
            st.sampled_from(["report", "block"]),
            st.sampled_from(["", "likely"]),
            words,
            words,
            st.sampled_from([None, UNTIL]),
        ),
        max_size=4,
    ),
    words,
)
def test_text_of_any_words_is_read_back_the_same_by_both_readers(entries: list[Entry], rules: str) -> None:
    made = with_entries(Baseline({}, rules), entries)
    text = text_of(made)
    assert module._slow(text, "x") == made
    assert baseline_of(text, "x") == made


def test_quick_reader_takes_its_own_form_and_leaves_any_other_to_yaml() -> None:
    assert module._fast(WRITTEN) == both()
    for other in (
        WRITTEN.replace("rule: ads", "rule:  ads"),
        WRITTEN.replace("rule: ads", "rule: no"),
        WRITTEN.replace("- rule: ads\n  host", "- host"),
        WRITTEN.replace("severity: medium", "severity: urgent"),
        WRITTEN.replace("version: 1", "version: 2"),
        WRITTEN.replace("known:\n", "known:\n\n  "),
        WRITTEN.replace("until: 2027-03-31T00:00:00Z", "until: 2027-03-31T00:00:00"),
        WRITTEN.replace("message: ws_out", "message: ws_out\n  message: ws_out"),
        WRITTEN + WRITTEN.partition("known:\n")[2],
    ):
        assert module._fast(other) is None


def test_hand_written_yaml_is_read() -> None:
    text = """
known:   # ours
  - {rule: ads, host: collect.example, message: ws_out, kind: request, severity: medium, verdict: block}
version: 1
"""
    assert baseline_of(text, "x") == with_entries(Baseline({}), [OTHER])


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "the file is empty"),
        ("known: []", 1, "`version` is missing"),
        ("version: 2\nknown: []", 1, "version 2 is not known"),
        ("version: 1\nknow: []", 2, "unknown key `know`"),
        ("version: 1\nknown: {}", 2, "known must be a list"),
        (WRITTEN.replace("severity: medium", "severity: urgent"), 8, "severity: `urgent` is not known"),
        (WRITTEN.replace("verdict: block", "verdict: allow"), 9, "verdict: `allow` is not known"),
        (WRITTEN.replace("message: ws_out", "message: ws"), 6, "message: `ws` is not known"),
        (WRITTEN.replace("  kind: request\n", ""), 4, "`kind` is missing"),
        (WRITTEN.replace("  host: collect.example\n", ""), 4, "either a `tracker` or a `host`"),
        (WRITTEN.replace("  host: c", "  tracker: meta\n  host: c"), 4, "either a `tracker` or a `host`"),
        (WRITTEN.replace("owner: \"web@example.com\"", "onwer: a"), 20, "unknown key `onwer`"),
        (WRITTEN.replace("T00:00:00Z", ""), 21, "until must be a date" if False else "until"),
        (WRITTEN.replace("rule: ads", "rule: no"), 4, "YAML reads `no` as yes or no"),
        (WRITTEN + WRITTEN.partition("known:\n")[2].split("- rule: file")[0], 22, "the same finding as in line 4"),
        (WRITTEN.replace("- rule: file", "<<<<<<< HEAD\n- rule: file"), 10, "a merge conflict is left in it"),
        ("version: 1\nknown:\n=======\n", 3, "a merge conflict is left in it"),
        ("version: 1\nknown: [", 3, "not valid YAML"),
        ('{"version": 1, "known": [{"rule": "a", "rule": "b"}]}', 1, "stands here twice"),
        ('{"version": 1,\n "known": 3}', 2, "known must be a list"),
        ("\x00\x01", 0, "not valid YAML"),
        ("- " * 100_000, 0, "nested deeper"),
        ("[" * 100_000, 0, "nested deeper"),
        ('{"a":' * 100_000, 0, "nested deeper"),
        ("\n".join(" " * depth + "a:" for depth in range(400)), 0, "nested deeper"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else "",
)  # fmt: skip
def test_wrong_baseline_is_told_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        baseline_of(text, "b.yaml")
    assert any(what in problem.what and problem.line == line for problem in caught.value.problems), str(caught.value)


def test_missing_file_names_the_command_that_writes_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such baseline\n    mend: `taciturn baseline write"):
        read_baseline(tmp_path / "none.yaml")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"version: 1\nknown: []\n#\xff"], ids=["utf-16", "latin-1"])
def test_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "b.yaml").write_bytes(data)
    with pytest.raises(ConfigError, match="cannot be read as UTF-8"):
        read_baseline(tmp_path / "b.yaml")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_baseline(tmp_path)


def test_enormous_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1 << 20)
    (tmp_path / "b.yaml").write_text("#" * ((1 << 20) + 1))
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        read_baseline(tmp_path / "b.yaml")


def test_byte_order_mark_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(WRITTEN, "utf-8-sig")
    assert read_baseline(tmp_path / "b.yaml") == both()


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    assert read_baseline(tmp_path / "b.yaml") == both()


@pytest.mark.slow
def test_fifty_thousand_entries_are_read_line_by_line() -> None:
    many = with_entries(
        Baseline({}, "00ab"), [ENTRY._replace(key=KEY._replace(field=f"query.a{n}")) for n in range(50_000)]
    )
    text = text_of(many)
    assert module._fast(text) == many
