"""Path globs: what they fit, what is refused, and that hostile paths cost no more than their length."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taciturn.catalogue import globs


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("/tr", b"/tr", True),
        ("/tr", b"/tr/", False),
        ("/tr", b"/track", False),
        ("/tr", b"/a/tr", False),
        ("/a/*/c", b"/a/b/c", True),
        ("/a/*/c", b"/a//c", True),
        ("/a/*/c", b"/a/b/b/c", False),
        ("/__pt*.gif", b"/__ptq.gif", True),
        ("/__pt*.gif", b"/__ptq/x.gif", False),
        ("/a*b*c", b"/aXbXbXc", True),
        ("/a*b*c", b"/aXbXbX", False),
        ("/a/**", b"/a/", True),
        ("/a/**", b"/a/b/c", True),
        ("/a/**", b"/a", False),
        ("/activityi;**", b"/activityi;src=1;u1=a/b", True),
        ("/**/collect", b"/collect", True),
        ("/**/collect", b"/a/b/collect", True),
        ("/**/collect", b"/a/recollect", False),
        ("/x/**/y*", b"/x/a/b/yz", True),
        ("/x/**/y*", b"/x/a/b/zy", False),
        ("/<n>/members", b"/123/members", True),
        ("/<n>/members", b"/12a/members", False),
        ("/v<n>.<n>/*", b"/v3.1/me", True),
        ("/events/<hex64>", b"/events/" + b"a1" * 32, True),
        ("/events/<hex64>", b"/events/" + b"a1" * 31, False),
        ("/collect/<hex>", b"/collect/0123456789abcdef0", True),
        ("/collect/<hex>", b"/collect/0123456789abcde", False),
        ("/a.b", b"/axb", False),
        ("/**", b"/anything/at?all", True),
    ],
)
def test_glob_fits_whole_path_only(glob: str, path: bytes, fits: bool) -> None:
    assert not globs.fault(glob)
    assert (globs.compile_path(glob).fullmatch(path) is not None) is fits


@pytest.mark.parametrize(
    "glob",
    ["tr", "", "/a**b", "/**/a/**/b", "/a**/b", "/<digits>", "/*<n>", "/a/***"],
)
def test_glob_that_could_be_slow_or_mean_nothing_is_refused(glob: str) -> None:
    assert globs.fault(glob)


@pytest.mark.parametrize(
    "glob",
    ["/a*a*a*a*a*b", "/**/a*a*a*b", "/**/collect/*/x", "/*/*/*/*/x", "/<n>_<n>/**"],
)
@pytest.mark.parametrize("unit", [b"a", b"a/", b"/", b"collect/", b"1", b"1_"])
def test_glob_on_long_hostile_path_takes_linear_time(glob: str, unit: bytes) -> None:
    pattern = globs.compile_path(glob)
    path = b"/" + unit * (200_000 // len(unit))
    started = time.process_time()
    assert pattern.fullmatch(path) is None or glob == "/<n>_<n>/**"
    assert time.process_time() - started < 1.0  # quadratic would be minutes


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        (b"/%74r/", b"/tr/"),
        (b"/a%2Fb", b"/a%2Fb"),
        (b"/a%20b%7e", b"/a%20b~"),
        (b"/%zz%4", b"/%zz%4"),
        (b"/plain", b"/plain"),
    ],
)
def test_normal_path_decodes_unreserved_characters_only(raw: bytes, normal: bytes) -> None:
    assert globs.normal_path(raw) == normal


@given(st.binary())
def test_normal_path_of_any_bytes_is_stable(path: bytes) -> None:
    once = globs.normal_path(path)
    assert len(once) <= len(path)
    assert b"%" in path or once == path


def test_literal_segment_is_the_last_fixed_one() -> None:
    assert globs.literal_segment("/**/b/ss/*/x*") == b"ss"
    assert globs.literal_segment("/<n>/*") == b""


def test_specificity_prefers_fixed_text_then_fewer_wildcards() -> None:
    ordered = ["/**", "/*", "/a/**", "/a/*", "/a/<n>", "/a/b"]
    assert sorted(ordered, key=globs.specificity) == ordered


@pytest.mark.parametrize(
    ("glob", "value", "fits"),
    [
        ("G-*", "G-ABC", True),
        ("G-*", "UA-1", False),
        ("*member*", "name,members{id}", True),
        ("2", "2", True),
        ("2", "20", False),
        ("", "", True),
        ("*", "", True),
    ],
)
def test_value_glob_fits_whole_value(glob: str, value: str, fits: bool) -> None:
    assert (globs.compile_value(glob).fullmatch(value) is not None) is fits
