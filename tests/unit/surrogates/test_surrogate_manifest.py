"""The stand-ins are of the type they claim."""

from __future__ import annotations

import json

import pytest

from taciturn.surrogates import NAMES, SURROGATES


def test_manifest_names_are_its_keys() -> None:
    assert all(name == stand_in.name for name, stand_in in SURROGATES.items())
    assert NAMES - SURROGATES.keys() == {"by-destination"}
    assert len(SURROGATES) == 13


@pytest.mark.parametrize("name", sorted(SURROGATES))
def test_stand_in_body_is_of_its_media_type(name: str) -> None:
    stand_in = SURROGATES[name]
    if stand_in.media_type.startswith("application/json"):
        assert isinstance(json.loads(stand_in.body), dict | list)
        assert stand_in.family == "data"
    elif stand_in.status == 204:
        assert (stand_in.body, stand_in.media_type) == (b"", "")
    else:
        assert stand_in.media_type
        assert stand_in.status == 200


def test_pixel_is_a_transparent_gif_of_one_pixel() -> None:
    body = SURROGATES["pixel"].body
    assert body[:6] == b"GIF89a"
    assert body[6:10] == b"\x01\x00\x01\x00"  # width and height, little endian
    assert b"\x21\xf9\x04\x01" in body  # graphic control extension with the transparency flag
    assert body[-1:] == b";"
    assert len(body) == 42
