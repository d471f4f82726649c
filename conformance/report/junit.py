"""junit.xml: one test case a requirement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from conformance.report.plain import counts, failure
from conformance.report.words import MEANINGS, STATES

if TYPE_CHECKING:
    from conformance.report.values import RequirementView, StandardView, View
    from conformance.text import Lang

_FINDINGS = 20
_SAMPLES = 20
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: `cantTell` is an error to JUnit: neither the rule failed nor may the case look green.
_ELEMENTS = {"failed": "failure", "error": "error", "cantTell": "error"}


def render(view: View, lang: Lang) -> str:
    """Return the document, with words in `lang`."""
    root = ET.Element("testsuites", _attributes(name=f"conformance {view.head.edition}", time=view.head.seconds or 0))
    for one in view.standards:
        if one.total:
            root.append(_suite(view, one, lang))
    _tally(root, [suite for suite in root if suite.tag == "testsuite"])
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(view: View, one: StandardView, lang: Lang) -> ET.Element:
    rows = [row for each in one.classes for row in each.rows]
    time = sum(row.seconds for row in rows)
    suite = ET.Element("testsuite", _attributes(name=one.id, timestamp=view.head.started, time=time))
    node = {"node": view.head.url, "mode": view.head.mode, "seed": view.head.seed}
    table = {"source": view.head.url, "dataset": view.head.code, "engine": ", ".join(one.engine for one in view.tables)}
    _properties(
        suite,
        title=one.title.pick(lang),
        **(node if view.head.kind == "node" else table),
        run=view.head.run,
        edition=view.head.edition,
        complete=str(view.verdict.complete).lower(),
        conclusion=str(view.verdict.conclusion),
    )
    suite.extend(_case(row, lang, list(counts(view.tables, row.requirement.id, lang))) for row in rows)
    cases = suite.findall("testcase")
    kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    tally = {name: sum(case.find(tag) is not None for case in cases) for name, tag in kinds.items()}
    suite.attrib.update(_attributes(tests=len(cases), **tally))
    return suite


def _case(row: RequirementView, lang: Lang, lines: list[str]) -> ET.Element:
    it = row.requirement
    name = f"{it.id} {it.title.pick(lang)}"
    case = ET.Element("testcase", _attributes(classname=it.class_id.replace("/", "."), name=name, time=row.seconds))
    _properties(
        case,
        requirement=it.id,
        **{"class": it.class_id},
        obligation=str(it.obligation),
        tier=it.source.tier,
        outcome=row.state,
    )
    if row.state in _ELEMENTS:
        case.append(_problem(row, lang))
    elif row.state != "passed":
        reason = (row.reason or MEANINGS[row.state]).pick(lang)
        ET.SubElement(case, "skipped", _attributes(message=f"{STATES[row.state].pick(lang)}: {reason}"))
    if lines:
        ET.SubElement(case, "system-out").text = _valid("\n".join(lines))
    return case


def _problem(row: RequirementView, lang: Lang) -> ET.Element:
    lines = [f"{label}  {text}" for label, text in _lines(row, lang)]
    message = (row.findings[0].came if row.findings else row.reason or MEANINGS[row.state]).pick(lang)
    problem = ET.Element(_ELEMENTS[row.state], _attributes(type=row.state, message=message))
    problem.text = _valid("\n".join([row.requirement.text.pick(lang), *lines]))
    return problem


def _lines(row: RequirementView, lang: Lang) -> list[tuple[str, str]]:
    return [one.titled(lang) for one in failure(row, lang, findings=_FINDINGS, samples=_SAMPLES)]


def _properties(element: ET.Element, **values: str) -> None:
    properties = ET.SubElement(element, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", _attributes(name=name, value=value))


def _tally(root: ET.Element, suites: list[ET.Element]) -> None:
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))


def _attributes(**values: object) -> dict[str, str]:
    return {name: _valid(f"{one:.3f}" if isinstance(one, float) else str(one)) for name, one in values.items()}


def _valid(value: str) -> str:
    """Return `value` without the characters that XML 1.0 cannot hold."""
    return _INVALID.sub("", value)
