"""The other tools, run over the same texts: each in the environment it needs, all asked in the same way."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tests.accuracy import regexes

PYTHON = Path(__file__).resolve().parents[2] / ".tools" / "peers" / "bin" / "python"
_WORKER = Path(__file__).resolve().parent / "peer_worker.py"

# What a tool calls its findings, by the family of ours that holds such values. What has no counterpart among the
# labelled kinds is left out of its account, to its advantage: addresses of pages, and what time it is.
_PERSON = (
    "EMAIL_ADDRESS PHONE_NUMBER PERSON US_SSN US_ITIN US_PASSPORT US_DRIVER_LICENSE UK_NHS UK_NINO IBAN_CODE CREDIT_CARD "
    "US_BANK_NUMBER MEDICAL_LICENSE US_NPI US_MBI UK_PASSPORT UK_POSTCODE UK_VEHICLE_REGISTRATION UK_DRIVING_LICENCE"
).split()
_FAMILY = {**dict.fromkeys(_PERSON, "person"), "IP_ADDRESS": "location", "LOCATION": "location"}
_UNCOUNTED = frozenset({"URL", "DATE_TIME", "MAC_ADDRESS"})


class Answer(NamedTuple):
    found: list[tuple[str, str]]  # family, value
    us: tuple[float, ...]  # time of each call


class NotInstalled(Exception):
    """The environment of the other tools is missing."""


class Peers:
    """A process that runs Presidio and detect-secrets in their own environment."""

    def __init__(self, python: Path = PYTHON) -> None:
        if not python.exists():
            raise NotInstalled(str(python.parent.parent))
        self._process = subprocess.Popen(
            [python, "-I", _WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Peers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def ask(self, tool: str, text: str, calls: int = 1) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"tool": tool, "text": text, "calls": calls}).encode() + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise NotInstalled(f"{tool} does not run in {PYTHON.parent.parent}")
        answer = json.loads(line)
        return Answer([(family(kind), value) for kind, value in answer["found"] if counted(kind)], tuple(answer["us"]))


def ask_regexes(text: str, calls: int = 1) -> Answer:
    spent = []
    for _ in range(calls):
        begun = time.perf_counter_ns()
        found = regexes.search(text)
        spent.append((time.perf_counter_ns() - begun) / 1000)
    return Answer([(kind.partition(".")[0], value) for kind, value in found], tuple(spent))


def counted(kind: str) -> bool:
    return kind not in _UNCOUNTED


def family(kind: str) -> str:
    """The family of our data types for what a tool calls its finding: what is no person's or place's is a secret."""
    if kind.isupper():
        return _FAMILY.get(kind, "person")
    return "credential"
