"""Runs the `run` steps of a composite GitHub action on this machine, as a runner would: expressions are filled in,
environment files are given, a step that fails ends the job. Steps that use other actions are noted, not run.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_TEST = re.compile(r"([\w.-]+)\s*(==|!=)\s*'([^']*)'")


@dataclass
class Ran:
    code: int
    output: str
    used: list[str] = field(default_factory=list)  # other actions that would have run
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


class Job:
    """One job with one action in it, in the working directory `at`."""

    def __init__(self, action: Path, at: Path, rooms: Path, github: dict[str, str], environ: dict[str, str]) -> None:
        self._action = yaml.safe_load(action.read_text("utf-8"))
        self._at = at
        self._rooms = rooms
        self._known = {"github.action_path": str(action.parent), "runner.temp": str(rooms)}
        self._known |= {f"github.{name}": value for name, value in github.items()}
        self._environ = environ

    def run(self, **given: str) -> Ran:
        known = dict(self._known)
        inputs: dict[str, Any] = self._action["inputs"]
        named = {name.replace("_", "-"): value for name, value in given.items()}
        assert named.keys() <= inputs.keys()
        for name, about in inputs.items():
            assert name in named or not about.get("required"), name
            known[f"inputs.{name}"] = named.get(name, _filled(str(about.get("default", "")), known))
        ran = Ran(0, "")
        for index, step in enumerate(self._action["runs"]["steps"]):
            if not _holds(step.get("if", ""), known):
                continue
            if "uses" in step:
                ran.used.append(step["uses"])
                continue
            self._step(step, index, known, ran)
            if ran.code:
                break
        ran.outputs = {name: _filled(about["value"], known) for name, about in self._action["outputs"].items()}
        return ran

    def _step(self, step: dict[str, Any], index: int, known: dict[str, str], ran: Ran) -> None:
        assert step["shell"] == "bash"
        assert not _EXPRESSION.search(step["run"]), "an expression in a script is code from outside"
        files = {name: self._rooms / f"{index}-{name}" for name in ("OUTPUT", "STEP_SUMMARY", "PATH")}
        for file in files.values():
            file.touch()
        environ = self._environ | {f"GITHUB_{name}": str(file) for name, file in files.items()}
        environ |= {name: _filled(str(value), known) for name, value in step.get("env", {}).items()}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(command, cwd=self._at, env=environ, capture_output=True, text=True, timeout=300)
        ran.code = done.returncode
        ran.output += done.stdout + done.stderr
        ran.summary += files["STEP_SUMMARY"].read_text("utf-8")
        for line in files["OUTPUT"].read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            known[f"steps.{step['id']}.outputs.{name}"] = value
        more = files["PATH"].read_text("utf-8").split()
        if more:
            self._environ = {**self._environ, "PATH": os.pathsep.join([*more, self._environ["PATH"]])}


def _filled(text: str, known: dict[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: known.get(found[1], ""), text)


def _holds(condition: str, known: dict[str, str]) -> bool:
    """Comparisons joined by `&&`; anything else is not needed here, and refused."""
    for part in filter(None, (word.strip() for word in condition.split("&&"))):
        found = _TEST.fullmatch(part)
        assert found, condition
        if (known.get(found[1], "") == found[3]) is not (found[2] == "=="):
            return False
    return True
