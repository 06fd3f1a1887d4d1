"""Everything that a determined reader recovers from a request: leaves with their path, text and layers.

An independent reader for measuring: it shares no code with taciturn. Paths follow the grammar of docs/reference. It
does not read reversed text; of binary formats other than MessagePack and protobuf it gives the runs of text in them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from tests.accuracy import lz
from tests.accuracy.binary import Number, Pairs, is_message, msgpack, protobuf
from tests.accuracy.request import Request
from tests.accuracy.unpack import Broken, base64_bytes, by_magic, content_decoded, printable, raw_deflate, text_of

DEEPEST = 14
Layers = tuple[str, ...]

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s]|/?[\w./%~-]*\?[\w.\[\]%$~-]+=")
_FORM = re.compile(r"[\w.\[\]%$~*:@-]{1,60}=")
_MARKED = re.compile(r"%[0-9a-fA-F]{2}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)")
_RUN = re.compile(
    rb"(?:[\x20-\x7e\t\r\n]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){4,}"
)
_MEMBER = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd")
_LONE_SURROGATES = re.compile(r"[\ud800-\udfff]")


class Leaf(NamedTuple):
    path: str
    text: str
    role: str  # value | key | view: another reading of a value, such as with its character references resolved
    layers: Layers


def read_json(text: str) -> Any:
    """The value of a JSON text that is an object, an array or a string; None for anything else."""
    text = text.strip()
    if len(text) < 2 or text[0] not in '{["' or text[-1] not in '}]"':
        return None
    try:
        return json.loads(text, object_pairs_hook=Pairs, parse_float=Number, parse_int=Number)
    except (ValueError, RecursionError):
        return None


def unpercent(text: str, plus: bool = False) -> str:
    data = unquote_to_bytes(text.replace("+", " ") if plus else text)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def leaves(request: Request, strict: bool = False) -> Iterator[Leaf]:
    """All leaves of a request. `strict` raises Broken where the outer format is not sound, instead of reading on."""
    yield from _target(request.url)
    for name, value in request.headers:
        yield from _header(name, value)
    if request.body:
        yield from _body(request, strict)


def _target(url: str) -> Iterator[Leaf]:
    address, _, fragment = url.partition("#")
    address, _, query = address.partition("?")
    host, _, path = address.partition("://")[2].partition("/")
    yield Leaf("url host", host, "value", ("host",))
    for index, segment in enumerate(path.split("/"), 1):
        first, *rest = segment.split(";") if "=" in segment else [segment]
        if first:
            yield from walk(unpercent(first), f"url path[{index}]", ("path",), 1)
        for pair in rest:
            name, _, value = pair.partition("=")
            yield from walk(unpercent(value), f"url path;{unpercent(name)}", ("path",), 1)
    if query and "=" not in query:
        yield from walk(unpercent(query), "query", ("query",), 1)
    elif query:
        yield from _pairs(query, "query", ("query",), 1)
    if fragment:
        yield from walk(unpercent(fragment), "url fragment", ("fragment",), 1)


def _header(name: str, value: str) -> Iterator[Leaf]:
    if name in ("content-length", "content-encoding"):
        return
    if name == "content-type":
        yield Leaf("header.content-type", re.sub(r"boundary=.*", "boundary=", value), "value", ("header",))
    elif name in ("cookie", "baggage"):
        for pair in value.split(";" if name == "cookie" else ","):
            key, _, inner = pair.strip().partition("=")
            yield from walk(unpercent(inner), f"header.{name}.{key}", ("header", "cookie"), 1)
    elif name == "authorization" and " " in value:
        yield from walk(value.partition(" ")[2].strip(), "header.authorization", ("header",), 1)
    else:
        yield from walk(value, f"header.{name}", ("header", "referer") if name == "referer" else ("header",), 1)


def _body(request: Request, strict: bool) -> Iterator[Leaf]:
    data, path, layers = request.body, "body", ("body",)
    coding = request.header("content-encoding")
    if coding:
        try:
            data = content_decoded(data, coding)
            path, layers = f"body[{coding}]", ("body", coding)
        except Broken:
            if strict:
                raise
    kind = request.header("content-type")
    boundary = re.search(r'boundary="?([^";,\s]+)', kind)
    try:
        if kind.lower().startswith("multipart/") and boundary:
            found = list(_parts(data, boundary[1].encode(), path, (*layers, "multipart")))
        elif "/envelope/" in request.url.partition("?")[0]:
            found = list(_envelope(data, path, layers))
        else:
            found = None
    except Broken:
        if strict:
            raise
        found = None
    yield from walk_bytes(data, path, layers, 1, "body") if found is None else found


def _parts(data: bytes, boundary: bytes, path: str, layers: Layers) -> Iterator[Leaf]:
    chunks = data.split(b"--" + boundary)
    if len(chunks) < 3 or not chunks[-1].startswith(b"--"):
        raise Broken("multipart: the boundaries are not sound")
    for chunk in chunks[1:-1]:
        head, blank, value = chunk.lstrip(b"\r\n").partition(b"\r\n\r\n")
        if not blank:
            raise Broken("multipart: a part has no end of its head")
        said = head.decode("utf-8", "replace")
        name = re.search(r'\bname="((?:[^"\\]|\\.)*)"', said)
        file = re.search(r'\bfilename="((?:[^"\\]|\\.)*)"', said)
        place = f"{path}.{name[1] if name else '?'}"
        if file:
            yield from walk(file[1], f"{place}#filename", layers, 1)
        yield from walk_bytes(value.removesuffix(b"\r\n"), place, layers, 1, "body" if file else "")


def _envelope(data: bytes, path: str, layers: Layers) -> Iterator[Leaf]:
    """Lines of JSON, some followed by a payload of a stated length."""
    packed = by_magic(data)
    if packed:
        data, path, layers = packed[1], f"{path}[{packed[0]}]", (*layers, packed[0])
    head, _, rest = data.partition(b"\n")
    layers, path = (*layers, "envelope"), f"{path}[envelope]"
    top = read_json(head.decode("utf-8", "replace"))
    if not isinstance(top, Pairs):
        raise Broken("envelope: no header")
    yield from _json(top, f"{path}.header$", layers, 1)
    index = 0
    while rest.strip():
        line, _, rest = rest.lstrip(b"\n").partition(b"\n")
        item = read_json(line.decode("utf-8", "replace"))
        if not isinstance(item, Pairs):
            raise Broken("envelope: no header of an item")
        length = dict(item).get("length")
        size = int(length) if length is not None else len(rest.partition(b"\n")[0])
        if size > len(rest) or rest[size : size + 1] not in (b"", b"\n"):
            raise Broken("envelope: an item is not as long as it says")
        payload, rest = rest[:size], rest[size + 1 :]
        place = f"{path}.item[{index}]"
        yield from _json(Pairs(pair for pair in item if pair[0] != "length"), f"{place}.header$", layers, 1)
        meta, newline, packed_part = payload.partition(b"\n")
        if newline and by_magic(packed_part):  # a recording: a line of JSON, then compressed bytes
            yield from walk_bytes(meta, f"{place}.meta", layers, 1)
            payload = packed_part
        yield from walk_bytes(payload, place, layers, 1)
        index += 1


def walk_bytes(data: bytes, path: str, layers: Layers, depth: int, hint: str = "") -> Iterator[Leaf]:
    if not data:
        return
    packed = by_magic(data) if depth <= DEEPEST else None
    if packed:
        yield from walk_bytes(packed[1], f"{path}[{packed[0]}]", (*layers, packed[0]), depth + 1, hint)
        return
    text = text_of(data)
    if text is not None:
        yield from walk(text, path, layers, depth, hint or "body")
        return
    found = _message(data, path, layers, depth)
    if found is not None:
        yield from found
        return
    plain = raw_deflate(data)
    if plain:
        yield from walk_bytes(plain, f"{path}[deflate]", (*layers, "deflate"), depth + 1, hint)
        return
    packed_text = next((text for text in lz.from_bytes(data) if read_json(text) is not None), None)
    if packed_text is not None:
        yield from walk(packed_text, f"{path}[lz]", (*layers, "lz"), depth + 1)
        return
    for member in _MEMBER.finditer(data, 1):
        inner = by_magic(data[member.start() :])
        if inner:
            yield from walk_bytes(inner[1], f"{path}[bin][{inner[0]}]", (*layers, "binary", inner[0]), depth + 1)
    for run in _RUN.finditer(data):
        yield from walk(run[0].decode("utf-8", "ignore"), f"{path}[bin]", (*layers, "binary"), depth + 1)


def _message(data: bytes, path: str, layers: Layers, depth: int) -> Iterator[Leaf] | None:
    objects = msgpack(data)
    if objects is not None:
        value = objects[0] if len(objects) == 1 else objects
        return _json(value, f"{path}[msgpack]$", (*layers, "msgpack"), depth + 1)
    if len(data) > 5 and data[0] in (0, 1) and int.from_bytes(data[1:5]) == len(data) - 5 and is_message(data[5:]):
        return _fields(data[5:], f"{path}[grpc][protobuf]", (*layers, "grpc", "protobuf"), depth + 1)
    if is_message(data):
        return _fields(data, f"{path}[protobuf]", (*layers, "protobuf"), depth + 1)
    return None


def _fields(data: bytes, path: str, layers: Layers, depth: int) -> Iterator[Leaf]:
    for number, value, fixed in protobuf(data) or ():
        place = f"{path}.{number}"
        if isinstance(value, int) or fixed:
            yield Leaf(place, str(value) if isinstance(value, int) else value.hex(), "value", layers)
            continue
        text = text_of(value)
        nested = (
            depth < DEEPEST and protobuf(value) and (text is None or (value[:1] in b"\n\t\r" and is_message(value)))
        )
        if nested:
            yield from _fields(value, place, layers, depth + 1)
        elif text is not None:
            yield from walk(text, place, layers, depth + 1)
        else:
            yield from walk_bytes(value, place, layers, depth + 1)


def walk(text: str, path: str, layers: Layers, depth: int, hint: str = "") -> Iterator[Leaf]:
    """One text, opened as far as it goes. The first reading that fits is taken; the order is from strict to loose."""
    if depth <= DEEPEST and text.strip():
        for reading in (_as_json, _as_lines, _as_address, _as_form, _as_percent, _as_data, _as_base64, _as_lz):
            found = reading(text, path, layers, depth, hint)
            if found is not None:
                yield from found
                return
    yield Leaf(path, text, "value", layers)
    resolved = html.unescape(text)
    if resolved != text:
        yield Leaf(f"{path}[html]", resolved, "view", (*layers, "html"))
    if "\\" in text:
        plain = _LONE_SURROGATES.sub("�", _ESCAPE.sub(_escaped, text))
        yield Leaf(f"{path}[esc]", plain, "view", (*layers, "esc"))


def _escaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else {"n": "\n", "r": "\r", "t": "\t"}.get(match[3], match[3])


def _as_json(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    value = read_json(text)
    if value is None:
        return None
    return _json(value, f"{path}$", (*layers, "json"), depth + 1)


def _json(value: Any, path: str, layers: Layers, depth: int) -> Iterator[Leaf]:
    if isinstance(value, Pairs):
        for key, inner in value:
            yield Leaf(f"{path}.{key}#key", key, "key", layers)
            yield from _json(inner, f"{path}.{key}", layers, depth)
    elif isinstance(value, list):
        if len(value) >= 16 and all(isinstance(item, Number) and item.isdigit() and int(item) < 256 for item in value):
            yield from walk_bytes(bytes(map(int, value)), f"{path}[bytes]", (*layers, "bytes"), depth + 1)
            return
        for index, inner in enumerate(value):
            yield from _json(inner, f"{path}[{index}]", layers, depth)
    elif isinstance(value, bytes):
        yield from walk_bytes(value, path, layers, depth + 1)
    elif isinstance(value, Number):
        yield Leaf(path, str(value), "value", layers)
    elif isinstance(value, str):
        yield from walk(value, path, layers, depth)
    else:
        yield Leaf(path, json.dumps(value), "value", layers)


def _as_lines(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    if "\x1e" in text:
        parts = [part for part in text.split("\x1e") if part.strip()]
        return _each(parts, f"{path}[rs]", (*layers, "lines"), depth, "")
    if hint != "body":
        return None
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    if sum(isinstance(read_json(line), list) for line in lines) * 2 >= len(lines):
        return _each(lines, f"{path}[ndjson]", (*layers, "ndjson"), depth, "")
    if all(_FORM.match(line) for line in lines):
        return _each([line.strip() for line in lines], f"{path}[lines]", (*layers, "lines"), depth, "form")
    return None


def _each(parts: list[str], path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf]:
    for index, part in enumerate(parts):
        place = f"{path}[{index}]"
        yield from _pairs(part, place, layers, depth + 1) if hint == "form" else walk(part, place, layers, depth + 1)


def _as_address(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    text = text.strip()
    if not _ADDRESS.match(text) or not ("?" in text or "#" in text):
        return None
    return _address(text, path, layers, depth + 1)


def _address(text: str, path: str, layers: Layers, depth: int) -> Iterator[Leaf]:
    base, _, fragment = text.partition("#")
    base, _, query = base.partition("?")
    layers = (*layers, "url")
    if base:
        yield from walk(base, f"{path}:base", layers, depth)
    if query:
        yield from _pairs(query, path, layers, depth, "?")
    if fragment and re.match(r"[\w.-]+=[^&]*(&|$)", fragment):
        yield from _pairs(fragment, path, layers, depth, "#")
    elif fragment:
        yield from walk(fragment, f"{path}#", layers, depth)


def _as_form(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    text = text.strip()
    whole = hint == "body" and "\n" not in text and (" " not in text or "&" in text)
    if _FORM.match(text) and whole:
        return _pairs(text, path, (*layers, "form"), depth + 1)
    for between in ("&", ";"):
        pairs = [pair for pair in text.split(between) if pair]
        if len(pairs) > 1 and all(_FORM.match(pair.strip()) for pair in pairs):
            return _pairs(text, path, (*layers, "form"), depth + 1, "?" if between == "&" else ";", between)
    return None


def _pairs(text: str, path: str, layers: Layers, depth: int, mark: str = ".", between: str = "&") -> Iterator[Leaf]:
    for pair in text.split(between):
        key, equals, value = pair.strip().partition("=") if between == ";" else pair.partition("=")
        name = unpercent(key, True)
        if name:
            yield Leaf(f"{path}{mark}{name}#key", name, "key", layers)
        if equals:
            # a plus sign in unescaped base64 is no space
            raw = "+" in value and "%" not in value and base64_bytes(value) is not None
            yield from walk(value if raw else unpercent(value, True), f"{path}{mark}{name}", layers, depth + 1)


def _as_percent(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    if not _MARKED.search(text):
        return None
    plain = unpercent(text)
    return walk(plain, f"{path}[pct]", (*layers, "percent"), depth + 1, hint) if plain != text else None


def _as_data(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    """data: addresses, JSON Web Tokens, hexadecimal text."""
    text = text.strip()
    if text.startswith("data:") and ";base64," in text[:100]:
        data = base64_bytes(text.partition(",")[2])
        return walk_bytes(data, f"{path}[dataurl]", (*layers, "base64"), depth + 1) if data else None
    if text.startswith("eyJ") and text.count(".") == 2:
        head, payload, _ = (base64_bytes(part) for part in text.split("."))
        return walk_bytes(payload, f"{path}[jwt]", (*layers, "base64"), depth + 1) if head and payload else None
    if len(text) >= 24 and len(text) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]+", text):
        inner = text_of(bytes.fromhex(text))
        if inner and printable(inner):
            return walk(inner, f"{path}[hex]", (*layers, "hex"), depth + 1)
    return None


def _as_base64(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    data = base64_bytes(text)
    if data is not None:
        return walk_bytes(data, f"{path}[b64]", (*layers, "base64"), depth + 1)
    if len(text) > 8 and any(ord(char) > 126 for char in text) and all(ord(char) < 256 for char in text):
        packed = by_magic(text.encode("latin-1"))  # compressed bytes as characters of a JSON string
        if packed:
            layers = (*layers, "binary-string", packed[0])
            return walk_bytes(packed[1], f"{path}[bin][{packed[0]}]", layers, depth + 1)
    return None


def _as_lz(text: str, path: str, layers: Layers, depth: int, hint: str) -> Iterator[Leaf] | None:
    """Only what holds JSON: nearly any text unpacks to something."""
    text = text.strip()
    if len(text) < 20 or " " in text:
        return None
    plain = next((plain for plain in lz.from_text(text) if read_json(plain) is not None), None)
    return walk(plain, f"{path}[lz]", (*layers, "lz"), depth + 1) if plain is not None else None


_MARKS = re.compile(
    r"\[(?:pct|b64|gzip|x-gzip|zlib|deflate|br|zstd|lz|rev|bytes|bin|hex|escape|latin1|html|esc|jwt|jwt-header|jwt-sig|"
    r"dataurl|msgpack|protobuf|grpc|sio|ndjson|lines|rs|envelope)\]"
)
_INDEX = re.compile(r"\[;?\d+\]")


def logical(path: str) -> str:
    """A path without positions and decoding marks, for comparing two requests."""
    return _INDEX.sub("[]", _MARKS.sub("", path)).replace(":base", "").replace("$", "")
