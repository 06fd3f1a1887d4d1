"""The words of the page: what a verdict, a data type, an operator or a gap is in plain language."""

from __future__ import annotations

KINDS = {
    "file.name": "name of a file",
    "file.path": "where a file lies",
    "file.size": "size of a file",
    "file.date": "date of a file",
    "group.id": "id of a group",
    "group.name": "name of a group",
    "group.member_count": "size of a group",
    "group.post": "what somebody wrote in a group",
    "member.id": "id of a member",
    "member.name": "name of a member",
    "member.picture": "picture of a member",
    "person.name": "name of a person",
    "person.email": "e-mail address",
    "person.email_hash": "hash of an e-mail address",
    "person.phone": "telephone number",
    "person.phone_hash": "hash of a telephone number",
    "person.address": "postal address",
    "person.birthdate": "date of birth",
    "person.id_number": "number of an identity card",
    "location.geo": "where somebody is",
    "location.ip": "IP address of a person",
    "content.search_query": "words searched for",
    "content.typed_text": "words typed",
    "content.page_text": "text of the page",
    "content.page_title": "title of the page",
    "content.replay_text": "text of a recorded page",
    "credential.token": "token that opens something",
    "credential.password": "password",
    "payment.card": "number of a card",
    "payment.iban": "number of a bank account",
    "account.id": "id of an account",
    "device.id": "id of a browser or device",
    "watch.value": "value of a watch list",
    "request": "the request as a whole",
}
VERDICTS = {
    "block": ("blocked", "would not have left"),
    "redact": ("redacted", "would have left without this"),
    "report": ("noted", "left as it was, and a rule notes it"),
    "unknown": ("unknown", "the capture lacks what a rule is about"),
    "allow": ("let through", "left as it was; no rule asks for anything"),
}
OPERATORS = {"drop": "taken out", "mask": "masked", "truncate": "cut short"}
STAGES = {"draft": "a draft, not in force", "shadow": "in shadow, not in force", "report": "reports only"}
SEVERITY_NONE = "no severity"
PARTIES = {
    "first": "own site",
    "same-owner": "same owner",
    "processor": "declared processor",
    "tracker": "tracker",
    "unknown": "third party on no list",
}


def count(number: int, one: str, many: str = "") -> str:
    """`1 message`, `1,204 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: float) -> str:
    """Never rounded up to a hundred: one opaque byte is one too many to say so."""
    percent = part * 100
    return "100 %" if part == 1 else f"{min(percent, 99.9):.1f} %"
