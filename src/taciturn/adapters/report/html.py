"""The replay report as one page for a browser: no other file, no request, no script from elsewhere.

The page's own style and script are allowed by their hashes and nothing else is (Content-Security-Policy), so that a
mistake in escaping would still run and load nothing. Everything stands in the HTML as headings and tables; the script
adds filters, a search, links that keep them, and sorting.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any, TextIO

from taciturn import __version__
from taciturn.adapters.report.formats import Style
from taciturn.adapters.report.outcome import Report
from taciturn.adapters.report.page import findings, overview, sections, words
from taciturn.adapters.report.page.markup import Markup, Piece, anchor, data, join, tag
from taciturn.adapters.report.page.matrix import Matrix, matrix_of
from taciturn.adapters.report.page.model import Model, model_of
from taciturn.adapters.report.terminal import printable

_PACKAGE = "taciturn.adapters.report.page"


def write_html(report: Report, file: TextIO, style: Style) -> None:
    """The page, written to an open text file (UTF-8)."""
    file.write(report_html(report))


def report_html(report: Report) -> str:
    """The whole page."""
    model = model_of(report)
    matrix = matrix_of(model)
    main = tag(
        "main",
        overview.verdict_section(report, model),
        overview.attention(report),
        overview.contents(_contents(report, model)),
        overview.matrix_section(model, matrix),
        _findings(model),
        sections.assertions(report),
        sections.baseline(report),
        sections.approvals(report.standings()),
        sections.rules(report),
        sections.evidence(report),
        sections.captures(report),
        id="main",
    )
    pieces = (anchor("findings", "Skip to the findings", class_="skip"), _header(report), main, _footer(report))
    body = tag("body", join(pieces, "\n"), *_scripts(model, matrix))
    return f"<!DOCTYPE html>\n{tag('html', _head(report), body, lang='en')}\n"


def _head(report: Report) -> Markup:
    css, js = _asset("page.css"), _script()
    policy = (
        f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="generator", content=f"taciturn {__version__}"),
        tag("title", f"{overview.headline(report)} · taciturn replay"),
        tag("style", Markup(css)),
    )


def _header(report: Report) -> Markup:
    name = tag("span", "taciturn", class_="name")
    theme = tag("button", "Theme: auto", type="button", id="theme", hidden=True)
    mode = tag("span", f"policy in {report.mode} mode", class_="mode")
    return tag("header", tag("p", name, " replay report ", mode), theme, class_="top")


def _footer(report: Report) -> Markup:
    told = (
        "Values from traffic are on this page. Keep it to yourself."
        if overview.shows_values(report)
        else "No value from traffic is on this page: variable parts of addresses and field paths stand as {*}."
    )
    return tag("footer", tag("p", told), tag("p", f"taciturn {__version__}. The page is complete in itself."))


def _contents(report: Report, model: Model) -> list[tuple[str, str, int | None]]:
    compared = report.baseline
    holes = sum(len(file.holes) for file in report.files)
    entries: list[tuple[str, str, int | None]] = [("map", "Who talks to whom", len(model.receivers))]
    entries.append(("findings", "Findings", sum(len(b.places) for r in model.told for b in r.blocks.values())))
    if report.assertions:
        entries.append(("assertions", "Assertions", len(report.assertions)))
    if compared is not None:
        entries.append(("baseline", "Since the baseline", len(compared.new)))
    if report.approvals:
        entries.append(("approvals", "Approvals", len(report.approvals)))
    if report.rules:
        entries.append(("rules", "Rules", len(report.rules)))
    return [*entries, ("evidence", "Gaps in the evidence", holes), ("captures", "Captures", len(report.files))]


def _findings(model: Model) -> Markup:
    title = tag("h2", "What each receiver got", id="findings-title")
    if not model.told:
        nothing = tag("p", "Nothing to say: no message carried what a rule is about.", class_="hint")
        return tag("section", title, nothing, id="findings", aria_labelledby="findings-title", tabindex=-1)
    status = tag("p", id="shown", role="status", hidden=True)
    controls = tag("form", id="filters", role="search", aria_label="Filter the findings", hidden=True)
    listed = tag("div", findings.receivers(model), id="receivers")
    return tag(
        "section",
        title,
        findings.legend(),
        controls,
        status,
        listed,
        id="findings",
        aria_labelledby="findings-title",
        tabindex=-1,
    )


def _scripts(model: Model, matrix: Matrix) -> list[Piece]:
    given = tag("script", data(facts(model, matrix)), type="application/json", id="facts")
    return [given, tag("script", Markup(_script()))]


def facts(model: Model, matrix: Matrix) -> dict[str, Any]:
    """What the script filters by: names once, then numbers. Places are in the order of their rows."""
    told = model.told
    kinds: dict[str, int] = {}
    classes: dict[str, int] = {}
    places = [
        [
            at,
            block.severity,
            block.verdict,
            kinds.setdefault(printable(place.key.kind), len(kinds)),
            place.sent,
            1 if place.new == place.sent else place.new or 0,
        ]
        for at, receiver in enumerate(told)
        for block in receiver.sorted_blocks()
        for place in block.sorted_places()
    ]
    sent = [
        [
            one.name,
            one.capture,
            matrix.of_page[one.page],
            [classes.setdefault(printable(name), len(classes)) for name in one.classes],
        ]
        for one in model.sent
    ]
    return {
        "captures": [f"{at} {printable(path)}" for at, path in enumerate(model.captures, 1)],
        "pages": [printable(label) for label in matrix.columns],
        "classes": list(classes),
        "kinds": list(kinds),
        "plain": [words.KINDS.get(kind, "") for kind in kinds],
        "receivers": [[printable(one.name), printable(one.category)] for one in told],
        "verdicts": {word: said for word, (said, _) in words.VERDICTS.items()},
        "sent": sent,
        "places": places,
        "named": findings.NAMED,
    }


def _script() -> str:
    return _asset("filters.js") + _asset("page.js")


@cache
def _asset(name: str) -> str:
    return resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
