"""The body of a request as it was on the wire, as near as a HAR lets one come, and how near that is.

A HAR holds text, the wire held bytes. What is known of the recorders:
 - mitmproxy writes the text decoded by a guessed charset, or by Latin-1, and unpacks a Content-Encoding that the
   headers still name; bytes that fit no charset stand there as lone surrogates.
 - Chrome keeps binary bodies as Latin-1 text, leaves beacon bodies out, and lists form fields still percent-encoded.
 - Firefox and Playwright list them decoded; Playwright replaces what is no UTF-8 by U+FFFD, and may store bodies in
   files.
 - Fiddler, Splash, WebPagetest: often no body at all, with a `bodySize` of 0 beside a Content-Length that says more.
The declared length is the judge wherever there is one.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote_plus

from taciturn.adapters.har.disguise import BINARY, bytes_of, unescaped
from taciturn.adapters.har.shape import Content, Pair, Param, PostData, Request, Scalar, number, words
from taciturn.model.message import NO_BODY, Body, Fidelity, Headers

_BOUNDARY = re.compile(rb'boundary="?([^";,\s]+)', re.I)
_OWN_BOUNDARY = b"----taciturn-rebuilt-from-params"
_STREAM_HEAD = re.compile(r"content-(?:type|length):[^\n]*\r\n(?:[a-z-]+:[^\n]*\r\n)*\r\n", re.I)
_STREAM_LENGTH = re.compile(r"content-length:[ \t]*+([0-9]{1,16})", re.I)
_REQUEST_LINE = re.compile(r"[A-Z]{3,10} (?:/|https?$)")  # cut in two at its first colon; the entry has the address
_REPEATED = 256  # characters; longer headers (cookies, referers) seldom come twice
_REMEMBERED = 10_000  # headers, some megabytes
_NO_HEADER: dict[object, tuple[bytes, bytes]] = {}  # what is known of a name that is none
_SEND_BODIES = frozenset({"POST", "PUT", "PATCH"})
CHROME = "WebInspector"


class Facts(NamedTuple):
    """What the entry says of its body without showing it."""

    length: int  # on the wire; -1 when nothing says
    coding: bytes  # the last Content-Encoding, lower case; b"" when there is none
    creator: str
    sidecar: Callable[[str], bytes | None]


def facts_of(
    request: Request, named: Mapping[bytes, bytes], creator: str, sidecar: Callable[[str], bytes | None]
) -> Facts:
    """`named`: the headers by name in lower case."""
    length = _length(named.get(b"content-length", b""))
    if length < 0 and creator != CHROME:  # Chrome computes bodySize from the text it kept
        length = number(request.body_size)
    coding = named.get(b"content-encoding", b"").rpartition(b",")[2].strip().lower()
    return Facts(length, b"" if coding == b"identity" else coding, creator, sidecar)


def _length(declared: bytes) -> int:
    """A Content-Length; the same one twice, joined by a comma, is one (RFC 9110, 8.6)."""
    values = set(declared.decode("latin-1").split(","))
    return number(values.pop()) if len({value.strip() for value in values}) == 1 else -1


def body_of(request: Request, headers: Headers, facts: Facts) -> tuple[Body, Headers]:
    """The body and the headers that go with it (a rebuilt multipart body brings its own boundary)."""
    post = request.post
    text = words(post.text) if post else ""
    if post and text:
        return _from_text(post, text, facts), _typed(headers, post)
    own = request.content  # HTTP Toolkit and others, for what is no text
    if own and words(own.text):
        return _from_content(own, words(own.text), facts), headers
    stored = facts.sidecar(words(post.file) or words(post.sha1)) if post and (post.file or post.sha1) else None
    if post and stored is not None:
        return _judged(stored, facts, exact=True), _typed(headers, post)
    if post and post.params and facts.length != 0:
        return _from_params(post, _typed(headers, post), facts)
    return (Body(None, Fidelity.ABSENT) if _declared(request, headers, facts) else NO_BODY), headers


def _declared(request: Request, headers: Headers, facts: Facts) -> bool:
    """Whether a body was sent that the capture does not hold."""
    if facts.length >= 0:
        return facts.length > 0
    if _has(headers, b"transfer-encoding"):
        return True
    if request.post and words(request.post.mime):
        return True
    return words(request.method).upper() in _SEND_BODIES and _has(headers, b"content-type")


def _has(headers: Headers, wanted: bytes) -> bool:
    """Whether there is a header of that name (lower case). Lengths first: asked for every request."""
    length = len(wanted)
    return wanted in [name.lower() for name, _ in headers if len(name) == length]


def _typed(headers: Headers, post: PostData) -> Headers:
    """The headers, with the content type that only postData tells."""
    mime = words(post.mime)
    if not mime or any(name.lower() == b"content-type" for name, _ in headers):
        return headers
    return (*headers, (b"content-type", to_header(mime)))


def _from_text(post: PostData, text: str, facts: Facts) -> Body:
    encoding = f"{words(post.encoding)} {words(post.own_encoding)} {words(post.comment)}".lower()
    if "base64" in encoding:
        packed = from_base64(text)
    else:
        packed = _unflagged(text, facts.length)
    if packed is not None:
        return _judged(packed, facts, exact=True)
    text, length = _without_stream_head(text, facts.length)
    data, exact = text_bytes(unescaped(text), length)
    return _judged(data, facts._replace(length=length), exact)


def _from_content(content: Content, text: str, facts: Facts) -> Body:
    packed = from_base64(text) if "base64" in words(content.encoding).lower() else None
    data, exact = (packed, True) if packed is not None else text_bytes(text, facts.length)
    return _judged(data, facts, exact)


def _unflagged(text: str, length: int) -> bytes | None:
    """The bytes of a base64 text that nothing calls one, where the declared length proves it."""
    padding = text[-2:].count("=")
    if length <= 0 or len(text) == length or len(text) // 4 * 3 - padding != length:
        return None
    return from_base64(text)


def from_base64(text: str) -> bytes | None:
    """The bytes of a base64 text; None when it is none after all."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _without_stream_head(text: str, length: int) -> tuple[str, int]:
    """Older Firefox versions put the upload stream's own headers in front of the body; they tell its length too."""
    head = _STREAM_HEAD.match(text)
    if head is None:
        return text, length
    rest = text[head.end() :]
    told = _STREAM_LENGTH.search(head[0])
    known = length if length >= 0 else number(told[1]) if told else -1
    if known >= 0 and known in (len(rest), len(rest.encode("utf-8", "replace"))):
        return rest, known
    return text, length


def text_bytes(text: str, length: int = -1) -> tuple[bytes, bool]:
    """The bytes that a recorder's text came from, and whether that is certain."""
    if text.isascii():
        data = text.encode("ascii")
        return data, length in (-1, len(data))
    return bytes_of(text, length)


def _judged(data: bytes, facts: Facts, exact: bool) -> Body:
    lost = not exact and b"\xef\xbf\xbd" in data  # U+FFFD: what was no UTF-8 is gone
    if lost and BINARY.search(data.decode("utf-8", "replace")):
        return Body(data, Fidelity.TRUNCATED)
    if facts.coding and len(data) != facts.length and not _is_packed(facts.coding, data):
        return Body(data, Fidelity.CONTENT_DECODED)
    if exact and facts.length in (-1, len(data)):
        return Body(data, Fidelity.WIRE)
    if len(data) < facts.length or lost:
        return Body(data, Fidelity.TRUNCATED)
    return Body(data, Fidelity.TEXT_GUESS)


def _is_packed(coding: bytes, data: bytes) -> bool:
    """Whether data still is in its Content-Encoding. Brotli and raw deflate have no mark: there, text is not packed."""
    if coding in (b"gzip", b"x-gzip"):
        return data.startswith(b"\x1f\x8b")
    if coding == b"zstd":
        return data.startswith(b"\x28\xb5\x2f\xfd")
    try:
        return bool(BINARY.search(data.decode("utf-8")))
    except UnicodeDecodeError:
        return True


def _from_params(post: PostData, headers: Headers, facts: Facts) -> tuple[Body, Headers]:
    params = post.params or []
    declared = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    if declared.lower().startswith(b"multipart/") or any(param.file_name for param in params):
        return _multipart(params, headers, declared)
    raw = "&".join(f"{words(p.name)}={words(p.value)}" for p in params)
    quoted = "&".join(f"{_percent(p.name)}={_percent(p.value)}" for p in params)
    lengths = [len(raw), len(quoted)]
    as_is = facts.creator == CHROME
    if lengths.count(facts.length) == 1:
        as_is = lengths.index(facts.length) == 0
    return Body(text_bytes(raw)[0] if as_is else quoted.encode("ascii"), Fidelity.PARAMS_ONLY), headers


def _percent(value: object) -> str:
    return quote_plus(words(value), errors="surrogatepass")


def _multipart(params: list[Param], headers: Headers, declared: bytes) -> tuple[Body, Headers]:
    found = _BOUNDARY.search(declared)
    boundary = found[1] if found else _OWN_BOUNDARY
    if not found:
        mime = (b"content-type", b"multipart/form-data; boundary=" + boundary)
        headers = (*(pair for pair in headers if pair[0].lower() != b"content-type"), mime)
    parts = b"".join(b"--%b\r\n%b\r\n" % (boundary, _part(param)) for param in params)
    return Body(parts + b"--%b--\r\n" % boundary, Fidelity.PARAMS_ONLY), headers


def _part(param: Param) -> bytes:
    lines = [b'Content-Disposition: form-data; name="%b"' % _quoted(param.name)]
    if param.file_name:
        lines[0] += b'; filename="%b"' % _quoted(param.file_name)
    if param.content_type:
        lines.append(b"Content-Type: " + to_header(words(param.content_type)))
    return b"\r\n".join([*lines, b"", text_bytes(words(param.value))[0]])


def _quoted(value: object) -> bytes:
    """A name inside quotes, escaped as browsers do (WHATWG, multipart/form-data encoding)."""
    text = words(value).replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    return text_bytes(text)[0]


class HeaderBytes:
    """Headers as bytes. A capture repeats the same few hundred of them in every entry: each is made into bytes once."""

    def __init__(self) -> None:
        self._known: dict[object, dict[object, tuple[bytes, bytes]]] = {}  # by name and value, which are texts
        self._room = _REMEMBERED

    def pairs(self, pairs: Iterable[Pair] | None) -> Headers:
        """The headers, without HTTP/2's pseudo-headers and the request line that older recorders list among them."""
        known = self._known
        out = []
        for pair in pairs or ():
            name, value = pair.name, pair.value
            values = known.get(name)
            header = values.get(value) if values else None
            if header is None and values is not _NO_HEADER:
                header = self._made(name, value)
            if header is not None:
                out.append(header)
        return tuple(out)

    def _made(self, name: Scalar, value: Scalar) -> tuple[bytes, bytes] | None:
        word, text = words(name), words(value)
        if word[:1] in (":", "") or (" " in word and _REQUEST_LINE.match(word)):
            if isinstance(name, str) and len(name) <= _REPEATED:
                self._remember()
                self._known[name] = _NO_HEADER
            return None
        header = (to_header(word), to_header(text))
        if isinstance(name, str) and isinstance(value, str) and len(name) + len(value) <= _REPEATED:
            self._remember()
            self._known.setdefault(name, {})[value] = header
        return header

    def _remember(self) -> None:
        """Makes room for one more. When it is used up, all are forgotten: those that come again are soon back."""
        self._room -= 1
        if self._room <= 0:
            self._known.clear()
            self._room = _REMEMBERED


def to_header(value: str) -> bytes:
    """A header value as bytes. A line break joins two headers of one name in a HAR; in one header it is a comma."""
    if value.isascii() and value.isprintable():
        return value.encode("ascii")
    return text_bytes(value.replace("\r", "").replace("\n", ", ").replace("\0", ""))[0]
