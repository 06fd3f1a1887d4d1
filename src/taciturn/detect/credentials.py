"""Tokens and passwords: what opens something, in addresses and in bodies. Keys of a site that are public are none."""

from __future__ import annotations

import re

from taciturn.detect.lexicon import Concept
from taciturn.detect.patterns import linear
from taciturn.detect.shapes import JWT, OPAQUE_TOKEN, SERVICE_TOKEN, STRONG_DOCUMENTS, UUID
from taciturn.detect.trigger import Trigger
from taciturn.detect.view import View
from taciturn.model.finding import Signal
from taciturn.model.leaf import Leaf, Role

C = Concept
KEY = Signal("name", "token.key", 0.5, "a field called token, signature or authorization")
STRONG_KEY = Signal("name", "token.key", 0.8, "a field called access token or session token")
RANDOM = Signal("shape", "token.random", 0.4, "letters and digits without words")
IN_ADDRESS = Signal("record", "token.address", 0.4, "a parameter of an address on the page")
KNOWN_SHAPE = Signal("shape", "token.service", 0.9, "the form of a service's token")
SIGNED = Signal("shape", "token.jwt", 0.8, "a signed token")
PASSWORD = Signal("name", "password.key", 0.9, "a field called password")

_STRONG = re.compile(
    r"(?:^|_|-|\.|\[)(?:access|auth|session|refresh|id|reset|login|bearer|security|csrf|api|magic|invite|download)[_-]?(?:token|secret|jwt)",
    re.I,
)
_SIGNED_URL = re.compile(r"(?:^|-)(?:signature|sig|credential|security-token)$|^authorization$", re.I)

_HOOK = re.compile(r"(?:^|/)(?:with/key|services/T[0-9A-Z]{6,16}/B[0-9A-Z]{2,16})$")
_HOOK_SIGN = linear(r"with\x00key\x00|services\x00T[0-9A-Z]{6,}\x00B")  # segments, one after the other
_SEGMENTS = 16  # hooks have short addresses
_BOT = re.compile(r"bot\d{6,12}:[\w-]{20,60}")


TRIGGER = Trigger(
    concepts=C.PASSWORD | C.TOKEN | C.QUERYABLE,
    text=r"with\x00key\x00|services\x00T[0-9A-Z]{6,}\x00B|bot\d{6,}:|EAA|ya29\.|gh[pousr]_|xox[abprs]-|sk_live_|AKIA",
)


def detect_credentials(view: View) -> None:
    hooks = view.segments() if _HOOK_SIGN.search(view.joined()) else ()
    for leaf in view.candidates(TRIGGER, others=hooks):
        text = leaf.text
        if leaf.role is not Role.VALUE or len(text) < 6 or view.roles.get(leaf) in ("id", "opaque"):
            continue  # the tracker's own keys are public
        own = leaf.own
        if (
            own & C.PASSWORD
            and not own & (C.DATE | C.COUNT | C.LINK)
            and not text.startswith("*")
            and " " not in text
            and not text.isdigit()
            and text not in ("password",)
        ):
            if "type" not in view.info(leaf).words and not view.around(leaf) & C.TRIAL:
                view.hit("credential.password", leaf, PASSWORD)
            continue
        if "EAA" in text or "_" in text or "AKIA" in text or "." in text:
            for match in SERVICE_TOKEN.finditer(text):
                view.hit("credential.token", leaf, KNOWN_SHAPE, *match.span())
        if own & (C.TOKEN | C.QUERYABLE):
            _token(view, leaf, own)
        elif leaf.name == "path" and len(text) >= 16:
            _webhook(view, leaf)


def _webhook(view: View, leaf: Leaf) -> None:
    """The secret segment of a hook's address, by the segments before it (IFTTT, Slack, Telegram)."""
    if _BOT.fullmatch(leaf.text):
        view.hit("credential.token", leaf, KNOWN_SHAPE)
        return
    parts = leaf.row.leaves[:_SEGMENTS]
    at = next((i for i, part in enumerate(parts) if part is leaf), 0)
    before = "/".join(part.text for part in parts[max(at - 3, 0) : at])
    if _HOOK.search(before) and _is_random(leaf.text):
        view.hit("credential.token", leaf, KNOWN_SHAPE)


# A signature opens something for a time, and the address says for how long (signed URLs of S3, GCS, Azure, CloudFront).
_EXPIRY = frozenset("expires expiry exp se x-amz-expires x-goog-expires x-amz-date key-pair-id".split())


def _signed_link(leaf: Leaf) -> bool:
    if any(sibling.name.lower() in _EXPIRY for sibling in leaf.row.leaves):
        return True
    parts = [part for row in leaf.row.rows if row.name == "path" for part in row.leaves]
    return any(part.text.lower().rpartition(".")[2] in STRONG_DOCUMENTS for part in parts)


def _token(view: View, leaf: Leaf, own: int) -> None:
    text = leaf.text
    name = leaf.name
    if leaf.node is None:
        return  # a header of its own is meant for the receiver; services' tokens are known by their form
    random = _is_random(text)
    in_address = leaf.node is not None and any(layer == "url" for layer in leaf.layers)
    if _STRONG.search(name) and random:
        view.hit("credential.token", leaf, STRONG_KEY)
    elif name.lower() in ("sig", "signature") and not _signed_link(leaf):
        return  # advertising signs its own click addresses
    elif (
        in_address and random and (own & C.TOKEN or _SIGNED_URL.search(name) or own & C.QUERYABLE) and not _public(name)
    ):
        view.hit("credential.token", leaf, KEY)
        view.hit("credential.token", leaf, IN_ADDRESS)
        view.hit("credential.token", leaf, RANDOM)
    elif JWT.fullmatch(text):
        view.hit("credential.token", leaf, KEY)
        view.hit("credential.token", leaf, SIGNED)


def _public(name: str) -> bool:
    lower = name.lower()
    return (
        lower.startswith(("utm_", "pk_", "public", "gcl", "fbcl"))
        or lower in ("key", "code", "session", "no")
        or "product" in lower
    )


def _is_random(text: str) -> bool:
    if not OPAQUE_TOKEN.fullmatch(text) or UUID.fullmatch(text):
        return False
    return any(c.isdigit() for c in text) and any(c.isalpha() for c in text)
