"""The page: valid, complete in itself, safe with any text in it, and saying what the report says. It is read with the
parser that browsers follow, in its strict mode."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from itertools import pairwise
from typing import Any

import pytest
from page_kit import HOSTILE, RULES, everything, hostile, large, page, record, report
from report_kit import ALLOWED, SECRET, decision, message
from report_kit import report as decided

from taciturn.adapters.report.formats import FORMATS, Style
from taciturn.adapters.report.gating import Compared
from taciturn.adapters.report.html import facts, report_html
from taciturn.adapters.report.outcome import FileReport, Odd, Report
from taciturn.adapters.report.page.findings import NAMED
from taciturn.adapters.report.page.markup import Markup, anchor, data, tag, text
from taciturn.adapters.report.page.matrix import MOST_COLUMNS, NOT_TOLD, OTHERS, matrix_of
from taciturn.adapters.report.page.model import MOST_PLACES, model_of
from taciturn.adapters.report.record import Hit
from taciturn.adapters.report.terminal import printable
from taciturn.model.safe import SafePath

ELEMENTS = set(
    "html head meta title style body a header p span button main section h1 h2 h3 time dl dt dd div nav ul li table "
    "caption thead tbody tr th td small details summary code b q footer script form".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href hidden type role tabindex scope colspan open datetime".split()
)
EMPTY = Report([FileReport("one.har", "invented", 3, 3)])


def incomplete(**more: Any) -> Report:
    given = report([record()], fail_on="critical", **more)
    given.files[0].seen.note("beacon-bodies", 0)
    return given


def texts(tree: Any, path: str) -> list[str]:
    return [" ".join("".join(element.itertext()).split()) for element in tree.findall(path)]


def rows(tree: Any) -> list[list[str]]:
    return [
        ["".join(cell.itertext()) for cell in row]
        for row in tree.findall(".//details/table/tbody/tr")
        if row.get("class") != "head"
    ]


def given_facts(tree: Any) -> dict[str, Any]:
    return json.loads(tree.find(".//script[@id='facts']").text)


# ---------------------------------------------------------------------- the page as a whole


@pytest.mark.parametrize("make", [everything, hostile, lambda: EMPTY], ids=["everything", "hostile", "empty"])
def test_page_is_valid_and_holds_known_elements_and_attributes_only(make: Any) -> None:
    elements = list(page(make()).iter())
    assert {element.tag for element in elements} <= ELEMENTS
    names = {name for element in elements for name in element.keys()}  # noqa: SIM118 - an element, not a dict
    assert {name for name in names if not name.startswith("aria-")} <= ATTRIBUTES


@pytest.mark.parametrize("make", [everything, hostile], ids=["everything", "hostile"])
def test_page_refers_to_nothing_but_itself(make: Any) -> None:
    tree = page(make())
    targets = [element.get("href") for element in tree.iter() if element.get("href") is not None]
    assert targets
    assert all(target.startswith("#") for target in targets)
    style = tree.find(".//style").text
    assert "url(" not in style
    assert "@import" not in style


def test_page_allows_its_own_style_and_script_by_hash_and_nothing_else() -> None:
    tree = page(everything())
    policy = tree.find("head/meta[@http-equiv]")
    assert tree.find("head")[1] is policy  # before anything that it is about
    allowed = dict(part.strip().split(" ", 1) for part in policy.get("content").split(";"))
    assert allowed["default-src"] == "'none'"
    for name, element in (("style-src", tree.find(".//style")), ("script-src", tree.findall(".//script")[-1])):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert allowed[name] == f"'sha256-{digest}'"
    assert [script.get("type") for script in tree.findall(".//script")] == ["application/json", None]


@pytest.mark.parametrize("make", [everything, hostile], ids=["everything", "hostile"])
def test_page_has_each_id_once_and_every_label_and_section_link_leads_somewhere(make: Any) -> None:
    tree = page(make())
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    named = {element.get("aria-labelledby") for element in tree.iter()} - {None}
    links = {element.get("href")[1:] for element in tree.iter("a") if "=" not in element.get("href")}
    assert named | links <= set(ids)


def test_page_has_one_first_heading_and_landmarks() -> None:
    tree = page(everything())
    levels = [int(element.tag[1]) for element in tree.iter() if element.tag in ("h1", "h2", "h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [len(tree.findall(f".//{name}")) for name in ("header", "main", "nav", "footer")] == [1, 1, 1, 1]


def test_format_writes_the_page() -> None:
    out = io.StringIO()
    FORMATS["html"].write(everything(), out, Style())
    assert out.getvalue() == report_html(everything())
    assert out.getvalue().startswith("<!DOCTYPE html>\n")


# ---------------------------------------------------------------------- safety


def test_hostile_text_stands_as_text_wherever_it_comes_from() -> None:
    tree = page(hostile())
    shown = {printable(one) for one in HOSTILE}
    assert set(texts(tree, ".//h3")) == {" ".join(one.split()) for one in shown}
    assert set(given_facts(tree)["kinds"]) == shown
    everywhere = "".join(tree.find("body").itertext())
    for one in shown:
        assert everywhere.count(one) >= 8  # receivers, rules, paths, layers, captures, baseline, assertions, approvals
    assert tree.find(".//title").text == "A capture could not be read · taciturn replay"


def test_page_is_utf8_without_characters_that_do_not_show() -> None:
    written = report_html(hostile())
    written.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ud800-\udfff]", written)


def test_page_holds_no_value_unless_asked_for() -> None:
    quiet = report_html(decided((message(), decision())))
    assert "Hallvard" not in quiet
    assert "No value from traffic" in quiet
    tree = page(decided((message(), decision()), values=True))
    assert texts(tree, ".//q") == [SECRET]
    assert "Keep it to yourself" in texts(tree, ".//ul[@class='attention']/li")[0]


@pytest.mark.parametrize("name", ["onclick", "style", "href", "src", "srcdoc", "ONLOAD"])
def test_tag_refuses_attributes_that_run_or_load_something(name: str) -> None:
    with pytest.raises(ValueError, match=name.lower()):
        tag("p", **{name: "x"})


@pytest.mark.parametrize("given", HOSTILE)
def test_text_escapes_for_elements_and_attributes(given: str) -> None:
    assert not re.search("[<>\"']", text(given))
    assert text(text(given)) == text(given)
    assert re.fullmatch(r'<p title="[^"<>]*">[^<>]*</p>', tag("p", given, title=given))
    assert re.fullmatch(r'<a href="#[^"<>]*">[^<>]*</a>', anchor(given, given))


@pytest.mark.parametrize("given", HOSTILE)
def test_data_cannot_end_its_script(given: str) -> None:
    written = data({"x": [printable(given)]})
    assert json.loads(written) == {"x": [printable(given)]}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_tag_writes_flags_numbers_and_void_elements() -> None:
    assert tag("td", None, "", "1 < 2", colspan=2, hidden=True, id=None, class_="a") == (
        '<td colspan="2" hidden class="a">1 &lt; 2</td>'
    )
    assert tag("meta", http_equiv="x") == '<meta http-equiv="x">'
    assert tag("p", Markup("<b>x</b>")) == "<p><b>x</b></p>"


# ---------------------------------------------------------------------- what it says


@pytest.mark.parametrize(
    ("given", "headline", "told"),
    [
        (lambda: EMPTY, "Nothing breaks your rules", "Exit code 0: a pipeline passes"),
        (incomplete, "Nothing of severity critical or above, as far as the captures show", "Exit code 0: a pipeline passes"),
        (lambda: report([record()]), "1 message breaks your rules", "Exit code 1: a pipeline fails"),
        (lambda: report([record(n) for n in range(1200)]), "1,200 messages break your rules", "Exit code 1"),
        (lambda: incomplete(require_complete=True), "Nothing of severity critical or above, but the evidence is incomplete", "Exit code 3"),
        (lambda: Report([FileReport("x.har", error="x.har: no capture")]), "A capture could not be read", "Exit code 2"),
        (lambda: Report([FileReport("x.har", error="x.har: lost", lost=True)]), "A capture could not be read to its end", "Exit code 4"),
        (lambda: Report([FileReport("x.har", interrupted=True)]), "Interrupted: only a part was judged", "Exit code 130: a pipeline fails"),
        (lambda: Report([], assertions=everything().assertions), "What was asked for does not hold", "Exit code 1"),
    ],
    ids=["clean", "unsure", "one", "many", "incomplete", "unreadable", "lost", "interrupted", "assertions"],
)  # fmt: skip
def test_headline_is_the_verdict_and_the_exit_code_in_words(given: Any, headline: str, told: str) -> None:
    tree = page(given())
    assert texts(tree, ".//h1") == [headline]
    assert told in texts(tree, ".//p[@class='lede']")[0]


def test_figures_count_messages_and_verdicts() -> None:
    given = decided((message(), decision()), (message("https://shop.example/"), ALLOWED))
    tree = page(given)
    figures = dict(
        zip(texts(tree, ".//dl[@class='figures']//dt"), texts(tree, ".//dl[@class='figures']//dd"), strict=True)
    )
    assert figures == {
        "messages read": "2",
        "to 1 tracker": "1",
        "blocked": "0",
        "redacted": "1",
        "noted": "0",
        "unknown": "0",
        "understood of what went to trackers": "100 %",
    }


def test_row_tells_data_field_layers_before_after_evidence_and_entries() -> None:
    found = rows(page(report([record(3), record(17)])))
    assert found[0] == [
        "size of a filefile.size",
        "body$.events[*].data.field_3json › gzip › json",
        "text of 13 charactersredacted",
        "likely file.row",
        "13",
    ]
    assert found[1][3] == "certain file.rowshown by GET https://files.example/api/list"


@pytest.mark.parametrize(
    ("rule", "more", "after"),
    [
        (RULES[0], {}, "not sent"),
        (RULES[1], {"operator": "drop", "after": ""}, "taken out"),
        (RULES[1], {"operator": "truncate:8", "after": ""}, "cut short"),
        (RULES[1], {"operator": "", "after": ""}, "left as it was"),
        (RULES[4], {}, "left as it was"),
    ],
    ids=["blocked", "dropped", "truncated", "untouched", "noted"],
)
def test_row_tells_what_became_of_the_value(rule: Any, more: dict[str, str], after: str) -> None:
    one = record(0, rule=rule)
    one = one._replace(findings=(one.findings[0]._replace(**more),))
    tree = page(report([one]))
    assert texts(tree, ".//span[@class='became']") == [after]


def test_rows_and_facts_are_the_same_in_number_and_order() -> None:
    tree = page(everything())
    known = given_facts(tree)
    assert len(rows(tree)) == len(known["places"])
    for row, (_, _, _, kind, sent, _) in zip(rows(tree), known["places"], strict=True):
        assert row[0].removesuffix("new").endswith(known["kinds"][kind])
        assert row[4].startswith(str(len(sent)))


def test_receiver_names_the_addresses_that_it_got_it_at_most_used_first() -> None:
    sent = [record(at)._replace(url=f"https://t.test/{'abcd'[at % 4] if at < 8 else 'd'}") for at in range(12)]
    assert texts(page(report(sent)), ".//p[@class='addresses']") == [
        "at POST https://t.test/d, POST https://t.test/a, POST https://t.test/b and 1 other address"
    ]


def test_legend_explains_every_severity_and_verdict() -> None:
    told = " ".join(texts(page(everything()), ".//details[@class='legend']//dt"))
    for word in ("critical", "high", "medium", "low", "info", "blocked", "redacted", "noted", "let through", "unknown"):
        assert word in told


def test_positions_of_a_list_are_one_place_and_entries_are_named_up_to_a_limit() -> None:
    same = [
        record(at)._replace(findings=(Hit("file.name", SafePath(f"body$[{at}].name")),), rules=()) for at in range(30)
    ]
    found = rows(page(report(same)))
    assert len(found) == 1
    assert found[0][4] == "30" + " ".join(map(str, range(NAMED))) + f" + {30 - NAMED}"


def test_too_many_places_of_one_rule_are_put_together() -> None:
    hits = tuple(
        Hit("file.name", SafePath(f"body$.field_{chr(97 + n // 26)}{chr(97 + n % 26)}"), rules=("file-metadata",)) for n in range(400)
    )  # fmt: skip
    found = rows(page(report([record()._replace(findings=hits)])))
    assert len(found) == MOST_PLACES + 1
    assert found[-1][1] == "at other places; --format json lists them all"


def test_message_without_a_finding_is_told_by_its_address() -> None:
    found = rows(page(report([record(rule=RULES[0])._replace(findings=())])))
    assert found == [
        ["the request as a wholerequest", "https://tracker.test/collect?id", "the whole messagenot sent", "receiver and page", "10"]
    ]  # fmt: skip


def test_rule_that_is_not_in_force_says_so_and_has_no_severity_of_its_own() -> None:
    tree = page(everything())
    heads = texts(tree, ".//tr[@class='head']/th")
    assert any("private-page-text" in head and "in shadow, not in force" in head for head in heads)
    severities = {place[1] for place in given_facts(tree)["places"] if place[2] == "allow"}
    assert severities == {""}


def test_new_findings_are_marked_and_first_seen_trackers_named() -> None:
    tree = page(everything())
    assert len(tree.findall(".//details//span[@class='new']")) == 1
    fresh = [place for place in given_facts(tree)["places"] if place[5]]
    assert [(place[0], place[5]) for place in fresh] == [(0, 1)]
    assert "First seen in this run: Tracker 000" in texts(tree, ".//section[@id='baseline']/p")


def test_place_that_is_new_in_some_messages_only_names_them() -> None:
    given = everything()
    assert given.baseline is not None
    key = given.baseline.new[0].key
    elsewhere = record(30, 0, RULES[0], "/")._replace(findings=given.files[0].records[0].findings)
    given.files[0].records.append(elsewhere)
    model = model_of(given)
    known = facts(model, matrix_of(model))
    place = next(place for place in known["places"] if place[5])
    assert key.page == "signed-in"
    assert (place[4], place[5]) == ([0, len(model.sent) - 1], [0])


@pytest.mark.parametrize("name", ["assertions", "baseline", "approvals", "rules"])
def test_section_is_there_only_when_there_is_something_in_it(name: str) -> None:
    assert page(everything()).find(f".//section[@id='{name}']") is not None
    assert page(report([record()])).find(f".//section[@id='{name}']") is None


def test_gaps_unreadable_entries_and_opaque_bytes_are_told() -> None:
    section = page(everything()).find(".//section[@id='evidence']")
    told = " ".join(section.itertext())
    assert "84.5 % of the bytes that went to trackers were understood; 312 are opaque." in told
    assert texts(section, ".//table/caption") == [
        "Entries that could not be read",
        "Gaps: a leak could hide behind each",
        "Notes",
        "Opaque bytes by tracker",
    ]
    gaps = texts(section, ".//table[caption='Gaps: a leak could hide behind each']/tbody/tr/th")
    assert gaps == ["cut-off", "odd-entries", "beacon-bodies"]


def test_column_in_which_nothing_stands_is_left_out() -> None:
    tables = page(everything()).findall(".//section[@id='assertions']//table")
    assert texts(tables[0], ".//thead//th") == ["Pages", "Assertion", "Seen instead", "Severity"]


def test_messages_that_the_baseline_knows_are_told_apart() -> None:
    given = report([record(0), record(1)._replace(known=True)])
    given.baseline = Compared("b.yaml")
    tree = page(given)
    assert texts(tree, ".//h1") == ["1 message breaks your rules, beyond the baseline"]
    assert "The baseline knows 1 message of these." in texts(tree, ".//p[@class='lede']")[0]


def test_part_of_a_report_says_so() -> None:
    given = Report([FileReport("a.har", messages=3, interrupted=True, unjudged=12)])
    notes = texts(page(given), ".//ul[@class='attention']/li")
    assert notes[0] == "This is a part of the report, interrupted: at least 12 entries were not judged."


def test_rules_in_force_are_told_with_what_they_found() -> None:
    found = {
        row[0]: row[-1]
        for row in (texts(row, "*") for row in page(everything()).findall(".//section[@id='rules']//tbody/tr"))
    }
    assert found == {
        "file-metadata": "11",
        "no-ads-on-signed-in-pages": "1",
        "private-page-text": "1",
        "unknown-third-party": "1",
        "identity": "none",
    }


def test_what_needs_an_eye_stands_above_the_findings() -> None:
    assert texts(page(everything()), ".//ul[@class='attention']/li") == [
        "1 assertion does not hold.",
        "1 finding the baseline does not know.",
        "The evidence is incomplete: what the captures lack cannot be judged.",
        "Approvals that need an eye: 1 ended, without effect; 1 ending within 30 days.",
    ]


def test_entries_carry_the_number_of_their_capture_when_there_are_several() -> None:
    both = Report([*report([record(3)]).files, *report([record(4)], "captures/two.har").files])
    assert [name for name, *_ in given_facts(page(both))["sent"]] == ["1:3", "2:4"]
    assert texts(page(both), ".//section[@id='captures']//tbody/tr/th") == ["1", "2"]


def test_unreadable_entries_of_several_captures_are_named_by_capture() -> None:
    files = [FileReport("a.har", odd=[Odd(1, "no-url")]), FileReport("b.har", odd=[Odd(4, "no-url")])]
    section = page(Report(files)).find(".//section[@id='evidence']")
    assert texts(section, ".//table[caption='Entries that could not be read']//td") == ["2", "1:1 2:4"]


# ---------------------------------------------------------------------- which page talks to whom


def cells(tree: Any) -> dict[str, list[str]]:
    return {
        "".join(row[0][0].itertext()): [" ".join("".join(cell.itertext()).split()) for cell in row[1:]]
        for row in tree.findall(".//table[@id='matrix']/tbody/tr")
    }


def test_matrix_counts_what_was_said_beside_all_messages_of_a_page() -> None:
    tree = page(everything())
    assert texts(tree, ".//table[@id='matrix']/thead//th") == [
        "Receiver", "All pages", "/", "/account/billing", "/account/files", "/pricing",
    ]  # fmt: skip
    found = cells(tree)
    assert found["Tracker 000"] == ["critical1 of 1", "", "critical1 of 1", "", ""]
    assert found["Tracker 001"] == ["high12 of 12", "", "", "high12 of 12", ""]
    assert found["cdn.example"] == ["7", "7", "", "", ""]


def test_matrix_links_restore_the_filter_of_the_cell() -> None:
    tree = page(everything())
    links = [link.get("href") for link in tree.findall(".//table[@id='matrix']//a")]
    assert links[:2] == ["#receiver=Tracker%20000", "#receiver=Tracker%20000&page=%2Faccount%2Fbilling"]


def test_matrix_puts_many_pages_together_by_page_class() -> None:
    model = model_of(large(600, 30, 40, 1))
    assert matrix_of(model).columns == ("of no page class", "signed-in")


def test_matrix_puts_many_pages_together_by_folder_and_then_by_weight() -> None:
    pages = [f"/{name}/{n}" for n, name in enumerate("abcdefghijkl")] + ["/a/b", ""]
    model = model_of(report([record(at, page=path) for at, path in enumerate(pages)]))
    model.pages[-1] = ""
    columns = matrix_of(model).columns
    assert len(columns) == MOST_COLUMNS
    assert columns[0] == "/a/…"
    assert columns[-1] == OTHERS


def test_matrix_names_pages_that_no_capture_tells() -> None:
    untold = record()._replace(page="")
    assert matrix_of(model_of(report([untold]))).columns == (NOT_TOLD,)


@pytest.mark.slow
def test_page_stays_lean_with_ten_thousand_messages() -> None:
    given = large()
    model = model_of(given)
    places = sum(len(block.places) for one in model.receivers for block in one.blocks.values())
    assert len(model.sent) == 10_000
    assert len(report_html(given)) < 100_000 + 700 * places + 60 * 10_000
