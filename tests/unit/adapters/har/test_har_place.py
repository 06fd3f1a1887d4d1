"""Names of captures: what may be shown of them."""

from __future__ import annotations

import pickle

import pytest

from taciturn.adapters.har.place import Place, address_of, called, distinct, is_remote, remote

SIGNED = "https://ci:hunter2@store.example/runs/a.har?X-Amz-Signature=abcdef#part"


def test_remote_place_shows_no_credentials_and_keeps_its_address() -> None:
    place = remote(SIGNED)
    assert place == "https://store.example/runs/a.har"
    assert address_of(place) == SIGNED
    assert called(SIGNED) == "https://store.example/runs/a.har"
    assert "hunter2" not in repr(place)


def test_place_keeps_its_address_on_the_way_to_another_process() -> None:
    copied = pickle.loads(pickle.dumps(remote(SIGNED)))
    assert (copied, address_of(copied)) == (remote(SIGNED), SIGNED)


def test_distinct_gives_places_that_look_alike_names_of_their_own() -> None:
    one, two = remote("https://a.example/get?file=1"), remote("https://a.example/get?file=2")
    assert distinct([one, two, one, "b.har", "b.har"]) == [
        "https://a.example/get", "https://a.example/get (2)", "b.har",
    ]  # fmt: skip
    assert [address_of(place) for place in distinct([one, two])] == [address_of(one), address_of(two)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("s3://b/k", True), ("memory://a", True), ("https://a.example/a.har", True), ("file:///a", False), ("a.har", False), ("C:\\a.har", False)],
    ids=["s3", "memory", "https", "file", "path", "drive"],
)  # fmt: skip
def test_is_remote(text: str, expected: bool) -> None:
    assert is_remote(text) is expected


def test_called_writes_control_characters_out() -> None:
    assert called("a\nb\x1b[31m\u202e.har") == "a\\nb\\x1b[31m\\u202e.har"
    assert called(Place("shown", "hidden")) == "shown"
