"""Walks through the site as a user would, and writes what the browser sent: `python record.py captures/session.har`.

The values are invented. Without a network the trackers cannot be reached, which changes nothing: what counts is what
the page tried to send.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent / "site"))

from app import serve

from taciturn.recording import Recording


def record(har: Path, executable: str | None = None) -> None:
    server = serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        recording = Recording(page)
        recording.start()
        for address in ("/", "/pricing", "/login"):
            page.goto(home + address)
        page.get_by_role("button").first.click()
        recording.settle(1, leave=True)
        recording.stop()
        browser.close()
    server.shutdown()
    har.parent.mkdir(parents=True, exist_ok=True)
    har.write_bytes(recording.har())


if __name__ == "__main__":
    record(Path(sys.argv[1]), *sys.argv[2:3])
