"""Reports for the tests of the page: hostile ones, large ones, and one that uses every section. All invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import html5lib

from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.html import report_html
from taciturn.adapters.report.keys import key_of
from taciturn.adapters.report.outcome import FileReport, Odd, Report, Talk
from taciturn.adapters.report.record import Hit, Record
from taciturn.model.decision import Coverage, Party, RuleMatch, TrackerRef, Uninspectable
from taciturn.model.message import Fidelity, Kind
from taciturn.model.safe import SafePath, SafeUrl
from taciturn.rules import Approval
from taciturn.rules.rule import Place

NOW = datetime(2031, 3, 4, 12, 30, tzinfo=UTC)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>-->",
    "\"' onmouseover=alert(1) x='\"",
    "&lt;b&gt;&amp;",
    "line\u2028separator\u2029end",
    "\u202egnp.exe\u0000\x1b[2J\ud800",
    "javascript:alert(1)",
    "</style><style>*{display:none}",
    "&#x27;--></title><svg/onload=alert(1)>",
)
CATEGORIES = ("advertising", "analytics", "session-replay", "error-monitoring", "marketing")
RULES = (
    RuleMatch("no-ads-on-signed-in-pages", "enforce", "block", "critical", "an advertiser hears from a private page"),
    RuleMatch(
        "file-metadata", "enforce", "redact", "high", "names, sizes and dates of a user's files are nobody's business"
    ),
    RuleMatch("private-page-text", "enforce", "redact", "medium", "the text of a private page stays on it"),
    RuleMatch("identity", "enforce", "redact", "low", "who somebody is"),
    RuleMatch("unknown-third-party", "report", "report", "info", "on no list"),
)
KINDS = ("file.name", "file.size", "content.page_text", "person.email", "member.name")


def tracker(at: int) -> TrackerRef:
    name = f"Tracker {at:03}"
    return TrackerRef(f"t{at}", name, f"Owner {at % 40}", CATEGORIES[at % len(CATEGORIES)], f"t{at}.collect")


def record(at: int = 0, receiver: int = 0, rule: RuleMatch = RULES[1], page: str = "/files", **more: object) -> Record:
    """One message with two findings under one rule."""
    kind = KINDS[RULES.index(rule)] if rule in RULES else KINDS[0]
    hits = tuple(
        Hit(
            kind,
            SafePath(f"body$.events[{at % 7}].data.{field}"),
            "certain" if n else "likely",
            "file.row",
            ("json", "gzip", "json"),
            None,
            (rule.rule,),
            "shown by GET https://files.example/api/list" if n else "",
            f"text of {10 + at % 5} characters",
            "replace" if rule.action == "redact" else "",
            "redacted" if rule.action == "redact" else "",
        )
        for n, field in enumerate((f"field_{at % 6}", f"nested.field_{at % 4}"))
    )
    known = Record(
        at,
        -1,
        Kind.REQUEST,
        "POST",
        SafeUrl("https://tracker.test/collect?id"),
        "tracker.test",
        SafeUrl(f"https://app.example{page}"),
        Party.TRACKER,
        tracker(receiver),
        rule.action,
        rule.severity,
        (rule,),
        hits,
        page_classes=("signed-in",) if page.startswith("/account") else (),
    )
    return known._replace(**more)


def report(records: list[Record], path: str = "captures/session.har", **more: object) -> Report:
    file = FileReport(path, "invented", len(records), len(records), records=list(records))
    for one in records:
        file.verdicts[one.verdict] += 1
        if one.tracker is not None:
            file.trackers[one.tracker._replace(endpoint="")] += 1
        file.talks[Talk(SafeUrl(one.page.partition("?")[0]), one.receiver, one.party)] += 1
    return Report([file], now=NOW, **more)


def approval(id: str, days: int = 0) -> Approval:
    return Approval(id, id, ("*",), (), (), id, id, NOW + timedelta(days=days), Place("taciturn.yaml", 3))


def large(messages: int = 10_000, receivers: int = 300, pages: int = 40, captures: int = 6) -> Report:
    """Many messages, spread without any chance in it."""
    files: list[FileReport] = []
    for capture in range(captures):
        records = [
            record(
                at,
                (at * 7 + at // receivers) % receivers,
                RULES[(at // 3) % len(RULES)],
                f"/account/{'abcdefgh'[at % 8]}/{(at * 13) % (pages // 2)}"
                if at % 2
                else f"/shop/p{(at * 7) % (pages // 2)}",
            )
            for at in range(capture, messages, captures)
        ]
        files += report(records, f"captures/session-{capture}.har").files
    return Report(files, now=NOW)


def everything() -> Report:
    """A report that fills every section."""
    blocked = record(0, 0, RULES[0], "/account/billing")
    redacted = [record(at, 1, RULES[1], "/account/files") for at in range(1, 12)]
    noted = record(12, 2, RULES[4], "/")
    unread = record(13, 3, RuleMatch("uninspectable", "enforce", "block", "high", "a part of it could not be looked into"), "/account/files",
                    findings=(), uninspectable=(Uninspectable("opaque", "body.payload", 312),))  # fmt: skip
    lost = record(14, 1, RULES[1], "/account/files", verdict="unknown", severity="", rules=(), findings=(),
                  uninspectable=(Uninspectable("absent", "body"),), fidelity=Fidelity.ABSENT)  # fmt: skip
    shadow = record(15, 2, RULES[2]._replace(stage="shadow"), "/pricing", verdict="allow", severity="")
    given = report([blocked, *redacted, noted, unread, lost, shadow], fail_on="medium")
    file = given.files[0]
    file.odd += [Odd(20, "no-url"), Odd(21, "no-url")]
    file.missing, file.cut_off, file.shown, file.teachers = 3, True, 41, 2
    file.coverage, file.opaque["Tracker 003"] = Coverage(800, 900, 312), 312
    file.seen.note("beacon-bodies", 14)
    file.seen.note("rebuilt-bodies", 3)
    file.approvals["crm-2031"] = 4
    file.talks[Talk(SafeUrl("https://app.example/"), "cdn.example", Party.UNKNOWN)] = 7
    given.approvals = (approval("crm-2031", 9), approval("old-export", -9))
    given.rules = RULES
    new = Noted(
        key_of(blocked, RULES[0].rule, KINDS[0], blocked.findings[0].path),
        "critical",
        "block",
        why="not in the baseline",
    )
    gone = Noted(
        key_of(redacted[0], "gone-rule", "file.size", "query.size"), "low", "redact", why="not seen", owner="web team"
    )
    given.baseline = Compared("taciturn-baseline.json", (new,), (), (gone,), (), ("written by an older version",))
    given.assertions = (
        Failure(
            "account",
            "no_tracker",
            "advertising: Tracker 000",
            "high",
            "what the notice promises",
            line=12,
            file="taciturn.yaml",
        ),
    )
    return given


def hostile() -> Report:
    """Attacker's text wherever a report holds text: hosts, paths, addresses, layers, words of rules, names of files."""
    records = []
    for at, text in enumerate(HOSTILE):
        bad = RuleMatch(text, "enforce", "redact", "high", text, text)
        hit = Hit(
            text, SafePath(f"body$.{text}[3]"), text, text, (text, text), text, (text,), text, text, "replace", text
        )
        ref = TrackerRef(text, text, text, text, text) if at % 2 else None
        one = record(at)._replace(method=text, url=SafeUrl(text), host=text, page=SafeUrl(f"https://{text}/{text}"))
        shut = (Uninspectable(text, text, 3),)
        one = one._replace(tracker=ref, rules=(bad,), findings=(hit,), roles=(hit,), uninspectable=shut)
        records.append(one._replace(page_classes=(text,)))
    files = [FileReport(f"captures/{text}.har", text, len(records), len(records), error=text) for text in HOSTILE]
    for file in files:
        file.records = records
        file.odd = [Odd(1, text) for text in HOSTILE]
        file.opaque.update(HOSTILE)
        file.talks.update(Talk(SafeUrl(text), text, Party.UNKNOWN) for text in HOSTILE)
    given = Report(files, now=NOW)
    given.approvals = tuple(approval(text) for text in HOSTILE)
    noted = tuple(
        Noted(key_of(records[0], text, text, text), "high", "redact", text, text, text, text) for text in HOSTILE
    )
    given.rules = tuple(RuleMatch(text, "enforce", "redact", "high", text) for text in HOSTILE)
    given.baseline = Compared(HOSTILE[0], noted, noted, noted, noted, HOSTILE)
    given.assertions = tuple(
        Failure(text, text, text, "high", text, file=text, line=1, messages=HOSTILE) for text in HOSTILE
    )
    return given


def page(given: Report):
    """The page as a browser reads it: an lxml-like tree of the standard library.

    Raises:
        html5lib.html5parser.ParseError: the page is no valid HTML.
    """
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(report_html(given))


def written(given: Report, folder: Path, name: str = "report.html") -> Path:
    file = folder / name
    file.write_text(report_html(given), encoding="utf-8")
    return file
