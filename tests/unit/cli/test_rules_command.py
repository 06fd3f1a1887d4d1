"""`taciturn rules` and `taciturn init`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from taciturn.cli.main import main
from taciturn.config import Config, build_engine, load_config, pack_names
from taciturn.limits import DEFAULT

RULE = """\
version: 1
rules:
- id: no-widgets
  why: "widgets ask for too much"
  when: {to: {host: widgets.example}}
  do: block
  cases:
    leak:
    - {name: plain, request: {url: "https://widgets.example/w?a=1"}, expect: {verdict: block}}
    - {name: nested, request: {url: "https://widgets.example/w?d=%7B%22a%22%3A1%7D"}, expect: {verdict: block}}
    clean:
    - {name: plain clean, request: {url: "https://other.example/w?a=1"}}
    - {name: nested clean, request: {url: "https://other.example/w?d=%7B%22a%22%3A1%7D"}}
"""


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without a configuration, and none in the home either."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("TACITURN_CONFIG", raising=False)
    return tmp_path


def write(text: str, name: str = "mine.yaml") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_lint_of_the_shipped_packs_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "lint")
    assert code == 0
    assert out.endswith("0 remarks\n")


def test_lint_of_a_file_speaks_of_that_file_only(capsys: pytest.CaptureFixture[str]) -> None:
    text = RULE.replace("{host: widgets.example}", "{category: advertising, tracker: sentry}")
    code, out, _ = run(capsys, "rules", "lint", write(text))
    assert code == 1
    assert out.startswith("mine.yaml:3: error: rule `no-widgets` can never match")
    assert out.endswith("1 rule, 1 remark\n")


def test_lint_of_a_remark_for_information_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "lint", write(RULE.replace("  do: block", "  do: block\n  stage: shadow")))
    assert (code, "not-in-force" in out) == (0, True)


def test_lint_of_a_file_that_does_not_load_tells_all_and_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    text = RULE.replace("do: block", "do: blok").replace("why:", "wy:")
    code, _, err = run(capsys, "rules", "lint", write(text))
    assert code == 2
    assert [line for line in err.splitlines() if line.startswith("mine.yaml:")] == [
        "mine.yaml:3:3: a rule: `why` is missing",
        "mine.yaml:4:3: a rule: unknown key `wy`",
        "mine.yaml:6:7: do: `blok` is not known",
    ]


def test_test_runs_the_cases_of_the_named_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "test", "-v", write(RULE))
    assert code == 0
    assert out.splitlines()[0] == "ok no-widgets: leak case `plain`"
    assert out.endswith("4 cases of 1 rule, 0 failed\n")


def test_test_a_case_that_fails_is_named_with_its_place_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    text = RULE.replace(
        '{name: plain clean, request: {url: "https://other.', '{name: plain clean, request: {url: "https://widgets.'
    )
    code, out, _ = run(capsys, "rules", "test", write(text))
    assert code == 1
    assert "mine.yaml:12: no-widgets: clean case `plain clean` fails" in out
    assert "expected allow, got block (no-widgets)" in out


def test_test_a_shipped_pack_may_be_named(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = run(capsys, "rules", "test", str(root / "rules" / "packs" / "credentials.yaml"))
    assert (code, out) == (0, "4 cases of 1 rule, 0 failed\n")


def test_list_one_line_a_rule(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "list")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split() == ["ID", "STAGE", "SEVERITY", "DOES", "DATA", "FILE"]
    assert len(lines) == 1 + len(build_engine(Config()).rules.rules)
    assert any(line.split()[:4] == ["file-metadata", "enforce", "high", "redact"] for line in lines)


def test_show_one_rule_as_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "show", "no-widgets", "--policy", write(RULE))
    assert code == 0
    assert yaml.safe_load(out) == [
        {
            "id": "no-widgets",
            "why": "widgets ask for too much",
            "when": {"to": {"host": "widgets.example"}},
            "do": "block",
        }
    ]


def test_show_effective_writes_out_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "rules", "show", "--effective")
    shown = yaml.safe_load(out)
    assert code == 0
    assert shown["uninspectable"]["tracker"] == "block"
    assert {rule["data"]["min"] for rule in shown["rules"] if "data" in rule} == {"likely"}


def test_show_an_unknown_rule_is_wrong_use_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "rules", "show", "file-metadta")
    assert code == 2
    assert "did you mean `file-metadata`?" in err


def test_schema_is_the_file(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    code, out, _ = run(capsys, "rules", "schema")
    assert code == 0
    assert json.loads(out) == json.loads((root / "rules" / "schema" / "rules.schema.json").read_text("utf-8"))


def test_rules_without_an_action_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["rules"])
    assert caught.value.code == 2


# -- init --


def test_init_writes_what_applies_without_it(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "init")
    assert code == 0
    assert out.startswith("taciturn.yaml written.")
    config = load_config()
    assert (config.mode, config.packs, config.limits) == ("enforce", pack_names(), DEFAULT)
    ours, theirs = build_engine(config).rules, build_engine(Config()).rules
    assert [rule.id for rule in ours.rules] == [rule.id for rule in theirs.rules]
    assert ours.uninspectable == theirs.uninspectable


def test_init_its_examples_are_valid_when_uncommented(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "init")
    text = Path("taciturn.yaml").read_text("utf-8")
    lines = []
    on = False
    for line in text.splitlines():
        on = line.startswith(("# pages:", "# parties:", "# approvals:")) or (on and line.startswith(("# -", "#   ")))
        lines.append(line[2:] if on else line)
    write("\n".join(lines), "taciturn.yaml")
    rules = build_engine(load_config()).rules
    assert [party.id for party in rules.parties] == ["acme-cloud"]
    assert list(rules.approvals) == ["crm-2027"]
    assert any(glob.pattern == "https://secure.example.com/b2_*" for glob in rules.classes["signed-in"].urls)


def test_init_does_not_overwrite_unless_forced(capsys: pytest.CaptureFixture[str]) -> None:
    write("version: 1\nmode: report\n", "taciturn.yaml")
    code, _, err = run(capsys, "init")
    assert (code, "--force" in err) == (2, True)
    assert load_config().mode == "report"
    assert run(capsys, "init", "--force")[0] == 0
    assert load_config().mode == "enforce"


def test_init_into_a_folder_or_a_path(capsys: pytest.CaptureFixture[str]) -> None:
    Path("sub").mkdir()
    assert run(capsys, "init", "sub")[0] == 0
    assert Path("sub/taciturn.yaml").is_file()
    code, _, err = run(capsys, "init", "nowhere/x.yaml")
    assert code == 2
    assert "cannot be written" in err
