"""docker/, with podman: the image and the compose file. An app has no way out but the proxy, which judges what leaves.

The origin answers for every name on the outer network and records each connection. Both networks are internal, so
nothing here reaches another machine. Skipped, loudly, where no container can be run.
"""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from container_engine import Podman, Unavailable
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytestmark = pytest.mark.e2e

HERE = Path(__file__).resolve().parent
TRACKER = "www.facebook.com"
PLAIN_SITE = "api.shop.example"
SECRET = "payroll-draft-2031.xlsx"  # invented

CONFIG = """version: 1
mode: enforce
proxy:
  listen: 0.0.0.0:8080
  health: 127.0.0.1:8081
  home: /var/lib/taciturn
  trust_ca: /origin-ca.pem
  allow_networks: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16]
"""


class Stack:
    """The running compose project."""

    def __init__(self, podman: Podman, project: str, record: Path) -> None:
        self.podman = podman
        self.project = project
        self.record = record

    def container(self, service: str) -> str:
        return f"{self.project}_{service}_1"

    def app(self, **task: Any) -> dict[str, Any]:
        """Runs one task in the app's container."""
        script = ["python3", "/client.py", json.dumps(task)]
        return json.loads(self.podman("exec", self.container("app"), *script).stdout)

    def events(self) -> list[dict[str, Any]]:
        file = self.record / "events.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def requests(self) -> list[dict[str, Any]]:
        return [event for event in self.events() if event["event"] == "request"]

    def wait(self, what: str, ready: Any, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > end:
                logs = self.podman("logs", "--tail", "20", self.container("taciturn"), check=False)
                pytest.fail(f"{what} took more than {seconds} s; the proxy said:\n{logs.stdout}{logs.stderr}")
            time.sleep(0.2)

    def healthy(self) -> bool:
        return self.podman("healthcheck", "run", self.container("taciturn"), check=False).returncode == 0


@pytest.fixture(scope="module")
def podman(root: Path) -> Podman:
    try:
        engine = Podman(root)
        engine.base = engine.prepare()
    except Unavailable as reason:
        pytest.skip(f"no containers: {reason}")
    return engine


@pytest.fixture(scope="module")
def image(podman: Podman) -> str:
    return podman.build(podman.base)


@pytest.fixture(scope="module")
def stack(podman: Podman, image: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    folder.chmod(0o755)
    record = folder / "record"
    record.mkdir(mode=0o777)
    make_certificate(folder / "origin", [TRACKER, PLAIN_SITE])
    (folder / "taciturn.yaml").write_text(CONFIG)
    (folder / "test.json").write_text(json.dumps(overlay(folder, podman.base)))
    project = f"taciturntest{os.getpid()}"
    env = podman.env | {
        "TACITURN_IMAGE": image,
        "APP_IMAGE": podman.base,
        "TACITURN_CONFIG": str(folder / "taciturn.yaml"),
    }
    files = ["-f", str(root / "docker" / "compose.yaml"), "-f", str(folder / "test.json")]

    def compose(*args: str) -> None:
        command = [sys.executable, "-m", "podman_compose", "-p", project, *files, "--in-pod", "false", *args]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    running = Stack(podman, project, record)
    try:
        compose("up", "-d", "--no-build")
        running.wait("the origin", lambda: running.events() != [])
        running.wait("the proxy", running.healthy)
        certificate = ("exec", running.container("app"), "test", "-s", "/run/taciturn/ca.pem")
        running.wait("the certificate", lambda: podman(*certificate, check=False).returncode == 0)
        yield running
    finally:
        compose("down", "-v", "-t", "2")


def overlay(folder: Path, base: str) -> dict[str, Any]:
    """What the test adds to the compose file: the origin, its certificate, the client's script; no way outside."""
    return {
        "services": {
            "taciturn": {"volumes": [f"{folder}/origin/cert.pem:/origin-ca.pem:ro"]},
            "app": {"volumes": [f"{HERE}/container_client.py:/client.py:ro"]},
            "origin": {
                "image": base,
                "command": ["python3", "-u", "/origin.py"],
                "networks": {"outside": {"aliases": [TRACKER, PLAIN_SITE]}},
                "volumes": [
                    f"{HERE}/container_origin.py:/origin.py:ro",
                    f"{folder}/origin:/origin:ro",
                    f"{folder}/record:/record",
                ],
            },
        },
        "networks": {"outside": {"internal": True}},
    }


def make_certificate(folder: Path, names: list[str]) -> None:
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "container test origin")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def leaking_event() -> dict[str, Any]:
    event = {"event": "click", "cd": {"file_name": SECRET, "file_size": "532,118 bytes", "modified": "2031-01-02"}}
    return {
        "url": f"https://{TRACKER}/tr/?id=100000000000001&ev=SubscribedButtonClick",
        "method": "POST",
        "headers": {"Content-Type": "application/json", "Referer": "https://www.shop.example/"},
        "body": json.dumps(event),
    }


def test_container_runs_without_root_capabilities_or_a_writable_root(stack: Stack) -> None:
    proxy = stack.container("taciturn")
    status = stack.podman("exec", proxy, "cat", "/proc/1/status").stdout
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(fields["Uid"].split()) == {"10001"}
    assert int(fields["CapEff"], 16) == int(fields["CapBnd"], 16) == 0
    assert fields["NoNewPrivs"] == "1"
    assert stack.podman("exec", proxy, "touch", "/opt/x", check=False).returncode != 0


def test_container_image_holds_no_installer(stack: Stack) -> None:
    found = stack.podman("exec", stack.container("taciturn"), "python3", "-c", "import pip", check=False)
    assert found.returncode != 0
    assert "ModuleNotFoundError" in found.stderr


@pytest.mark.parametrize("name", [TRACKER, PLAIN_SITE])
def test_app_directly_cannot_resolve_an_outside_name(stack: Stack, name: str) -> None:
    assert stack.app(direct=[name, 443]) == {"outcome": "unknown name"}


def test_app_has_no_resolver_that_would_carry_names_outside(stack: Stack) -> None:
    lines = stack.podman("exec", stack.container("app"), "cat", "/etc/resolv.conf").stdout.splitlines()
    servers = [line.split()[1] for line in lines if line.startswith("nameserver")]
    assert servers == ["127.0.0.1"]
    assert stack.app(direct=["payroll-draft.evil.example", 443]) == {"outcome": "unknown name"}


def test_app_directly_has_no_route_to_the_origin_or_beyond(stack: Stack) -> None:
    networks = json.loads(stack.podman("inspect", stack.container("origin")).stdout)[0]["NetworkSettings"]["Networks"]
    addresses = [network["IPAddress"] for network in networks.values()]
    assert addresses
    for address in [*addresses, "192.0.2.1"]:  # the latter belongs to documentation: nobody is there
        assert stack.app(direct=[address, 443]) == {"outcome": "ENETUNREACH"}


def test_app_reads_the_certificate_and_no_key(stack: Stack) -> None:
    listing = stack.podman("exec", stack.container("app"), "ls", "/run/taciturn").stdout.split()
    assert listing == ["ca.pem"]
    assert "PRIVATE" not in stack.podman("exec", stack.container("app"), "cat", "/run/taciturn/ca.pem").stdout


def test_app_through_the_proxy_reaches_an_ordinary_site_unchanged(stack: Stack) -> None:
    body = json.dumps({"order": 12, "note": SECRET})
    answer = stack.app(url=f"https://{PLAIN_SITE}/orders?x=%7e&&y", method="POST", body=body)
    assert answer["outcome"] == "answered", answer
    assert answer["status"] == 200
    (request,) = (request for request in stack.requests() if request["host"] == PLAIN_SITE)
    assert (request["path"], request["body"]) == ("/orders?x=%7e&&y", body)


def test_app_leak_to_a_tracker_arrives_without_the_values(stack: Stack) -> None:
    before = len(stack.requests())
    answer = stack.app(**leaking_event())
    assert answer["outcome"] == "answered", answer
    assert answer["status"] == 200
    (request,) = stack.requests()[before:]
    assert request["host"] == TRACKER
    assert json.loads(request["body"])["event"] == "click"
    assert SECRET not in json.dumps(request)
    assert "532,118" not in json.dumps(request)


def test_app_unreadable_body_to_a_tracker_is_answered_and_nothing_arrives(stack: Stack) -> None:
    before = stack.events()
    opaque = bytes((i * 167 + 91) % 256 for i in range(4096)).decode("latin-1")
    task = leaking_event() | {
        "headers": {"Content-Type": "application/octet-stream", "Referer": "https://www.shop.example/"},
        "body": opaque,
    }
    answer = stack.app(**task)
    assert answer["outcome"] == "answered", answer
    assert stack.requests() == [event for event in before if event["event"] == "request"]


def test_proxy_log_holds_no_value(stack: Stack) -> None:
    logs = stack.podman("logs", stack.container("taciturn"))
    assert SECRET not in logs.stdout + logs.stderr


def test_app_after_the_proxy_stopped_reaches_nothing(stack: Stack) -> None:
    """Last in the file: it ends the proxy."""
    before = stack.events()
    stack.podman("stop", "-t", "10", stack.container("taciturn"))
    assert stack.app(timeout=3, **leaking_event())["outcome"].startswith("failed")
    assert stack.app(direct=[TRACKER, 443])["outcome"] != "connected"
    assert stack.events() == before
