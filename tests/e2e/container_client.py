"""Runs in the app's container: one task, told as JSON on the command line, its outcome as JSON on stdout.

Standard library only. {"direct": [host, port]} tries to connect. {"url", "method", "headers", "body"} goes through the
proxy of the environment, trusting the certificates that the environment names.
"""

import errno
import json
import os
import socket
import sys
import urllib.error
import urllib.request


def direct(host, port):
    try:
        socket.create_connection((host, port), timeout=5).close()
    except socket.gaierror:
        return {"outcome": "unknown name"}
    except OSError as error:
        return {"outcome": errno.errorcode.get(error.errno, type(error).__name__)}
    return {"outcome": "connected"}


def through_proxy(task):
    if "HTTPS_PROXY" not in os.environ:
        return {"outcome": "no proxy set"}
    body = task.get("body")
    request = urllib.request.Request(
        task["url"],
        method=task.get("method", "GET"),
        headers=task.get("headers", {}),
        data=body and body.encode("latin-1"),
    )
    try:
        with urllib.request.urlopen(request, timeout=task.get("timeout", 20)) as answer:
            return {"outcome": "answered", "status": answer.status, "body": answer.read().decode("latin-1")}
    except urllib.error.HTTPError as error:
        return {"outcome": "answered", "status": error.code, "body": error.read().decode("latin-1")}
    except OSError as error:
        return {"outcome": f"failed: {error}"}


task = json.loads(sys.argv[1])
print(json.dumps(direct(*task["direct"]) if "direct" in task else through_proxy(task)))
