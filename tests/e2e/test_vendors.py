"""Rewritten bodies are still what a vendor's own decoder accepts.

The packages that trackers ship write invented requests (tests/e2e/vendors); the engine takes the private values out, and
the same packages read what would leave. They are installed once, into the cache of the checkout.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from taciturn.adapters.report.jsonlines import Asked, decision_line, read_request
from taciturn.config import Config, build_engine
from taciturn.engine import Engine
from taciturn.model.decision import Verdict
from taciturn.model.facts import Context

pytestmark = pytest.mark.e2e

HERE = Path(__file__).parent / "vendors"
CACHE = Path(__file__).parents[2] / ".cache"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FORMATS = (
    "rrweb-packer", "posthog-replay", "sentry-envelope", "clarity", "lz-string", "msgpack", "cbor", "otlp-protobuf",
    "socket.io", "graphql-gzip", "bugsnag-integrity",
)  # fmt: skip
SECRETS = ("Holm severance (draft).xlsx", "482113", "ottoline.prewitt@mail.example")
TEXTS = ("moved by the bailiff", "seized at dawn")  # of a recorded page, beside the file
LEAST_NODE = 20


@pytest.fixture(scope="module")
def vendors() -> Path:
    """A folder with the packages in it. Skips loudly where Node.js is missing or the registry cannot be reached."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("no vendors' decoders: node and npm are not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < LEAST_NODE:
        pytest.skip(f"no vendors' decoders: Node.js {LEAST_NODE} or later is needed")
    wanted = (HERE / "package.json").read_bytes()
    folder = CACHE / f"vendors-{hashlib.sha256(wanted).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".ready").is_file():
        (folder / "package.json").write_bytes(wanted)
        install = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"no vendors' decoders: npm install ended with {done.returncode}")
        (folder / ".ready").touch()
    shutil.copy(HERE / "vendors.mjs", folder)
    return folder


def node(folder: Path, task: str, lines: str = "") -> dict[str, dict[str, Any]]:
    """What vendors.mjs prints, by id."""
    done = subprocess.run(
        ["node", "vendors.mjs", task], cwd=folder, input=lines, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return {row["id"]: row for row in map(json.loads, done.stdout.splitlines())}


@pytest.fixture(scope="module")
def made(vendors: Path) -> dict[str, dict[str, Any]]:
    return node(vendors, "make")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return build_engine(Config())


@pytest.fixture(scope="module")
def before(vendors: Path, made: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return node(vendors, "read", "".join(json.dumps(row) + "\n" for row in made.values()))


@pytest.fixture(scope="module")
def after(vendors: Path, made: dict[str, dict[str, Any]], engine: Engine) -> dict[str, dict[str, Any]]:
    return node(vendors, "read", "".join(json.dumps(left(row, engine)) + "\n" for row in made.values()))


def asked(row: dict[str, Any]) -> Asked:
    return read_request(json.dumps(row | {"page": "https://vault.example/shelf"}))


def left(row: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """The request as it would leave."""
    request = asked(row)
    decision = engine.inspect(
        request.message, Context(NOW, sni=request.message.host, connect_host=request.message.host)
    )
    assert decision.verdict is Verdict.REDACT, (row["id"], decision.verdict, decision.uninspectable)
    out = json.loads(decision_line(request, decision, show_values=True))
    return row | {
        "url": out.get("out_url", row["url"]),
        "headers": out.get("out_headers", row["headers"]),
        "body_b64": out.get("out_body_b64", row.get("body_b64")),
    }


def walk(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every end of a decoded body, and the length of every list and object."""
    if isinstance(value, dict):
        yield f"{path}{{}}", sorted(value)
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}")
    elif isinstance(value, list):
        yield f"{path}[]", len(value)
        for index, inner in enumerate(value):
            yield from walk(inner, f"{path}[{index}]")
    else:
        yield path, value


def test_vendors_write_and_read_the_formats_that_are_tested(
    made: dict[str, dict[str, Any]], before: dict[str, dict[str, Any]]
) -> None:
    assert tuple(made) == tuple(before) == FORMATS
    for row in before.values():
        assert "error" not in row, row
        assert sum(secret in json.dumps(row["read"]) for secret in SECRETS) > 1, row["id"]


@pytest.mark.parametrize("name", FORMATS)
def test_rewritten_body_is_read_by_the_vendors_own_decoder(
    name: str, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    assert "error" not in after[name], after[name]
    text = json.dumps(after[name]["read"], ensure_ascii=False)
    for secret in SECRETS:
        assert secret not in text


@pytest.mark.parametrize("name", FORMATS)
def test_rewritten_body_differs_only_where_a_private_value_stood(
    name: str, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> None:
    private = (*SECRETS, *TEXTS)
    old, new = dict(walk(before[name]["read"])), dict(walk(after[name]["read"]))
    assert list(old) == list(new)
    for path, value in old.items():
        if not any(word in str(value) for word in private):
            assert new[path] == value, path
        else:
            assert type(new[path]) is type(value), path
