"""A capture of a hundred megabytes never is in memory as a whole: from a file, from its gzip and from standard input."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from tests.bench.captures import Reader
from tests.bench.session import write_capture

MEGABYTES = 100


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.har"
    write_capture(path, MEGABYTES << 20)
    with path.open("rb") as source, gzip.open(path.with_suffix(".har.gz"), "wb", compresslevel=1) as target:
        shutil.copyfileobj(source, target, 1 << 20)
    return path


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("source", ["plain", "gzip", "stdin"])
@pytest.mark.parametrize(("reader", "most"), [("entries", 40), ("messages", 75), ("requests", 100)])
def test_memory_stays_below_its_limit(large: Path, reader: str, most: int, source: str) -> None:
    path = large.with_suffix(".har.gz") if source == "gzip" else large
    process = Reader(reader, large, path, source)
    process.clock()
    assert process.memory[0] < most
    assert process.resident[0] < most + 100, "what is mapped is given back"
