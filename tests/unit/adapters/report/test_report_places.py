"""Paths of captures as CI matches them with the files of a repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from taciturn.adapters.report.places import as_uri, checkout, relative


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "checkout" / "web"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return str(folder)


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_checkout_is_what_ci_says_when_we_are_inside(name: str, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checkout() == os.path.realpath(root)
    monkeypatch.setenv(name, str(Path(root).parent))
    assert checkout() == os.path.realpath(Path(root).parent)
    monkeypatch.setenv(name, "/elsewhere")
    assert checkout() == os.path.realpath(root)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("captures/one.har", "captures/one.har"),
        ("./captures//one.har", "captures/one.har"),
        ("captures/../one.har", "one.har"),
        ("../shop/one.har", "shop/one.har"),
        ("/somewhere/of/mine/one.har", "somewhere/of/mine/one.har"),
        ("-", "stdin"),
        ("s3://bucket/a/one.har", "bucket/a/one.har"),
        ("https://me:secret@files.example/a/../one.har?token=secret#x", "files.example/a/one.har"),
        ("https://[broken/one.har", "https"),
        ("\x00.har", "\x00.har"),
        ("..", "stdin"),
    ],
)
def test_relative_is_below_the_checkout_and_names_no_machine(typed: str, told: str, root: str) -> None:
    assert relative(typed, checkout()) == told


def test_relative_of_an_absolute_path_inside(root: str) -> None:
    assert relative(os.path.join(root, "a", "one.har"), checkout()) == "a/one.har"


def test_relative_follows_links_that_stay_inside(root: str) -> None:
    (Path(root) / "real").mkdir()
    (Path(root) / "real" / "one.har").write_text("{}")
    (Path(root) / "link").symlink_to("real")
    assert relative("link/one.har", checkout()) == "real/one.har"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("captures/one.har", "captures/one.har"),
        ("a b/ö#?%[x].har", "a%20b/%C3%B6%23%3F%25%5Bx%5D.har"),
        ("c:d/one.har", "c%3Ad/one.har"),
        ("caf\udce9.har", "caf%E9.har"),
        ("\ud800.har", "%ED%A0%80.har"),
        ("a\n\x1b.har", "a%0A%1B.har"),
    ],
)
def test_uri_is_a_relative_reference(path: str, uri: str) -> None:
    assert as_uri(path) == uri
