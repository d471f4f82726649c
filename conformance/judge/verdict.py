"""From the results of checks to the verdict: worst outcome over requirement, standard and node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from conformance.judge.outcome import Outcome, worst
from conformance.law.model import Disposition, Obligation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.judge.values import CheckResult, Finding
    from conformance.law import Law, Requirement
    from conformance.text import Text

_COUNTED = (Outcome.PASSED, Outcome.FAILED, Outcome.UNTESTED, Outcome.CANT_TELL, Outcome.ERROR)


class Conclusion(StrEnum):
    """The word over a whole run."""

    CONFORMS = "conforms"
    FAILS = "does-not-conform"
    NOT_JUDGED = "not-judged"
    SUITE_ERROR = "suite-error"


@dataclass(frozen=True, slots=True)
class RequirementVerdict:
    """What a run says of one requirement; `outcome` is None where nothing was to be decided by a check."""

    requirement: Requirement
    outcome: Outcome | None
    results: tuple[CheckResult, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of its checks."""
        return tuple(one for result in self.results for one in result.findings)

    @property
    def reason(self) -> Text | None:
        """Why the outcome is not `passed`, from the worst check; of an undecided one, why it is not checked."""
        if self.outcome is None:
            return self.requirement.reason
        return next((one.reason for one in self.results if one.outcome == self.outcome), None)


@dataclass(frozen=True, slots=True)
class StandardVerdict:
    """Counts and score of one standard.

    Attributes:
        counts: requirements by outcome.
        planned: requirements whose checks have not landed in this edition; never counted as passed.
        other: requirements that a document proves or nothing can test.
        score: per cent of the points of its applicable requirements, None where none was decided.
    """

    id: str
    rows: tuple[RequirementVerdict, ...]
    counts: Mapping[Outcome, int]
    planned: int
    other: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict over a node, as far as the run went.

    Attributes:
        score: weighted over the standards that were decided, in per cent; None where none was.
        grade: only where all standards of the edition were decided.
        complete: the run came to its end.
    """

    conclusion: Conclusion
    standards: tuple[StandardVerdict, ...]
    score: float | None
    grade: str | None
    complete: bool

    @property
    def rows(self) -> tuple[RequirementVerdict, ...]:
        """Every requirement in scope, in the order of the law."""
        return tuple(row for standard in self.standards for row in standard.rows)

    @property
    def failures(self) -> tuple[RequirementVerdict, ...]:
        """Failed requirements, MUST before SHOULD before MAY, narrow evidence before wide."""
        failed = [row for row in self.rows if row.outcome in {Outcome.FAILED, Outcome.ERROR}]
        return tuple(sorted(failed, key=lambda row: list(Obligation).index(row.requirement.obligation)))


def judge(law: Law, results: Iterable[CheckResult], selected: Iterable[str], *, complete: bool = True) -> Verdict:
    """Return the verdict over the requirements `selected`.

    Args:
        law: the edition that judges.
        results: what the checks decided; a selected requirement without a result is untested.
        selected: ids of the requirements in scope.
        complete: whether the run came to its end; an incomplete run never conforms.
    """
    by_id: dict[str, list[CheckResult]] = {}
    for result in results:
        by_id.setdefault(result.requirement, []).append(result)
    wanted = set(selected)
    standards = tuple(
        _standard(law, name, [row for row in law.of_standard(name) if row.id in wanted], by_id) for name in law.names()
    )
    score = _overall(law, standards)
    whole = all(one.score is not None and not one.planned for one in standards)
    rows = [row for standard in standards for row in standard.rows]
    return Verdict(
        _conclude(rows, complete=complete), standards, score, _grade(law, score) if whole else None, complete
    )


def _standard(
    law: Law, name: str, requirements: list[Requirement], by_id: Mapping[str, list[CheckResult]]
) -> StandardVerdict:
    rows = tuple(_row(one, tuple(by_id.get(one.id, ()))) for one in requirements)
    counts = Counter(row.outcome for row in rows if row.outcome is not None)
    planned = sum(row.requirement.disposition is Disposition.PLANNED for row in rows)
    other = sum(row.outcome is None for row in rows) - planned
    return StandardVerdict(name, rows, {one: counts[one] for one in Outcome}, planned, other, _score(law, rows))


def _row(requirement: Requirement, results: tuple[CheckResult, ...]) -> RequirementVerdict:
    if requirement.disposition is not Disposition.CHECK:
        return RequirementVerdict(requirement, None, results)
    return RequirementVerdict(requirement, worst(one.outcome for one in results), results)


def _score(law: Law, rows: Iterable[RequirementVerdict]) -> float | None:
    counted = [row for row in rows if row.outcome in _COUNTED]
    points = {row.requirement.id: law.edition.points[row.requirement.obligation] for row in counted}
    total = sum(points.values())
    if not total:
        return None
    return 100 * sum(points[row.requirement.id] for row in counted if row.outcome is Outcome.PASSED) / total


def _overall(law: Law, standards: Iterable[StandardVerdict]) -> float | None:
    scored = [(one.score, law.standard(one.id).weight) for one in standards if one.score is not None]
    weights = sum(weight for _, weight in scored)
    return sum(score * weight for score, weight in scored) / weights if weights else None


def _grade(law: Law, score: float | None) -> str | None:
    return None if score is None else next(one.grade for one in law.edition.grades if score >= one.floor)


def _conclude(rows: Iterable[RequirementVerdict], *, complete: bool) -> Conclusion:
    decided = [row for row in rows if row.outcome is not None]
    outcomes = {row.outcome for row in decided}
    if Outcome.ERROR in outcomes:
        return Conclusion.SUITE_ERROR
    if Outcome.FAILED in outcomes:
        return Conclusion.FAILS
    open_must = any(
        row.requirement.obligation is Obligation.MUST and row.outcome in {Outcome.UNTESTED, Outcome.CANT_TELL}
        for row in decided
    )
    nothing = Outcome.PASSED not in outcomes
    return Conclusion.NOT_JUDGED if open_must or nothing or not complete else Conclusion.CONFORMS
