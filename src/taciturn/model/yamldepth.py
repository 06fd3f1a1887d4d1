"""Keeps YAML from libyaml that nests so deeply that it would run out of stack.

libyaml makes its nodes by recursion in C, without a limit: 20,000 brackets end the process, and no error is raised. Its
parser of events has no such recursion, so the depth is counted there first. That costs as much as the reading itself,
and therefore only texts are counted that could nest at all: by indentation, by marks on one line, or by brackets.
"""

from __future__ import annotations

import re

import yaml

_DEPTH = 200  # far below what the stack of a thread holds, far above what anybody writes
_BRACKETS = 2_000
_DEEP_BLOCK = re.compile(r"^[ \t]{200}|(?:[-?:][ \t]+){40}", re.M)


def nests_deeply(text: str | bytes) -> bool:
    """Whether a text must not be given to libyaml's composer."""
    words = text if isinstance(text, str) else text.decode("utf-8", "replace")
    few = words.count("[") + words.count("{") < _BRACKETS
    if few and "\0" not in words and not _DEEP_BLOCK.search(words):  # libyaml reads UTF-16, too
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEPTH:
                return True
    except yaml.YAMLError:
        return False  # the reader stops at the same place, and says where
    return False
