"""What the tests of the generator share: tables of one world, as rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.bulk.generate import KINDS, Asked, Generation, Wish, read_errors
from conformance.bulk.generate.kinds import fields_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from conformance.law import Law

TODAY = date(2026, 11, 22)
SEED = 7
DATASETS = ("population", "legal-person", "e-certificate", "credit", "spatial-feature", "department-record")
EXAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "examples" / "data" / "errors"

#: More rows than the tables that they refer to have, so that a subject has several.
SMALLER = {"legal-person": 700, "population": 2000}


def generation(
    law: Law, dataset: str, size: int, errors: Sequence[Asked] = (), of: dict[str, int] | None = None
) -> Generation:
    return Generation(law, Wish(law.data.datasets[dataset], size, SEED, TODAY, tuple(errors), of or {}))


def rows(made: Generation, size: int = 3000) -> list[dict[str, Any]]:
    return [row for batch in made.batches(size) for row in batch.to_pylist()]


def table(made: Generation) -> list[pa.RecordBatch]:
    return list(made.batches())


def examples(dataset: str) -> tuple[Asked, ...]:
    return read_errors(EXAMPLES / f"{dataset}.yaml")


def everything(law: Law, dataset: str) -> list[Asked]:
    """Every kind of error in every field that can have it."""
    plan = generation(law, dataset, 10).plan
    pairs = [(kind, name) for kind in KINDS for name in fields_for(plan, kind)]
    return [Asked(kind, 1 + at % 3, name) for at, (kind, name) in enumerate(pairs)]
