"""A report in which every text that comes from outside is somebody's attempt on the reader of a format."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from report_kit import rule

from taciturn.adapters.report.formats import FORMATS, Style
from taciturn.adapters.report.gating import Compared, Failure, Noted
from taciturn.adapters.report.issues import issues_of
from taciturn.adapters.report.keys import Key
from taciturn.adapters.report.outcome import UNMATCHED, FileReport, Odd, Report
from taciturn.adapters.report.record import Hit, Record, Region
from taciturn.model.decision import Party, RuleMatch, TrackerRef, Uninspectable
from taciturn.model.message import Fidelity, Kind
from taciturn.model.safe import SafePath, SafeUrl
from taciturn.rules import Approval
from taciturn.rules.rule import Place

HOSTILE = {
    "quotes": """a"b'c<d>&e""",
    "line-breaks": "a\nb\r\nc\rd\x85e\u2028f\u2029g",
    "workflow-command": "a\n::error file=x,line=1::b%0A::stop-commands::c",
    "old-workflow-command": "##[error]a ::set-output name=b::c",
    "escape-sequence": "a\x1b[31mb\x1b]8;;https://evil.example\x07c\x9bd\x00e",
    "end-of-cdata": "a]]>b<![CDATA[c",
    "table": "a|b\\|c``|d`e",
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "right-to-left": "a\u202eb\u2066c\u200bd\ufeffe",
    "lone-surrogate": "a\ud800b\udfffc\udcffd",
    "end-of-comment": "a--></details></summary><!--b",
    "mention-and-links": "@everyone #1 GH-2 !3 www.evil.example https://evil.example a@evil.example [b](https://evil.example)",
    "placeholders": "{0} {{1}} %s %(a)s ${B} $(c)",
    "not-a-character": "a\ufffeb\uffffc\x7fd",
    "path": "../../etc/a?b#c%2e%2e:d",
    "quick-action": "/close\n/label ~evil\n- [ ] a",
    "emphasis": "_a_ *b* ~c~ \\@d &#64;e &amp;",
    "long": "a|" * 5_000,
    "empty": "",
}  # fmt: skip


def hostile_report(text: str) -> Report:
    """Everything that a report holds, with the text in each place that is not ours."""
    tracker = TrackerRef("x" + text, text, text, text, text)
    match = rule(text or "rule", why=text)
    low, let = rule("low" + text, why=text, severity="low", action="report"), RuleMatch("let" + text, "enforce", "excepted", "high", text, text or "a")  # fmt: skip
    hit = Hit("file.name", SafePath(text), "certain", text, (text,), None, (match.rule, low.rule, let.rule), text, text, "replace", text)  # fmt: skip
    url = SafeUrl(f"https://{text}/{text}")
    record = Record(
        0, -1, Kind.REQUEST, "GET", url, text, SafeUrl(text), Party.TRACKER, tracker, "redact", "high", (match, low, let),
        (hit,), (), uninspectable=(Uninspectable("opaque", text, 3),), page_classes=(text, "b?"), region=Region(2, 3, 4, 5),
    )  # fmt: skip
    elsewhere = record._replace(entry=1, tracker=None, party=Party.UNKNOWN, findings=(), region=Region())
    lost = record._replace(
        entry=2,
        verdict="unknown",
        severity="",
        fidelity=Fidelity.ABSENT,
        uninspectable=(Uninspectable("absent", text),),
    )
    file = FileReport(f"captures/{text}.har", text, 4, 3, odd=[Odd(3, "address")], records=[record, elsewhere, lost])
    file.seen.note("bodies", 2)
    unreadable = FileReport(text, error=f"{text}: {text}\n    mend: {text}")
    report = Report([file, unreadable], rules=(match, low, let))
    approval = Approval(
        text or "a", let.rule, (text,), (), (), text, text, datetime(2030, 1, 1, tzinfo=UTC), Place(text, 1)
    )
    report.approvals = (approval,)
    key = issues_of(report)[0].key
    gone = Noted(Key(text, text, text, text, "request", text, text, text), "high", "redact", "", text, text, text)
    report.baseline = Compared(text, (), (Noted(key, "high", "redact"),), (gone,), (gone,), (text,))
    failure = Failure(text, text or "check", text, "high", text, file=text, line=3, messages=(text,))
    report.assertions = (failure, failure._replace(state=UNMATCHED))
    return report


def written(report: Report, name: str) -> str:
    """What a format writes, as a file takes it: a lone surrogate would stop it."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
    FORMATS[name].write(report, file, Style(color=False))
    file.flush()
    return raw.getvalue().decode("utf-8")
