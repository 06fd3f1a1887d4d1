"""Reading YAML with positions: nothing is guessed, everything wrong is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from yaml.nodes import Node

from taciturn.errors import Problem
from taciturn.rules.yamldoc import Reader, suggest


def read(text: str) -> tuple[Reader, Node]:
    reader = Reader("x.yaml", [])
    root = reader.compose(text)
    assert root is not None
    return reader, root


def broken(text: str) -> list[Problem]:
    reader = Reader("x.yaml", [])
    reader.compose(text)
    return reader.problems


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("a: [1, 2", "not valid YAML", 2, 1),
        ("", "the file is empty", 1, 1),
        ("a: 1\n---\nb: 2", "not valid YAML", 2, 1),
        ("a: &x {b: 1}\nc: *x", "an anchor used twice", 1, 4),
        ("a: !!python/object:os.system {}", "the tag", 1, 4),
        ("a: !secret 1", "the tag", 1, 4),
        ("a: \x07", "not valid YAML", 0, 0),
        ("[" * 50 + "]" * 50, "nested deeper", 1, 42),
    ],
    ids=["unclosed", "empty", "two documents", "alias", "python tag", "own tag", "control character", "deep"],
)
def test_compose_what_no_rule_file_needs_is_a_located_problem(text: str, what: str, line: int, column: int) -> None:
    [problem] = broken(text)
    assert what in problem.what
    assert (problem.line, problem.column) == (line, column)


def test_compose_a_yaml_error_carries_no_text_of_the_file() -> None:
    [problem] = broken("password: 'hunter2")
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize("value", ["no", "Yes", "on", "12:30:00", "12", "1.5", "~", "2027-03-31", "0x1F"])
def test_word_what_yaml_reads_as_something_else_is_refused_with_the_mend(value: str) -> None:
    reader, root = read(value)
    assert reader.word(root, "the owner") == ""
    [problem] = reader.problems
    assert f'write "{value}"' in problem.mend


@pytest.mark.parametrize("value", ['"no"', "'12:30:00'", '"12"'])
def test_word_in_quotes_is_taken_as_written(value: str) -> None:
    reader, root = read(value)
    assert reader.word(root, "the owner") == value[1:-1]
    assert reader.problems == []


@pytest.mark.parametrize("value", ["12:30", "0x10", "010", "1_000", "1.0", '"8"', "-1", "65", "eight", "[8]"])
def test_integer_anything_but_a_plain_number_in_range_is_refused(value: str) -> None:
    reader, root = read(value)
    assert reader.integer(root, "length", 1, 64) == 1
    assert len(reader.problems) == 1


def test_integer_plain_number_is_taken() -> None:
    reader, root = read("64")
    assert reader.integer(root, "length", 1, 64) == 64
    assert reader.problems == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2027-03-31T00:00:00Z", datetime(2027, 3, 31, tzinfo=UTC)),
        ("2027-03-31T02:00:00+02:00", datetime(2027, 3, 31, tzinfo=UTC)),
        ('"2027-03-31 00:00Z"', datetime(2027, 3, 31, tzinfo=UTC)),
        ("2027-03-31T00:00:00", None),
        ("2027-03-31", None),
        ("tomorrow", None),
        ("[1]", None),
    ],
    ids=["utc", "offset", "space and quotes", "no zone", "no time", "word", "list"],
)
def test_date_needs_a_zone(value: str, expected: datetime | None) -> None:
    reader, root = read(value)
    assert reader.date(root, "until") == expected
    assert bool(reader.problems) == (expected is None)


def test_mapping_all_mistakes_are_collected_with_their_places() -> None:
    reader, root = read("a: 1\nstge: x\na: 2")
    found = reader.mapping(root, "a rule", ("a", "stage", "id"), required=("id",))
    assert set(found) == {"a"}
    told = [(p.line, p.column, p.what, p.mend) for p in reader.problems]
    assert told == [
        (3, 1, "a rule: `a` stands here twice", "join the two, or delete one"),
        (2, 1, "a rule: unknown key `stge`", "did you mean `stage`?"),
        (1, 1, "a rule: `id` is missing", ""),
    ]


def test_mapping_merge_key_is_refused() -> None:
    reader, root = read("<<: {a: 1}")
    reader.mapping(root, "a rule", ("a",))
    assert len(reader.problems) == 1


@pytest.mark.parametrize(
    ("take", "text"),
    [
        (lambda r, n: r.mapping(n, "it", ("a",)), "[1]"),
        (lambda r, n: r.items(n, "it"), "a: 1"),
        (lambda r, n: r.word(n, "it"), "[a]"),
        (lambda r, n: r.word(n, "it"), '" "'),
        (lambda r, n: r.words(n, "it"), "[]"),
        (lambda r, n: r.words(n, "it"), "[a, {b: c}]"),
        (lambda r, n: r.choice(n, "it", ("a", "b")), "c"),
    ],
    ids=["map", "list", "word", "blank", "empty list", "nested list", "choice"],
)
def test_reader_wrong_shape_is_one_problem(take: Callable[[Reader, Node], Any], text: str) -> None:
    reader, root = read(text)
    take(reader, root)
    assert len(reader.problems) == 1


def test_words_single_text_and_list_are_alike() -> None:
    for text in ("a", "[a]"):
        reader, root = read(text)
        assert [word.text for word in reader.words(root, "it")] == ["a"]


def test_plain_reads_json_values_and_nothing_more() -> None:
    reader, root = read('{a: no, b: 12:30, c: 1.5, d: true, e: "1", f: null, g: [1e3, 2027-03-31], h: ~, i: 010}')
    assert reader.plain(root) == {
        "a": "no",
        "b": "12:30",
        "c": 1.5,
        "d": True,
        "e": "1",
        "f": None,
        "g": [1000.0, "2027-03-31"],
        "h": None,
        "i": "010",
    }


@pytest.mark.parametrize(
    ("text", "options", "mend"),
    [
        ("enforec", ("enforce", "report"), "did you mean `enforce`?"),
        ("xyz", ("enforce", "report"), "known are `enforce`, `report`"),
        ("xyz", (), ""),
        ("xyz", tuple(f"long-option-{n}" for n in range(30)), ""),
    ],
    ids=["near", "far", "none", "too many"],
)
def test_suggest_names_the_nearest_or_all(text: str, options: tuple[str, ...], mend: str) -> None:
    assert suggest(text, options) == mend


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000]
    + ["\n".join(" " * depth + mark for depth in range(400)) for mark in ("a:", "-")],
    ids=["lists", "maps", "dashes", "keys", "indented-maps", "indented-lists"],
)
def test_compose_text_that_nests_beyond_the_stack_is_a_problem_and_no_crash(text: str) -> None:
    assert [problem.what for problem in broken(text)] == ["nested deeper than any file of this kind"]


def test_compose_many_brackets_side_by_side_are_read() -> None:
    _, root = read("[" + "[], " * 3_000 + "]")
    assert len(root.value) == 3_000
