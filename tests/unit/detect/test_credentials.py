"""Tokens and passwords, and the public keys that are none."""

from __future__ import annotations

import pytest
from detect_kit import found, post

LEAKS = [
    ("access token in an address", {"url": "https://a.example/x?access_token=Kd83hfkWq02mmZ"}, ("credential.token", "Kd83hfkWq02mmZ")),
    ("signed download", {"href": "https://f.example/file/a?Authorization=3_20210314094107_5f0c7ad1b9"}, ("credential.token", "3_20210314094107_5f0c7ad1b9")),
    ("signature that expires", {"src": "https://b.example/o?Expires=1700000000&Signature=aB3dE5fG7hJ9"}, ("credential.token", "aB3dE5fG7hJ9")),
    ("service token by its form", {"x": "EAAGm0PX4twinBAPz5Lk"}, ("credential.token", "EAAGm0PX4twinBAPz5Lk")),
    ("key of a hook", {"url": "https://hook.example/trigger/new_row/with/key/c7Wq1Zn8Rk3Tb5Xp"}, ("credential.token", "c7Wq1Zn8Rk3Tb5Xp")),
    ("secret of a channel", {"url": "https://hook.example/services/T01ABCDEF/B02GHIJK/u4Hs9Lq2Vd6Yf0Mw"}, ("credential.token", "u4Hs9Lq2Vd6Yf0Mw")),
    ("token of a bot", {"url": "https://bot.example/bot712345678:AAx-Kq9_wErTy12UiOp34AsDf/sendMessage"},
     ("credential.token", "bot712345678:AAx-Kq9_wErTy12UiOp34AsDf")),
    ("password in an address", {"url": "https://a.example/login?password=Hopfen%26Malz7"}, ("credential.password", "Hopfen&Malz7")),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in LEAKS], ids=[case[0] for case in LEAKS])
def test_what_opens_something_is_found(body: object, expected: tuple[str, str]) -> None:
    assert expected in found(post(body))


CLEAN = [
    ("a project's public token", {"token": "9f1d3c5b7a2e4f608d1c2b3a4f5e6d70"}),
    ("a write key", {"writeKey": "dEv5wRItEkEy01abc9"}),
    ("an advertisement's own signature", {"u": "https://ads.example/aclk?sig=AOD64_1IZqqeSMGJy65Vgk4Job"}),
    ("a click id", {"u": "https://s.example/?gclid=Cj0KCQjw2PSvBhDjARIsAKc2cgN"}),
    ("a segment without a secret", {"url": "https://h.example/services/Treatments/Botox/consultation-2026"}),
    ("a chunk", {"url": "https://h.example/with/keyboard/c7Wq1Zn8Rk3Tb5Xp"}),
    ("a label", {"password_hint": "at least eight letters"}),
]


@pytest.mark.parametrize("body", [case[1] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_public_keys_are_not_found(body: object) -> None:
    assert found(post(body)) == set()
