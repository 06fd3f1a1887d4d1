"""What a field is called when it holds something that opens something: the names of headers, parameters and members.

A strong name is believed whatever stands there (short of a word that is plainly none). A weak one, such as `code` and
`state`, is believed in addresses and forms only, and only with a value that looks drawn by lot.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Named(NamedTuple):
    """What a name says of its value."""

    kind: str
    strong: bool = True


_SPLIT = re.compile(r"[^0-9A-Za-z\u0080-\uffff]+|(?<=[a-z0-9])(?=[A-Z])")
_PASSWORD = re.compile(
    r"passw(?:or)?d|mnemonic$|(?:seed|recovery|secret|backup)phrase$|passwd|pwd|passphrase|passcode|kennwort|passwort|motdepasse|contrase[nñ]a|senha|wachtwoord|парол"
    r"|密码|密碼|パスワード|비밀번호|has[lł]o$|şifre|^sifre"
)
_PASSWORD_WORDS = frozenset(
    "pass pw pin otp totp cvv cvc cvc2 ssn passcode mfacode otpcode smscode tan userpass".split()
)
_TOKEN = re.compile(
    r"(?:access|auth|refresh|id|session|csrf|xsrf|bearer|api|user|login|reset|magic|invite|device|security|authenticity"
    r"|verification|client|oauth|jwt|upload|download|share|private|personal|registration|identity|shared|page|app|web|my"
    r"|state|sync|access2|x|s|auth2|anti|forgery|confirm|confirmation|email|unsubscribe|captcha|socket|ws|sso|one|time"
    r"|guest|customer|member|admin|service|deploy|project|bot|push|ltpa)*tokens?(?:value|v[0-9])?$|^tkn$|antiforgery"
)
_STRONG: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("password", _PASSWORD),
    ("token", _TOKEN),
    ("saml", re.compile(r"^saml(?:response|request|art)|^wresult$|logoutrequest$")),
    ("certificate", re.compile(r"(?:client|ssl|tls|mtls)cert(?:ificate|chain)?|^xforwardedclientcert")),
    ("signature", re.compile(r"signature$|^sig$|^xsig$|^signedurl$|hmac$|googleaccessid$|^xgoogcredential$|^policy$")),
    ("key", re.compile(
        r"(?:api|access|private|secret|subscription|master|encryption|signing|app|auth|account|functions?)keys?(?:id)?$"
        r"|^ocpapimsubscriptionkey|keydata$|awsaccesskeyid|keypairid$|xfunctionskey"
    )),
    ("session", re.compile(
        r"sess(?:ion)?(?:id|key|hash|secret|data|token|cookie)$|^(?:php|asp|j|aspnet)sess(?:ion)?id|^sid$|connectsid$|^sess$"
        r"|^cookies?$|^setcookie2?$|viewstate(?:generator)?$|eventvalidation$|relaystate$|^cfid$|^cftoken$"
    )),
    ("credential", re.compile(
        r"credentials?$|secret(?:s|value|code)?$|^assertion$|clientassertion$|^macaroon|(?:proxy)?authorization$|^bearer$"
        r"|^jwt$|jwt$|csrf|xsrf|codeverifier$|^xgafirst$|^authenticationinfo$|xamzsecuritytoken$|nonce$(?<=oauthnonce)"
    )),
    ("code", re.compile(
        r"(?:auth(?:orization)?|recovery|backup|scratch|otp|device|mfa|verification|activation|login|onetime)codes?$"
    )),
)  # fmt: skip
_WEAK = {
    "code": "code", "state": "code", "key": "key", "auth": "credential", "session": "session", "ticket": "token",
    "challenge": "code", "codechallenge": "code", "nonce": "code", "authkey": "key", "sign": "signature",
    "hash": "token", "magic": "token", "invite": "token", "t": "token", "k": "key", "s": "token", "h": "token",
    "tk": "token", "tok": "token", "usg": "signature", "pass": "password", "login": "token", "confirmation": "token",
    "verify": "token", "share": "token",
    "secret": "token", "st": "token", "se": "token", "authuser": "token", "loginhint": "token", "logout": "token",
}  # fmt: skip
# A name that ends in one of these is about a secret and holds none.
_ABOUT = frozenset(
    """type types name names url uri urls href path length len size expires expiry expiration exp expire in at on
    enabled required policy policies field fields label placeholder hint count counts max min limit limits
    budget usage endpoint status error errors valid validity method methods mode format alg algorithm scope
    scopes prefix suffix header param ttl timeout strength rules rule message visible hidden supported title
    description text class style selector icon button form input screen page view modal step link changed
    updated created age reset forgot forgotten show toggle manager provider store storage source target
    location domain host issuer audience iat nbf date time timestamp version v lifetime duration seconds
    minutes days template cache remaining used total left color colour index""".split()
)
_NEVER = frozenset(
    """secwebsocketkey secwebsocketaccept idempotencykey xidempotencykey cachekey primarykey foreignkey sortkey
    publickey publishablekey apppublickey surrogatekey tokentype tokens maxtokens secretary passive compass
    bypass sessionstorage localstorage passport keyboard keyword keywords keyframes signin signup design
    assign assignment contentsecuritypolicy referrerpolicy permissionspolicy crossoriginresourcepolicy
    crossoriginopenerpolicy crossoriginembedderpolicy accesscontrolallowcredentials withcredentials
    credentials usecredentials crossorigin author authors authority pinned pinterest spin opinion shipping
    mapping passengers passenger password1label""".split()
)
CLIENT_ADDRESSES = frozenset(
    """x-forwarded-for x-real-ip cf-connecting-ip cf-connecting-ipv6 true-client-ip forwarded x-client-ip x-remote-ip
    x-cluster-client-ip fastly-client-ip x-original-forwarded-for x-appengine-user-ip x-envoy-external-address
    x-azure-clientip x-azure-socketip client-ip x-forwarded x-remote-addr remote-addr x-originating-ip via-ip""".split()
)
_ADDRESS_NAME = re.compile(
    r"^(?:client|user|remote|my|peer|source|src|visitor|customer|caller|request|real|x)?_?ip(?:_?addr(?:ess)?|v[46])?$|remote_?addr"
)
_CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "x-authorization", "x-amz-authorization"})


def holds_credentials(header: str) -> bool:
    """Whether a header is a scheme and credentials (RFC 9110 §11.4). `header` is lower case."""
    return header in _CREDENTIAL_HEADERS


@lru_cache(maxsize=32_768)
def named(name: str) -> Named | None:
    """What the name of a field says; None for nothing."""
    if not 1 <= len(name) <= 120:
        return None
    words = [word for word in _SPLIT.split(name) if word]
    if not words:
        return None
    words = [word.lower() for word in words]
    joined = "".join(words)
    if joined in _NEVER or (words[-1] in _ABOUT and joined not in ("auth", "policy")):
        return None
    if joined in _PASSWORD_WORDS or (words[-1] in ("pin", "otp", "cvv", "cvc", "ssn", "pw") and len(words) < 4):
        return Named("password")
    for kind, pattern in _STRONG:
        if pattern.search(joined):
            return Named(kind, kind != "signature" or joined != "policy")
    weak = _WEAK.get(joined)
    return Named(weak, False) if weak is not None else None


@lru_cache(maxsize=8_192)
def names_client_address(name: str) -> bool:
    """Whether the name is one for the address of whoever asked."""
    lower = name.lower()
    if lower == "_ip_addr":
        return False  # WebPagetest's name for the server's
    return (
        lower in CLIENT_ADDRESSES or _ADDRESS_NAME.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) is not None
    )
