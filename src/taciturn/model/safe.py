"""Types that may reach a log, an audit event, a metric or a report: their variable parts are replaced by `{*}`.

Paths and addresses carry values too (`folder=Clients/Acme`, a file name as a JSON key). Only these two functions make
a SafePath or a SafeUrl, and sinks take nothing else. What is shown has the form of a name that a programmer gives; a
single word that somebody chose as a key has that form too, and no rule of form can tell it apart. So whatever the
grammar marks as chosen (a key that is a leaf of its own, what follows the name of a collection) is hidden by its place.
"""

from __future__ import annotations

import re
from typing import NewType
from urllib.parse import unquote

SafePath = NewType("SafePath", str)
SafeUrl = NewType("SafeUrl", str)

HIDDEN = "{*}"

_SEPARATORS = (".", "?", "#", ";")
_ROOTS = ("url path", "url fragment", "url host")
_STEP = re.compile(r"(\[;?[0-9]{1,5}\]|\$|:base\b)|(\[[^\[\]]*\])|([.?#;])?((?:(?!:base\b)[^.?#;$\[\]])*)")
# camelCase, snake_case, kebab-case in one case, a namespace: og:title, @type, $set, data-file-name, JSON-LD.
_NAME = re.compile(
    r"[$@]?[A-Za-z_][A-Za-z0-9_]{0,39}|(?=.{3,40}$)(?:[a-z0-9_]+(?:-[a-z0-9_]+)+|[A-Z0-9_]+(?:-[A-Z0-9_]+)+)"
    r"|[a-z]{1,12}:[a-z_]{1,24}"
)
_FIELD_NUMBER = re.compile(r"[0-9]{1,3}")
_MANY_DIGITS = re.compile(r"(?:\D*\d){5}")
# The paths of a key `salaries.pdf` and of a key `pdf` inside `salaries` are spelled alike: the first is assumed.
_FILE_TYPES = frozenset(
    """7z avi bak bmp csv dcm dmg doc docm docx dwg eml epub exe gif gz heic html ics iso jpeg jpg json m4a mkv mov mp3
    mp4 msg odp ods odt ost p12 pdf pem pfx png pps ppt pptm pptx psd pst rar rtf sql svg tar tgz tif tiff tsv txt
    vcf wav webp xls xlsm xlsx xml zip""".split()
)
_SEGMENT = re.compile(r"[a-z][a-z_-]{0,23}|v\d{1,2}(?:\.\d{1,2})?|[a-z_-]{1,20}\.(?:php|gif|html?|js|json)")
# What follows one of these in an address is which one.
_COLLECTIONS = frozenset(
    """account accounts album albums article articles channel channels chat chats client clients companies company
    contact contacts customer customers doc docs document documents file files folder folders group groups member
    members message messages org organization organizations orgs people person photo photos post posts profile
    profiles project projects room rooms share shares site sites space spaces team teams thread threads topic topics
    u user users workspace workspaces""".split()
)


def safe_name(name: str) -> str:
    """The name if it has the form of a programmer's name, else `{*}`."""
    shown = _NAME.fullmatch(name) is not None and _MANY_DIGITS.match(name) is None
    return name if shown else HIDDEN


def safe_path(path: str) -> SafePath:
    """A field path with every step that is not a programmer's name replaced by `{*}`."""
    root = next((known for known in _ROOTS if path.startswith(known)), "")
    out: list[str] = [root]
    numbers = False  # fields of a message without a schema are numbers
    for marker, bracket, sep, name in _STEP.findall(path[len(root) :]):
        if marker:
            out.append(marker)
        elif bracket:
            numbers = numbers or bracket == "[protobuf]"
            out.append(f"[{safe_name(bracket[1:-1])}]")
        elif sep == "." and out[-1][:1] in _SEPARATORS and name.lower() in _FILE_TYPES:
            out[-1] = out[-1][:1] + HIDDEN
        elif sep == "#" and name == "key":
            out[-1] = _hidden_key(out[-1])
            out.append("#key")
        elif numbers and _FIELD_NUMBER.fullmatch(name):
            out.append(sep + name)
        elif sep:
            out.append(sep + (safe_name(name) if name else ""))
        elif name:
            _stray(out, name)
    return SafePath("".join(out))


def _hidden_key(step: str) -> str:
    """A step that is a value itself, as its place in the path alone. Nobody chose the marks `$` and `:base`."""
    if step in ("$", ":base"):
        return step
    if step[:1] == "[":
        return f"[{HIDDEN}]"
    return (step[0] if step[:1] in _SEPARATORS else "") + HIDDEN


def _stray(out: list[str], name: str) -> None:
    """A name without a separator: the root, a key that begins with a dollar sign, or the rest of something else."""
    last = out[-1]
    if last in ("", "$"):
        out.append(safe_name(name))
    elif last[:1] == "[" or last in (*_ROOTS, ":base"):
        out.append(HIDDEN)
    else:
        out[-1] = (last[0] if last[:1] in _SEPARATORS else "") + HIDDEN


def safe_url(scheme: str, host: str, target: bytes | str) -> SafeUrl:
    """scheme://host/path with variable path segments as `{*}` and parameter names without their values."""
    text = target.decode("utf-8", "replace") if isinstance(target, bytes) else target
    path, _, query = text.partition("#")[0].partition("?")
    segments: list[str] = []
    before = ""
    for segment in path.split("/"):
        shown = not segment or (_SEGMENT.fullmatch(segment) is not None and before not in _COLLECTIONS)
        segments.append(segment if shown else HIDDEN)
        before = segment
    names = [_parameter(part) for part in query.split("&") if part][:12]
    return SafeUrl(f"{scheme}://{host}{'/'.join(segments)}" + (f"?{'&'.join(names)}" if names else ""))


def _parameter(part: str) -> str:
    name, equals, _ = part.partition("=")
    return safe_name(unquote(name).partition("[")[0]) if equals else HIDDEN
