"""What values look like: file names, sizes, dates, addresses, numbers, hashes, tokens. Each finder gives spans.

All patterns run in linear time: no nested or overlapping repetition, bounded counts where two classes could meet.
Sources: RFC 5321 for addresses, E.164 for numbers, SI and IEC units, CLDR's usual short dates of ten languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from taciturn.detect.disguise import Plain, is_disguised
from taciturn.detect.patterns import Guarded
from taciturn.detect.words import AGO, DAYS, DOCUMENTS, MEDIA, MEMBERS, MONTHS, UNITS, VERBS, any_of

DOCUMENT_EXTENSIONS = frozenset(DOCUMENTS.split())
MEDIA_EXTENSIONS = frozenset(MEDIA.split())
# A label such as "status.zip" or "get.md" may be a host: these need another sign that a file is meant.
_ALSO_TLD = frozenset("zip mov md pl sh rs py app ps so key msg gov com one page info name pages".split())
STRONG_DOCUMENTS = DOCUMENT_EXTENSIONS - frozenset(
    "txt csv tsv log md key pages numbers ics sql sqlite mdb db step fig asc crt cer pem tex bak msg".split()
)
"""Nobody's program is called so: a stack frame is no excuse for them."""
CONFIG_EXTENSIONS = frozenset("json xml yaml yml ini conf cfg bin db".split())
"""Settings and data of programs as often as files of persons: only a field that says file makes them one."""
_WEAK_DOCUMENT = frozenset("key pages numbers log md msg asc step fig".split())

_EXTENSION = re.compile(
    r"\.((?i:" + "|".join(sorted(DOCUMENT_EXTENSIONS | MEDIA_EXTENSIONS, key=len, reverse=True)) + r"))"
    r"(?=$|[^A-Za-z0-9_./\\@-]|[.,;:!?)](?:\s|$)|\d{1,4}(?:[.,]\d+)?[ \u00a0\u202f]?[KMGTkmgt]?[Bo]|[A-Z][a-z]"
    r"|-(?=\s)|[/\\](?=\s|$)"
    # told from a host or a module afterwards: a version, a second extension, a word that begins right behind
    r"|[_@/\\-]v?\d|\.[A-Za-z0-9]|[^\W\d_A-Z])"
)
# Behind a document's extension: a version or a copy ("_1", "/3", "@v3"), or the extension of who locked or copied it.
_VERSION = re.compile(r"[_@/\\-]v?\d{1,6}(?=$|[\s,;:)\]\"'])")
_SECOND = re.compile(r"\.[A-Za-z0-9]{1,12}(?=$|[\s,;:)\]\"'])")
_OF_CODE = frozenset(
    "js mjs css map ts tsx jsx vue html htm php asp aspx jsp min com net org de io co uk eu fr info dev app xyz".split()
)
_WORD_BEHIND = re.compile(r"[^\W\d_A-Z]{4}")
_GLUED = frozenset("pdf docx xlsx pptx odt".split())
_FORMAT_WORDS = frozenset("file files format formats type types pdf word excel datei dateien formato formatos".split())
_STOP = re.compile(r"[\"“”„«»‘<>|\t\n\r]|(?:^|(?<=\s))['`](?=\S)|: |; (?=\S+\.\w)|, (?=[\w-]+\.\w)| — | · | › |=(?=\S)")
_VERB = re.compile(rf"^(?:{any_of(VERBS)}\s*[:#]?\s+)+", re.I
)  # fmt: skip

_UNITS = any_of(UNITS)
_DIGITS = r"[\d\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]"
SIZE = Guarded(
    rf"(?<![\w.,$€£]){_DIGITS}{{1,3}}(?:[.,٫ \u00a0\u202f']?{_DIGITS}{{1,3}}){{0,6}}[ \u00a0\u202f]?"
    rf"{_UNITS}(?![A-Za-z/])"
)
SHORT_SIZE = re.compile(rf"{_DIGITS}{{1,3}}(?:[., \u00a0\u202f]?{_DIGITS}{{1,3}}){{0,4}}[ \u00a0\u202f]?[okKMG]")
"""A size where nothing else can stand: a field called size, a cell between a name and a date."""
GLUED_SIZE = re.compile(rf"(?<=[A-Za-z]){_DIGITS}{{1,4}}(?:[.,]{_DIGITS}{{1,3}})?[ \u00a0\u202f]?[KMGT]i?B")
SIZE_SIGN = (
    rf"(?:^|[^0-9A-Za-z_.,$]){_DIGITS}{{1,3}}(?:[.,٫ \u00a0\u202f']?{_DIGITS}{{1,3}}){{0,6}}[ \u00a0\u202f]?{_UNITS}"
    rf"(?:[^A-Za-z/]|$)|{_DIGITS}[ \u00a0\u202f]?[KMGT]i?B"
)
"""For RE2: finds something wherever SIZE or GLUED_SIZE do. A unit within an id ("G-7BQ40") is none."""
_MONTH = any_of(MONTHS) + r"\.?"
_TIME = (
    rf"(?:[,T ]? ?(?:um |à |at |a las |om |в |о |kl\.? |klo |o |às |alle |saat |上午|下午|午前|午後|오전 ?|오후 ?)?"
    rf"{_DIGITS}{{1,2}}(?:[:.時点]| ?h ?){_DIGITS}{{2}}"
    rf"(?:[:.]{_DIGITS}{{2}}(?:\.{_DIGITS}{{1,6}})?)?分?"
    r"(?: ?(?:AM|PM|am|pm|Uhr|h))?(?:Z|[+-]\d\d:?\d\d)?)?"
)
RELATIVE_DATE = Guarded(
    rf"(?:{any_of(DAYS)}|{any_of(AGO)}|{_DIGITS}{{1,2}}([-/.]){_DIGITS}{{1,2}}\1{_DIGITS}{{2}}"
    rf"|{_MONTH} {_DIGITS}{{1,2}}|{_DIGITS}{{1,2}}\.? {_MONTH}){_TIME}",
    re.I,
    same="[-/.]",
)
"""Dates that are one beside a file only: a day by its distance, a short year, no year at all."""
DATE = Guarded(
    rf"(?<![\w.])(?:{_DIGITS}{{4}}[-/.]{_DIGITS}{{1,2}}[-/.]{_DIGITS}{{1,2}}{_TIME}"
    rf"|{_DIGITS}{{1,2}}[-/.]{_DIGITS}{{1,2}}[-/.]{_DIGITS}{{4}}{_TIME}"
    rf"|{_DIGITS}{{1,2}}\.? ?(?:de |of |-)?{_MONTH},?[ -](?:de )?{_DIGITS}{{4}}(?:年| ?г\.)?{_TIME}"
    rf"|{_MONTH} {_DIGITS}{{1,2}}(?:st|nd|rd|th)?,? {_DIGITS}{{4}}{_TIME}"
    rf"|{_DIGITS}{{4}}\. {_DIGITS}{{1,2}}\. {_DIGITS}{{1,2}}\.?{_TIME}"
    rf"|{_DIGITS}{{4}}[年년] ?{_DIGITS}{{1,2}}[月월] ?{_DIGITS}{{1,2}}[日일]{_TIME})(?![\w])",
    re.I,
)
GLUED_DATE = re.compile(
    r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{4}(?: \d{2}:\d{2})?"
    r"|\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?"
)
EPOCH = re.compile(r"1[0-9]{9}(?:\.\d{1,6}|\d{3})?")
NUMBER = re.compile(r"\d{1,15}")

_MAIL_HOST = r"[A-Za-z0-9\u00a1-\uffff](?:[\w-]{0,62}\.){1,8}[A-Za-z\u00a1-\uffff][\w-]{1,24}"
EMAIL = re.compile(
    rf"(?:[A-Za-z0-9_\u00a1-\uffff][\w.+'%-]{{0,63}}|\"[^\"\\\n@]{{1,62}}\")@(?:{_MAIL_HOST}|\[(?:IPv6:)?[0-9A-Fa-f.:]{{7,45}}\])"
)
# As pages write addresses for people only: `name [at] example [dot] org`, `name(at)example.org`.
SPELLED_AT = r"[\[{] ?(?i:at|ät|arroba) ?[\]}]|\( ?at ?\)"
_SPELLED = re.compile(rf"(?P<space> ?)(?:{SPELLED_AT})(?P=space)")
_SPELLED_HOST = re.compile(
    r"[A-Za-z0-9][\w-]{0,62}(?:(?:\.| ?[\[({] ?(?i:dot|punkt|point|punto) ?[\])}] ?)[A-Za-z0-9][\w-]{0,62}){1,8}"
)
_SPELLED_LOCAL = re.compile(r"[\w.+'%-]{1,64}$")
_NOT_A_MAIL_HOST = re.compile(
    r"^\d+x?\.|\.(?:png|jpe?g|gif|webp|svg|js|css|avif)$|(?:^|\.)redacted\.invalid$|^sentry\.|^o\d+\.ingest", re.I
)
PHONE = re.compile(r"(?<![\w.+/=-])(?:\+|00)?\(?\d(?:[ ()./\u00a0\u2011-]{0,3}\d){6,14}(?![\w=-]|\.\d)")
HEX_HASH = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9A-F]{64}|[0-9A-F]{40}|[0-9A-F]{32})(?![0-9A-Za-z])"
)
B64_HASH = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43}=?(?![\w=-])|(?<![\w+/])[A-Za-z0-9+/]{43}=(?![\w=])")
EMPTY_HASHES = frozenset(
    """e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 d41d8cd98f00b204e9800998ecf8427e
    da39a3ee5e6b4b0d3255bfef95601890afd80709 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU""".split()
)
WINDOWS_PATH = re.compile(r"(?:[A-Za-z]:\\|\\\\[\w.$-]+\\)[^\n\r\t\"<>|*?]{1,240}")
UNIX_PATH = re.compile(r"(?:/(?:home|Users|Volumes|mnt|media|srv/share|root)/|~/)[^\n\r\t\"<>|*?']{2,240}")
STORE_PATH = re.compile(r"(?:b2|s3|gs|smb|file|afp)://[^\n\r\t\"<>|*? ]{3,240}")
JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*")
SERVICE_TOKEN = re.compile(
    r"\b(?:EAA[A-Za-z0-9]{14,}|ya29\.[\w-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[\w-]{10,}|sk_live_[A-Za-z0-9]{16,}|AKIA[A-Z0-9]{16})"
)
OPAQUE_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=%-]{12,2048}")
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_PARTICLE = "Mac|Mc|van|von|der|den|de|la|le|di|da|dos|bin|al|el|ter|zu"
_CAPITAL = r"[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯΑ-ΩŻŹŁŚĆ][\w'’.-]*"
_TITLE = r"(?:(?i:mgr|dr|prof|ing|mag|dipl|frau|herr|mr|mrs|ms|mx|sr|sra|mme|dott|pan|pani|hr)\.? )?"
PERSON = re.compile(rf"{_TITLE}(?:{_CAPITAL}|{_PARTICLE})(?:[ \u00a0-](?:{_CAPITAL}|{_PARTICLE}|&)){{1,5}}")
_THOUSANDS = rf"{_DIGITS}{{1,3}}(?:[.,\u00a0\u202f ]?{_DIGITS}{{3}}){{0,3}}"
MEMBER_COUNT = Guarded(
    rf"({_THOUSANDS})[ \u00a0]{any_of(MEMBERS)}|{any_of(MEMBERS)}[ \u00a0]?[(:][ ]?({_THOUSANDS})", re.I
)


class FileName(NamedTuple):
    """A file name in a text. `path_start` is where the path before it begins (equal to `start` without one)."""

    path_start: int
    start: int
    end: int
    extension: str
    document: bool
    ambiguous: bool  # may be a host, a library or a version

    def __repr__(self) -> str:
        return f"FileName(.{self.extension})"


def file_names(text: str) -> Iterator[FileName]:
    """File names by their extension, with the words that belong to them."""
    if is_disguised(text):
        plain = Plain(text)
        for name in _names(plain.text):
            start, end = plain.span(name.start, name.end)
            path_start = min(start, plain.span(name.path_start, name.end)[0])
            yield name._replace(path_start=path_start, start=start, end=end)
    elif "." in text:
        yield from _names(text)


def _names(text: str) -> Iterator[FileName]:
    done = 0
    for match in _EXTENSION.finditer(text):
        extension = match[1].lower()
        end = _end(text, match.end(), extension)
        if end < 0 or match.start() < done:
            continue
        last = end == len(text) or text[end] in "\n\r\t"
        floor = _floor(text, done, match.start(), _LONGEST if last else _LONG)
        whole = last and floor > match.start() - _LONGEST
        path_start = floor + _lead(text[floor : match.start()], whole)
        start = max(text.rfind("/", path_start, match.start()), text.rfind("\\", path_start, match.start())) + 1
        start = max(start, path_start)
        stem = text[start : match.start()]
        if not stem.strip(" .") or stem[-1:] in "./\\@,;(" or (stem.lstrip()[:1] == "." and "," in stem):
            continue
        if stem[-1] == " " and not (last and extension in STRONG_DOCUMENTS and _is_called(stem)):
            continue
        if text[match.end() : match.end() + 1].islower() and " " not in stem:
            continue
        document = extension in DOCUMENT_EXTENSIONS
        yield FileName(path_start, start, end, extension, document, _ambiguous(stem, match[1]))
        done = end


def _end(text: str, end: int, extension: str) -> int:
    """Where the name ends whose extension ends here, or -1: a host, a module or another word that begins so."""
    if end == len(text):
        return end
    sign = text[end]
    if sign.islower():
        return end if extension in _GLUED and _WORD_BEHIND.match(text, end) else -1
    version = _VERSION.match(text, end) if sign in "_@/\\-" else None
    if version is not None:
        return version.end() if extension in STRONG_DOCUMENTS else -1
    if sign in "_@" or (sign in "/\\-" and text[end + 1 : end + 2].strip()):
        return -1
    if sign == "." and text[end + 1 : end + 2].isalnum():
        second = _SECOND.match(text, end)
        if second is None or extension not in STRONG_DOCUMENTS or second[0][1:].lower() in _OF_CODE:
            return -1
        return second.end()
    return end


def _is_called(stem: str) -> bool:
    """Whether the last word before " .pdf" is a name's and not a sentence's: "Vertrag Neu .pdf", "save as .pdf"."""
    words = stem.split()
    last = words[-1]
    return " ." not in stem and last.lower() not in _FORMAT_WORDS and (last[0].isupper() or not last.isalpha())


_LONG = 180
_LONGEST = 1024  # before the end of a line, where nothing can be scanned twice


def _floor(text: str, done: int, at: int, longest: int) -> int:
    """Where the cell of the text begins: after a line break, a quote, a size or a date."""
    floor = max(done, at - longest, text.rfind("\n", max(0, at - longest), at) + 1)
    for match in _STOP.finditer(text, floor, at):
        floor = match.end()
    for pattern in (SIZE, DATE):
        for match in pattern.finditer(text, floor, at):
            if (
                match.end() < at
                and text[match.end() : match.end() + 1] in " \u00a0,;·|-–"
                and text[match.end() : at].strip(" ,;·|-–")
            ):
                floor = match.end()
    while floor < at and text[floor] in " ,;·|-–—\u00a0\u200e\u200f\u202a\u202b":
        floor += 1
    return floor


def _lead(segment: str, whole: bool) -> int:
    """Length of the verbs before a name ("Download report final.pdf"), and of a sentence that runs into it."""
    match = _VERB.match(segment)
    skip = match.end() if match and match.end() < len(segment) else 0
    words = segment[skip:].split(" ")
    if len(words) > 14 and not whole:
        # a sentence that goes on behind the name: keep its last eight words, which hold any name that people give.
        # Where the name ends the line, nothing tells a long name from a sentence, and all of it is taken.
        skip = len(segment) - len(" ".join(words[-8:]))
    return skip


def _ambiguous(stem: str, written: str) -> bool:
    """Whether it may as well be a host, a library, a version or an event. `written`: the extension as it stands."""
    extension = written.lower()
    if extension in _ALSO_TLD and re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*", stem) and "_" not in stem:
        return True
    if extension in _WEAK_DOCUMENT and " " not in stem and not re.search(r"[\d_-]", stem):
        return True
    if written[:1].isupper() and not written.isupper() and re.fullmatch(r"\w+(?:\.\w+)+", stem):
        return True  # an event called `app.event.Doc`
    return bool(re.search(r"@\dx$|[.-][0-9a-f]{6,}(?:\.min)?$|\.min$|\.bundle$|\.chunk$", stem))


def emails(text: str) -> Iterator[tuple[int, int]]:
    if is_disguised(text):
        plain = Plain(text)
        yield from (plain.span(start, end) for start, end in _addresses(plain.text))
    else:
        yield from _addresses(text)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    if "@" in text:
        for match in EMAIL.finditer(text):
            host = match[0].rpartition("@")[2]
            if not _NOT_A_MAIL_HOST.search(host):
                yield match.start(), match.end()
    if "[" in text or "(" in text or "{" in text:
        for sign in _SPELLED.finditer(text):
            local = _SPELLED_LOCAL.search(text[max(0, sign.start() - 64) : sign.start()])
            spelled = _SPELLED_HOST.match(text, sign.end())
            if local and spelled:
                yield sign.start() - len(local[0]), spelled.end()
