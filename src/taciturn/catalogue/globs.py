"""Path globs: anchored at both ends, matched per segment, in time linear in the path.

    *        any characters within one segment
    /**/     any number of whole segments, also none;  ** at the end: anything, slashes included
    <n>      digits        <hex>  16 or more hexadecimal digits        <hex64>  exactly 64 of them

Why it is linear: a star gives nothing back once the fixed text behind it was found (atomic groups), and `/**/` only
ever stops at a slash, where what follows reads a bounded number of segments. Other uses of `**` are refused.

A path is compared after its unreserved characters were percent-decoded (RFC 3986, section 6.2.2.2), so `/%74r/` is
`/tr/`; encoded slashes and everything else stay as they stand.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\*\*|\*|<[^<>]*>")
_CLASSES = {"<n>": "[0-9]++", "<hex>": "[0-9A-Fa-f]{16,}+", "<hex64>": "[0-9A-Fa-f]{64}+"}
_LOOSENESS = {"**": 8, "*": 4}
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def normal_path(path: bytes) -> bytes:
    """The path with percent-encoded unreserved characters in the clear."""
    return path if b"%" not in path else _ESCAPED.sub(_decoded, path)


def _decoded(match: re.Match[bytes]) -> bytes:
    byte = int(match[1], 16)
    return bytes((byte,)) if byte in _UNRESERVED else match[0]


def fault(glob: str) -> str:
    """What is wrong with a path glob, or ""."""
    if not glob.startswith("/"):
        return "a path glob starts with a slash"
    if "*" not in glob and "<" not in glob:
        return ""
    middle = glob.removesuffix("**")
    if middle.count("**") > 1 or middle.count("**") != middle.count("/**/"):
        return "** stands for whole segments, once (/**/), or at the end"
    for token in _TOKEN.findall(glob):
        if token.startswith("<") and token not in _CLASSES:
            return f"unknown class {token}; known: {' '.join(_CLASSES)}"
    if re.search(r"\*<|\*\*\*", glob):
        return "a star needs a fixed character behind it"
    return ""


def compile_path(glob: str) -> re.Pattern[bytes]:
    """The regular expression of a path glob without faults; use `fullmatch`."""
    tail = ""
    if glob.endswith("**"):
        glob, tail = glob[:-2], ".*"
    head, some, rest = glob.partition("/**/")
    pattern = _segments(head) + ("/(?:[^/]*+/)*?" + _segments(rest) if some else "")
    return re.compile((pattern + tail).encode(), re.S)


def _segments(glob: str) -> str:
    """A glob without `**`: each star is lazy and atomic together with the fixed text behind it, the last one is not."""
    out: list[str] = []
    fixed: list[str] = []
    stars = 0
    for part in re.split(r"(\*|<[^<>]*>)", glob):
        if part == "*":
            out.append(_held(stars, fixed, last=False))
            fixed = []
            stars += 1
        else:
            fixed.append(_CLASSES.get(part) or re.escape(part))
    out.append(_held(stars, fixed, last=True))
    return "".join(out)


def _held(stars: int, fixed: list[str], last: bool) -> str:
    text = "".join(fixed)
    if not stars:
        return text
    return f"[^/]*{text}" if last else f"(?>[^/]*?{text})"


def compile_value(glob: str) -> re.Pattern[str]:
    """The regular expression of a value glob, where `*` stands for anything; use `fullmatch`."""
    first, *rest = [re.escape(part) for part in glob.split("*")]
    if not rest:
        return re.compile(first)
    return re.compile(first + "".join(f"(?>.*?{part})" for part in rest[:-1]) + ".*" + rest[-1], re.S)


def literal_segment(glob: str) -> bytes:
    """The last segment of a glob that is the same in every path it fits, b"" when none is: the key of an index."""
    for segment in reversed(glob.split("/")):
        if segment and not _TOKEN.search(segment):
            return segment.encode()
    return b""


def first_segment(glob: str) -> bytes:
    """The first segment of every path that a glob fits, b"" when they differ."""
    segment = glob[1:].partition("/")[0]
    return b"" if _TOKEN.search(segment) else segment.encode()


def specificity(glob: str) -> tuple[int, int]:
    """Ordered so that the more specific glob is greater: fixed characters first, then fewer wildcards."""
    wild = sum(_LOOSENESS.get(part, 1) for part in _TOKEN.findall(glob))
    return len(_TOKEN.sub("", glob)), -wild
