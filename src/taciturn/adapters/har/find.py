"""From the words of a command line to captures: files, folders, patterns, archives, standard input, remote objects.

Nothing is passed over in silence: a word that leads to no capture is an error, and so is a folder that cannot be read.
Inside a folder only regular files count (a named pipe there would wait for ever), and links to folders are not
followed; a file, a link or a pipe that is named itself is taken as it is.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator

from taciturn.adapters.har.archive import hars_in, is_archive
from taciturn.adapters.har.place import MEMBER, STDIN, Place, called, distinct, is_remote, local
from taciturn.errors import UsageError

# .zhar is what mitmproxy writes when asked for a compressed HAR; .zip are Playwright's traces and recorded HARs.
SUFFIXES = (".har", ".har.gz", ".zhar", ".har.zip", ".flow", ".flows", ".mitm", ".network")
TRACES = (".zip",)  # only those that hold a capture count in a folder


def find_captures(words: Iterable[str]) -> list[str]:
    """The captures that the words name, each once, in the order of the words and of names in a folder.

    Raises:
        UsageError: a word names nothing, a folder holds no capture, or cannot be read.
    """
    return distinct(place for word in words for place in _named(word))


def _named(word: str) -> list[str]:
    if word == STDIN:
        return [word]
    if is_remote(word):
        from taciturn.adapters.har.remote import expand

        return expand(word)
    path = local(word)
    if os.path.isdir(path):
        return _folder(path)
    if os.path.exists(path):
        return _members(path)
    if glob.has_magic(path):
        return _pattern(path)
    archive, mark, _ = path.partition(MEMBER)
    if mark and os.path.isfile(archive):
        return [path]
    raise UsageError(
        f"{called(path)}: no such file or folder\n    mend: check the path, or quote it if it holds spaces"
    )


def _pattern(pattern: str) -> list[str]:
    matched = sorted(glob.glob(pattern, recursive=True, include_hidden=False))
    found: list[str] = []
    for path in matched:
        if os.path.isdir(path):
            if "**" not in pattern:  # that names every folder as well, and what is in them it names itself
                found.extend(place for inside in _walk(path) for place in _captures(inside))
            continue
        found.extend(_members(path))
    if not found:
        raise UsageError(
            f"{called(pattern)}: no file is called like that\n    mend: ** stands for any depth of folders"
        )
    return found


def _folder(folder: str) -> list[str]:
    found = [place for path in _walk(folder) for place in _captures(path)]
    if not found:
        names = ", ".join(SUFFIXES)
        raise UsageError(f"{called(folder)}: no capture in this folder\n    mend: name files ending in {names} or .zip")
    return found


def _walk(folder: str) -> Iterator[str]:
    for root, folders, names in os.walk(folder, onerror=_unreadable):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith((*SUFFIXES, *TRACES)):
                yield os.path.join(root, name)


def _unreadable(problem: OSError) -> None:
    reason = os.strerror(problem.errno) if problem.errno else "cannot be read"
    raise UsageError(f"{called(str(problem.filename))}: {reason}\n    mend: check that the folder may be read")


def _captures(path: str) -> list[str]:
    """What a file in a folder stands for. Something other than a file is none; a link that leads nowhere is an error
    later, when it is opened."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return []
    except OSError:
        return [path]
    if path.lower().endswith(TRACES) and not path.lower().endswith(SUFFIXES):
        return _members(path) if not is_archive(path) or hars_in(path) else []
    return _members(path)


def _members(path: str) -> list[str]:
    """An archive of several HARs is several captures."""
    if not os.path.isfile(path) or not is_archive(path):
        return [path]
    inside = hars_in(path)
    return [f"{path}{MEMBER}{name}" for name in inside] if len(inside) > 1 else [path]


def place_of(word: str) -> Place:
    """A single capture, as commands take that look into one."""
    places = find_captures([word])
    if len(places) > 1:
        raise UsageError(f"{called(word)}: these are {len(places)} captures\n    mend: name one of them")
    return places[0] if isinstance(places[0], Place) else Place(places[0])
