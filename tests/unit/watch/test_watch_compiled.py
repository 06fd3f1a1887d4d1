"""A compiled list finds what the list in plain text finds, and holds none of it."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from taciturn.cli.main import main
from taciturn.config import build_watch, load_config
from taciturn.errors import ConfigError
from taciturn.watch import watch_values
from taciturn.watch.hashes import ALGORITHMS

VALUES = ["Copper Lantern", "runa.birkeland@gardenshed.example", "+49 30 1234567", "Lease Ekholm.pdf", "四半期計画"]
TEXTS = [
    *VALUES,
    "copper-lantern and 0049301234567",
    hashlib.sha256(b"copper lantern").hexdigest(),
    hashlib.sha384(b"+49301234567").hexdigest(),
    hashlib.md5(hashlib.sha1(b"lease ekholm.pdf").hexdigest().encode()).hexdigest(),
    "nothing here",
]


@pytest.fixture
def compiled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "ours.txt").write_text("\n".join(VALUES), "utf-8")
    out = tmp_path / "ours.watch"
    assert main(["watch", "compile", str(tmp_path / "ours.txt"), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("watch list ours: 5 values; ")
    return out


def configured(path: Path) -> Path:
    file = path.parent / "taciturn.yaml"
    file.write_text(f"version: 1\nwatch: {{files: [{path.name}]}}\n", "utf-8")
    return file


def test_compiled_list_finds_the_same(compiled: Path) -> None:
    lists = build_watch(load_config(configured(compiled)))
    assert lists.find(TEXTS) == watch_values(VALUES, "ours").find(TEXTS)
    assert len(lists.find(TEXTS)) == 10
    assert [(count.name, count.values) for count in lists.counts] == [("ours", 5)]


def test_compiled_list_holds_no_value_and_is_private(compiled: Path) -> None:
    data = compiled.read_bytes().lower()
    for value in VALUES:
        for word in (value, *value.split()):
            assert len(word) < 4 or word.lower().encode() not in data
    for name in ALGORITHMS:
        digest = hashlib.new(name, b"copper lantern").digest()
        assert digest[:7] not in data
        assert digest[6::-1] not in data
    assert stat.S_IMODE(compiled.stat().st_mode) == 0o600


def test_compiled_twice_shares_nothing(compiled: Path) -> None:
    other = compiled.with_name("other.watch")
    assert main(["watch", "compile", str(compiled.with_suffix(".txt")), "-o", str(other)]) == 0
    tail = 1000  # the tables of digests stand last
    assert compiled.read_bytes()[-tail:] != other.read_bytes()[-tail:]


@pytest.mark.parametrize("keep", [0, 10, 40, 500, 5000], ids=lambda keep: f"{keep} bytes")
def test_damaged_list_is_refused_with_a_mend(compiled: Path, keep: int) -> None:
    compiled.write_bytes(compiled.read_bytes()[:keep])
    with pytest.raises(ConfigError) as error:
        build_watch(load_config(configured(compiled)))
    (problem,) = error.value.problems
    assert problem.line == 2
    assert "watch list `ours`" in problem.what


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.txt", "-o", "x.watch"], "none.txt cannot be read: no such file"),
        (["ours.txt", "-o", "x.txt"], "must be called *.watch"),
        (["ours.txt", "-o", "x.watch", "--kind", "person.mail"], "no such data type"),
        (["ours.txt", "-o", "x.watch", "--hashes", "crc32"], "--hashes crc32: not one of md5"),
        (["short.txt", "-o", "x.watch"], "no value that could be searched for"),
        (["ours.txt", "-o", "nowhere/x.watch"], "cannot be written: No such file"),
    ],
)
def test_mistake_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours.txt").write_text("Copper Lantern\n")
    (tmp_path / "short.txt").write_text("ab\n")
    assert main(["watch", "compile", *arguments]) == 2
    assert says in capsys.readouterr().err
