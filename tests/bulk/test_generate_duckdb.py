"""What the generator foretells is what DuckDB counts on the written file, for every rule, to the last row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bulk.generated_tables import DATASETS, SMALLER, everything, generation

from conformance.bulk.engines.duckdb import start
from conformance.bulk.generate import write

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.bulk.generate import Format, Generation
    from conformance.bulk.values import Measured, Progress
    from conformance.law import Law

SIZE = 20_000
FORMATS: dict[str, Format] = {"credit": "csv", "spatial-feature": "ndjson"}


def silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""


def counted(law: Law, made: Generation, path: Path) -> list[Measured]:
    plan = made.plan.plan
    engine = start(plan.context)
    try:
        here = engine.open(str(path), plan.dataset)
        others = {}
        for name in {one.dataset for one in (*plan.references, *plan.agreements)}:
            other = path.with_name(f"{name}.parquet")
            write(generation(law, name, SMALLER[name]), other, "parquet")
            others[name] = engine.open(str(other), law.data.datasets[name])
        return [
            *here.row_rules(plan.rows, silent),
            *(here.key(one, silent) for one in plan.keys),
            *(here.reference(one, others[one.dataset], silent) for one in plan.references),
            *(here.agreement(one, others[one.dataset], silent) for one in plan.agreements),
        ]
    finally:
        engine.close()


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_file_counts_as_foretold(law: Law, tmp_path: Path, dataset: str) -> None:
    """Every kind of error in every field that can have it."""
    made = generation(law, dataset, SIZE, everything(law, dataset), SMALLER)
    form = FORMATS.get(dataset, "parquet")
    path = tmp_path / f"table.{form}"
    write(made, path, form)

    found = {one.rule: (one.rows, one.failures, one.unknown) for one in counted(law, made, path)}

    assert {name: one and (one.rows, one.failures, one.unknown) for name, one in made.counts().items()} == found
