"""Rules as SARIF describes them: what GitHub shows beside an alert.

What stands here depends on the rules that were loaded and not on what was found, so that two runs differ in results
only. Texts of rules come from rule files: they are escaped for Markdown, and cut at GitHub's limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import metadata
from typing import Any

from taciturn.adapters.report.markup import prose
from taciturn.adapters.report.record import UNINSPECTABLE
from taciturn.adapters.report.terminal import printable
from taciturn.model.decision import RuleMatch

EXCEPTED = "/excepted"  # a rule of its own, so that what an approval lets through fails no check
ASSERTION = "assertion/"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
# GitHub: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low.
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.5"}
_NAME, _TEXT = 255, 1024  # characters that GitHub takes of a rule's name and of its descriptions
_DOES = {
    "block": "The proxy answers such a message itself; nothing of it leaves.",
    "redact": "The proxy takes the values out and lets the rest of the message go.",
    "report": "The proxy lets such a message go and notes it.",
}
_MEND = {
    "block": (
        "Load the tag on the pages that it is meant for and on no other: not in a template that other pages share.",
        "If it comes with a tag manager, give its trigger a condition on the page's address.",
    ),
    "redact": (
        "Stop it where it is collected: take the field out of the tag's configuration or of the data layer.",
        "Switch off what collects by itself: texts of clicked elements, form fields, titles and addresses of pages.",
        "Keep names out of the addresses and titles of private pages: analytics sends both with every event.",
    ),
    "report": (
        "Find out who receives it and why; a receiver that is wanted belongs into the configuration as a processor.",
    ),
    UNINSPECTABLE: (
        "Where the vendor's library lets you choose, send JSON or a form, without a compression or cipher of its own.",
        "If the receiver may get what nobody can read, `uninspectable` in the configuration says so.",
    ),
}
_ALWAYS = (
    "If the flow is wanted, write an approval with a reason, an owner and an end.",
    "What is to be mended later may stand in a baseline.",
    "`taciturn explain --har CAPTURE --entry N` shows how the field was found.",
)


def descriptors(rules: Iterable[RuleMatch], excepted: Iterable[RuleMatch]) -> list[dict[str, Any]]:
    """A reportingDescriptor for every rule, in the order given; those of approved flows at the end."""
    known: dict[str, dict[str, Any]] = {}
    for rule in rules:
        known.setdefault(rule.rule, _descriptor(rule))
    for rule in excepted:
        known.setdefault(rule.rule + EXCEPTED, _approved(rule))
    return list(known.values())


def described(
    id: str, short: str, full: str, steps: tuple[str, ...], severity: str, tags: tuple[str, ...]
) -> dict[str, Any]:
    """A reportingDescriptor. `short` and `full` are texts of ours or of a rule file, `steps` are our own Markdown."""
    heading = "\n\n".join(filter(None, (cut(sentence(short)), cut(full))))
    listed = "\n".join(f"{at}. {step}" for at, step in enumerate(steps, 1))
    does = f"{prose(full)}\n\n" if full else ""
    found: dict[str, Any] = {
        "id": id,
        "shortDescription": {"text": cut(sentence(short))},
        "fullDescription": {"text": cut(f"{sentence(short)} {full}".strip())},
        "help": {
            "text": f"{heading}\n\nHow to mend it:\n{listed.replace('`', '')}",
            "markdown": f"{prose(sentence(short))}\n\n{does}**How to mend it**\n\n{listed}",
        },
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": list(tags), "precision": "high"},
    }
    name = _pascal(id)[:_NAME]
    if name.lower() != id.lower():  # SARIF 3.49.7: a name that says the same is left out
        found["name"] = name
    if "security" in tags:
        found["properties"]["security-severity"] = _SCORES[severity]
    else:
        found["properties"]["problem.severity"] = "recommendation"
    home = documentation()
    if home:
        found["helpUri"] = f"{home}/reference/rules.md"
    return found


def notice(id: str, means: str, mend: str) -> dict[str, Any]:
    """A reportingDescriptor for notifications: GitHub wants them described as rules are."""
    found = described(id, means, "", (mend,), "info", ("evidence",))
    del found["properties"], found["defaultConfiguration"]
    return found


def documentation() -> str:
    """Where the documentation of this installation stands on the web, as its package says; "" when it does not."""
    try:
        urls = metadata.metadata("taciturn").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    named: dict[str, str] = dict(url.split(", ", 1) for url in urls if ", " in url)
    return named.get("Documentation", "").rstrip("/")


def sentence(text: str) -> str:
    """A rule's `why` as a sentence without control characters."""
    text = printable(text.strip())
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def cut(text: str, limit: int = _TEXT) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _descriptor(rule: RuleMatch) -> dict[str, Any]:
    mend = _MEND.get(rule.rule) or _MEND.get(rule.action, ())
    tags = ("privacy", "security", "tracking")
    return described(printable(rule.rule), rule.why, _DOES.get(rule.action, ""), (*mend, *_ALWAYS), rule.severity, tags)


def _approved(rule: RuleMatch) -> dict[str, Any]:
    steps = (
        "Nothing is to be done while the approval holds.",
        "Delete the approval when the flow is no longer needed; when it ends, the flow is a finding again.",
    )
    full = f"An approval lets through what rule {printable(rule.rule)} is about."
    return described(
        printable(rule.rule) + EXCEPTED, rule.why, full, steps, "info", ("privacy", "tracking", "approved")
    )


def _pascal(id: str) -> str:
    """`file-metadata` -> `FileMetadata`: viewers show it as a name."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", id) if part) or "Rule"
