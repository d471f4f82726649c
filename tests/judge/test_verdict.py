"""The algebra of verdicts: worst of, nothing green by silence, an order of results that does not matter."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conformance.judge import CheckResult, Outcome
from conformance.judge.exits import Exit, exit_code
from conformance.judge.outcome import ORDER, worst
from conformance.judge.verdict import Conclusion, Verdict, judge
from conformance.law import Law, Obligation, load
from conformance.law.model import Disposition
from conformance.text import Text

if TYPE_CHECKING:
    import random

LAW = load()
CHECKED = [row.id for row in LAW.requirements.values() if row.disposition is Disposition.CHECK]
PLANNED = [row.id for row in LAW.requirements.values() if row.disposition is Disposition.PLANNED]
OTHER = [row.id for row in LAW.requirements.values() if row.disposition is Disposition.ATTEST]
MUSTS = [name for name in CHECKED if LAW.requirements[name].obligation is Obligation.MUST]
SHOULDS = [name for name in CHECKED if LAW.requirements[name].obligation is Obligation.SHOULD]
OPEN = {Outcome.UNTESTED, Outcome.CANT_TELL}

OUTCOMES = st.sampled_from(list(Outcome))
RESULTS = st.lists(
    st.builds(
        CheckResult,
        st.sampled_from(["catalog/test_a.py::a", "catalog/test_b.py::b"]),
        st.sampled_from(CHECKED[:12] + PLANNED[:3] + OTHER[:2]),
        OUTCOMES,
        st.just(Text("原因", "reason")),
    ),
    max_size=24,
)
SELECTED = st.lists(st.sampled_from(CHECKED[:12] + PLANNED[:3] + OTHER[:2]), max_size=16, unique=True)


def result(name: str, outcome: Outcome) -> CheckResult:
    return CheckResult(f"catalog/test.py::{name}", name, outcome, Text(f"{outcome}", f"{outcome}"))


def passing(*names: str) -> list[CheckResult]:
    return [result(name, Outcome.PASSED) for name in names]


def outcomes(verdict: Verdict) -> dict[str, Outcome | None]:
    return {row.requirement.id: row.outcome for row in verdict.rows}


@given(st.lists(OUTCOMES), st.lists(OUTCOMES))
def test_worst_is_an_order(one: list[Outcome], other: list[Outcome]) -> None:
    assert ORDER.index(worst([*one, *other])) == max(
        ORDER.index(worst(part)) for part in (one, other) if part or not (one or other)
    )
    assert worst(one) == worst(one[::-1])
    assert worst(one) in {*one, Outcome.UNTESTED}


def test_worst_of_nothing_is_untested() -> None:
    assert Outcome.UNTESTED is worst([])
    assert Outcome.PASSED is worst([Outcome.PASSED, Outcome.INAPPLICABLE])
    assert [Outcome.ERROR, Outcome.FAILED] == [worst(Outcome), worst(set(Outcome) - {Outcome.ERROR})]


@given(RESULTS, SELECTED, st.randoms(use_true_random=False))
def test_order_of_results_does_not_matter(
    results: list[CheckResult], selected: list[str], chance: random.Random
) -> None:
    shuffled = chance.sample(results, len(results))
    one, other = judge(LAW, results, selected), judge(LAW, shuffled, reversed(selected))

    assert outcomes(one) == outcomes(other)
    assert (one.conclusion, one.score, one.grade) == (other.conclusion, other.score, other.grade)


@given(RESULTS, SELECTED)
def test_saying_it_twice_changes_nothing(results: list[CheckResult], selected: list[str]) -> None:
    one, other = judge(LAW, results, selected), judge(LAW, results * 2, selected)

    assert outcomes(one) == outcomes(other)
    assert (one.conclusion, one.score) == (other.conclusion, other.score)


@given(RESULTS, SELECTED, OUTCOMES)
def test_another_result_never_makes_it_better(results: list[CheckResult], selected: list[str], more: Outcome) -> None:
    checked = [row.requirement for row in judge(LAW, results, selected).rows if row.outcome is not None and row.results]
    assume(checked)
    name = checked[0].id
    before = outcomes(judge(LAW, results, selected))[name]
    after = outcomes(judge(LAW, [*results, result(name, more)], selected))[name]

    assert before is not None
    assert after is not None
    assert ORDER.index(before) <= ORDER.index(after)


@given(RESULTS, SELECTED, st.booleans())
def test_conforming_means_every_must_was_decided(
    results: list[CheckResult], selected: list[str], complete: bool
) -> None:
    verdict = judge(LAW, results, selected, complete=complete)
    decided = {row.outcome for row in verdict.rows}
    musts = {row.outcome for row in verdict.rows if row.requirement.obligation is Obligation.MUST}

    if verdict.conclusion is Conclusion.CONFORMS:
        assert complete
        assert Outcome.PASSED in decided
        assert not decided & {Outcome.FAILED, Outcome.ERROR}
        assert not musts & OPEN
    else:
        assert not complete or Outcome.PASSED not in decided or decided & {*OPEN, Outcome.FAILED, Outcome.ERROR}


@given(RESULTS, SELECTED, st.booleans(), st.sampled_from(["any", "must"]))
def test_exit_code_follows_the_verdict(
    results: list[CheckResult], selected: list[str], complete: bool, fail_on: str
) -> None:
    verdict = judge(LAW, results, selected, complete=complete)
    code = exit_code(verdict, fail_on=fail_on)
    musts = {row.outcome for row in verdict.rows if row.requirement.obligation is Obligation.MUST}

    assert (Exit.SUITE is code) == (Outcome.ERROR in outcomes(verdict).values())
    if code is Exit.CONFORMS:
        assert complete
        assert not musts & {*OPEN, Outcome.FAILED}
    if fail_on == "any":
        assert (Exit.CONFORMS is code) == (verdict.conclusion is Conclusion.CONFORMS)


@given(RESULTS, SELECTED)
def test_only_what_is_selected_counts(results: list[CheckResult], selected: list[str]) -> None:
    verdict = judge(LAW, results, selected)
    within = judge(LAW, [one for one in results if one.requirement in selected], selected)

    assert sorted(selected) == sorted(row.requirement.id for row in verdict.rows)
    assert outcomes(verdict) == outcomes(within)
    assert verdict.conclusion is within.conclusion


@given(st.sampled_from(PLANNED + OTHER), OUTCOMES)
def test_what_no_check_decides_is_never_counted(name: str, outcome: Outcome) -> None:
    verdict = judge(LAW, [result(name, outcome), *passing(MUSTS[0])], [name, MUSTS[0]])
    alone = judge(LAW, [result(name, outcome)], [name])
    own = next(one for one in verdict.standards if one.id == LAW.requirements[name].standard)

    assert {name: None, MUSTS[0]: Outcome.PASSED} == outcomes(verdict)
    assert 1 == sum(sum(one.counts.values()) for one in verdict.standards)
    assert (1, 0) in {(own.planned, own.other), (own.other, own.planned)}
    assert Conclusion.NOT_JUDGED is alone.conclusion
    assert (None, Exit.NOT_JUDGED) == (alone.score, exit_code(alone))


def test_a_selected_must_without_a_result_is_untested() -> None:
    verdict = judge(LAW, passing(MUSTS[0]), MUSTS[:2])

    assert Outcome.UNTESTED is outcomes(verdict)[MUSTS[1]]
    assert Conclusion.NOT_JUDGED is verdict.conclusion
    assert Exit.NOT_JUDGED is exit_code(verdict)


def test_an_open_should_does_not_stand_in_the_way() -> None:
    verdict = judge(LAW, passing(MUSTS[0]), [MUSTS[0], SHOULDS[0]])

    assert Outcome.UNTESTED is outcomes(verdict)[SHOULDS[0]]
    assert Conclusion.CONFORMS is verdict.conclusion


def test_nothing_passed_is_not_conforming() -> None:
    inapplicable = [result(name, Outcome.INAPPLICABLE) for name in MUSTS]

    assert Conclusion.NOT_JUDGED is judge(LAW, inapplicable, MUSTS).conclusion
    assert Conclusion.NOT_JUDGED is judge(LAW, [], []).conclusion
    assert Conclusion.NOT_JUDGED is judge(LAW, passing(*MUSTS), []).conclusion


def test_an_incomplete_run_never_conforms() -> None:
    verdict = judge(LAW, passing(*CHECKED), CHECKED, complete=False)
    failing = judge(
        LAW,
        [*passing(MUSTS[0]), result(SHOULDS[0], Outcome.FAILED)],
        [MUSTS[0], SHOULDS[0]],
        complete=False,
    )

    assert (Conclusion.NOT_JUDGED, Exit.NOT_JUDGED) == (verdict.conclusion, exit_code(verdict))
    assert (Exit.FAILS, Exit.NOT_JUDGED) == (exit_code(failing), exit_code(failing, fail_on="must"))


@pytest.mark.parametrize(
    ("outcome", "conclusion", "code", "code_on_must"),
    [
        (Outcome.PASSED, Conclusion.CONFORMS, 0, 0),
        (Outcome.FAILED, Conclusion.FAILS, 1, 1),
        (Outcome.INAPPLICABLE, Conclusion.CONFORMS, 0, 0),
        (Outcome.UNTESTED, Conclusion.NOT_JUDGED, 3, 3),
        (Outcome.CANT_TELL, Conclusion.NOT_JUDGED, 3, 3),
        (Outcome.ERROR, Conclusion.SUITE_ERROR, 4, 4),
    ],
)
def test_one_must_decides(outcome: Outcome, conclusion: Conclusion, code: int, code_on_must: int) -> None:
    verdict = judge(LAW, [*passing(*MUSTS[1:]), result(MUSTS[0], outcome)], MUSTS)

    assert conclusion is verdict.conclusion
    assert (code, code_on_must) == (exit_code(verdict), exit_code(verdict, fail_on="must"))


def test_a_failed_should_fails_the_run_unless_only_a_must_may() -> None:
    verdict = judge(LAW, [*passing(*MUSTS), result(SHOULDS[0], Outcome.FAILED)], [*MUSTS, SHOULDS[0]])

    assert Conclusion.FAILS is verdict.conclusion
    assert (Exit.FAILS, Exit.CONFORMS) == (exit_code(verdict), exit_code(verdict, fail_on="must"))


@given(RESULTS, SELECTED)
def test_score_is_a_share_of_points(results: list[CheckResult], selected: list[str]) -> None:
    verdict = judge(LAW, results, selected)
    found = outcomes(verdict)
    counted = [name for name in found if found[name] not in {None, Outcome.INAPPLICABLE}]
    points = {name: LAW.edition.points[LAW.requirements[name].obligation] for name in counted}

    if not sum(points.values()):
        assert verdict.score is None
        return
    expected = 100 * sum(points[name] for name in counted if found[name] is Outcome.PASSED) / sum(points.values())
    assert pytest.approx(expected) == verdict.score


def test_no_grade_while_a_standard_is_planned() -> None:
    verdict = judge(LAW, passing(*CHECKED), LAW.requirements)

    assert (100.0, None) == (verdict.score, verdict.grade)
    assert Conclusion.CONFORMS is verdict.conclusion
    assert len(PLANNED) == sum(one.planned for one in verdict.standards)
    assert {"catalog", "data", "interfaces"} == {one.id for one in verdict.standards if one.score is not None}


@pytest.fixture(scope="module")
def landed() -> Law:
    """The law as it will be when every planned check has landed."""
    rows = {
        name: dataclasses.replace(row, disposition=Disposition.CHECK, reason=None)
        for name, row in LAW.requirements.items()
    }
    return dataclasses.replace(LAW, requirements=rows)


@pytest.mark.parametrize("passed", [1, 0.9, 0.7, 0.4, 0])
def test_grade_where_all_standards_were_decided(landed: Law, passed: float) -> None:
    results = [
        result(row.id, Outcome.PASSED if place < passed * len(landed.of_standard(name)) else Outcome.FAILED)
        for name in landed.names()
        for place, row in enumerate(landed.of_standard(name))
    ]
    verdict = judge(landed, results, landed.requirements)
    weighted = sum((one.score or 0) * landed.standard(one.id).weight for one in verdict.standards) / 100
    reached = [one.grade for one in landed.edition.grades if weighted >= one.floor]

    assert pytest.approx(weighted) == verdict.score
    assert reached[0] == verdict.grade
    assert {1: "A", 0: "E"}.get(passed, verdict.grade) == verdict.grade


def test_failures_come_musts_first() -> None:
    results = [result(name, Outcome.FAILED) for name in [*SHOULDS, *MUSTS]]
    verdict = judge(LAW, results, [*SHOULDS, *MUSTS])
    obligations = [row.requirement.obligation for row in verdict.failures]

    assert sorted(obligations, key=list(Obligation).index) == obligations
    assert len(SHOULDS) + len(MUSTS) == len(obligations)
