"""Where reports go, and that nothing which goes wrong there makes a gate look clean."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from taciturn.cli import outputs
from taciturn.cli.main import main
from taciturn.errors import UsageError

LEAK = Path(__file__).resolve().parents[3] / "docs" / "tutorials" / "file-browser.har"
NAMES = ("console", "json", "sarif", "github")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["sarf=x"], "not a format"),
        (["sarif="], "no file"),
        (["sarif=a", "json=./a"], "the file of another format"),
        (["sarif=none/a"], "no such folder"),
        (["sarif=folder"], "this is a folder"),
        (["sarif=in.har"], "in.har is what is read"),
        (["sarif=link.har"], "in.har is what is read"),
        (["sarif", "json"], "all to standard output"),
        (["console", "json=-"], "all to standard output"),
        (["console", "console"], "all to standard output"),
    ],
)
def test_outputs_that_would_be_lost_are_refused_before_any_work(texts: list[str], what: str) -> None:
    Path("folder").mkdir()
    Path("in.har").write_text("{}")
    Path("link.har").symlink_to("in.har")
    with pytest.raises(UsageError, match=what):
        outputs.outputs_of(texts, NAMES, ["in.har"])


def test_outputs_lines_for_people_and_for_ci_may_stand_together() -> None:
    given = outputs.outputs_of(["console", "github", "json=a", "sarif=/dev/null"], NAMES, [])
    assert given == [("console", ""), ("github", ""), ("json", "a"), ("sarif", "/dev/null")]


def test_report_that_is_broken_off_leaves_the_old_one_and_no_half(tmp_path: Path) -> None:
    Path("a").write_text("old")

    def write(name: str, file: object) -> None:
        print("half", file=file)  # type: ignore[call-overload]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outputs.write_all([("json", "a")], write)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert Path("a").read_text() == "old"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_report_that_cannot_be_written_keeps_no_other_from_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(LEAK), "--format", "json=/dev/full", "--format", "sarif=out.sarif"]) == 2
    assert "/dev/full: cannot be written: No space left on device" in capsys.readouterr().err
    assert Path("out.sarif").stat().st_size > 1000


@pytest.mark.parametrize(("words", "code"), [([], 1), (["broken.har"], 2)])
def test_reader_of_both_outputs_that_has_had_enough_does_not_make_it_clean(words: list[str], code: int) -> None:
    Path("broken.har").write_text("no capture")
    command = [sys.executable, "-m", "taciturn.cli.main", "replay", str(LEAK), *words, "--format", "sarif=out.sarif"]
    with subprocess.Popen([*command, "--format", "console"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.wait(30) == code
    assert Path("out.sarif").exists()


@pytest.mark.parametrize("option", ["--config=", "--policy="])
def test_option_without_a_name_is_not_the_default(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(LEAK), option]) == 2
    assert "one is empty" in capsys.readouterr().err
