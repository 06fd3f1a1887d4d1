"""Paths and addresses that may reach a report: names that programmers gave stay, everything else becomes `{*}`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopwatch import seconds
from taciturn.model.safe import HIDDEN, safe_name, safe_path, safe_url


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("query.cd[file_name]", "query.cd[file_name]"),
        ("query.cd[buttonFeatures]$.innerText", "query.cd[buttonFeatures]$.innerText"),
        ("query.cd[Minutes of May.docx]", "query.cd[{*}]"),
        ("query.cd[20210314094107]", "query.cd[{*}]"),
        ("body.members[664201937].name", "body.members[{*}].name"),
        ("query[;2]", "query[;2]"),
        ("header.token[jwt-header]$.sub", "header.token[jwt-header]$.sub"),
        ("body[gzip]$.events[12].name", "body[gzip]$.events[12].name"),
        ("body$.files.Minutes of May", "body$.files.{*}"),
        ("url path[3]", "url path[3]"),
        ("query.u?folder", "query.u?folder"),
        ("body$.664201937120488", "body$.{*}"),
        ("body$.payroll-2031.xlsx", "body$.{*}"),
        ("body.salaries.pdf", "body.{*}"),
        ("body$.address.zip.name", "body$.{*}.name"),
        ("body.pdf", "body.pdf"),
        ("body$.files[0].pdf", "body$.files[0].pdf"),
        ("body$.archive.tar.gz", "body$.{*}"),
        ("body$.severance.pdf#key", "body$.{*}#key"),
        ("body$.members.hallvard#key", "body$.members.{*}#key"),
        ("query.Minutes#key", "query.{*}#key"),
        ("body$.ada@lund", "body$.{*}"),
        ("body$.ada.lund@nesse.example", "body$.ada.{*}.example"),
        ("body$.Clients-Nesse", "body$.{*}"),
        ("body$.folder=Clients/Nesse", "body$.{*}"),
        ("body$.a1b2c3d4e5", "body$.{*}"),
        ("query.cd[x]Ada Lund", "query.cd[x]{*}"),
        ("Ada Lund", "{*}"),
        ("url path of Ada", "url path{*}"),
        ("body$.og:title", "body$.og:title"),
        ("body$.@type", "body$.@type"),
        ("body$.$set.plan_name", "body$.$set.plan_name"),
        ("body.data-file-name", "body.data-file-name"),
        ("header.x-client-url?folder", "header.x-client-url?folder"),
        ("query.cd[JSON-LD]$[0].image", "query.cd[JSON-LD]$[0].image"),
        ("url path;u1", "url path;u1"),
        ("url fragment", "url fragment"),
        ("body[grpc][protobuf].1.12.3", "body[grpc][protobuf].1.12.3"),
        ("body.1.12", "body.{*}.{*}"),
        ("raw", "raw"),
        ("", ""),
    ],
)
def test_safe_path(path: str, safe: str) -> None:
    assert safe_path(path) == safe


@given(st.text(alphabet="ab1.[]$?#; {*}-_é", max_size=60))
def test_safe_path_of_anything_keeps_no_foreign_letter_and_no_long_number(path: str) -> None:
    safe = safe_path(path)
    assert "é" not in safe
    assert not re.search(r"[0-9]{6}", safe)


WORDS = ["Clients/Nesse", "Minutes of May.docx", "ada@nesse.example", "4821075", "+44 7700 900461", "Žluť", "a=b", "x y",
         "severance.pdf", "Clients-Nesse", "https://nesse.example/x", "17", "C:\\\\nesse", "Nesse, Ada", "{*}"]  # fmt: skip
CONTAINERS = ["body$.{}", "query.{}", "body$.files.{}.size", "query.cd[{}]", "body.m[0][{}]", "header.cookie.{}$.a", "query.u?{}",
              "query.u#{}", "url path;{}", "body$.{}#key", "body[gzip]$[0].{}[pct]", "query.{}:base"]  # fmt: skip


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("word", WORDS)
def test_safe_path_shows_no_step_that_is_like_a_value(container: str, word: str) -> None:
    safe = safe_path(container.format(word))
    for part in re.findall(r"[^\W_]{3,}", word):
        if part not in ("example", "docx"):
            assert part not in safe.replace("size", "").replace("header.cookie", ""), safe
    assert HIDDEN in safe or "[17]" in safe  # a number of two digits in brackets is an index


@given(st.lists(st.sampled_from([*WORDS, *"abc", ".", "$", "[", "]", "#key", "#", "?", ";", ":base", " "]), max_size=9))
def test_safe_path_of_a_safe_path_is_the_same(parts: list[str]) -> None:
    safe = safe_path("".join(parts))
    assert safe_path(safe) == safe


@given(st.text(max_size=30))
def test_safe_name_is_the_name_or_hidden(name: str) -> None:
    safe = safe_name(name)
    assert safe in (name, HIDDEN)
    if safe == name:
        assert name.isascii()
        assert not set(name) & set(" /=.,%+()'\"\\\\")
        assert sum(map(str.isdigit, name)) < 5
        assert "@" not in name[1:]


@pytest.mark.parametrize(
    "name", ["fileName", "file_name", "file-name", "og:title", "@type", "$set", "utm_source", "x1", "_ga", "SKU"]
)
def test_safe_name_programmers_names_stay(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize("target", ["/" + "/" * 10**6, "/?" + "&" * 10**6, "/?" + "a=&" * 300_000, "/" + "%" * 10**6])
def test_safe_url_of_a_megabyte_takes_less_than_a_second(target: str) -> None:
    assert seconds(lambda: safe_url("https", "a.example", target)) < 1


@pytest.mark.parametrize(
    "path", ["." * 10**6, "[" * 10**6, "[]" * 500_000, "a." * 500_000, "$" * 10**6, ".1a" * 300_000]
)
def test_safe_path_of_a_megabyte_takes_less_than_two_seconds(path: str) -> None:
    assert seconds(lambda: safe_path(path)) < 2


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        (b"/tr?id=1&cd[file_name]=x", "https://a.example/tr?id&cd"),
        (b"/v2/files/Minutes%20of%20May.docx", "https://a.example/v2/files/{*}"),
        (b"/tr?cd%5Bfile_name%5D=x", "https://a.example/tr?cd"),
        (b"/?Hallvard%2DNesse%20AG=1", "https://a.example/?{*}"),
        (b"/?Hallvard+Nesse", "https://a.example/?{*}"),
        (b"/a#Hallvard", "https://a.example/a"),
        (b"/?Hallvard", "https://a.example/?{*}"),
        (b"/?x=1&Hallvard&y", "https://a.example/?x&{*}&{*}"),
        (b"/users/hallvard/events", "https://a.example/users/{*}/events"),
        (b"/groups/night-owls", "https://a.example/groups/{*}"),
        (b"/v3.0/me/collect.gif", "https://a.example/v3.0/me/collect.gif"),
        (b"/b2_browse_files2.htm", "https://a.example/{*}"),
        (b"/x/Clients/4821/ada@nesse.example", "https://a.example/x/{*}/{*}/{*}"),
        (b"/x;u1=Nesse", "https://a.example/{*}"),
        (b"/?u=https://nesse.example/x&folder=Clients/Nesse", "https://a.example/?u&folder"),
        (b"/?\xff=1", "https://a.example/?{*}"),
        (
            "/?" + "&".join(f"p{chr(97 + i)}=1" for i in range(20)),
            "https://a.example/?pa&pb&pc&pd&pe&pf&pg&ph&pi&pj&pk&pl",
        ),
    ],
)
def test_safe_url(target: bytes, safe: str) -> None:
    assert safe_url("https", "a.example", target) == safe
