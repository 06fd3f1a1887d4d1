"""The fuzzer's first inputs: one small invented message for each encoding, alone and inside another."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zlib
from urllib.parse import quote

import brotli
import zstandard
from tests.fuzz.target import pack

_EVENT = {
    "event": "File Shared",
    "properties": {"name": "Abfindung Holm.xlsx", "size": 48213, "modified": "2026-05-04T10:11:12Z"},
    "user": {"email": "ada.lund@example.net", "phone": "+49 30 901820"},
    "members": [{"name": "Ada Lund", "picture": "https://cdn.example/p/ada.jpg"}, {"name": "Ove Dahl", "picture": ""}],
}
JSON = json.dumps(_EVENT).encode()
_FORM = b"ev=Share&cd[name]=Abfindung+Holm.xlsx&cd[size]=48213&em=ada.lund%40example.net&dl=https%3A%2F%2Fvault.example%2Ff%3Fq%3DPlan%25207.pdf"
_MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="Abfindung Holm.xlsx"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\nx\r\n"
    b'--b\r\nContent-Disposition: form-data; name="meta"\r\n\r\n' + JSON + b"\r\n--b--\r\n"
)
_MSGPACK = b"\x82\xa4name\xb3Abfindung Holm.xlsx\xa4size\xcd\xbcU"
_PROTOBUF = b"\x0a\x13Abfindung Holm.xlsx\x10\xd5\xf8\x02\x1a\x16\x0a\x14ada.lund@example.net"
_CBOR = b"\xa2\x64name\x73Abfindung Holm.xlsx\x64size\x19\xbc\x55"
_ENVELOPE = (
    b'{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n{"type":"event","length":%d}\n' % len(JSON) + JSON + b"\n"
)
_HTML = b'<ul><li><a href="/f/1" title="Abfindung Holm.xlsx">Abfindung <b>Holm</b>.xlsx</a> 48 KB</li><li>ada.lund@example.net</li></ul>'
_XML = b"<?xml version='1.0'?><e><name>Abfindung Holm.xlsx</name><size>48213</size></e>"
_LZ = b"N4IgbiBcCMA0IDsD2AHKBTRAXApgG1wGcQAaEQlAWwEsBzBAC0OjQYFcAjFGpUAOwEM6"

SEEDS: dict[str, bytes] = {
    "empty": pack(b""),
    "json": pack(JSON, choice=1 << 2),
    "json-strings": pack(json.dumps({"d": json.dumps({"d": json.dumps(_EVENT)})}).encode(), choice=1 << 2),
    "json-escaped": pack(JSON.replace(b"f", b"\\u0066"), choice=1 << 2),
    "json-latin1": pack(json.dumps({"p": gzip.compress(JSON, 6, mtime=0).decode("latin-1")}).encode()),
    "json-codes": pack(json.dumps({"p": list(b"Abfindung Holm.xlsx")}).encode()),
    "ndjson": pack(JSON + b"\n" + JSON + b"\n", choice=5 << 2),
    "records": pack(JSON + b"\x1e" + JSON + b"\x1e"),
    "form": pack(_FORM, choice=2 << 2),
    "lines": pack(b"en=a&ep.name=Plan+7.pdf\r\nen=b&ep.name=Plan+8.pdf"),
    "query": pack(b"", b"?" + _FORM),
    "path": pack(b"", b"/f/" + quote("Abfindung Holm.xlsx").encode() + b";u1=a;u2=Plan%207.pdf"),
    "cookie": pack(b"", b"", b"sid=1; doc=Abfindung%20Holm.xlsx; u=ada.lund%40example.net", 1),
    "referer": pack(b"", b"", b"https://vault.example/f?name=Abfindung+Holm.xlsx#/r?q=Plan%207.pdf", 2),
    "baggage": pack(b"", b"", b"user=ada.lund%40example.net,doc=Plan%207.pdf;p=1", 3),
    "multipart": pack(_MULTIPART, choice=3 << 2),
    "gzip": pack(gzip.compress(JSON, 6, mtime=0)),
    "gzip-declared": pack(gzip.compress(JSON, 6, mtime=0), choice=1 << 2 | 1 << 5),
    "zlib-declared": pack(zlib.compress(JSON), choice=1 << 2 | 2 << 5),
    "brotli-declared": pack(brotli.compress(JSON), choice=1 << 2 | 3 << 5),
    "zstd": pack(zstandard.ZstdCompressor().compress(JSON)),
    "base64": pack(base64.b64encode(JSON)),
    "base64-form": pack(b"data=" + base64.b64encode(gzip.compress(JSON, 6, mtime=0)) + b"&v=1", choice=2 << 2),
    "base64-query": pack(b"", b"?data=" + base64.urlsafe_b64encode(JSON).rstrip(b"=")),
    "reversed": pack(b"d=" + base64.b64encode(JSON)[::-1] + b"&v=1"),
    "hex": pack(b"d=" + JSON.hex().encode() + b"&v=1"),
    "jwt": pack(b'{"t":"' + b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in (b'{"alg":"HS256"}', JSON, b"0" * 32)) + b'"}'),
    "data-url": pack(b'{"src":"data:text/plain;base64,' + base64.b64encode(b"Abfindung Holm.xlsx") + b'"}'),
    "msgpack": pack(_MSGPACK, choice=7 << 2),
    "protobuf": pack(_PROTOBUF, choice=4 << 2),
    "grpc": pack(b"\x00" + struct.pack(">I", len(_PROTOBUF)) + _PROTOBUF, choice=4 << 2),
    "cbor": pack(_CBOR),
    "envelope": pack(_ENVELOPE),
    "html": pack(_HTML, choice=6 << 2),
    "html-in-json": pack(json.dumps({"html": _HTML.decode()}).encode()),
    "xml": pack(_XML),
    "lz": pack(b"d=" + _LZ),
    "quoted-printable": pack(b"d=Abfindung=20Holm=2Exlsx=C3=A9"),
    "program-text": pack(b'{"d":"\\\\x41bfindung\\\\x20Holm\\\\x2exlsx"}'),
    "socket-io": pack(b'42["share",' + JSON + b"]"),
    "percent": pack(b"d=" + quote(quote("Abfindung Holm.xlsx ada.lund@example.net")).encode() + b"&v=1"),
    "escape": pack(b"", b"?d=%u0041bfindung%20Holm.xlsx"),
    "pixel": pack(b"", b"?id=5&ev=Share&cd[buttonText]=Abfindung%20Holm.xlsx", choice=1 << 7),
    "text": pack(b"Abfindung Holm.xlsx, 48 KB, 4.5.2026, Ada Lund <ada.lund@example.net>, +49 30 901820"),
}  # fmt: skip

WORDS = (
    b'{"', b'":"', b'"}', b"%7B%22", b"%2525", b"\\u0041", b"\\x41", b"=41=20", b"eyJ", b"H4sIA", b"data:text/plain;base64,",
    b"https://", b"?u=", b"&", b";", b"=", b"\x1e", b"\r\n\r\n", b"--b\r\n", b"--b--\r\n", b"Content-Disposition: form-data; name=",
    b"\x1f\x8b\x08", b"(\xb5/\xfd", b"x\x9c", b"\x82\xa4name", b"\x0a\x13", b"\xa2\x64", b"<li>", b"&amp;", b"&#65;", b"<![CDATA[",
    b'42["', b"N4Ig", b".xlsx", b".pdf", b"@example.net", b"+49 30 ", b"48 KB", b"2026-05-04", b"\xef\xbb\xbf", b"\xed\xa0\x80",
)  # fmt: skip
"""What mutations insert: signs of each encoding, and pieces of what is looked for."""
