"""Roles by the names on the way to a leaf."""

from __future__ import annotations

import pytest

from taciturn.catalogue.roles import RoleTable

TABLE = RoleTable(
    {
        "dl": "page-url",
        "page.url": "page-url",
        "url": "id",
        "cd[*]": "user-text",
        "cd[buttonText]": "page-text",
        "ud[*]": "identity-hash",
        "ep.*": "user-text",
        "ep.link_text": "page-text",
        "traits": "identity",
    },
    {"url": "page-url", "traits.plan": "opaque"},
)


@pytest.mark.parametrize(
    ("names", "role"),
    [
        (["dl"], "page-url"),
        (["body", "dl"], "page-url"),
        (["xdl"], None),
        (["DL"], None),
        (["context", "page", "url"], "page-url"),
        (["url"], "page-url"),
        (["cd[contents]"], "user-text"),
        (["cd[buttonText]"], "page-text"),
        (["cd[buttonFeatures]", "innerText"], "user-text"),
        (["ud[em]"], "identity-hash"),
        (["udx"], None),
        (["ep.link_text"], "page-text"),
        (["ep", "link_text"], "page-text"),
        (["ep.file_name"], "user-text"),
        (["traits", "address", "city"], "identity"),
        (["traits", "plan"], "opaque"),
        (["dl", "folder"], "page-url"),
        ([], None),
    ],
)
def test_role_of_chain(names: list[str], role: str | None) -> None:
    assert TABLE.role(names) == role


def test_role_asked_again_is_the_same() -> None:
    assert [TABLE.role(["dl"]) for _ in range(3)] == ["page-url"] * 3


def test_own_role_does_not_come_from_a_container() -> None:
    assert TABLE.role(["traits", "address", "city"], inherit=False) is None
    assert TABLE.role(["context", "page", "url"], inherit=False) == "page-url"


def test_memory_is_bounded() -> None:
    table = RoleTable({"a": "id"})
    for number in range(10_000):
        table.role([str(number)])
    assert len(table._memo) <= 4096


def test_many_stars_do_not_backtrack() -> None:
    table = RoleTable({"*a*a*a*a*a*b": "id"})
    assert table.role(["a" * 50_000]) is None
