"""The GitHub action's steps and the GitLab template's script, run on this machine over the sample repository: red on
what the sample's pages sent, green on what they sent after the pixel was confined to public pages.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from workflow_kit import Job, Ran

pytestmark = pytest.mark.integration

SECRETS = ("Redundancy", "Ashgrove", "Biopsy", "Lindqvist")
COMMENTS = "repos/example/shop/issues/7/comments"


@pytest.fixture
def repository(root: Path, tmp_path: Path) -> Path:
    at = tmp_path / "repository"
    shutil.copytree(root / "docs" / "sample", at)
    return at


@pytest.fixture
def environ(root: Path, tmp_path: Path) -> dict[str, str]:
    """`taciturn` of this checkout on the path."""
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs / "taciturn", f'exec "{sys.executable}" -m taciturn.cli.main "$@"')
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    path = os.pathsep.join([str(programs), os.environ["PATH"]])
    return kept | {"PATH": path, "PYTHONPATH": str(root / "src")}


def _program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/bash\n{script}\n")
    path.chmod(0o755)


def act(root: Path, repository: Path, environ: dict[str, str], event: str = "push", **inputs: str) -> Ran:
    rooms = repository.parent / "rooms"
    rooms.mkdir()
    github = {"repository": "example/shop", "event_name": event, "event.pull_request.number": "7", "token": "t0ken"}
    return Job(root / "action.yml", repository, rooms, github, environ).run(install="none", **inputs)


def reports(repository: Path) -> dict[str, str]:
    return {path.suffix: path.read_text("utf-8") for path in (repository / "taciturn-reports").iterdir()}


def test_action_is_red_on_the_pixel_behind_the_login(root: Path, repository: Path, environ: dict[str, str]) -> None:
    ran = act(root, repository, environ, captures="captures/")
    assert (ran.code, ran.outputs["exit-code"]) == (1, "1"), ran.output
    assert re.search(r"^::error .*file=captures/session.har", ran.output, re.M)
    assert "Meta Pixel" in ran.summary
    assert ran.used == ["actions/upload-artifact@v4"]
    written = reports(repository)
    assert written.keys() == {".sarif", ".html", ".md", ".json"}
    assert json.loads(written[".sarif"])["runs"][0]["results"]
    for text in (*written.values(), ran.output, ran.summary):
        assert not [word for word in SECRETS if word in text]


def test_action_is_green_when_the_pixel_stays_on_public_pages(
    root: Path, repository: Path, environ: dict[str, str]
) -> None:
    shutil.copy(repository / "after" / "session.har", repository / "captures" / "session.har")
    ran = act(root, repository, environ, captures="captures/", upload_sarif="true")
    assert (ran.code, ran.outputs["exit-code"]) == (0, "0"), ran.output
    assert ran.used == ["github/codeql-action/upload-sarif@v3", "actions/upload-artifact@v4"]
    assert json.loads(reports(repository)[".sarif"])["runs"][0]["results"] == []


def test_action_with_a_wrong_path_fails_and_says_so(root: Path, repository: Path, environ: dict[str, str]) -> None:
    ran = act(root, repository, environ, captures="nowhere/", upload_sarif="true")
    assert (ran.code, ran.used) == (2, ["actions/upload-artifact@v4"])
    assert "nowhere/: no such file or folder" in ran.output


def test_action_refuses_a_switch_that_is_neither_on_nor_off(
    root: Path, repository: Path, environ: dict[str, str]
) -> None:
    ran = act(root, repository, environ, captures="captures/", require_complete="yes")
    assert ran.code == 2
    assert "require-complete is neither true nor false" in ran.output


@pytest.mark.parametrize(
    "hostile", ["captures/; touch pwned", "$(touch pwned)", "`touch pwned`", "' \"; touch pwned #", "--policy=x"]
)
def test_action_input_is_data_never_code(root: Path, repository: Path, environ: dict[str, str], hostile: str) -> None:
    ran = act(root, repository, environ, captures=hostile, config=hostile, policy=hostile)
    assert ran.code == 2, ran.output
    assert not (repository / "pwned").exists()


def test_action_takes_several_paths_a_line_each(root: Path, repository: Path, environ: dict[str, str]) -> None:
    shutil.copytree(repository / "after", repository / "more captures")
    ran = act(root, repository, environ, captures="captures/\r\nmore captures/\n\n")
    assert ran.code == 1
    assert len(json.loads(reports(repository)[".json"])["files"]) == 2


@pytest.mark.parametrize(
    ("known", "call"), [("", f"POST {COMMENTS}"), ("31", "PATCH repos/example/shop/issues/comments/31")]
)
def test_action_keeps_one_comment_up_to_date(
    root: Path, repository: Path, environ: dict[str, str], known: str, call: str
) -> None:
    calls = repository.parent / "calls"
    gh = environ["PATH"].split(os.pathsep)[0] + "/gh"
    _program(Path(gh), f'echo "$GH_TOKEN $*" >> "{calls}"; case "$*" in *--jq*) echo "{known}";; esac')
    ran = act(root, repository, environ, event="pull_request", captures="captures/", comment="true")
    assert ran.code == 1, ran.output
    listed, sent = calls.read_text().splitlines()
    assert listed.startswith(f"t0ken api {COMMENTS} --paginate")
    assert sent == f"t0ken api --silent --method {call} --field body=@taciturn-reports/taciturn.md"
    assert reports(repository)[".md"].startswith("<!-- taciturn")


def test_action_and_templates_are_well_formed(root: Path, tmp_path: Path) -> None:
    _spec, template = _gitlab(root)
    plain = tmp_path / "gitlab.yml"
    plain.write_text(yaml.safe_dump(template))
    for schema, file in (
        ("vendor.github-actions", root / "action.yml"),
        ("vendor.github-workflows", root / "docs" / "sample" / ".github" / "workflows" / "privacy.yml"),
        ("vendor.gitlab-ci", plain),
    ):
        check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def _gitlab(root: Path, **given: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The template's inputs and its jobs with the inputs filled in, as GitLab does."""
    spec, jobs = (root / "docs" / "ci" / "taciturn.gitlab-ci.yml").read_text("utf-8").split("---\n")
    inputs = yaml.safe_load(spec)["spec"]["inputs"]
    values = {name: given.get(name, about["default"]) for name, about in inputs.items()}
    filled = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: values[found[1]], jobs)
    return inputs, yaml.safe_load(filled)


@pytest.mark.parametrize(("captures", "code"), [("captures/", 1), ("after/", 0)])
def test_gitlab_job_reports_and_fails_as_it_should(
    root: Path, repository: Path, environ: dict[str, str], captures: str, code: int
) -> None:
    _inputs, template = _gitlab(root, captures=captures, install="none")
    job = template["taciturn"]
    script = "\n".join(job["script"])
    done = subprocess.run(["bash", "-e", "-c", script], cwd=repository, env=environ, capture_output=True, timeout=120)
    assert done.returncode == code, done.stderr
    artifacts = [*job["artifacts"]["paths"], *job["artifacts"]["reports"].values()]
    assert [name for name in artifacts if not (repository / name).exists()] == []
    quality = json.loads((repository / "gl-code-quality-report.json").read_text())
    assert bool(quality) is bool(code)


def test_pre_commit_hooks_run_commands_that_exist(root: Path, repository: Path, environ: dict[str, str]) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())}
    sample = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())
    assert {hook["id"] for repo in sample["repos"] for hook in repo["hooks"]} <= hooks.keys()
    expected = {"taciturn-rules": 0, "taciturn-captures": 1, "taciturn-sanitized": 1}
    for id, code in expected.items():
        hook = hooks[id]
        assert re.search(hook["files"], "captures/session.har" if id != "taciturn-rules" else "taciturn.yaml")
        names = ["captures/session.har"] if hook.get("pass_filenames", True) else []
        command = [*hook["entry"].split(), *names]
        done = subprocess.run(command, cwd=repository, env=environ, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, (id, done.stdout, done.stderr)
