"""Secrets known by their own form, wherever they stand in a text: tokens of services, JWTs, keys in PEM, credentials in
addresses, and `name: value` in scripts and logs.

RE2 does the searching, in linear time over text of any length; what it finds is looked at once more in Python.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

import re2
from ahocorasick_rs import AhoCorasick

from taciturn.adapters.har.sanitize.names import named
from taciturn.adapters.har.sanitize.tags import is_tag


class Span(NamedTuple):
    """A secret in a text."""

    start: int
    end: int
    kind: str


# Published forms, as the services document them or as gitleaks' rules have them.
_SERVICES = r"""(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA)[A-Z0-9]{16}
gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}
gl(?:pat|oas|rt|cbt|ptt|ft|imt|dt|soat|agent)-[A-Za-z0-9_.-]{18,}
xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,}
(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}
AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_.-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,64}|1//0[A-Za-z0-9_-]{20,}
4/0[A-Za-z0-9_-]{20,}|EAA[A-Za-z0-9]{20,}
sk-(?:proj-|ant-|svcacct-|or-|live-)?[A-Za-z0-9_-]{20,}
SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2}|(?:SK|AC)[0-9a-f]{32}
npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,}|do[opr]_v1_[0-9a-f]{64}|hf_[A-Za-z0-9]{30,64}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}
sq0[a-z]{3}-[A-Za-z0-9_-]{22,64}|lin_api_[A-Za-z0-9]{30,64}|ntn_[A-Za-z0-9]{40,64}|secret_[A-Za-z0-9]{43}
ATATT3[A-Za-z0-9_=-]{20,}|dapi[0-9a-f]{32}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}|rubygems_[0-9a-f]{48}|hvs\.[A-Za-z0-9_-]{20,}
NRAK-[A-Z0-9]{27}|sntry[su]_[A-Za-z0-9_=.+/-]{30,}|[0-9]{8,10}:AA[A-Za-z0-9_-]{33}|dp\.(?:pt|st|sa|ct)\.[A-Za-z0-9]{40,44}
[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}|[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}
r8_[A-Za-z0-9]{37}|glc_[A-Za-z0-9+/=]{30,}|AGE-SECRET-KEY-1[A-Z0-9]{58}|tfp_[A-Za-z0-9]{30,80}|fio-u-[A-Za-z0-9_=-]{40,80}"""
_JWT = r"ey[JI][A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+){0,2}"
_TOKENS = re2.compile("|".join(f"(?:{line})" for line in (_JWT, *_SERVICES.split("\n"))))
_PEM = re2.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,4}(?:PRIVATE KEY|CERTIFICATE|MESSAGE)(?: BLOCK)?-----(?:[^-]|-[^-])*"
    r"(?:-----END [A-Z0-9 ]{3,40}-----)?"
)
_HOOKS = re2.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{6,14}/[A-Z0-9]{6,14}/|discord(?:app)?\.com/api/webhooks/[0-9]{10,24}/"
    r"|webhook\.office\.com/webhookb2/|api\.telegram\.org/bot|maker\.ifttt\.com/trigger/[A-Za-z0-9_-]{1,80}/with/key/)"
    r"([A-Za-z0-9_:@/-]{16,})"
)
_SCHEME = re2.compile(r"(?i)\b(bearer|basic|negotiate|ntlm|apikey|token)(?: |%20|\+)+([A-Za-z0-9._~+/%-]{6,}=*)")
_USER = re2.compile(r"(?i)[a-z][a-z0-9+.-]{1,20}://([^\s/?#@:\"'<>\\]*):([^\s/?#@\"'<>\\]+)@")
_OPTION = re2.compile(r"(?:^|\s)(?:-u|--user|--proxy-user)[ =]+[\"']?([^\s:\"']+):([^\s\"']+)")
_SCRIPT_COOKIE = re2.compile(r"\.cookie\s*=\s*[\"'`]\s*[^=;\"'`]+=([^;\"'`]+)")
_WORDS = (
    r"passw|passwd|pwd|passphrase|passwort|kennwort|contrase|senha|secret|token|api[_-]?key|access[_-]?key|private[_-]?key"
    r"|csrf|xsrf|sess|auth|credential|signature|jwt|bearer|\bsid\b|\bsig\b|cookie|viewstate|\bpin\b|\botp\b|hmac|saml|account[_-]?key"
)
_PAIR = re2.compile(
    rf"(?i)([\w$.\[-]{{0,40}}(?:{_WORDS})[\w$.-]{{0,30}})(\]?\\*[\"']?\]?)[ \t]{{0,3}}"
    r"(:|=>|=|%3d|\\u003d|&#61;|&#x3d;)[ \t]{0,3}"
    r"(?:\\*(?:\"|'|`|&quot;|&#34;|%22|\\u0022)([^\"'`\\<>\s&]+)|([A-Za-z0-9._~+/%@!$^*-]+=*))"
)
_WIDEST = 4096  # characters of a line of names
_DRAWN = re.compile(r"(?!sha(?:256|384|512)-|[A-Za-z]+[-_]|[a-z]{3,}[A-Z])[A-Za-z0-9_-]{32,512}")
_MIXED = (re.compile("[a-z].*[a-z]"), re.compile("[A-Z].*[A-Z]"), re.compile("[0-9].*[0-9]"))
_LETTERS = re.compile(r"[A-Za-z]+(?:[-_ .][A-Za-z]+)*")
_CODE = re.compile(r"[a-z_$][\w$]*(?:[.\[(][\w$.\[\]()]*)*", re.I)
_VERSION = re.compile(r"v?[0-9]+(?:\.[0-9]+){1,4}(?:-[a-z0-9.]+)?", re.I)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|/[a-z]", re.I)
_TOKEN_LETTERS = re.compile(r"[\w.~+/:%|!*@$-]+={0,2}")
_EMPTY = frozenset("true false null none undefined nan yes no on off anonymous guest default".split())


# One of these stands in every text in which something could be found, or a long run of letters and digits.
_SIGNS = AhoCorasick(
    """eyj eyi akia asia agpa aida aroa anpa ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ xox xapp- _live_ _test_ whsec_ aiza
    ya29. gocspx- 1//0 4/0 eaa sk- sg. key- -us npm_ pypi- _v1_ hf_ shpat_ shpca_ shppa_ shpss_ sq0 lin_api_
    ntn_ secret_ atatt3 dapi pmak- rubygems_ hvs. nrak- sntry :aa dp. q~ r8_ glc_ age-secret- tfp_ fio-u- glpat
    gloas glrt glcbt glptt glft glimt gldt glsoat glagent -----begin hooks.slack discord webhook.office
    api.telegram ifttt bearer basic negotiate ntlm apikey token :// -u .cookie passw pwd passphrase kennwort
    contrase senha secret api_key api-key access key csrf xsrf sess auth credential signature jwt sid sig cookie
    viewstate pin otp hmac saml""".split()
)
_RUN = re.compile(r"[A-Za-z0-9_.-]{34}")  # from here on a token may be all there is


def may_tell(text: str) -> bool:
    """Whether `tokens` or `pairs` could find anything: a quick look, for the many short texts that hold nothing."""
    return _RUN.search(text) is not None or bool(_SIGNS.find_matches_as_indexes(text.lower()))


def tokens(text: str) -> Iterator[Span]:
    """Secrets whose own form says so."""
    for match in _TOKENS.finditer(text):
        start, end = match.span()
        before = text[start - 1 : start]
        if not (before.isalnum() or before == "_") or text[start : start + 2] == "ey":
            yield Span(start, end, "token")
    if "-----BEGIN" in text:
        for match in _PEM.finditer(text):
            yield Span(match.start(), match.end(), "certificate" if "CERTIFICATE" in match[0][:60] else "key")
    if "/" in text:
        for match in _HOOKS.finditer(text):
            yield Span(match.start(1), match.end(1), "token")
    if "@" in text and "://" in text:
        for match in _USER.finditer(text):
            if match[1]:
                yield Span(match.start(1), match.end(1), "user")
            yield Span(match.start(2), match.end(2), "password")
    if "-u" in text:
        for match in _OPTION.finditer(text):
            yield Span(match.start(1), match.end(1), "user")
            yield Span(match.start(2), match.end(2), "password")
    if ".cookie" in text:
        for match in _SCRIPT_COOKIE.finditer(text):
            if is_random(match[1]):
                yield Span(match.start(1), match.end(1), "cookie")
    for match in _SCHEME.finditer(text):
        if (len(match[2]) >= 16 and is_random(match[2])) or (match[1].lower() == "basic" and is_basic(match[2])):
            yield Span(match.start(2), match.end(2), "credential")


def pairs(text: str, script: bool) -> Iterator[Span]:
    """`name = value` and `name: "value"`, in logs, scripts and escaped JSON. `script`: what has no quotes is code."""
    for match in _PAIR.finditer(text):
        quoted = match[4] is not None
        group = 4 if quoted else 5
        name, value = match[1], match[4] if quoted else match[5]
        if not quoted and (script or (match[3] == ":" and match[2][-1:] not in "\"'" and len(value) < 6)):
            continue
        told = named(name.rpartition(".")[2].strip("[$_-.") or name)
        if told is None or not told.strong or is_tag(value):
            continue
        if is_secret(value, told.kind, strict=True) and not (
            not quoted and _CODE.fullmatch(value) and not is_random(value)
        ):
            yield Span(match.start(group), match.end(group), told.kind)


def columns(text: str) -> Iterator[Span]:
    """The cells of a table with a line of names (CSV), where the name says that a column holds secrets."""
    head = text.partition("\n")[0]
    sign = max(",;\t|", key=head.count)
    told = [named(name.strip(' "\r')) for name in head.split(sign)] if sign in head else []
    wanted = {index: kind for index, kind in enumerate(told) if kind is not None and kind.strong}
    if not wanted or len(head) > _WIDEST:
        return
    at = len(head) + 1
    for line in text[at:].split("\n"):
        start = at
        for index, cell in enumerate(line.split(sign)):
            bare = cell.strip(' "\r')
            kind = wanted.get(index)
            if kind is not None and is_secret(bare, kind.kind, strict=True):
                begin = start + cell.index(bare)
                yield Span(begin, begin + len(bare), kind.kind)
            start += len(cell) + 1
        at += len(line) + 1


def is_drawn(value: str) -> bool:
    """Whether a value is so long and so mixed that it can be nothing but drawn by lot, whatever it is called."""
    return _DRAWN.fullmatch(value) is not None and all(sign.search(value) is not None for sign in _MIXED)


def is_random(value: str) -> bool:
    """Whether a value looks drawn by lot: letters and digits mixed, or long without words."""
    if len(value) < 8 or " " in value or _URL.match(value) or _VERSION.fullmatch(value) or _DATE.fullmatch(value):
        return False
    digits = sum(map(str.isdigit, value))
    if digits and any(map(str.isalpha, value)):
        return True
    if digits == len(value):
        return len(value) >= 16
    if _LETTERS.fullmatch(value) and (
        value.islower() or value.isupper() or "-" in value or "_" in value or "." in value
    ):
        return False
    changes = sum(a.islower() != b.islower() for a, b in itertools.pairwise(value))
    return len(value) >= 16 and changes * 3 >= len(value)


def is_secret(value: str, kind: str, strict: bool) -> bool:
    """Whether what stands in a field with a strong name can be a secret. `strict`: in what a server sends, where such
    names also stand for labels and settings."""
    folded = value.strip().lower()
    if not folded or folded in _EMPTY or is_tag(value):
        return False
    if not strict:
        return True
    if kind == "password" and " " in value:
        return value.islower() and _LETTERS.fullmatch(value) is not None  # a phrase; labels begin with a capital
    if kind == "password":
        return (
            len(value) >= 4
            and " " not in value
            and not (_LETTERS.fullmatch(value) and named(value) is not None)
            and not (_LETTERS.fullmatch(value) and (value[0].isupper() and value[1:].islower()))
        )
    if _TOKEN_LETTERS.fullmatch(value) is None:
        return False
    return is_random(value) or (len(value) >= 16 and not _LETTERS.fullmatch(value) and not _URL.match(value))


def is_basic(value: str) -> bool:
    """Whether a value is `user:password` in base64 (RFC 7617)."""
    try:
        plain = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in plain
