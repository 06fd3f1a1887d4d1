from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "site"))

from app import serve


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    server = serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """CHROMIUM names a browser of the system, where Playwright's own was not downloaded."""
    program = os.environ.get("CHROMIUM")
    return {**browser_type_launch_args, **({"executable_path": program, "args": ["--no-sandbox"]} if program else {})}
