"""The wheel alone, in an empty environment outside the checkout: it has its data, and does its work.

Only the runtime dependencies are there, in the pinned versions, so that an import of a development tool shows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SECRET = "payroll-draft-2031.xlsx"  # invented

CAPTURE = {
    "log": {
        "version": "1.2",
        "creator": {"name": "test", "version": "1"},
        "pages": [{"id": "p1", "title": "https://drive.example/browse", "startedDateTime": "2031-01-02T03:04:05.000Z"}],
        "entries": [
            {
                "pageref": "p1",
                "startedDateTime": "2031-01-02T03:04:06.000Z",
                "time": 5,
                "request": {
                    "method": "POST",
                    "url": "https://www.facebook.com/tr/?id=100000000000001&ev=SubscribedButtonClick",
                    "httpVersion": "h2",
                    "headers": [
                        {"name": "Content-Type", "value": "application/json"},
                        {"name": "Referer", "value": "https://drive.example/browse"},
                    ],
                    "queryString": [],
                    "cookies": [],
                    "headersSize": -1,
                    "bodySize": -1,
                    "postData": {
                        "mimeType": "application/json",
                        "text": json.dumps({"cd": {"file_name": SECRET, "file_size": "532,118 bytes"}}),
                    },
                },
                "response": {"status": 200, "statusText": "", "headers": [], "content": {"size": 0, "mimeType": ""}},
                "cache": {},
                "timings": {"send": 0, "wait": 5, "receive": 0},
            }
        ],
    }
}


def working_uv(root: Path) -> str:
    for candidate in (shutil.which("uv"), str(root / ".tools" / "uv" / "bin" / "uv")):
        if candidate and subprocess.run([candidate, "pip", "--help"], capture_output=True, check=False).returncode == 0:
            return candidate
    pytest.fail("no uv: .ci/bootstrap makes one")


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and what it requires, nothing else."""
    uv, venv = working_uv(root), tmp_path_factory.mktemp("empty") / "venv"
    env = os.environ | {"UV_SYSTEM_CERTS": "1"}
    subprocess.run([uv, "venv", "-q", "--no-project", "--python", sys.executable, str(venv)], check=True, env=env)
    install = [
        uv,
        "pip",
        "install",
        "-q",
        "--python",
        str(venv / "bin" / "python"),
        "-c",
        "requirements.txt",
        str(wheel),
    ]
    subprocess.run(install, cwd=root, check=True, env=env)
    return venv / "bin"


@pytest.fixture
def run(installed: Path, tmp_path: Path):
    """Runs a program of that environment in an empty folder with an empty home."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV", "TACITURN", "XDG"))}
    env |= {"HOME": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "200"}

    def call(program: str, *args: str) -> subprocess.CompletedProcess[str]:
        command = [str(installed / program), *args]
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)

    return call


def test_wheel_carries_every_rule_and_catalogue_file(root: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rules = root / "rules"
    data = [path.relative_to(rules).as_posix() for path in rules.rglob("*") if path.suffix in {".yaml", ".json"}]
    assert len(data) > 15
    assert [path for path in data if f"taciturn/data/rules/{path}" not in names] == []
    assert "taciturn/py.typed" in names
    assert not any(name.startswith(("tests", "docs", "docker")) for name in names)


def test_wheel_metadata_names_licence_and_python(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        text = archive.read(metadata).decode()
    assert "License-Expression: MIT" in text
    assert "Requires-Python: >=3.12" in text


def test_package_imports_every_module_without_development_tools(run) -> None:
    walk = (
        "import pkgutil, importlib, taciturn\n"
        "names = [m.name for m in pkgutil.walk_packages(taciturn.__path__, 'taciturn.')]\n"
        "[importlib.import_module(name) for name in names if not name.endswith(('__main__', 'pytest_plugin'))]\n"
        "print(len(names))"
    )
    done = run("python", "-c", walk)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40
    assert run("python", "-c", "import pytest").returncode != 0


def test_package_lists_its_rules(run) -> None:
    done = run("taciturn", "rules", "list")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 5


def test_package_replays_a_leak_and_shows_no_value(run, tmp_path: Path) -> None:
    (tmp_path / "leak.har").write_text(json.dumps(CAPTURE))
    done = run("taciturn", "replay", "leak.har")
    assert done.returncode == 1, done.stderr
    assert "file.name" in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_package_replays_a_clean_capture_as_clean(run, tmp_path: Path) -> None:
    entry = CAPTURE["log"]["entries"][0]
    request = {key: value for key, value in entry["request"].items() if key != "postData"} | {
        "method": "GET",
        "url": "https://drive.example/static/app.js",
        "bodySize": 0,
    }
    clean = {"log": CAPTURE["log"] | {"entries": [entry | {"request": request}]}}
    (tmp_path / "clean.har").write_text(json.dumps(clean))
    done = run("taciturn", "replay", "clean.har")
    assert done.returncode == 0, done.stdout + done.stderr


def test_package_writes_the_page_with_its_style_and_script(run, tmp_path: Path) -> None:
    (tmp_path / "leak.har").write_text(json.dumps(CAPTURE))
    assert run("taciturn", "replay", "leak.har", "--format", "html=report.html").returncode == 1
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "1 message breaks your rules" in page
    assert "color-scheme" in page
    assert "addEventListener" in page
    assert SECRET not in page
