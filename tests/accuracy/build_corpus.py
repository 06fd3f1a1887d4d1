"""Writes corpus/requests.jsonl: the small labelled corpus that needs no other folder. Run it after editing a case.

    python -m tests.accuracy.build_corpus

Hosts, paths, parameter names and encodings are the trackers' own; people, files, groups, ids and all other sites are
invented. The cases stand in `cases_*.py`.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.accuracy.casekit import Case
from tests.accuracy.cases_clean import CLEAN
from tests.accuracy.cases_files import FILES
from tests.accuracy.cases_people import GROUPS, PERSONS

PATH = Path(__file__).resolve().parent / "corpus" / "requests.jsonl"
CASES: list[Case] = FILES + GROUPS + PERSONS + CLEAN


def as_lines(cases: list[Case]) -> str:
    numbered = ({"id": f"s{index:03}", **case} for index, case in enumerate(cases, 1))
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in numbered)


if __name__ == "__main__":
    PATH.write_text(as_lines(CASES), "utf-8")
    print(f"{len(CASES)} cases written")
