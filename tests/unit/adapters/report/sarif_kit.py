"""What a SARIF file has to be: the official schema, and what GitHub documents of its uploader and of its alerts.

The rules are those of GitHub's page "SARIF support for code scanning" (required properties, limits) and of the refusals
that its uploader is known for: no location, a location that is no URI reference, a name too long.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA = Path(__file__).resolve().parents[3] / "data" / "sarif" / "sarif-schema-2.1.0.json"
# RFC 3986, relative-ref without authority: path-noscheme, no query, no fragment
_RELATIVE = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")
_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@cache
def _validator() -> Any:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator.check_schema(schema)
    return jsonschema.Draft4Validator(schema)


def read(text: str) -> dict[str, Any]:
    """The document, when it is SARIF 2.1.0 and GitHub takes and shows it."""
    found: dict[str, Any] = json.loads(text)
    problems = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in _validator().iter_errors(found)
    ]
    assert problems == []
    assert list(github_refuses(found, text)) == []
    assert [piece for piece in _texts(found) if _HIDDEN.search(piece)] == []
    return found


def github_refuses(found: dict[str, Any], text: str) -> Iterator[str]:
    """What GitHub would refuse, drop or show wrongly."""
    if len(gzip.compress(text.encode(), mtime=0)) > 10 * 2**20:
        yield "more than 10 MB when compressed"
    if found.get("version") != "2.1.0" or "2.1.0" not in found.get("$schema", ""):
        yield "version or schema"
    if not 1 <= len(found["runs"]) <= 20:
        yield "runs"
    for run in found["runs"]:
        driver = run["tool"]["driver"]
        if not driver["name"] or not re.fullmatch(r"\d+\.\d+\.\d+.*", driver["semanticVersion"]):
            yield "driver"
        if len(driver["rules"]) > 25_000 or len(run["results"]) > 25_000:
            yield "too many rules or results"
        for rule in driver["rules"]:
            yield from (f"rule {rule['id']!r}: {what}" for what in _rule_refused(rule))
        for result in run["results"]:
            yield from (f"result {result['ruleId']!r}: {what}" for what in _result_refused(result, driver["rules"]))
        alerts = [_alert(result) for result in run["results"] if result["locations"]]
        if len(set(alerts)) != len(alerts):
            yield "two results are one alert"
        if not re.fullmatch(r"[^/].*/", run["automationDetails"]["id"]):
            yield "the category is not told by a slash at the end"


def _rule_refused(rule: dict[str, Any]) -> Iterator[str]:
    if not rule["id"] or len(rule.get("name", "x")) not in range(1, 256):
        yield "id or name"
    for key, limit in (("shortDescription", 1024), ("fullDescription", 1024), ("help", 100_000)):
        if not 0 < len(rule[key]["text"]) <= limit:
            yield key
    if not rule["help"]["markdown"]:
        yield "help.markdown"
    if rule["defaultConfiguration"]["level"] not in ("note", "warning", "error"):
        yield "level"
    properties = rule["properties"]
    if len(properties["tags"]) > 10 or properties["precision"] not in ("very-high", "high", "medium", "low"):
        yield "tags or precision"
    score = properties.get("security-severity")
    if (score is not None) != ("security" in properties["tags"]) or (score and not 0 < float(score) <= 10):
        yield "security-severity"


def _result_refused(result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "ruleIndex"
    if result["level"] not in ("note", "warning", "error") or not result["message"]["text"]:
        yield "level or message"
    if re.search(r"(?<!\\)\]\(|(?<!\{)\{(?:\{\{)*(?!\{)", result["message"]["text"]):
        yield "a link or placeholder in the message"
    if not result["partialFingerprints"]["primaryLocationLineHash"]:
        yield "primaryLocationLineHash"
    if len(result["locations"]) != 1:
        yield "GitHub looks at one location"
    if len(result.get("relatedLocations", ())) > 100:
        yield "relatedLocations"
    for location in (*result["locations"], *result.get("relatedLocations", ())):
        yield from _location_refused(location["physicalLocation"])


def _location_refused(physical: dict[str, Any]) -> Iterator[str]:
    uri, region = physical["artifactLocation"]["uri"], physical["region"]
    if not _RELATIVE.fullmatch(uri) or uri.startswith("/") or ".." in uri.split("/"):
        yield f"{uri!r} is no path of a repository"
    start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
    if not all(1 <= number < 2**31 for number in (*start, *end)) or start >= end:
        yield f"region {region}"


def _alert(result: dict[str, Any]) -> tuple[str, str, str]:
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    return result["ruleId"], uri, result["partialFingerprints"]["primaryLocationLineHash"]


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield key
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)
    elif isinstance(found, str):
        yield found
