"""Taking members out of a list with separators, so that the rest is still a list."""

from __future__ import annotations

from collections.abc import Iterable


def without_separators(text: str, separator: str, gone: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans to remove so that the members at `gone` are out: with the separator behind each, else the one before.

    White space around a semicolon or a comma goes with it. Without a separator a member leaves an empty place.
    """
    spans: list[tuple[int, int]] = []
    for start, end in sorted(set(gone)):
        if not separator:
            spans.append((start, end))
            continue
        behind = _skip(text, end)
        if text.startswith(separator, behind):
            after = behind + len(separator)
            spans.append((start, _skip(text, after) if separator in ";," else after))
            continue
        while spans and spans[-1][1] == start:
            start = spans.pop()[0]  # the members before it are out as well
        before = len(text[:start].rstrip(" "))
        if text.endswith(separator, 0, before):
            start = before - len(separator)
        spans.append((start, end))
    return spans


def _skip(text: str, at: int) -> int:
    while text.startswith(" ", at):
        at += 1
    return at
