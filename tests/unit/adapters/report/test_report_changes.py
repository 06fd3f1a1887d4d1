"""What differs between a request as it came and as it leaves."""

from __future__ import annotations

import gzip

import pytest
from report_kit import message

from taciturn.adapters.report.changes import field_changes
from taciturn.model.decision import Outgoing
from taciturn.model.message import Body, Message


def changes(
    before: Message, url: str | None = None, body: bytes | None = None
) -> list[tuple[str, str | None, str | None]]:
    after = Message.from_url(before.method, url or before.url)
    sent = Outgoing(after.url, after.target, before.headers, before.body.data if body is None else body)
    return [tuple(change) for change in field_changes(before, sent)]


def test_changes_of_a_query() -> None:
    before = message("https://pixel.example/tr?id=1&name=offer&size=48&gone=x")
    found = changes(before, "https://pixel.example/tr?id=1&name=redacted&size=0&new=y")
    assert [change for change in found if not change[0].endswith("#key")] == [
        ("query.name", "offer", "redacted"),
        ("query.size", "48", "0"),
        ("query.gone", "x", None),
        ("query.new", None, "y"),
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_changes_of_a_list_do_not_run_on_behind_a_dropped_element(pack) -> None:
    before = message(
        "https://pixel.example/e", Body(pack(b'{"members":[{"n":"Ida"},{"n":"Zed"},{"n":"Una"}]}')), method="POST"
    )
    found = changes(before, body=pack(b'{"members":[{"n":"Ida"},{"n":"Una"}]}'))
    assert [(old, new) for path, old, new in found if not path.endswith("#key")] == [("Zed", None)]


def test_changes_of_an_unchanged_request_are_none() -> None:
    assert changes(message("https://pixel.example/tr?a=1")) == []


def test_changes_repr_holds_no_value() -> None:
    before = message("https://pixel.example/tr?name=hush")
    sent = Outgoing("", b"/tr?name=x", (), b"")
    assert "hush" not in repr(field_changes(before, sent))
