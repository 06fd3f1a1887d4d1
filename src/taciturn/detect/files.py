"""File names, paths, sizes and dates.

1. A name by its extension (shape), in words that people read or under a name that says file; or both beside each other.
2. A name without an extension by its row: a size and a date beside it, or a size under a field called file.
3. Sizes and dates count only beside a named sibling: in the same text, the same row, or a few leaves on in a replay.
4. Filters are bound to places: stack frames, bundles, a page's own static files. They never outweigh a file row.
"""

from __future__ import annotations

import re

from taciturn.detect.disguise import DISGUISE
from taciturn.detect.lexicon import Concept
from taciturn.detect.owned import (
    NO_FOLDERS,
    OF_READERS,
    SITE_PICTURES,
    STATIC_WORDS,
    is_brochure,
    is_human,
    is_program,
    is_site_file,
)
from taciturn.detect.patterns import Guarded
from taciturn.detect.score import confidence
from taciturn.detect.shapes import (
    CONFIG_EXTENSIONS,
    DATE,
    DOCUMENT_EXTENSIONS,
    MEDIA_EXTENSIONS,
    NUMBER,
    RELATIVE_DATE,
    SIZE,
    SIZE_SIGN,
    STORE_PATH,
    STRONG_DOCUMENTS,
    UNIX_PATH,
    UUID,
    WINDOWS_PATH,
    FileName,
    file_names,
)  # fmt: skip
from taciturn.detect.siblings import ROW, date_like, size_like, tell_siblings
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View, is_phrase, nearby
from taciturn.detect.words import ABOUT_FILES, IN_WORDS, THINGS, any_of
from taciturn.model.datatype import Confidence
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role, ValueKind

C = Concept
DOCUMENT = Signal("shape", "file.extension", 0.55, "the extension of a document")
MEDIA = Signal("shape", "file.extension", 0.35, "the extension of a picture, a film or an archive")
DOUBTFUL = Signal("shape", "file.extension", 0.2, "an extension that is also a domain or a library")
PATHLIKE = Signal("shape", "file.path", 0.8, "a path of a file system or a store")
OPENED = Signal("record", "file.page", 0.45, "a page of files is called so in its address")
LISTED = Signal("record", "file.trail", 0.45, "folders in words about files")
IN_FOLDERS = Signal("record", "file.path", 0.3, "folders stand before the name")
SEEN = Signal("dictionary", "page-text", 0.4, "words that a page shows")
LINKED = Signal("dictionary", "link", 0.3, "an address on the page")
NAMED = Signal("name", "file.key", 0.55, "a field called file and name")
UNDER = Signal("name", "file.parent", 0.45, "a name in something called file")
FOLDERED = Signal("name", "folder.key", 0.8, "a field called folder or directory")
KEYED = Signal("name", "file.map", 0.3, "a key that reads as a file name")
FULL_ROW = Signal("record", "file.row", 0.85, "a size and a date stand beside it")
FILE_SIZE = Signal("name", "size.key", 0.8, "a field called size of a file")
PROGRAM = Signal("filter", "code.place", -0.9, "a stack frame, a module or a bundle")
HANDED_OUT = Signal("filter", "asset.place", -1.2, "what a site hands out, called and kept as such")
STATIC = Signal("filter", "asset.place", -0.5, "a static file of the site")

_DOWNLOADS = frozenset("download downloads uploads files pdf docs resources service dl".split())
_BOUNDS = frozenset("max maximum limit min minimum quota allowed total free used available".split())
_LISTED = re.compile(rf"\b\d+ (?i:{any_of(THINGS)}) {any_of(IN_WORDS)} ([^\n|]{{3,160}})")
_TRAIL = re.compile(r"[^\n|·]+? (?:/|›|»|>) [^\n|·]+")
_ABOUT_FILES = re.compile(rf"\b{any_of(ABOUT_FILES)}\b", re.I)
_OF_A_FRAME = frozenset("lineno colno line_number linenumber column function func".split())
_NOT_OURS = C.PICTURE | C.PRODUCT | C.ASSET | C.CODE | C.TRIAL
_IDENTIFIER = re.compile(r"[\w.:@$#-]*")
_ROW = 300  # characters of a row of a list: collectors of clicks cut at 100 to 255
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BETWEEN = " ,·|–-"
_CELLS = re.compile(r"[\n\t\r\x1f]+| {2,}| [|·•] ")


# After the extension no more than one letter: what the shapes accept there is an end, a sign, a digit, or a glued word.
TRIGGER = Trigger(
    concepts=C.FILE | C.FOLDER | C.SIZE,
    text=r"\.(?i:"
    + "|".join(sorted(DOCUMENT_EXTENSIONS | MEDIA_EXTENSIONS))
    + r")(?:$|[^a-z])|\.(?i:pdf|docx|xlsx|pptx|odt)"
    r"|\\|/(?:home|Users|Volumes|mnt|media|srv|root)/|~/|(?:b2|s3|gs|smb|file|afp)://| / |›|»"
    rf"|\d (?i:{any_of(THINGS.replace(chr(92) + 'w*', ''))})|{SIZE_SIGN}|{DISGUISE}",
)


def detect_files(view: View) -> None:
    for leaf in view.candidates(TRIGGER):
        text = leaf.text
        if leaf.role is Role.STRUCTURE or not text or (leaf.node is None and leaf.name == "path"):
            continue
        for name in file_names(text):
            _by_extension(view, leaf, name)
        if leaf.role is Role.VALUE:
            _by_key(view, leaf)
            _by_path(view, leaf)
            if " " in text:
                _by_trail(view, leaf)
            if "\n" in text or "\t" in text or "  " in text:
                _by_cells(view, leaf)
            elif " " in text and len(text) < _ROW and view.is_text(leaf):
                _by_end(view, leaf)
    _by_row(view)
    tell_siblings(view)
    _by_address(view)


# ---------------------------------------------------------------------- names


def _by_extension(view: View, leaf: Leaf, name: FileName) -> None:
    shape = DOUBTFUL if name.ambiguous else DOCUMENT if name.document else MEDIA
    signals = [shape]
    own, around = leaf.own, view.around(leaf)
    if leaf.role is Role.KEY:
        signals.append(KEYED)
    if own & C.FILE and not own & (C.ID | C.COUNT):
        signals.append(NAMED)
    elif around & C.FILE and own & (C.NAME | C.TITLE):
        signals.append(UNDER)
    if view.in_address(leaf):
        if name.document:
            signals.append(LINKED)
        elif _is_sent(view, leaf, name):
            signals.append(SEEN)
        if any(part.text.lower() in STATIC_WORDS for part in leaf.row.leaves) or is_brochure(
            leaf.text[name.start : name.end]
        ):
            signals.append(STATIC)
    elif leaf.role is Role.VALUE and _is_seen(view, leaf, name, own):
        signals.append(SEEN)
    elif leaf.role is Role.VALUE and name.document and not own & C.LINK:
        signals.append(LINKED)
    if leaf.role is Role.VALUE and is_site_file(leaf.text[name.start : name.end], name.extension):
        signals.append(STATIC)
    if _is_program(leaf, name, own, around):
        signals.append(PROGRAM)
    if _is_handed_out(leaf.text[name.path_start : name.start], leaf.text[name.start : name.end]):
        signals.append(HANDED_OUT)
    for signal in signals:
        view.hit("file.name", leaf, signal, name.start, name.end)
    if name.path_start < name.start and _is_path(leaf.text[name.path_start : name.end]):
        for signal in (*signals, IN_FOLDERS):
            view.hit("file.path", leaf, signal, name.path_start, name.end)


def _is_handed_out(folders: str, name: str) -> bool:
    """Whether a path on the site leads to what it hands out to everybody: "/downloads/catalogue-2026.pdf"."""
    if not folders.startswith("/") or is_human(name) or not is_brochure(name):
        return False
    return not (STATIC_WORDS | _DOWNLOADS).isdisjoint(folders.lower().strip("/").split("/"))


def _is_program(leaf: Leaf, name: FileName, own: int, around: int) -> bool:
    """Whether code stands here: not where a person called a document something, without a line number beside it."""
    if not (own & C.CODE or (around & (C.CODE | C.ASSET) and not own & (C.TEXT | C.POST))):
        return False
    if name.extension in STRONG_DOCUMENTS:
        return False
    called = name.document and is_human(leaf.text[name.start : name.end])
    return not called or any(x.name.lower() in _OF_A_FRAME for x in leaf.row.leaves)


def _is_seen(view: View, leaf: Leaf, name: FileName, own: int) -> bool:
    """Whether the page shows the name. A picture called by a bare field `name` is as often the site's own."""
    if name.document:
        return view.is_text(leaf) or not _IDENTIFIER.fullmatch(leaf.text)
    whole = name.start == 0 and name.end == len(leaf.text) and is_human(leaf.text)
    if whole and not (own | view.around(leaf)) & _NOT_OURS:
        return True
    if name.extension in CONFIG_EXTENSIONS:
        return False
    return view.is_text(leaf) and (leaf in view.roles or bool(own & ~(C.NAME | C.ID)) or " " in leaf.text)


def _is_sent(view: View, leaf: Leaf, name: FileName) -> bool:
    """A scan, a recording or an archive in an address, under a name that a person gave."""
    if name.extension in SITE_PICTURES or name.extension in CONFIG_EXTENSIONS:
        return False
    return is_human(leaf.text[name.start : name.end]) and not view.around(leaf) & _NOT_OURS


def _is_path(text: str) -> bool:
    if text.startswith(("http://", "https://", "//")) or re.search(r"[{}()<>=;]", text.rpartition("/")[0]):
        return False
    return bool(re.search(r"[/\\][^/\\]+$", text))


def _by_key(view: View, leaf: Leaf) -> None:
    """Fields that are called a file's name or a folder, whatever they hold."""
    own = leaf.own
    if own & C.FILE and own & C.SIZE and _is_file_size(view, leaf):
        view.hit("file.size", leaf, FILE_SIZE)
    if not own & (C.FILE | C.FOLDER) or leaf.kind is not ValueKind.STRING:
        return
    text = leaf.text.strip()
    if not text or own & (C.SIZE | C.DATE | C.COUNT | C.ID | C.CODE | C.TRIAL | C.HASHED | C.TOKEN | C.PICTURE):
        return
    if view.around(leaf) & (C.CODE | C.ASSET | C.TRIAL):
        return
    if own & C.FOLDER and not own & C.LINK:
        if _is_folder(text):
            view.hit("file.path", leaf, FOLDERED)
    elif own & C.FILE and own & (C.NAME | C.TITLE) and view.roles.get(leaf) != "page-title" and not _is_no_name(text):
        start = leaf.text.rfind("/") + 1
        if text.startswith("/") and is_phrase(leaf.text[start:]):  # GA4's ep.file_name holds the path of the file
            view.hit("file.path", leaf, FOLDERED)
            view.hit("file.name", leaf, NAMED, start)
            view.hit("file.name", leaf, SEEN, start)
            return
        if _is_handed_out(text[: text.rfind("/") + 1], text[text.rfind("/") + 1 :]):
            return
        view.hit("file.name", leaf, NAMED)
        if is_phrase(text) or re.search(r"[\w)]\.[a-z0-9]{2,5}$", text, re.I):
            view.hit("file.name", leaf, SEEN)


def _is_no_name(text: str) -> bool:
    return bool(NUMBER.fullmatch(text) or UUID.fullmatch(text)) or is_program(text)


def _is_file_size(view: View, leaf: Leaf) -> bool:
    if not size_like(leaf.text) or view.around(leaf) & (C.CODE | C.TRIAL | C.ASSET):
        return False
    return _BOUNDS.isdisjoint(view.info(leaf).words)


def _is_folder(text: str) -> bool:
    if (
        len(text) > 240
        or NUMBER.fullmatch(text)
        or UUID.fullmatch(text)
        or re.fullmatch(r"[0-9a-fA-F]{12,}", text)
        or text.lower() in NO_FOLDERS
    ):
        return False
    return bool(re.search(r"[^\W\d_]", text))


def _by_path(view: View, leaf: Leaf) -> None:
    text = leaf.text
    if "/" not in text and "\\" not in text:
        return
    own = leaf.own
    if own & C.CODE or (view.around(leaf) & (C.CODE | C.ASSET) and not own & (C.TEXT | C.POST)):
        return
    for pattern in (WINDOWS_PATH, UNIX_PATH, STORE_PATH):
        for match in pattern.finditer(text):
            names = list(file_names(match[0]))
            end = match.start() + names[-1].end if names else match.end()
            view.hit("file.path", leaf, PATHLIKE, match.start(), end)


def _by_trail(view: View, leaf: Leaf) -> None:
    """Folders as a page shows them: "3 files in Acme / Contracts", or a trail in a title that speaks of files."""
    text = leaf.text
    for match in _LISTED.finditer(text):
        view.hit("file.path", leaf, LISTED, *match.span(1))
        view.hit("file.path", leaf, SEEN, *match.span(1))
    if (" / " not in text and "›" not in text and "»" not in text) or len(text) > 400 or not _ABOUT_FILES.search(text):
        return
    at = 0
    for piece in re.split(r"(\n| [-–—|·] )", text):
        start, end = at, at + len(piece)
        at = end
        if _TRAIL.fullmatch(piece) and not DATE.search(piece):
            view.hit("file.path", leaf, LISTED, start, end)
            view.hit("file.path", leaf, SEEN, start, end)


def _by_cells(view: View, leaf: Leaf) -> None:
    """One text with the cells of a row: a size, a date, and beside them a name without an extension."""
    start = 0
    line: list[tuple[int, int]] = []
    for match in [*_CELLS.finditer(leaf.text), None]:
        end = match.start() if match else len(leaf.text)
        if end > start:
            line.append((start, end))
        start = match.end() if match else end
    sized = [cell for cell in line if _full(SIZE, leaf.text, cell)]
    dated = [cell for cell in line if _full(DATE, leaf.text, cell) or _full(RELATIVE_DATE, leaf.text, cell)]
    if not sized or not dated:
        return
    for size in sized:
        index = line.index(size)
        # the name is the nearest cell before the size that is neither size nor date nor a word of the page's own
        for cell in reversed(line[max(0, index - 2) : index]):
            if cell not in sized and cell not in dated and cell[1] - cell[0] > 2:
                view.hit("file.name", leaf, FULL_ROW, *cell)
                view.hit("file.name", leaf, SEEN, *cell)
                break


def _by_end(view: View, leaf: Leaf) -> None:
    """A row whose cells a collector of clicks has joined by single blanks: words, then size and date side by side."""
    text = leaf.text
    for date in DATE.finditer(text):
        for size in (*SIZE.finditer(text, 0, date.start()), *SIZE.finditer(text, date.end())):
            first, second = sorted((size.span(), date.span()))
            name = text[: first[0]].rstrip(_BETWEEN)
            if text[first[1] : second[0]].strip(_BETWEEN) or not _LETTERS.search(name):
                continue
            start = len(name) - len(name.lstrip())
            for kind, span in (("name", (start, len(name))), ("size", size.span()), ("date", date.span())):
                view.hit(f"file.{kind}", leaf, FULL_ROW, *span)
                view.hit(f"file.{kind}", leaf, SEEN, *span)
            return


def _full(pattern: Guarded, text: str, cell: tuple[int, int]) -> bool:
    return pattern.fullmatch(text[cell[0] : cell[1]].strip()) is not None


def _by_row(view: View) -> None:
    """Objects with a size and a date (or a size under something called file): their name is a file's."""
    seen: set[int] = set()
    for leaf in view.asked(C.SIZE):
        row = leaf.row
        if id(row) in seen or leaf.role is not Role.VALUE or not leaf.text:
            continue
        seen.add(id(row))
        linked = any(x.own & C.LINK for x in nearby(row, 1)) or any(x.row is row for x in view.wholes)
        if view.around_row(row) & (C.CODE | C.TRIAL | C.PRODUCT) or (view.around_row(row) & C.ASSET and linked):
            continue
        sizes = [
            x for x in row.leaves if x.own & C.SIZE and size_like(x.text) and _BOUNDS.isdisjoint(view.info(x).words)
        ]
        dates = [x for x in row.leaves if x.own & C.DATE and date_like(x.text)]
        filed = bool(view.around_row(row) & (C.FILE | C.FOLDER)) or any(x.own & C.FILE for x in row.leaves)
        if not sizes or not (dates or filed):
            continue
        for other in row.leaves:
            own = other.own
            if linked and own & C.TITLE and not own & C.FILE:
                continue  # the title of a page
            named = own & (C.NAME | C.TITLE) or (own & C.FILE and not own & (C.SIZE | C.DATE | C.ID | C.COUNT))
            if (
                other.role is Role.VALUE
                and named
                and not own & (C.CODE | C.PERSON | C.MEMBER | C.LINK | C.GROUP)
                and other.kind is ValueKind.STRING
                and len(other.text) > 1
                and not is_program(other.text)
            ):
                view.hit("file.name", other, FULL_ROW if dates else ROW)
                view.hit("file.name", other, UNDER if filed else SEEN)
        for key in (x for x in view.leaves if x.role is Role.KEY and x.text == row.name):
            view.hit("file.name", key, FULL_ROW if dates else ROW)


def _by_address(view: View) -> None:
    """Beside a file that a person named: the folder that is open, by the last segment of the page's address."""
    if not any((confidence(hit.signals) or 0) >= Confidence.LIKELY for hit in view.of_kind("file.name")):
        return
    for leaf in view.leaves:
        if (
            leaf.node is None
            or not view.in_address(leaf)
            or leaf is not leaf.row.leaves[-1]
            or not is_phrase(leaf.text)
        ):
            continue
        words = [part.text.lower() for part in leaf.row.leaves[:-1]]
        if not words or not (OF_READERS | STATIC_WORDS).isdisjoint(words):
            continue
        if is_human(leaf.text) and "." not in leaf.text and not view.around(leaf) & _NOT_OURS:
            view.hit("file.path", leaf, OPENED)
            view.hit("file.path", leaf, SEEN)
