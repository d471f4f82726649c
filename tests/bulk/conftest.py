"""What tests of engines and sources share: a small dataset of their own, and DuckDB opened for the length of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pytest

from conformance.bulk.bind import plan as bound_plan
from conformance.bulk.engines import duckdb as engine
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.bulk.engines.duckdb_table import DuckTable
    from conformance.bulk.values import Measured, Plan, Progress
    from conformance.law import Law

TODAY = "2026-11-22"


class Open(Protocol):
    """Opens a source as a table of a dataset, `notes` where none is named."""

    def __call__(self, source: Path | str, dataset: Dataset | None = None, **options: Any) -> DuckTable: ...


def field(name: str, zh: str, kind: str = "C", form: str | None = "c..50", **more: Any) -> Field:
    return Field(name, Text(zh, name), None, kind, form, **more)


@pytest.fixture(scope="session")
def notes() -> Dataset:
    """A table of four columns: a key, a name that must be there, a day, a code of sex."""
    return Dataset(
        id="notes",
        title=Text("记录", "notes"),
        version="1",
        fields=(
            field("bh", "编号", form="an..10", nullable=False),
            field("mc", "名称", nullable=False, aliases=("mingcheng", "NAME")),
            field("rq", "日期", "D", "YYYY-MM-DD"),
            field("xb", "性别", form="n1", code_list="gbt2261-1-sex"),
        ),
        primary_key=("bh",),
        business_key=("mc", "rq"),
    )


@pytest.fixture(scope="session")
def shapes() -> Dataset:
    """A table of geometries."""
    return Dataset(
        id="shapes",
        title=Text("图形", "shapes"),
        version="1",
        fields=(
            field("bh", "编号", form="an..10", nullable=False),
            field("mc", "名称"),
            field("geom", "几何", "geometry", None, nullable=False),
        ),
        primary_key=("bh",),
    )


@pytest.fixture
def planned(law: Law) -> Any:
    """The plan of a dataset on the day of the tests."""

    def plan(dataset: Dataset) -> Plan:
        return bound_plan(law, dataset, today=TODAY)

    return plan


@pytest.fixture
def opened(notes: Dataset, planned: Any, tmp_path: Path) -> Iterator[Open]:
    """Opens sources; what was spilled is gone at the end of the test."""
    spilled = tmp_path / "spilled"
    spilled.mkdir()
    started: list[Any] = []

    def open_(source: Path | str, dataset: Dataset | None = None, **options: Any) -> DuckTable:
        chosen = dataset or notes
        one = engine.start(planned(chosen).context, **({"temp": spilled} | options))
        started.append(one)
        return one.open(str(source), chosen)

    yield open_
    for one in started:
        one.close()

    assert [] == list(spilled.iterdir())


@pytest.fixture
def judged(planned: Any) -> Any:
    """Counts every rule of a table: (rows, failures, unknown) by rule."""

    def judge(table: DuckTable) -> dict[str, tuple[int, int, int]]:
        plan = planned(table.dataset)
        found: list[Measured] = table.row_rules(plan.rows, silent)
        found += [table.key(one, silent) for one in plan.keys]
        return {one.rule: (one.rows, one.failures, one.unknown) for one in found}

    return judge


def silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""


def cells(table: DuckTable) -> list[tuple[Any, ...]]:
    """Every row in the order of the source, as (file, row, the fields)."""
    names = [one.name for one in table.dataset.fields]
    relation = table.relation(names, "r", placed=True)
    wanted = ", ".join(["_file", "_row", *table.quoted(names)])
    sql = f"select {wanted} from {relation} order by _file, _row"  # noqa: S608 - names of the tests' own
    found = table.run(sql, Text("", ""), silent)
    return [tuple(table.placed_row(row)) for row in found]
