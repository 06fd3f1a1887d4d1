"""What stands for a value that was taken out: equal values get equal tags, and nobody gets from a tag to its value.

1. A tag is made from the value with a random key. Without the key not even a short value can be tried out.
2. It has the shape that a parser may need: a JWT keeps three parts, an e-mail address can be parsed, hexadecimal digits
   and digits keep their number, an IP address is one that is reserved for documentation.
3. A tag carries a checksum that needs no key, so that it is known again: sanitising twice changes nothing more.
4. What is too short to hold a key's worth of difference (digits below 16) becomes zeros, whatever it was.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from functools import lru_cache
from urllib.parse import unquote

from taciturn.operators.constants import is_constant
from taciturn.operators.tagged import MAC_DIGITS, SUM_DIGITS, checksum, is_plain_tag

KEY_BYTES = 32
_LEAST_DIGITS, _DIGITS_SUM = 16, 9
_LARGEST = (
    16_384  # characters of a value that is remembered; what is longer is taken out where it stands, and no secret
)
_LONGEST = 2048  # of tags: digits and hexadecimal digits are as many as the value had
_LEAST_HEX = 16
_JWT = re.compile(r"ey[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")
_SAML = re.compile(rb'<taken-out id="([a-z]{2,6}_[0-9a-f]{20})"/>')
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
IS_JWT = re.compile(r"ey[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{3,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_V4 = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_V6 = re.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}", re.I)
_DOCUMENTED = re.compile(r"198\.1[89]\.[0-9]{1,3}\.[0-9]{1,3}|2001:db8(?::[0-9a-f]{1,4}){2,6}|0\.0\.0\.0|::")
_HEADER = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()

PREFIXES = {
    "password": "pwd", "token": "tok", "jwt": "tok", "cookie": "cki", "key": "key", "signature": "sig", "code": "code",
    "session": "sid", "credential": "cred", "saml": "saml", "certificate": "cert", "ip": "ip", "person.email": "mail",
    "person.phone": "tel", "person.name": "name", "member.name": "name", "file.name": "file", "file.path": "path",
    "group.name": "group", "user": "user",
}  # fmt: skip


class Tags:
    """Makes tags under one key, and remembers which value got which."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, digest_size=32, person=b"taciturn-tags").digest()
        self.made: dict[str, tuple[str, str]] = {}  # value -> (kind, tag)

    def __repr__(self) -> str:
        return f"Tags({len(self.made)} values)"

    def of(self, kind: str, value: str) -> str:
        """The tag of a value. The kind that a value was first seen as gives the prefix."""
        plain = canonical(value)
        if len(plain) > _LARGEST:
            return self._make(kind, plain)
        known = self.made.get(plain)
        if known is None:
            known = self.made[plain] = (kind, self._make(kind, plain))
        if value != plain and value not in self.made:
            self.made[value] = known
        return known[1]

    def _make(self, kind: str, value: str) -> str:
        if kind == "ip" or _V4.fullmatch(value):
            return self._ip(value)
        if kind == "saml":
            return base64.b64encode(f'<taken-out id="{self._plain("saml", value)}"/>'.encode()).decode()
        if IS_JWT.fullmatch(value):
            claims = json.dumps({"sub": self._plain("tok", value)}, separators=(",", ":")).encode()
            return f"{_HEADER}.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.{self._hex('sig', value, 32)}"
        if _UUID.fullmatch(value):
            made = self._hex("uuid", value, 24)
            made += checksum(made)
            return "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:]))
        if value.isascii() and value.isdigit() and len(value) <= _LONGEST:
            return self._digits(value)
        if _LEAST_HEX <= len(value) <= _LONGEST and _HEX.fullmatch(value):
            made = self._hex("hex", value, len(value) - SUM_DIGITS)
            made += checksum(made)
            return made.upper() if value.upper() == value else made
        prefix = PREFIXES.get(kind, "val")
        if _ADDRESS.fullmatch(value):
            return f"{self._plain('mail', value)}@example.invalid"
        return self._plain(prefix, value)

    def _plain(self, prefix: str, value: str) -> str:
        made = self._hex("tag", value, MAC_DIGITS)
        return f"{prefix}_{made}{checksum(made)}"

    def _digits(self, value: str) -> str:
        if len(value) < _LEAST_DIGITS:
            return "0" * len(value)
        wanted = len(value) - _DIGITS_SUM
        drawn = str(int(self._hex("digits", value, 2 * wanted), 16)).zfill(wanted)[-wanted:]
        made = "1" + drawn[1:]
        return made + _digits_sum(made)

    def _ip(self, value: str) -> str:
        drawn = int(self._hex("ip", value, 16), 16)
        if ":" in value:
            return f"2001:db8:{drawn >> 48 & 0xFFFF:x}:{drawn >> 32 & 0xFFFF:x}:{drawn >> 16 & 0xFFFF:x}:1"
        return f"198.{18 + (drawn >> 16 & 1)}.{drawn >> 8 & 255}.{drawn & 255}"

    def _hex(self, use: str, value: str, count: int) -> str:
        data = value.encode("utf-8", "surrogatepass")
        out = ""
        block = 0
        while len(out) < count:
            person = f"{use}{block}".encode()[:16]
            out += hashlib.blake2b(data, key=self._key, digest_size=32, person=person).hexdigest()
            block += 1
        return out[:count]


def canonical(value: str) -> str:
    """The value as it is meant: the same secret percent-encoded is the same secret."""
    return unquote(value, errors="surrogateescape") if "%" in value else value


def _digits_sum(made: str) -> str:
    return str(int(checksum(made), 16) % 10**_DIGITS_SUM).zfill(_DIGITS_SUM)


def is_tag(text: str) -> bool:
    """Whether a text is a tag, under whatever key, or the constant that a rule of the policy leaves behind."""
    return _is_tag(text) if len(text) <= _LONGEST else False


@lru_cache(maxsize=16_384)
def _is_tag(text: str) -> bool:
    if is_plain_tag(text):
        return True
    if is_constant(text) or (text != "" and not text.strip("0")):
        return True
    if _DOCUMENTED.fullmatch(text):
        return True
    if len(text) >= _LEAST_HEX and (_HEX.fullmatch(text) or _UUID.fullmatch(text)):
        made = text.replace("-", "").lower()
        if checksum(made[:-SUM_DIGITS]) == made[-SUM_DIGITS:]:
            return True
    if len(text) >= _LEAST_DIGITS and text.isascii() and text.isdigit():
        return _digits_sum(text[:-_DIGITS_SUM]) == text[-_DIGITS_SUM:]
    if len(text) % 2 == 0 and _HEX.fullmatch(text) and text[:2].islower() | text[:2].isdigit():
        try:
            return is_tag(bytes.fromhex(text).decode("ascii")) if len(text) >= 44 else False
        except (UnicodeDecodeError, ValueError):
            return False
    return _is_packed_tag(text)


def _is_packed_tag(text: str) -> bool:
    jwt = _JWT.fullmatch(text)
    if jwt is None and not (16 <= len(text) <= 200 and _BASE64.fullmatch(text)):
        return False
    try:
        data = base64.urlsafe_b64decode((jwt[1] if jwt is not None else text) + "===")
        if jwt is None and ("/" in text or "+" in text):
            data = base64.b64decode(text + "===")
    except (binascii.Error, ValueError):
        return False
    saml = _SAML.fullmatch(data)
    if saml is not None:
        return is_tag(saml[1].decode())
    try:
        if jwt is None:
            return is_tag(data.decode("ascii")) if len(data) <= 64 and b"_" in data else False
        claims = json.loads(data)
    except ValueError:
        return False
    return isinstance(claims, dict) and is_tag(str(claims.get("sub", "")))
