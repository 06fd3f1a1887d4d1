"""Globs: labels and segments, never substrings, in linear time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopwatch import seconds
from taciturn.rules import glob


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("b2_*", "b2_browse.htm", True),
        ("b2_*", "xb2_browse", False),
        ("*.pdf", "a.pdf", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*b*c", "a-c-b", False),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("", "", True),
        ("a*a", "a", False),
        ("*x*x*", "xx", True),
        ("*x*x*", "x", False),
    ],
)
def test_segment_matches(pattern: str, text: str, fits: bool) -> None:
    assert glob.segment(pattern)(text) is fits


@given(st.text("ab*", max_size=8), st.text("ab", max_size=10))
def test_segment_agrees_with_a_regular_expression(pattern: str, text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
    assert glob.segment(pattern)(text) is expected


@given(
    st.lists(st.sampled_from(["a", "b", "*", "**"]), max_size=6), st.lists(st.sampled_from(["a", "b", "c"]), max_size=8)
)
def test_steps_agree_with_a_regular_expression(patterns: list[str], parts: list[str]) -> None:
    one = {"a": "a/", "b": "b/", "*": "[abc]/", "**": "(?:[abc]/)*"}
    expected = re.fullmatch("".join(one[p] for p in patterns), "".join(f"{part}/" for part in parts)) is not None
    assert glob.Steps(patterns).match(parts) is expected


def test_segment_many_stars_on_a_long_text_takes_no_time() -> None:
    test = glob.segment("a*" * 50 + "b")
    assert not test("a" * 20_000)
    assert seconds(lambda: test("a" * 20_000)) < 0.5


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("facebook.com", "facebook.com", True),
        ("facebook.com", "www.facebook.com", False),
        ("facebook.com", "notfacebook.com", False),
        ("*.facebook.com", "www.facebook.com", True),
        ("*.facebook.com", "a.b.facebook.com", True),
        ("*.facebook.com", "facebook.com", False),
        ("*.facebook.com", "facebook.com.evil.test", False),
        ("www.*.example", "www.a.example", True),
        ("www.*.example", "www.a.b.example", False),
        ("www.**", "www.a.b.example", True),
        ("Example.COM.", "example.com", True),
        ("*", "anything.example", True),
        ("[2001:db8::1]", "2001:db8::1", True),
    ],
)
def test_host_matches_labels(pattern: str, name: str, fits: bool) -> None:
    assert glob.host(pattern)(name) is fits


@pytest.mark.parametrize("pattern", ["a..b", "a/b", "a b", "", "-a.example", "ex ample.com", "a.**b"])
def test_host_what_is_no_host_is_refused(pattern: str) -> None:
    with pytest.raises(glob.GlobError):
        glob.host(pattern)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/account/**", "/account", True),
        ("/account/**", "/account/orders/1", True),
        ("/account/**", "/accounting", False),
        ("/**/members", "/v3.1/1/members", True),
        ("/**/members", "/members", True),
        ("/*/members", "/v3.1/1/members", False),
        ("/b2_*", "/b2_x.htm", True),
        ("/b2_*", "/b2_x/y", False),
        ("/tr/", "/tr/", True),
        ("/tr/", "/tr", False),
    ],
)
def test_path_matches_segments(pattern: str, path: str, fits: bool) -> None:
    assert glob.path(pattern)(path) is fits


@pytest.mark.parametrize("pattern", ["account", "/a?b", "/a#b", "/a/**b"])
def test_path_what_cannot_match_is_refused(pattern: str) -> None:
    with pytest.raises(glob.GlobError):
        glob.path(pattern)


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("https://secure.example.com/b2_*", "https://secure.example.com/b2_browse.htm?x=/b2_", True),
        ("https://secure.example.com/b2_*", "http://secure.example.com/b2_browse.htm", False),
        ("secure.example.com/b2_*", "http://secure.example.com/b2_browse.htm", True),
        ("*://secure.example.com/**", "http://secure.example.com:8443/a/b", True),
        ("secure.example.com", "https://secure.example.com/any/thing", True),
        ("secure.example.com/b2_*", "https://secure.example.com.evil.test/b2_x", False),
        ("secure.example.com/b2_*", "https://evil.test/?u=secure.example.com/b2_x", False),
        ("secure.example.com/b2_*", "https://secure.example.com@evil.test/b2_x", False),
        ("*/**/inbox/**", "https://app.example/#/inbox/7", True),
        ("*/**/inbox/**", "https://app.example/x#!/inbox", True),
        ("*/**/inbox/**", "https://app.example/?p=/inbox/", False),
        ("webmail.**", "https://webmail.example.org/a", True),
        ("*/**/account/orders/**", "https://SHOP.example/en/account/orders/2291", True),
    ],
)
def test_url_glob_compares_host_and_path_and_not_the_query(pattern: str, url: str, fits: bool) -> None:
    at = glob.address(url)
    assert at is not None
    made = glob.UrlGlob(pattern)
    assert made.match(at) is fits
    assert made.literal in url.lower() or not fits


@pytest.mark.parametrize("pattern", ["/account/**", "ftp://a.example/", "a.example/x?y", "://x"])
def test_url_glob_what_cannot_match_is_refused(pattern: str) -> None:
    with pytest.raises(glob.GlobError):
        glob.UrlGlob(pattern)


def test_address_without_scheme_is_none() -> None:
    assert glob.address("www.example.com/x") is None


def test_address_of_ipv6_with_port() -> None:
    at = glob.address("http://[2001:DB8::1]:8080/x")
    assert at is not None
    assert at.host == "2001:db8::1"


@pytest.mark.parametrize(
    ("pattern", "field", "fits"),
    [
        ("query.v", "query.v", True),
        ("query.v", "query.vv", False),
        ("query.v", "query.v?x", False),
        ("body.lines[*].en", "body[lines][0].en", True),
        ("body.lines[*].en", "body[lines][0].ep", False),
        ("body.**", "body$.a.b[3]", True),
        ("query.*", "query.dl", True),
        ("query.*", "query.dl?folder", False),
        ("url path.**", "url path[2]", True),
    ],
)
def test_field_glob_compares_steps(pattern: str, field: str, fits: bool) -> None:
    assert glob.FieldGlob(pattern).match(glob.field_steps(field)) is fits


def test_field_glob_keys_are_let_out_only_by_name() -> None:
    steps = glob.field_steps("body$#q3-plan")
    assert glob.FieldGlob("body.**").match(steps)
    assert not glob.FieldGlob("body.**", keys=False).match(steps)
    assert glob.FieldGlob("body.#q3-plan", keys=False).match(steps)


def test_field_glob_without_a_name_is_refused() -> None:
    with pytest.raises(glob.GlobError):
        glob.FieldGlob("$")
