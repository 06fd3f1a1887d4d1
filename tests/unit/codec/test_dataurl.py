from __future__ import annotations

import base64

import pytest
from codec_kit import drop, microseconds_each, open_it, replace, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import Hint, Opened, Role
from taciturn.codec.dataurl import DATA_URL
from taciturn.limits import Fuel

RUN = base64.b64encode(b"name;size\nPlan 7.xlsx;4711\n").decode()


def test_open_lists_type_parameters_and_data() -> None:
    opened = open_it(DATA_URL, f"data:text/csv;charset=utf-8;name=Plan%207.csv;base64,{RUN}")
    assert values(opened) == {
        "[dataurl]#content-type": "text/csv",
        "[dataurl];charset": "utf-8",
        "[dataurl];name": "Plan 7.csv",
        "[dataurl]": RUN,
    }
    assert [f.role for f in opened.fields] == [Role.STRUCTURE, Role.STRUCTURE, Role.VALUE, Role.VALUE]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("data:,Ada%20Vale", "Ada%20Vale"),
        ("DATA:text/plain,a,b", "a,b"),
        (" data:;base64,QQ==", "QQ=="),
        ("data:text/html,", ""),
    ],
)
def test_open_short_forms_are_read(text: str, data: str) -> None:
    assert values(open_it(DATA_URL, text))["[dataurl]"] == data


@pytest.mark.parametrize(
    "text",
    [
        "",
        "data:",
        "data",
        "database: x, y",
        "data: a; b; c" * 30,
        "the data:,x",
        "date:,x",
        "Data: Ada Vale, 12 items",
        "data:a,b",
    ],
)
def test_open_something_else_is_not_mine(text: str) -> None:
    assert DATA_URL.open(text, Hint(), Fuel()) is None


def test_splice_touches_nothing_else() -> None:
    text = f"data:text/csv;name=Plan%207.csv;base64,{RUN}"
    assert replace(DATA_URL, text, "[dataurl]", "QQ==") == "data:text/csv;name=Plan%207.csv;base64,QQ=="
    assert replace(DATA_URL, text, "[dataurl];name", "a, b;c") == f"data:text/csv;name=a%2C%20b%3Bc;base64,{RUN}"
    assert drop(DATA_URL, text, "[dataurl];name") == f"data:text/csv;base64,{RUN}"
    assert drop(DATA_URL, text, "[dataurl]") == "data:text/csv;name=Plan%207.csv;base64,"


@given(st.text(), st.text(max_size=80))
def test_splice_any_name_reads_back(data: str, name: str) -> None:
    text = str(
        replace(DATA_URL, f"data:text/plain;name=x,{data}", "[dataurl];name", name.encode("utf-8", "replace").decode())
    )
    seen = values(open_it(DATA_URL, text))
    assert seen["[dataurl]"] == data
    assert seen["[dataurl];name"] == name.encode("utf-8", "replace").decode()


@given(st.text())
def test_open_any_text_never_raises(text: str) -> None:
    for whole in (text, "data:" + text):
        opened = DATA_URL.open(whole, Hint(), Fuel())
        assert opened is None or isinstance(opened, Opened)


@pytest.mark.parametrize("text", ["", "en-US", "dates and data", "https://shop.example/a?b=c"])
def test_open_of_what_is_none_costs_little(text: str) -> None:
    fuel = Fuel()
    assert microseconds_each(lambda: DATA_URL.open(text, Hint(), fuel)) < 3
