"""Where a capture stands, as CI wants it: relative to the checkout, forward slashes, no name of this machine.

GitHub and GitLab match a location with a file of the repository by this path, and compute an alert's identity from it,
so it must be the same on every machine.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit

STDIN = "stdin"
_UNRESERVED = (
    "/-._~!$&'()*+,;=@"  # what may stand in a path of a relative reference (RFC 3986, 3.3); `:` may not in all
)
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def checkout() -> str:
    """The folder that CI checked the repository out into, when we are inside it; else the working directory."""
    here = os.path.realpath(os.getcwd())
    for name in _ROOTS:
        root = os.environ.get(name)
        if root and _inside(here, os.path.realpath(root)) is not None:
            return os.path.realpath(root)
    return here


def relative(path: str, root: str) -> str:
    """A capture's path below `root`. Of one elsewhere, what was typed without its way up; of a remote one, host and
    path without user, password and parameters."""
    if path == "-":
        return STDIN
    scheme, mark, _ = path.partition("://")
    if mark and scheme.isascii() and scheme.isalnum():
        return _remote(path)
    for known in _resolved(path):
        below = _inside(known, root)
        if below is not None:
            return below
    typed = os.path.splitdrive(os.path.normpath(path))[1].replace(os.sep, "/")
    return "/".join(part for part in typed.split("/") if part not in ("", ".", "..")) or STDIN


def as_uri(path: str) -> str:
    """A path from `relative` as a relative reference: percent-encoded bytes."""
    return quote(path.encode("utf-8", "surrogateescape" if _from_bytes(path) else "surrogatepass"), safe=_UNRESERVED)


def _resolved(path: str) -> tuple[str, ...]:
    """What a path leads to, without symbolic links first: GitHub shows nothing on those."""
    try:
        full = os.path.abspath(path)
        return os.path.realpath(full), full
    except (OSError, ValueError):  # a name that no file can have
        return ()


def _from_bytes(path: str) -> bool:
    """Whether its surrogates stand for bytes of a file name that is no UTF-8."""
    return all("\udc80" <= char <= "\udcff" for char in path if "\ud800" <= char <= "\udfff")


def _remote(path: str) -> str:
    try:
        parts = urlsplit(path)
    except ValueError:
        return path.partition("://")[0]
    host = parts.netloc.rpartition("@")[2]
    return "/".join(part for part in (host, *parts.path.split("/")) if part not in ("", ".", ".."))


def _inside(path: str, root: str) -> str | None:
    if path == root:
        return ""
    prefix = root.rstrip(os.sep) + os.sep
    return path[len(prefix) :].replace(os.sep, "/") if path.startswith(prefix) else None
