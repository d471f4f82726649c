"""What the generator says that rules count is what judging row by row counts, for every rule, to the last row."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pytest
from bulk.generated_tables import DATASETS, SMALLER, everything, examples, generation, rows

from conformance.bulk.bind import municipal_agreement
from conformance.bulk.rowwise import RowJudge

if TYPE_CHECKING:
    from conformance.bulk.generate import Generation
    from conformance.law import Law

Counts = dict[str, tuple[int, int, int]]


def judged(law: Law, made: Generation) -> Counts:
    plan = made.plan.plan
    others = {one.dataset for one in (*plan.references, *plan.agreements)}
    of = made.wish.of
    judge = RowJudge(plan, {name: rows(generation(law, name, of.get(name, made.wish.size))) for name in others})
    for position, row in enumerate(rows(made), 1):
        judge.feed(row, position)
    return {one.rule: (one.rows, one.failures, one.unknown) for one in judge.finish()}


def foretold(made: Generation) -> Counts:
    counts = {name: asdict(one) if one else {} for name, one in made.counts().items()}
    return {name: (one["rows"], one["failures"], one["unknown"]) for name, one in counts.items()}


@pytest.mark.parametrize("dataset", DATASETS)
def test_without_errors_no_rule_fails(law: Law, dataset: str) -> None:
    made = generation(law, dataset, 2000)

    found = judged(law, made)

    assert foretold(made) == found
    assert dict.fromkeys(found, 0) == {name: failures for name, (_, failures, _) in found.items()}


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_kind_of_error_counts_as_foretold(law: Law, dataset: str) -> None:
    made = generation(law, dataset, 3000, everything(law, dataset))

    found = judged(law, made)

    assert foretold(made) == found


@pytest.mark.parametrize("dataset", ["credit", "department-record", "legal-person"])
def test_subjects_with_several_rows_count_as_foretold(law: Law, dataset: str) -> None:
    made = generation(law, dataset, 3000, examples(dataset), SMALLER)

    found = judged(law, made)

    assert foretold(made) == found


@pytest.mark.parametrize("dataset", ["population", "credit"])
def test_agreement_with_the_table_without_errors_counts_as_foretold(law: Law, dataset: str) -> None:
    made = generation(law, dataset, 2000, examples(dataset))
    rule = municipal_agreement(law.data, made.wish.dataset, lambda name: law.edition.parameters[name].default)
    judge = RowJudge(
        replace(made.plan.plan, rows=(), keys=(), references=(), agreements=(rule,)),
        {dataset: rows(generation(law, dataset, 2000))},
    )
    for position, row in enumerate(rows(made), 1):
        judge.feed(row, position)
    [found] = judge.finish()

    assert (made.twin().rows, made.twin().failures) == (found.rows, found.failures)


#: Rules that nearly every field has; the examples show an error that breaks them in some fields only.
UNTOUCHED = ("clean-text/", "placeholder/", "filled/", "format/", "certificate-metadata/")


@pytest.mark.parametrize("dataset", DATASETS)
def test_errors_fail_rules(law: Law, dataset: str) -> None:
    """The planted errors are seen: each rule that reads values fails in at least one of the examples' rows."""
    made = generation(law, dataset, 2500, examples(dataset))
    rows(made)

    silent = {name for name, one in made.counts().items() if one is not None and one.failures + one.unknown == 0}

    assert set() == {one for one in silent if not one.startswith(UNTOUCHED)}
