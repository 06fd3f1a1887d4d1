"""JUnit XML as viewers read it: the structure that the xunit plugin's junit-10.xsd allows, and counts that agree."""

from __future__ import annotations

import xml.etree.ElementTree as ET

# element -> (attributes that must be there, further ones, children)
GRAMMAR: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "skipped": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def read(text: str) -> ET.Element:
    """The document, when a viewer takes it."""
    root = ET.fromstring(text)
    for element in root.iter():
        required, allowed, children = GRAMMAR[element.tag]
        assert required <= set(element.attrib) <= required | allowed, element.tag
        assert {child.tag for child in element} <= children, element.tag
    for suite in root:
        _counts_agree(suite)
        names = [case.get("name") for case in suite.iter("testcase")]
        assert len(set(names)) == len(names)
    for count in ("tests", "failures", "errors"):
        assert root.get(count) == str(sum(int(suite.get(count, "")) for suite in root))
    return root


def _counts_agree(suite: ET.Element) -> None:
    cases = suite.findall("testcase")
    assert suite.get("tests") == str(len(cases))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert suite.get(count) == str(sum(case.find(tag) is not None for case in cases))
    assert all(len([child for child in case if child.tag != "system-out"]) <= 1 for case in cases)


def case(root: ET.Element, name: str) -> ET.Element:
    """The only test of that name."""
    (found,) = (one for one in root.iter("testcase") if one.get("name") == name)
    return found


def outcome(found: ET.Element) -> str:
    """failure, error, skipped, or passed."""
    return next((child.tag for child in found if child.tag in ("failure", "error", "skipped")), "passed")
