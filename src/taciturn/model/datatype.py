"""The data types that detectors name, their families, and what can be said of a hit."""

from __future__ import annotations

from enum import IntEnum

DATA_TYPES: tuple[str, ...] = (
    "file.name", "file.path", "file.size", "file.date",
    "group.id", "group.name", "group.member_count", "group.post",
    "member.id", "member.name", "member.picture",
    "person.name", "person.email", "person.email_hash", "person.phone", "person.phone_hash", "person.address",
    "person.birthdate", "person.id_number",
    "location.geo", "location.ip",
    "content.search_query", "content.typed_text", "content.page_text", "content.page_title",
    "content.replay_text",
    "credential.token", "credential.password",
    "payment.card", "payment.iban",
    "account.id", "device.id",
    "watch.value",
)  # fmt: skip

ROLES: frozenset[str] = frozenset({"content.page_text", "content.page_title", "content.replay_text", "device.id"})
"""Data types that say what a leaf is for, not what was found in it: listed under `roles`, not under `findings`."""


class Confidence(IntEnum):
    """By word in rules and output, ordered for comparison."""

    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def word(self) -> str:
        return self.name.lower()
