"""The examples in docs/reference/output-formats.md, made from the tutorial's capture.

`python tests/unit/output_examples.py` writes them into the page anew.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

from taciturn.adapters.replaying import ReplayOptions, replay_captures
from taciturn.adapters.report.formats import FORMATS, Style

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "output-formats.md"
CAPTURE = "docs/tutorials/file-browser.har"
ELSEWHERE = ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "TACITURN_CONFIG")
_EXAMPLE = re.compile(r"<!-- example: (\w+) -->\n(?:\n(`{3,})\w*\n.*?\n\2\n)?", re.DOTALL)


def _first_result(text: str) -> str:
    return json.dumps(json.loads(text)["runs"][0]["results"][0], indent=2)


def _failing_test(text: str) -> str:
    found = re.search(r" *<testcase [^>]*>\n *<failure.*?</testcase>\n", text, re.DOTALL)
    assert found
    return re.sub("^    (?= *<)", "", found[0], flags=re.MULTILINE).rstrip("\n")


def _capture_line(text: str) -> str:
    return next(line for line in text.splitlines() if '"type":"capture"' in line)


PARTS: dict[str, tuple[str, Callable[[str], str]]] = {
    "sarif": ("json", _first_result),
    "junit": ("xml", _failing_test),
    "github": ("text", str.rstrip),
    "gitlab": ("json", lambda text: json.dumps(json.loads(text)[0], indent=2)),
    "markdown": ("markdown", str.rstrip),
    "jsonl": ("json", _capture_line),
}


def examples() -> dict[str, str]:
    """Each example as a fenced block; the working directory has to be the project's, and nobody's configuration found."""
    report = replay_captures(ReplayOptions(), [CAPTURE])
    found = {}
    for name, (language, part) in PARTS.items():
        out = io.StringIO()
        FORMATS[name].write(report, out, Style(color=False))
        found[name] = f"```{language}\n{part(out.getvalue())}\n```\n"
    return found


def with_examples(text: str, made: dict[str, str]) -> str:
    """The page with every example in its place."""
    return _EXAMPLE.sub(lambda found: f"<!-- example: {found[1]} -->\n\n{made[found[1]]}", text)


def named(text: str) -> set[str]:
    return {found[1] for found in _EXAMPLE.finditer(text)}


if __name__ == "__main__":
    os.chdir(ROOT)
    os.environ["XDG_CONFIG_HOME"] = str(PAGE)  # where no configuration can be
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    PAGE.write_text(with_examples(PAGE.read_text(encoding="utf-8"), examples()), encoding="utf-8")
