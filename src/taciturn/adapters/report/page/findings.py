"""The findings of the page: for every receiver its rules, and for every rule the fields it is about.

The order of the rows is the order of the places in the script's data: the row itself carries no number.
"""

from __future__ import annotations

import hashlib
import re

from taciturn.adapters.report.keys import REQUEST
from taciturn.adapters.report.page import words
from taciturn.adapters.report.page.markup import NOTHING, Markup, Piece, join, tag
from taciturn.adapters.report.page.model import ELSEWHERE, SAMPLES, Block, Model, Place, Receiver
from taciturn.adapters.report.record import SEVERITIES
from taciturn.rules.standing import names_of

NAMED = 6  # entries named in a row; the script shows the others
_NAMES = "entry 17 of the capture, counted from 0; its answer; its fourth WebSocket message; entry 17 of capture 2"
_ADDRESSES = 3  # shown of a receiver
_OPEN = 40  # places that are open at the start, at most (but always the first receiver's)
_LAST = re.compile(r".*[.?\]]", re.DOTALL)  # what stands before the last step of a path


def receivers(model: Model) -> Markup:
    """All receivers that there is something to say about."""
    out, shown = [], 0
    for receiver in model.told:
        places = sum(len(block.places) for block in receiver.blocks.values())
        out.append(_receiver(model, receiver, opened=not shown or shown + places <= _OPEN))
        shown += places
    return join(out, "\n")


def anchor_of(receiver: str) -> str:
    """The id of a receiver on the page: the same in every report."""
    return "to-" + hashlib.sha256(receiver.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def severity(word: str, quiet: bool = False) -> Markup:
    """A mark whose shape tells the severity, and the word; with `quiet` the word is for screen readers only."""
    if not word:
        return NOTHING
    return tag("span", tag("span", word, class_="sr") if quiet else word, class_=f"sev {word}")


def verdict(word: str) -> Markup:
    return tag("span", words.VERDICTS[word][0], class_=f"verdict {word}")


def _receiver(model: Model, receiver: Receiver, opened: bool) -> Markup:
    about = " · ".join(word for word in (receiver.category, receiver.owner) if word)
    said, all_of = len(receiver.sent), receiver.messages
    head = tag(
        "summary",
        tag("h3", receiver.name),
        tag("span", about, class_="about"),
        tag("span", tag("b", f"{said:,}"), f" of {words.count(all_of, 'message')}", class_="tally"),
        severity(receiver.severity),
    )
    columns = ("Data", "Field", "Before and after", "Known by", "Messages")
    heads = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in columns)))
    caption = tag("caption", f"What {receiver.name} got", class_="sr")
    blocks = (_block(model, block) for block in receiver.sorted_blocks())
    table = tag("table", caption, heads, *blocks, class_="places")
    return tag(
        "details", head, _addresses(receiver), table, class_="receiver", id=anchor_of(receiver.name), open=opened
    )


def _addresses(receiver: Receiver) -> Markup:
    most = sorted(receiver.addresses.items(), key=lambda item: -item[1])
    more = len(most) - _ADDRESSES
    shown = [tag("code", address) for address, _ in most[:_ADDRESSES]]
    rest = f" and {words.count(more, 'other address', 'other addresses')}" if more > 0 else None
    return tag("p", "at ", join(shown, ", "), rest, class_="addresses")


def legend() -> Markup:
    """What the marks and words of the findings mean, for who reads such a page for the first time."""
    terms: list[tuple[Piece, Piece]] = [
        (join([severity(word) for word in reversed(SEVERITIES)], " "), "how severe the rule is; the shape says it too"),
        *((verdict(word), f"the message {said}") for word, (_, said) in words.VERDICTS.items() if word != "unknown"),
        (verdict("unknown"), words.VERDICTS["unknown"][1]),
        ("certain, likely, possible", "how sure it is that the data is what it is called, and which detector says so"),
        ("form › json › base64", "the layers that were opened to get at the field, the outermost first"),
        ("17, 17r, 17.3, 2:17", _NAMES),
        ("{*}", "a variable part of a path or an address: it may be a value, so it is not shown"),
    ]
    entries = (tag("div", tag("dt", term), tag("dd", said)) for term, said in terms)
    return tag("details", tag("summary", "How to read this"), tag("dl", *entries), class_="legend")


def _block(model: Model, block: Block) -> Markup:
    rule = block.rule
    if rule is None:
        named: list[Piece] = [tag("span", words.VERDICTS[block.verdict][1], class_="why")]
    else:
        named = [tag("code", rule.rule, class_="rule"), severity(block.severity or rule.severity), *_state(block)]
        named.append(tag("span", rule.why, class_="why"))
    head = tag("th", verdict(block.verdict), *named, colspan=5, scope="rowgroup")
    rows = (_place(model, block, place) for place in block.sorted_places())
    return tag("tbody", tag("tr", head, class_="head"), *rows)


def _state(block: Block) -> list[Piece]:
    """What keeps a rule from its full effect."""
    rule = block.rule
    if rule is None:
        return []
    stage = words.STAGES.get(rule.stage, "")
    excepted = ", ".join(names_of(rule.excepted))
    return [
        tag("span", stage, class_="state") if stage else None,
        tag("span", f"excepted by {excepted}", class_="state") if excepted else None,
    ]


def _place(model: Model, block: Block, place: Place) -> Markup:
    kind = place.key.kind
    plain = words.KINDS.get(kind)
    data: list[Piece] = [plain and tag("span", plain), tag("code", kind, class_="kind")]
    if place.new:
        data.append(tag("span", "new", class_="new"))
    return tag(
        "tr",
        tag("th", *data, scope="row"),
        tag("td", *_field(place)),
        tag("td", *_change(block, place)),
        tag("td", *_known(place)),
        tag("td", tag("b", f"{len(place.sent):,}"), _entries(model, place)),
    )


def _field(place: Place) -> list[Piece]:
    path = place.key.path
    if path == ELSEWHERE:
        return [tag("span", "at other places; --format json lists them all", class_="note")]
    start = _LAST.match(path[:-1]) if "://" not in path else None
    end = start.end() if start else 0
    field = tag("code", path[:end], tag("b", path[end:]) if end else path[end:], class_="path")
    return [field, tag("span", " › ".join(place.layers), class_="layers") if place.layers else None]


def _change(block: Block, place: Place) -> list[Piece]:
    before = [tag("span", shape, class_="was") for shape in list(place.before)[:SAMPLES]]
    if len(place.before) > SAMPLES:
        before.append(tag("span", f"and {words.count(len(place.before) - SAMPLES, 'other shape')}", class_="note"))
    values = [tag("q", value) for value in place.values]
    return [*before, *values, tag("span", *_after(block, place), class_="became")]


def _after(block: Block, place: Place) -> list[Piece]:
    fixed = {
        "block": "not sent",
        "report": "left as it was",
        "allow": "left as it was",
        "unknown": "not in the capture",
    }.get(block.verdict)
    if fixed:
        return [fixed]
    out: list[Piece] = []
    for operator, constant in list(place.after)[:SAMPLES]:
        if constant:
            out.append(tag("code", constant))
        else:
            out.append(words.OPERATORS.get(operator.partition(":")[0], operator or "left as it was"))
    return [join(out, ", ")] if out else ["taken out"]


def _known(place: Place) -> list[Piece]:
    out: list[Piece] = []
    for confidence, detector in list(place.sure)[:SAMPLES]:
        out.append(tag("span", confidence, " ", tag("code", detector), class_="sure"))
    if not place.sure:
        about = "what the field is for" if place.after else "receiver and page" if place.key.kind == REQUEST else ""
        out.append(tag("span", about, class_="note") if about else None)
    out.extend(tag("span", known, class_="from") for known in list(place.known_from)[:SAMPLES])
    return out


def _entries(model: Model, place: Place) -> Markup:
    names = [model.sent[at].name for at in place.sent]
    more = f" + {len(names) - NAMED:,}" if len(names) > NAMED else ""
    return tag("span", " ".join(names[:NAMED]) + more, class_="entries")
