"""The codecs that undo a transformation or open a binary container, by name."""

from __future__ import annotations

from taciturn.codec.base import Codec
from taciturn.codec.base32 import BASE32
from taciturn.codec.base64_ import BASE64, DOTTED
from taciturn.codec.bel import BEL
from taciturn.codec.brotli_ import BROTLI
from taciturn.codec.cbor import CBOR
from taciturn.codec.colons import COLONS
from taciturn.codec.dataurl import DATA_URL
from taciturn.codec.deflate import DEFLATE, ZLIB
from taciturn.codec.envelope import ENVELOPE
from taciturn.codec.grpc import GRPC
from taciturn.codec.grpc_text import GRPC_TEXT
from taciturn.codec.gzip_ import GZIP
from taciturn.codec.hexa import HEXADECIMAL
from taciturn.codec.html_ import HTML
from taciturn.codec.jwt import JWT
from taciturn.codec.latin1 import LATIN1
from taciturn.codec.lzstring import LZ_BYTES, LZSTRING
from taciturn.codec.marked import PROGRAM_TEXT, QUOTED_PRINTABLE
from taciturn.codec.msgpack_ import MSGPACK
from taciturn.codec.multipart import MULTIPART
from taciturn.codec.openreplay import OPENREPLAY
from taciturn.codec.protobuf import PROTOBUF
from taciturn.codec.reversed import REVERSED
from taciturn.codec.stomp import STOMP
from taciturn.codec.tildes import TILDES
from taciturn.codec.webvisor import WEBVISOR
from taciturn.codec.xml_ import XML
from taciturn.codec.zstd import ZSTD

TRANSFORMS: dict[str, Codec] = {
    BASE64.name: BASE64,
    GZIP.name: GZIP,
    ZLIB.name: ZLIB,
    DEFLATE.name: DEFLATE,
    BROTLI.name: BROTLI,
    ZSTD.name: ZSTD,
    MULTIPART.name: MULTIPART,
    ENVELOPE.name: ENVELOPE,
    MSGPACK.name: MSGPACK,
    CBOR.name: CBOR,
    PROTOBUF.name: PROTOBUF,
    GRPC.name: GRPC,
    GRPC_TEXT.name: GRPC_TEXT,
    LZSTRING.name: LZSTRING,
    "lz-bytes": LZ_BYTES,
    JWT.name: JWT,
    HEXADECIMAL.name: HEXADECIMAL,
    LATIN1.name: LATIN1,
    DATA_URL.name: DATA_URL,
    REVERSED.name: REVERSED,
    HTML.name: HTML,
    XML.name: XML,
    COLONS.name: COLONS,
    TILDES.name: TILDES,
    BASE32.name: BASE32,
    STOMP.name: STOMP,
    PROGRAM_TEXT.name: PROGRAM_TEXT,
    QUOTED_PRINTABLE.name: QUOTED_PRINTABLE,
    DOTTED.name: DOTTED,
    BEL.name: BEL,
    OPENREPLAY.name: OPENREPLAY,
    WEBVISOR.name: WEBVISOR,
}
