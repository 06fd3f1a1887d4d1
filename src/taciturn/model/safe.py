"""Types that may reach a log, an audit event, a metric or a report: their variable parts are replaced by `{*}`.

Paths and addresses carry values too (`folder=Clients/Acme`, a file name as a JSON key). Only these two functions make
a SafePath or a SafeUrl, and sinks take nothing else.
"""

from __future__ import annotations

import re
from typing import NewType
from urllib.parse import unquote

SafePath = NewType("SafePath", str)
SafeUrl = NewType("SafeUrl", str)

_STEP = re.compile(r"""(\[;?[0-9]{1,5}\]|\$|:base\b)|(\[[^\[\]]*\])|([.?#;])?([^.?#;$\[\]]*)""")
# A step may be shown when it looks like a name a programmer gave: letters, digits, the usual joiners, no space, and
# neither a file name, an address nor a long digit run.
_NAME = re.compile(r"^[A-Za-z_$@][A-Za-z0-9_$@:-]{0,39}$")
# The paths of a key `salaries.pdf` and of a key `pdf` inside `salaries` are spelled alike: the first is assumed.
_ENDINGS = frozenset(
    """7z bmp csv doc docm docx eml epub gif heic html jpeg jpg json m4a mov mp3 mp4 msg odp ods odt ost pdf png pps ppt
    pptx psd pst rar rtf svg tar tif tiff txt vcf wav webp xls xlsm xlsx xml zip""".split()
)
_DIGITS = re.compile(r"\d{5,}")
_SEGMENT = re.compile(r"^(?:[a-z][a-z_-]{0,23}|v\d{1,2}(?:\.\d{1,2})?|[a-z_-]{1,20}\.(?:php|gif|html?|js|json))$")


def safe_name(name: str) -> str:
    return name if _NAME.match(name) and not _DIGITS.search(name) else "{*}"


def safe_path(path: str) -> SafePath:
    """A field path with every step that is not a programmer's name replaced by `{*}`."""
    out: list[str] = []
    for marker, bracket, sep, name in _STEP.findall(path):
        if marker:
            out.append(marker)
        elif bracket:
            out.append(f"[{safe_name(bracket[1:-1])}]")
        else:
            if sep == "." and name.lower() in _ENDINGS and out[-2:-1] == ["."] and out[-1][-1:].isalnum():
                out[-1] = "{*}"
                continue
            out.append(sep)
            if name:
                out.append(" ".join(safe_name(word) for word in name.split(" ")) if not sep else safe_name(name))
    return SafePath("".join(out))


def safe_url(scheme: str, host: str, target: bytes | str) -> SafeUrl:
    """scheme://host/path with variable path segments as `{*}` and parameter names without their values."""
    text = target.decode("utf-8", "replace") if isinstance(target, bytes) else target
    path, _, query = text.partition("#")[0].partition("?")
    segments = [s if not s or _SEGMENT.match(s) else "{*}" for s in path.split("/")]
    names = [safe_name(unquote(p.partition("=")[0]).partition("[")[0]) for p in query.split("&") if p][:12]
    return SafeUrl(f"{scheme}://{host}{'/'.join(segments)}" + (f"?{'&'.join(names)}" if names else ""))
