"""XML, edited in place and read again by the standard library's parser."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import pytest
from codec_kit import NONE, drop, edit, open_it, replace, same, seconds, values
from hypothesis import given
from hypothesis import strategies as st

from taciturn.codec.base import DROP, Hint
from taciturn.codec.xml_ import XML
from taciturn.limits import Fuel

EVENT = """<?xml version="1.0" encoding="UTF-8"?>
<!-- sent by the page -->
<ev:event xmlns:ev="urn:ev" ev:file='A &amp; B &#8211; plan.xlsx' size = "20734">
  <ev:email>ottoline.prewitt@mail.example</ev:email>
  <member><name>Ottoline Prewitt</name><picture/></member>
  <member><name>Anselm Roe</name></member>
  <note><![CDATA[1 < 2 & Holm]]> and &lt;more&gt;</note>
</ev:event>
"""
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1, max_size=20)


def read(text: str) -> list[tuple[str, dict[str, str], str]]:
    """(name, attributes, text) of every element in document order; raises when it is no XML."""
    return [(node.tag, node.attrib, (node.text or "").strip()) for node in ElementTree.fromstring(text.encode()).iter()]


def test_open_names_texts_by_their_elements_and_attributes_by_their_own_names() -> None:
    opened = open_it(XML, EVENT)
    found = values(opened)
    assert found["[xml].event@file"] == "A & B – plan.xlsx"
    assert found["[xml].event.email"] == "ottoline.prewitt@mail.example"
    assert found["[xml].event.member.name"] == "Ottoline Prewitt"
    assert found["[xml].event.member[1].name"] == "Anselm Roe"
    by_value = {field.value: field for field in opened.fields}
    assert by_value["Anselm Roe"].name == "name"
    assert by_value["1 < 2 & Holm"].name == by_value[" and <more>"].name == "note"
    assert opened.records[by_value["Anselm Roe"].record].name == "member"
    assert by_value["Anselm Roe"].record != by_value["Ottoline Prewitt"].record
    assert opened.records[by_value["20734"].record][2]  # several members: a list
    assert by_value["ottoline.prewitt@mail.example"].record == by_value["20734"].record


@pytest.mark.parametrize("new", ["x", "a & <b> \"c\" 'd' ]]>", "Žluť 🎂"])
@pytest.mark.parametrize(
    "step", ["[xml].event@file", "[xml].event@size", "[xml].event.email", "[xml].event.member.name"]
)
def test_replaced_value_is_escaped_for_its_place_and_nothing_else_changes(step: str, new: str) -> None:
    after = str(replace(XML, EVENT, step, new))
    assert values(open_it(XML, after)) == {**values(open_it(XML, EVENT)), step: new}
    assert len(read(after)) == len(read(EVENT))
    changed = [(a, b) for a, b in zip(read(EVENT), read(after), strict=True) if a != b]
    assert len(changed) == 1
    assert new in (*changed[0][1][1].values(), changed[0][1][2])


def test_edit_of_a_part_of_a_text_keeps_references_around_it() -> None:
    text = "<ev file='A &amp; B &#8211; plan.xlsx'>x</ev>"
    opened = open_it(XML, text)
    at = str(opened.fields[0].value).index("plan")
    after = str(edit(XML, text, opened, {0: [(at, at + 4, "<>")]}))  # type: ignore[list-item]
    assert after == "<ev file='A &amp; B &#8211; &lt;&gt;.xlsx'>x</ev>"


def test_dropped_attribute_goes_whole_and_a_dropped_text_leaves_its_element() -> None:
    assert "size" not in str(drop(XML, EVENT, "[xml].event@size"))
    assert "<ev:email></ev:email>" in str(drop(XML, EVENT, "[xml].event.email"))
    read(str(drop(XML, EVENT, "[xml].event@size")))


def test_section_whose_end_would_come_too_early_is_not_written() -> None:
    for text, end in (("<ev><![CDATA[Holm]]></ev>", "]]>"), ("<ev>a<!--Holm--></ev>", "--")):
        opened = open_it(XML, text)
        at = next(index for index, field in enumerate(opened.fields) if field.value == "Holm")
        assert str(edit(XML, text, opened, {at: [(0, 4, "x")]})) == text.replace("Holm", "x")  # type: ignore[list-item]
        with pytest.raises(ValueError, match="section"):
            edit(XML, text, opened, {at: [(0, 4, f"a{end}b")]})  # type: ignore[list-item]


def test_name_of_an_element_that_may_be_data_is_told_and_cannot_be_edited() -> None:
    text = "<ev><plan.xlsx>1</plan.xlsx></ev>"
    opened = open_it(XML, text)
    assert opened.fields[0].value == "plan.xlsx"
    with pytest.raises(ValueError, match="element"):
        edit(XML, text, opened, {0: []})


def test_declared_html_names_at_the_top_are_xml_too() -> None:
    text = "<form><file_name>Holm plan</file_name></form>"
    assert XML.open(text, NONE, Fuel()) is None
    assert values(open_it(XML, text, Hint("body", "", "text/xml"))) == {"[xml].form.file_name": "Holm plan"}


@pytest.mark.parametrize(
    "text",
    ["", "<", "a < b", "<anonymous>", "List<String>", "<ev>", "<ev></eve>", "<ev/><ev/>", "x<ev>a</ev>", "<ev>a</ev>x", "<ev a=1>x</ev>",
     "<ev a>x</ev>", "<div title='x'>y</div>", "<!DOCTYPE e [<!ENTITY a 'b'>]><ev>&a;</ev>", "<ev>a<b</ev>", "<ev/>",
     "<html><body>a</body></html>", "<ev><!-- a -- b --></ev>", "</ev>"],
)  # fmt: skip
def test_what_is_no_document_is_not_mine(text: str) -> None:
    assert XML.open(text, NONE, Fuel()) is None


@given(TEXT, TEXT, TEXT)
def test_any_texts_are_read_as_the_standard_parser_reads_them(first: str, second: str, third: str) -> None:
    text = f"<ev a={quoteattr(first)}><b>{escape(second)}</b><c d={quoteattr(third)}/></ev>"
    opened = open_it(XML, text)
    wanted = [first, *([second] if second.strip() else []), third]
    assert [field.value for field in opened.fields] == wanted
    same_again = edit(XML, text, opened, {i: same(field) for i, field in enumerate(opened.fields)})
    assert read(str(same_again)) == read(text)
    gone = str(edit(XML, text, opened, dict.fromkeys(range(len(wanted)), DROP)))
    assert [node[1:] for node in read(gone)] == [({}, "")] * 3 if second.strip() else True


@pytest.mark.parametrize("unit", ["<a>", "<ev a='", "<!--", "<![CDATA[", "<ev>", "&#1;", "<ev  ", "]]", "--", "<?x "])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    text = "<ev>" + unit * (1_000_000 // len(unit))
    limits = Fuel().limits._replace(nodes=10**7)
    assert seconds(lambda: XML.open(text, NONE, Fuel(limits))) < 1
