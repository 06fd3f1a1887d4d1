"""Exit code 0 if the proxy in this container says that it is healthy. Standard library only, and quick to start."""

from __future__ import annotations

import sys
import urllib.request

URL = "http://127.0.0.1:8081/healthz"

try:
    # No proxy from the environment: the question is about this container.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(URL, timeout=2) as answer:
        healthy = answer.status == 200
except OSError as error:  # refused, timed out, or an HTTP error (URLError is an OSError)
    print(f"unhealthy: {error}")
    sys.exit(1)
sys.exit(0 if healthy else 1)
