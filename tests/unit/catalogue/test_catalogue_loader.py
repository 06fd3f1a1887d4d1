"""Catalogue files: what they may say, and that every mistake is shown where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from taciturn.catalogue import Catalogue, load_catalogue
from taciturn.errors import ConfigError, Problem

GOOD = """\
version: 1
owners:
  Acme: acme.example acme-cdn.example
defaults: {category: analytics, source: har}
trackers:
- id: acme-pixel
  name: Acme Pixel
  owner: Acme
  hosts: t.acme.example
  answer: pixel
  roles: {page-url: dl, user-text: [a b, c]}
  why: {dl: the address}
  endpoints:
    acme.pixel.hit:
      path: /hit /hit/*
      method: GET POST
      roles: {id: sid}
      or: [{path: /relay/hit, hosts: "*", query: [sid ev=page*, sid v=2]}]
    acme.pixel.script: {path: /p.js, hosts: www.acme.example, kind: script, answer: script, source: docs}
- {id: bare, name: Bare, hosts: bare.example, category: advertising}
"""


def write(folder: Path, text: str, name: str = "file.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        load_catalogue([write(folder, text)])
    return list(caught.value.problems)


@pytest.fixture
def good(tmp_path: Path) -> Catalogue:
    return load_catalogue([write(tmp_path, GOOD)])


def test_good_file_becomes_trackers_and_endpoints(good: Catalogue) -> None:
    tracker = good.trackers["acme-pixel"]
    assert (tracker.owner, tracker.category, tracker.source, tracker.surrogate) == ("Acme", "analytics", "har", "pixel")
    assert tracker.params == {"dl": "page-url", "a b": "user-text", "c": "user-text"}
    hit = good.endpoint("acme.pixel.hit")
    assert hit is not None
    assert hit.ways[0].paths == ("/hit", "/hit/*")
    assert hit.ways[0].methods == {"GET", "POST"}
    assert [len(group) for group in hit.ways[1].shape.query] == [2, 2]
    assert hit.surrogate == "pixel"
    assert good.endpoint("acme.pixel.script") is not None
    assert good.endpoint("acme.pixel.none") is None
    assert good.endpoint_ids == {"acme.pixel.hit", "acme.pixel.script"}
    assert good.owners["Acme"].sites == {"acme.example", "acme-cdn.example"}


def test_owner_defaults_to_the_name_and_own_values_beat_defaults(good: Catalogue) -> None:
    bare = good.trackers["bare"]
    assert (bare.owner, bare.category, bare.source) == ("Bare", "advertising", "har")


def one(body: str, line: str = "- {id: a, name: A, category: analytics, hosts: a.example}") -> str:
    return f"version: 1\ntrackers:\n{line}\n{body}"


@pytest.mark.parametrize(
    ("text", "line", "column", "what", "mend"),
    [
        ("trackers: []\n", 1, 1, "version is missing", "version: 1"),
        ("version: 2\n", 1, 10, "unknown version '2'", "1"),
        ("", 0, 0, "the file is empty", ""),
        ("- a\n", 1, 1, "a catalogue file must be a mapping", ""),
        ("version: 1\ntrackers: {\n", 3, 1, "not valid YAML", ""),
        ("version: 1\ntrackers: a\n", 2, 11, "trackers must be a list", ""),
        ("version: 1\ntracker: []\n", 2, 1, "unknown key 'tracker' in a catalogue file", "did you mean 'trackers'?"),
        ("version: 1\nversion: 1\n", 2, 1, "duplicate key 'version' (first in line 1)", "keep one"),
        (one("- {name: B}\n"), 4, 3, "a tracker needs an id", ""),
        (one("- {id: B_, name: B}\n"), 4, 8, "'B_' is no id", ""),
        (one("- {id: a, name: A, category: analytics, hosts: b.example}\n"), 4, 8, "duplicate tracker 'a'", "merge"),
        (one("- {id: b, category: analytics, hosts: b.example}\n"), 4, 3, "tracker 'b' has no name", ""),
        (one("- {id: b, name: B, hosts: b.example}\n"), 4, 3, "tracker 'b' has no category", "advertising"),
        (
            one("- {id: b, name: B, category: analytic, hosts: b.example}\n"),
            4,
            30,
            "unknown category 'analytic'",
            "did you mean 'analytics'?",
        ),
        (one("- {id: b, name: B, category: consent}\n"), 4, 3, "tracker 'b' has neither hosts nor endpoints", ""),
        (
            one("- {id: b, name: B, category: consent, hosts: a.example}\n"),
            4,
            46,
            "a.example already belongs to a",
            "shared",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: '*.b.example'}\n"),
            4,
            46,
            "'*.b.example' is no host name",
            "",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: b.example b.example}\n"),
            4,
            46,
            "b.example stands twice",
            "",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: b.example, answer: pixle}\n"),
            4,
            65,
            "unknown answer 'pixle'",
            "did you mean 'pixel'?",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: b.example, roles: {page_url: dl}}\n"),
            4,
            65,
            "unknown role 'page_url'",
            "did you mean 'page-url'?",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: b.example, roles: {id: x, opaque: x}}\n"),
            4,
            80,
            "'x' has two roles: id and opaque",
            "keep one",
        ),
        (
            one("- {id: b, name: B, category: consent, hosts: b.example, why: {x: because}}\n"),
            4,
            63,
            "why explains 'x', which has no role here",
            "",
        ),
    ],
)
def test_mistake_is_shown_where_it_stands(
    tmp_path: Path, text: str, line: int, column: int, what: str, mend: str
) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1
    problem = found[0]
    assert (problem.line, problem.column) == (line, column)
    assert what in problem.what
    assert mend in problem.mend
    assert problem.file.endswith("file.yaml")


def endpoint(body: str, hosts: str = "  hosts: a.example\n", key: str = "a.x") -> str:
    return f"version: 1\ntrackers:\n- id: a\n  name: A\n  category: consent\n{hosts}  endpoints:\n    {key}: {body}\n"


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        (endpoint("{path: /x}", key="x"), "'x' is no endpoint id", ""),
        (endpoint("{path: /x}", key="b.x"), "endpoint 'b.x' does not start with its tracker", "a.b.x"),
        (endpoint("{}"), "an endpoint needs a path", "/**"),
        (endpoint("{path: x}"), "path 'x': a path glob starts with a slash", ""),
        (endpoint("{path: /x**/y}"), "** stands for whole segments", ""),
        (endpoint("{path: /x, method: FETCH}"), "unknown method 'FETCH'", "GET"),
        (endpoint("{path: /x, kind: ingst}"), "unknown kind 'ingst'", "did you mean 'ingest'?"),
        (endpoint("{path: /x, paths: /y}"), "unknown key 'paths' in endpoint a.x", "did you mean 'path'?"),
        (endpoint("{path: /x, or: [{pth: /y}]}"), "unknown key 'pth' in or", "did you mean 'path'?"),
        (endpoint("{path: /x}", hosts=""), "an endpoint without hosts", "any host"),
        (endpoint("{path: /**, hosts: '*'}"), "this would fit any path of any host", "query"),
        (endpoint("{path: /**, hosts: '*', query: 'a[b]=1'}"), "cannot be searched for", "plain letters"),
        (endpoint("{path: /x, some: a b, least: 3}"), "least is greater than the number of names in some", ""),
        (endpoint("{path: /x, cross-site: 'yes'}"), "unknown cross-site 'yes'", ""),
    ],
)
def test_mistake_in_an_endpoint_is_named(tmp_path: Path, text: str, what: str, mend: str) -> None:
    found = problems(tmp_path, text)
    assert any(what in problem.what and mend in problem.mend for problem in found), found
    assert all(problem.line >= 7 or "without hosts" in problem.what for problem in found)


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    first = write(tmp_path, "version: 1\nzzz: 1\ntrackers: {}\n", "a.yaml")
    second = write(tmp_path, "nothing: 1\n", "b.yaml")
    with pytest.raises(ConfigError) as caught:
        load_catalogue([first, second, tmp_path / "missing.yaml"])
    assert [Path(problem.file).name for problem in caught.value.problems] == [
        "a.yaml", "a.yaml", "b.yaml", "b.yaml", "missing.yaml",
    ]  # fmt: skip


def test_file_that_is_no_text_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes(b"version: \xff\xfe\x00")
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_catalogue([path])


def test_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, one(""), "b.yaml")
    write(tmp_path, one("", "- {id: b, name: B, category: consent, hosts: b.example}"), "a.yml")
    write(tmp_path, "not a catalogue", "notes.txt")
    assert list(load_catalogue([tmp_path]).trackers) == ["b", "a"]


def test_users_file_changes_a_shipped_tracker(tmp_path: Path) -> None:
    shipped = write(tmp_path, GOOD, "shipped.yaml")
    extra = write(
        tmp_path,
        """\
version: 1
trackers:
- id: acme-pixel
  category: advertising
  hosts: pixel.acme.test
  roles: {page-title: dl}
  endpoints:
    acme.pixel.script: {path: /other.js}
- {id: mine, name: Mine, category: analytics, hosts: collect.mine.test}
""",
        "extra.yaml",
    )
    catalogue = load_catalogue([shipped], [extra])
    tracker = catalogue.trackers["acme-pixel"]
    assert tracker.category == "advertising"
    assert tracker.name == "Acme Pixel"
    assert tracker.hosts == ("t.acme.example", "pixel.acme.test")
    assert tracker.params["dl"] == "page-title"
    assert [endpoint.id for endpoint in tracker.endpoints] == ["acme.pixel.hit", "acme.pixel.script"]
    match = catalogue.match("x.pixel.acme.test", "GET", b"/other.js")
    assert match is not None
    assert match.ref.endpoint == "acme.pixel.script"
    assert catalogue.match("www.acme.example", "GET", b"/p.js") is None
    assert catalogue.match("collect.mine.test", "GET", b"") is not None


def test_users_file_may_not_name_one_tracker_twice(tmp_path: Path) -> None:
    extra = write(tmp_path, "version: 1\ntrackers:\n- {id: bare, name: A}\n- {id: bare, name: B}\n", "extra.yaml")
    with pytest.raises(ConfigError, match="duplicate tracker 'bare'"):
        load_catalogue([write(tmp_path, GOOD)], [extra])


def test_plain_yaml_words_stay_text(tmp_path: Path) -> None:
    text = (
        "version: 1\ntrackers:\n- {id: a, name: no, category: consent, hosts: a.example, roles: {id: 12:30:00 null}}\n"
    )
    tracker = load_catalogue([write(tmp_path, text)]).trackers["a"]
    assert tracker.name == "no"
    assert tracker.params == {"12:30:00": "id", "null": "id"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_file_that_nests_beyond_the_stack_is_a_problem_and_no_crash(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "deep.yaml"
    file.write_bytes(("- " * 60_000).encode(encoding))
    with pytest.raises(ConfigError, match="nested deeper"):
        load_catalogue([file])
