"""Values in pages: tables, lists, boxes, downloads, titles, data in scripts."""

from __future__ import annotations

import pytest
from provenance_kit import lesson, values

ROW = "<tr><td>{}</td><td>7 KB</td><td>2026-10-02</td></tr>"
TABLE = "<table>" + ROW.format("Blue heron") + ROW.format("Copper lantern") + "</table>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (TABLE, ("file.name", "Blue heron")),
        (TABLE.replace("Blue", "<b>Blue</b>"), ("file.name", "Blue heron")),
        (TABLE.replace("7 KB", "7,4 Mo").replace("2026-10-02", "hier"), ("file.name", "Copper lantern")),
        (TABLE + "<a download='Quiet meadow' href='/d/9'>Get</a>", ("file.name", "Quiet meadow")),
        (TABLE + "<title>Acme Nord – Tarnhollow</title>", ("file.path", "Acme Nord")),
        (TABLE.replace("<tr>", "<tr data-name='Blue heron full' >", 1), ("file.name", "Blue heron full")),
        ("<div><div>Blue heron</div><div>7 KB</div><div>2026-10-02</div></div>" * 2, ("file.name", "Blue heron")),
        ("<ul>" + "<li><a href='/files/9'>Blue heron</a></li>" * 2 + "</ul>", ("file.name", "Blue heron")),
        ("<ul>" + "<li><a href='/groups/9'>Tuesday circle</a></li>" * 2 + "</ul>", ("group.name", "Tuesday circle")),
        ("<ul>" + "<li><a href='/members/9'>Anna Kowalska</a></li>" * 2 + "</ul>", ("member.name", "Anna Kowalska")),
        (
            "<table><tr><th>Name</th><th>E-mail</th></tr>"
            + "<tr><td>Anna Kowalska</td><td>anna@letters.example</td></tr>" * 2,
            ("member.name", "Anna Kowalska"),
        ),
        (
            "<table><tr><th>Name</th><th>E-mail</th></tr>"
            + "<tr><td>Anna Kowalska</td><td>anna@letters.example</td></tr>" * 2,
            ("person.email", "anna@letters.example"),
        ),
        (
            '<script>window.STATE = {"files": [{"name": "Blue heron", "size": 7, "modified": "2026-10-02"}]};</script>',
            ("file.name", "Blue heron"),
        ),
        (
            '<script type="application/json">{"files": [{"name": "Blue heron", "size": 7}]}</script>',
            ("file.name", "Blue heron"),
        ),
    ],
)  # fmt: skip
def test_value_of_a_page_is_taken_for_what_it_is(page: str, expected: tuple[str, str]) -> None:
    assert expected in values(page)


def test_words_of_the_page_are_left_alone() -> None:
    nav = "<nav><a href='/settings'>Account settings</a><a>New folder</a></nav><button aria-label='Sort by date'>x</button>"
    head = "<tr><th>Name</th><th>Size</th><th>Modified</th></tr>"
    found = values(f"{nav}{TABLE.replace('<table>', '<table>' + head)}<footer>Harbour lights for everybody</footer>")
    assert found == [("file.name", "Blue heron"), ("file.name", "Copper lantern")]


def test_title_is_weak_and_a_row_is_not() -> None:
    found = lesson(TABLE + "<title>Acme Nord – Tarnhollow</title>").values
    assert {value.text: value.weak for value in found}["Acme Nord"]
    assert not {value.text: value.weak for value in found}["Blue heron"]


@pytest.mark.parametrize("script", ["window.X = {", "x = [[[[", "f({'a': 1})", 'y = {"a": }'])
def test_script_that_is_no_data_is_passed_over(script: str) -> None:
    assert ("file.name", "Blue heron") in values(f"<script>{script}</script>{TABLE}")
