"""Where the values of a list come from: lines of a text file, a column of a CSV file, the names in a folder.

Values are read one at a time. An error names the file and the line, never what stands there.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPILED_SUFFIX = ".watch"
_CSV = (".csv", ".tsv")
_DELIMITERS = (",", ";", "\t")
MOST_NAMES = 200_000  # of one folder and what is in it
_DEPTH = 16  # folders inside each other

# what half of all files are called; a name made of these alone says nothing about whose it is
_COMMON = frozenset(
    """a about account admin agenda all an and app archive assets attachment audio backup bak bill book brochure build
    cache catalog catalogue changelog chart clip code common config configuration contact content contract contributing
    copy core cover css cv data database de default demo design dev diagram dist doc docs document documents dokument
    download downloads draft dsc dscf en error example examples export faq favicon file files final fonts footer form
    fr graph guide header help home icon icons image images img import index info init input inst install invoice js
    kopie letter lib library license licence list log logo logs main makefile manifest manual map max media memo menu
    message min misc model module movie music my name new news note notes of offer old order output overview package
    page pages paper pdf photo photos picture pictures plan png post poster presentation price pricing print privacy
    profile project projects proposal public rapport readme receipt recording rechnung report reports resources results
    resume robots sample samples scan scans schedule screen screenshot script scripts settings setup sheet sitemap slide
    slides song source sources src static statement style styles summary table task tasks template templates temp terms
    test tests text the thumb thumbnail tmp to todo track unnamed untitled update user users util utils version video
    videos view vid web website welcome work workbook wp""".split()
)
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class SourceProblem(Exception):
    """A list that cannot be read. Holds constant words, and no value."""

    def __init__(self, what: str, mend: str = "", line: int = 0) -> None:
        self.what = what
        self.mend = mend
        self.line = line
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list as the configuration names it. Exactly one of `path`, `folder` and `values` is set."""

    name: str
    path: Path | None = None
    column: str = ""
    folder: Path | None = None
    values: tuple[str, ...] = ()
    kind: str = ""
    calling_code: str = ""
    place: tuple[str, int, int] = ("", 0, 0)  # file, line and column of the configuration

    def __repr__(self) -> str:
        return f"ListSource({self.name})"

    @property
    def compiled(self) -> bool:
        return self.path is not None and self.path.suffix == COMPILED_SUFFIX


def read_values(source: ListSource) -> Iterator[str]:
    """The values of a file or of the configuration itself.

    Raises:
        SourceProblem: the file cannot be read.
    """
    if source.path is None:
        yield from source.values
        return
    try:
        with source.path.open("rb") as file:
            lines = _lines(iter(file))
            yield from _column(lines, source) if source.column or source.path.suffix.lower() in _CSV else _plain(lines)
    except OSError as error:
        raise SourceProblem(f"cannot be read: {(error.strerror or 'no reason given').lower()}") from None


def _lines(raw: Iterator[bytes]) -> Iterator[str]:
    for number, line in enumerate(raw, 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise SourceProblem("is not UTF-8 here", "save it as UTF-8", number) from None
        yield text.removeprefix("\ufeff") if number == 1 else text


def _plain(lines: Iterator[str]) -> Iterator[str]:
    """One value a line; a line that begins with # is a comment."""
    for line in lines:
        if not line.startswith("#"):
            yield line.rstrip("\r\n")


def _column(lines: Iterator[str], source: ListSource) -> Iterator[str]:
    if not source.column:
        raise SourceProblem("which column holds the values?", f"write {_called(source)}#COLUMN, as in its first line")
    head = next(lines, "")
    delimiter = max(_DELIMITERS, key=head.count)
    names = [name.strip().casefold() for name in next(csv.reader([head], delimiter=delimiter), [])]
    wanted = source.column.casefold()
    if wanted not in names:
        raise SourceProblem(f"has no column `{source.column}`", "its first line must name the columns", 1)
    at = names.index(wanted)
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        for row in rows:
            if len(row) > at:
                yield row[at]
    except csv.Error:
        raise SourceProblem("is no CSV here", "", rows.line_num + 1) from None


def _called(source: ListSource) -> str:
    return source.path.name if source.path is not None else source.name


def read_names(folder: Path, most: int = MOST_NAMES) -> tuple[list[str], int, bool]:
    """(names of files and folders in a folder that say something, how many say nothing, whether a bound was reached).

    Links are not followed, and what begins with a dot is left out.

    Raises:
        SourceProblem: it is no folder, or cannot be read.
    """
    if not folder.is_dir():
        raise SourceProblem("is no folder")
    out: list[str] = []
    common = 0
    for _, folders, files in _walk(folder):
        for name in (*folders, *files):
            if len(out) + common >= most:
                return out, common, True
            if is_telling(name):
                out.append(name)
            else:
                common += 1
    return out, common, False


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    def refuse(error: OSError) -> None:
        if Path(error.filename or "") == folder:
            raise SourceProblem(f"cannot be read: {(error.strerror or 'no reason given').lower()}") from None

    base = len(folder.parts)
    for where, folders, files in os.walk(folder, onerror=refuse):
        shown = sorted(name for name in folders if not name.startswith("."))
        folders[:] = shown if len(Path(where).parts) - base < _DEPTH else []
        yield where, shown, sorted(name for name in files if not name.startswith("."))


def is_telling(name: str) -> bool:
    """Whether a file's name is its owner's own: not README.md, IMG_0001.jpg, document (2).pdf, index.html."""
    stem = name[: name.rfind(".")] if name.rfind(".") > 0 else name
    words = [word.lower() for part in _WORD.findall(stem) for word in _CAMEL.split(part)]
    telling = [word for word in words if word not in _COMMON and (len(word) > 3 or not word.isascii())]
    return (
        len(telling) >= 2
        or any(len(word) > 5 or not word.isascii() for word in telling)
        or (bool(telling) and len([word for word in words if len(word) > 2]) >= 2)
    )
