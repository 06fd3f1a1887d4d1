from __future__ import annotations

import pytest

from taciturn.adapters.mitm.sidechannels import strip_side_channels


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ([(b"Alt-Svc", b'h3=":443"'), (b"X", b"1")], [(b"X", b"1")]),
        ([(b"alt-svc", b"clear")], []),
        ([(b"Reporting-Endpoints", b'a="/reports"')], [(b"Reporting-Endpoints", b'a="/reports"')]),
        (
            [(b"Reporting-Endpoints", b'a="https://shop.example/r"')],
            [(b"Reporting-Endpoints", b'a="https://shop.example/r"')],
        ),
        (
            [(b"Reporting-Endpoints", b'a="https://r.shop.example/r"')],
            [(b"Reporting-Endpoints", b'a="https://r.shop.example/r"')],
        ),
        ([(b"Reporting-Endpoints", b'a="https://others.example/r"')], []),
        ([(b"Reporting-Endpoints", b'a="//others.example/r"')], []),
        ([(b"Reporting-Endpoints", b'a="https://shop.example@others.example/r"')], []),
        ([(b"Reporting-Endpoints", b'a="https://notshop.example/r"')], []),
        (
            [(b"NEL", b"{}"), (b"Report-To", b'{"endpoints":[{"url":"https://others.example/r"}]}'), (b"X", b"1")],
            [(b"X", b"1")],
        ),
    ],
    ids=["alt-svc", "clear", "relative", "own", "under own", "others", "no scheme", "userinfo", "suffix", "nel"],
)
def test_strip_side_channels_takes_out_what_points_elsewhere(headers: list, kept: list) -> None:
    assert strip_side_channels(tuple(headers), "shop.example") == tuple(kept)


def test_strip_side_channels_nothing_to_strip_gives_the_same_object() -> None:
    headers = ((b"Content-Type", b"text/html"), (b"Set-Cookie", b"a=b"))
    assert strip_side_channels(headers, "shop.example") is headers
