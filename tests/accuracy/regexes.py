"""Twenty-odd patterns as they stand in many a data loss filter: the baseline of whoever decodes, and then looks for shapes."""

from __future__ import annotations

import re

_WORD = r"[^\s\"'<>&=?/\\,;:|{}()\[\]]"
_ENDINGS = (
    "pdf|docx?|xlsx?|pptx?|csv|txt|rtf|odt|ods|jpe?g|png|heic|tiff?|mp4|mov|mp3|zip|rar|7z|eml|key|pages|dwg|sql|bak"
)

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("person.email", r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"),
        ("person.phone", r"(?<![\w.+-])\+\d{1,3}[ .()-]{0,2}\d{1,4}(?:[ .()/-]{0,2}\d{2,4}){1,4}(?!\w)"),
        ("person.phone", r"(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w.-])"),
        ("person.birthdate", r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])[./](?:19|20)\d\d(?!\d)"),
        ("person.email_hash", r"(?<![0-9A-Fa-f])[0-9a-f]{64}(?![0-9A-Fa-f])"),
        ("person.email_hash", r"(?<![0-9A-Fa-f])[0-9a-f]{40}(?![0-9A-Fa-f])"),
        ("person.id", r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"),
        ("person.account", r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?!\w)"),
        ("person.account", r"(?<![\d.-])(?:\d{4}[ -]?){3}\d{4}(?![\d.-])"),
        ("location.ip", r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"),
        ("location.ip", r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}(?![\w:])"),
        ("location.geo", r"(?<![\d.])-?\d{1,2}\.\d{4,8}, ?-?\d{1,3}\.\d{4,8}(?![\d.])"),
        ("file.name", rf"{_WORD}{{1,60}}(?: {_WORD}{{1,40}}){{0,6}}\.(?:{_ENDINGS})(?!\w)"),
        ("file.path", rf"(?<!\w)(?:[A-Za-z]:\\|/(?:home|Users|mnt|var|srv)/)[^\n\"<>|?*]{{1,120}}\.(?:{_ENDINGS})(?!\w)"),
        ("file.size", r"(?<![\w.,])\d{1,4}(?:[.,]\d{1,3})? ?(?:[KMGT]i?B|[KMGT]o|bytes)(?!\w)"),
        ("credential.token", r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
        ("credential.token", r"(?<!\w)(?:AKIA|ASIA)[0-9A-Z]{16}(?!\w)"),
        ("credential.token", r"(?<!\w)AIza[0-9A-Za-z_-]{35}"),
        ("credential.token", r"(?<!\w)(?:gh[pousr]_[0-9A-Za-z]{36}|xox[abprs]-[0-9A-Za-z-]{10,}|sk_live_[0-9A-Za-z]{16,})"),
        ("credential.token", r"(?i)(?<!\w)bearer [0-9a-z._~+/=-]{16,}"),
        ("credential.password", r"(?i)(?<!\w)(?:password|passwd|pwd|secret)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([^\s\"'&]{4,64})"),
    )
)  # fmt: skip


def search(text: str) -> list[list[str]]:
    """[[kind, value], …] of all that the patterns find."""
    found = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            found.append([kind, match[pattern.groups] if pattern.groups else match[0]])
    return found
