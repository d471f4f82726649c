"""From the verdict on a requirement to what a report shows of it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from conformance.judge import Outcome
from conformance.report.clean import line, some_words, words
from conformance.report.excerpt import excerpt, read
from conformance.report.values import ClassView, FindingView, RequirementView, SampleView, StandardView
from conformance.report.words import MATTERS, STATES, SUITE_MEND, tier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.evidence import RunFolder
    from conformance.judge import CheckResult, Finding, Sample
    from conformance.judge.verdict import RequirementVerdict, StandardVerdict, Verdict
    from conformance.law import Law
    from conformance.report.values import Excerpt
    from conformance.text import Text

_PER_FINDING = 4
_PER_REQUIREMENT = 12


def standards(folder: RunFolder, law: Law, verdict: Verdict, shown_path: str) -> tuple[StandardView, ...]:
    """Return the six standards with their classes and requirements, reading only the exchanges that are shown."""
    wanted = {row.requirement.id: _wanted(row) for row in verdict.rows}
    read_ones = read(folder, set(chain.from_iterable(wanted.values())))
    shown = {n: excerpt(n, read_ones.get(n)) for n in set(chain.from_iterable(wanted.values()))}
    rows = {
        row.requirement.id: _row(row, {n: shown[n] for n in wanted[row.requirement.id]}, shown_path)
        for row in verdict.rows
    }
    return tuple(_standard(law, one, rows) for one in verdict.standards)


def state(row: RequirementVerdict) -> str:
    """Return the outcome of a requirement, or why there is none."""
    return str(row.outcome if row.outcome is not None else row.requirement.disposition)


def _wanted(row: RequirementVerdict) -> tuple[int, ...]:
    """Return the exchanges worth showing: the first of each finding, or what an open check saw last."""
    numbers = [n for one in row.findings for n in _of_finding(one)[:_PER_FINDING]]
    if not numbers and row.outcome in MATTERS:
        numbers = [n for one in row.results if one.outcome is row.outcome for n in one.exchanges[-1:]]
    return tuple(dict.fromkeys(numbers))[:_PER_REQUIREMENT]


def _of_finding(finding: Finding) -> tuple[int, ...]:
    found = (*finding.exchanges, *(one.exchange for one in finding.samples if one.exchange))
    return tuple(dict.fromkeys(found))


def _row(row: RequirementVerdict, shown: Mapping[int, Excerpt], shown_path: str) -> RequirementView:
    findings = tuple(_finding(one, shown) for one in row.findings)
    return RequirementView(
        requirement=row.requirement,
        state=state(row),
        tier=tier(row.requirement.source.tier),
        reason=some_words(row.reason),
        mend=_mend(row),
        notes=tuple(words(note) for one in row.results for note in one.notes),
        checks=tuple(_check(one) for one in row.results),
        findings=findings,
        exchanges=tuple(sorted(set(_numbers(row)))),
        excerpts=tuple(shown.values()),
        replay=f"conformance replay {shlex.quote(shown_path)} --requirement {row.requirement.id}",
        curl=next((one.curl for one in shown.values() if one.curl), None),
    )


def _mend(row: RequirementVerdict) -> Text | None:
    if row.outcome is Outcome.ERROR:
        return SUITE_MEND
    return row.requirement.remedy if row.outcome is Outcome.FAILED else None


def _numbers(row: RequirementVerdict) -> Iterator[int]:
    for one in row.results:
        yield from one.exchanges
    for finding in row.findings:
        yield from _of_finding(finding)


def _check(one: CheckResult) -> CheckResult:
    """Return a result whose words are harmless; its findings are shown elsewhere."""
    return replace(one, check=line(one.check), reason=some_words(one.reason), findings=(), notes=())


def _finding(one: Finding, shown: Mapping[int, Excerpt]) -> FindingView:
    numbers = _of_finding(one)
    return FindingView(
        asked=some_words(one.asked),
        requests=tuple(shown[n] for n in numbers if n in shown),
        exchanges=numbers,
        came=words(one.came),
        due=words(one.due),
        count=one.count,
        samples=tuple(_sample(each) for each in one.samples),
    )


def _sample(one: Sample) -> SampleView:
    return SampleView(line(one.label), line(one.pointer), words(one.came, 600), words(one.due, 600), one.exchange)


def _standard(law: Law, verdict: StandardVerdict, rows: Mapping[str, RequirementView]) -> StandardView:
    about = law.standard(verdict.id)
    mine = [rows[row.requirement.id] for row in verdict.rows]
    classes = (
        ClassView(one, tuple(row for row in mine if row.requirement.class_id == one.id)) for one in about.classes
    )
    return StandardView(
        id=verdict.id,
        title=about.title,
        weight=about.weight,
        score=verdict.score,
        counts=_counts(verdict),
        classes=tuple(one for one in classes if one.rows),
    )


def _counts(verdict: StandardVerdict) -> dict[str, int]:
    """Return the counts of the verdict by state; what a document proves is told from what nothing can test."""
    states = [state(row) for row in verdict.rows]
    decided = {str(one): verdict.counts[one] for one in Outcome}
    return {name: decided.get(name, states.count(name)) for name in STATES}
