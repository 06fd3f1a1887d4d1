"""The project's own files agree with each other: pins, documentation, container, change log."""

from __future__ import annotations

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from taciturn.adapters.mitm.settings import _KEYS as PROXY_KEYS
from taciturn.adapters.mitm.settings import ProxySettings
from taciturn.cli.main import COMMANDS, main
from taciturn.config import KEYS
from taciturn.limits import Limits

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.M)
}
DIRECT = [
    *PROJECT["project"]["dependencies"],
    *(line for name, group in PROJECT["dependency-groups"].items() if name != "fuzz" for line in group),
]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("line", DIRECT)
def test_pins_direct_dependency_is_pinned_in_range(line: str) -> None:
    wanted = Requirement(line)
    assert wanted.specifier.contains(PINS[canonicalize_name(wanted.name)])


def test_pins_what_is_installed_by_its_own_command_is_exact_where_it_is_named() -> None:
    assert PROJECT["dependency-groups"]["fuzz"]
    for line in PROJECT["dependency-groups"]["fuzz"]:
        assert re.fullmatch(r"[\w.-]+==[\w.]+", line)


def test_pins_every_line_is_exact_and_names_no_address() -> None:
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        assert re.fullmatch(r"[a-z0-9._-]+==[0-9][\w.]*( ; [^#@]+)?", line), line


def test_pins_build_backend_is_pinned() -> None:
    for line in PROJECT["build-system"]["requires"]:
        assert Requirement(line).specifier.contains(PINS[canonicalize_name(Requirement(line).name)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_docs_relative_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in _LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert broken == []


def test_docs_every_page_is_reached_from_the_index() -> None:
    reached: set[Path] = set()
    todo = [ROOT / "docs" / "README.md"]
    while todo:
        page = todo.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        todo += [(page.parent / target).resolve() for target in _LINK.findall(page.read_text())]
    assert sorted(set((ROOT / "docs").rglob("*.md")) - reached) == []


def test_changelog_opens_with_the_version_of_the_package() -> None:
    newest = re.search(r"^## \[?([\d.]+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert newest is not None
    assert newest[1] == PROJECT["project"]["version"]


def test_dockerfile_copies_only_files_that_exist_and_are_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", (ROOT / "docker" / "Dockerfile").read_text(), re.M)
        for source in line.split()[:-1]
    ]
    assert len(copied) >= 6
    assert [source for source in copied if source not in allowed or not (ROOT / source).exists()] == []


def test_makefile_help_lists_the_promised_targets() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("demo", "test", "check", "bench", "accuracy", "clean", "help"):
        assert f"make {target} " in listed


def test_sources_name_no_place_of_one_machine() -> None:
    places = re.compile(
        r"(?<![\w.}])/(?:wor" + "k/(?:main|shared)|roo" + r"t/)|pyp" + r"i\.org|files\.python" + "hosted"
    )
    named = [
        str(path.relative_to(ROOT))
        for folder in ("src", "rules", "docs", "docker", "tests", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yaml", ".md", ".json", ".toml", ""} and path.is_file()
        if places.search(path.read_text(errors="replace"))
    ]
    assert named == []


def test_docs_example_rules_load_and_pass_their_own_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "how-to" / "write-a-rule.md").read_text()
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.S | re.M)
    file = tmp_path / "example.yaml"
    file.write_text(example)
    assert main(["rules", "lint", str(file)]) == 0, capsys.readouterr().out
    assert main(["rules", "test", str(file)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_docs_command_line_page_names_every_option(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert f"\n## {command}\n" in page
    assert sorted(option for option in options if option not in page) == []


def test_docs_configuration_page_names_every_key() -> None:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text()
    keys = {*KEYS, *Limits._fields, *(f.name for f in fields(ProxySettings)), *PROXY_KEYS}
    inner = {"listen_host", "listen_port", "health_port", "body_limit", "inline_limit"}  # spelled otherwise in the file
    assert sorted(key for key in keys - inner if f"`{key}`" not in page) == []


def test_docs_tutorial_shows_what_the_program_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its blocks in order: a configuration is written, a command is run and must print the lines that are shown."""
    page = (ROOT / "docs" / "tutorials" / "first-leak.md").read_text()
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    ran = 0
    for language, block in re.findall(r"^```(yaml|console)\n(.*?)^```", page, re.S | re.M):
        if language == "yaml":
            (tmp_path / "taciturn.yaml").write_text(block)
            continue
        command, *shown = block.splitlines()
        main(command.removeprefix("$ taciturn ").split())
        printed = iter([line.rstrip() for line in capsys.readouterr().out.splitlines()])
        assert [line for line in shown if line.rstrip() not in printed] == []  # each after the one before it
        ran += 1
    assert ran == 3


def test_tests_have_unique_names() -> None:
    """Folders of tests are no packages: two files of one name could not be collected together."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
