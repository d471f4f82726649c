"""junit.xml: one test case a requirement, readable by any XML parser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from report_run import SCRIPT, SELECTED, finding, manifest, result

from conformance.evidence import RunWriter
from conformance.judge import Outcome
from conformance.report import write_reports
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law


def parse(path: Path, law: Law) -> ET.Element:
    return ET.parse(write_reports(path, law, "en")["junit"]).getroot()  # noqa: S314 - our own file


@pytest.fixture
def root(run: Path, law: Law) -> ET.Element:
    return parse(run, law)


def case(root: ET.Element, requirement: str) -> ET.Element:
    return next(one for one in root.iter("testcase") if properties(one)["requirement"] == requirement)


def properties(element: ET.Element) -> dict[str, str]:
    return {one.attrib["name"]: one.attrib["value"] for one in element.findall("properties/property")}


def test_each_requirement_is_one_test_case(root: ET.Element) -> None:
    found = [properties(one)["requirement"] for one in root.iter("testcase")]

    assert sorted(SELECTED) == sorted(found)
    assert {"tests": "14", "failures": "1", "errors": "2", "skipped": "9"} == {
        name: root.attrib[name] for name in ("tests", "failures", "errors", "skipped")
    }


def test_a_case_carries_requirement_class_and_obligation(root: ET.Element) -> None:
    one = case(root, "CAT-006")

    assert {
        "requirement": "CAT-006",
        "class": "catalog/changes",
        "obligation": "MUST",
        "tier": "A*",
        "outcome": "error",
    } == properties(one)
    assert "catalog.changes" == one.attrib["classname"]


def test_a_failure_says_asked_came_due(root: ET.Element) -> None:
    failure = case(root, "CAT-002").find("failure")

    assert failure is not None
    assert f"197 events {SCRIPT}" == failure.attrib["message"]
    for words in (
        "Rule 2 holds.",
        "asked  every entry (English)  GET /catalog/changes?since=3&q='quoted'  (exchange 3–4)",
        f"came  197 events {SCRIPT}",
        "due  op=revoke (English)",
        "samples  first 20 of 312",
        "mend  Fill it in.",
        "--requirement CAT-002",
    ):
        assert words in (failure.text or "")


@pytest.mark.parametrize(
    ("requirement", "tag", "words"),
    [
        ("CAT-003", "skipped", "untested: no draft could be made (English)"),
        ("CAT-005", "skipped", "inapplicable: not claimed (English)"),
        ("CAT-007", "skipped", "by document: By document."),
        ("STD-001", "skipped", "planned: Lands later."),
        ("CAT-004", "error", "timed out (English)"),
        ("CAT-006", "error", "the check broke (English)"),
    ],
)
def test_what_is_open_is_not_green(root: ET.Element, requirement: str, tag: str, words: str) -> None:
    found = case(root, requirement).find(tag)

    assert found is not None
    assert words == found.attrib["message"]


def test_a_pass_has_no_children_but_properties(root: ET.Element) -> None:
    assert ["properties"] == [one.tag for one in case(root, "CAT-001")]


def test_characters_that_xml_forbids_do_not_break_it(tmp_path: Path, law: Law) -> None:
    words = Text("坏\x00\x1b\x0b\ufffe\U0001f600", "bad\x00\x1b\x0b\ufffe\U0001f600")
    with RunWriter(tmp_path / "run", manifest(law, selected=["CAT-001"])) as writer:
        writer.result(result("CAT-001", Outcome.FAILED, findings=(finding("CAT-001", came=words),)))

    failure = case(parse(tmp_path / "run", law), "CAT-001").find("failure")

    assert failure is not None
    assert "bad␀␛␋⟦U+FFFE⟧\U0001f600" == failure.attrib["message"]
