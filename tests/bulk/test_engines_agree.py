"""Every engine counts alike, to the last row: DuckDB, PostgreSQL, Spark here and on a cluster, and row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.generated_tables import DATASETS, SMALLER, TODAY, examples, generation
from bulk.nasty import rows
from bulk.nasty_shapes import SHAPES
from bulk.services_postgres import WORD, postgres
from bulk.services_spark import WORKERS, cluster, configured, java, on_cluster

from conformance.bulk.bind import plan as bind
from conformance.bulk.opening import open_engine
from conformance.bulk.rowwise import RowJudge
from conformance.bulk.values import KEPT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bulk.services_postgres import Server

    from conformance.bulk.engine import Engine
    from conformance.bulk.values import Plan, Progress
    from conformance.law import Law

SIZE, NASTY, PARTS = 3000, 300, 4
BOUNDARY = SHAPES[6]
ENGINES = ("duckdb", "postgres", "spark", "cluster")

Count = tuple[str, int, int, int]


def silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""


def counts(found: Any) -> list[Count]:
    return [(one.rule, one.rows, one.failures, one.unknown) for one in found]


@pytest.fixture(scope="module")
def plans(law: Law) -> dict[str, Plan]:
    """The plan of every dataset; all of them have one context."""
    day = TODAY.isoformat()
    return {name: bind(law, law.data.datasets[name], today=day, boundary=BOUNDARY) for name in DATASETS}


@pytest.fixture(scope="module")
def tables(law: Law) -> dict[str, pa.Table]:
    """Valid rows, rows with every kind of error, and rows of values that engines may read in different ways."""
    found = {}
    for name in DATASETS:
        made = generation(law, name, SIZE, examples(name), SMALLER)
        known = pa.Table.from_batches(list(made.batches()))
        strange = pa.Table.from_pylist(rows(law, law.data.datasets[name], NASTY), known.schema)
        found[name] = pa.concat_tables([known, strange])
    return found


@pytest.fixture(scope="module")
def files(tables: dict[str, pa.Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables as Parquet, each in parts, so that several workers have something to do."""
    folder = tmp_path_factory.mktemp("tables")
    for name, table in tables.items():
        (folder / name).mkdir()
        for part in range(PARTS):
            rest = table.take(list(range(part, len(table), PARTS)))
            pq.write_table(rest, folder / name / f"part-{part}.parquet", row_group_size=500)
    return folder


@pytest.fixture(scope="module")
def server(tables: dict[str, pa.Table]) -> Iterator[Server]:
    """The tables in a database."""
    with postgres() as one, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", WORD)
        for name, table in tables.items():
            one.load(f'base."{name}"', table)
        yield one


@pytest.fixture(scope="module", params=ENGINES)
def engine(
    request: pytest.FixtureRequest, plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One engine after the other; Spark is started twice, on this machine and on a cluster."""
    context = plans["credit"].context
    with pytest.MonkeyPatch.context() as patch:
        if request.param in {"spark", "cluster"}:
            java()
            here = tmp_path_factory.mktemp("conf")
            known = (
                configured(here) if request.param == "spark" else on_cluster(here, request.getfixturevalue("master"))
            )
            for name, value in known.items():
                patch.setenv(name, value)
        one = open_engine("spark" if request.param == "cluster" else request.param, context, None, None)
        try:
            yield one
        finally:
            one.close()


@pytest.fixture(scope="module")
def cluster_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workers of the cluster keep what they do."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def master(cluster_folder: Path) -> Iterator[str]:
    """A cluster of one master and two workers."""
    with cluster(cluster_folder) as url:
        yield url


@pytest.fixture(scope="module")
def row_by_row(plans: dict[str, Plan], tables: dict[str, pa.Table]) -> dict[str, list[Count]]:
    """What is counted without any engine."""
    read = {name: table.to_pylist() for name, table in tables.items()}
    found = {}
    for name, plan in plans.items():
        judge = RowJudge(plan, read)
        for position, row in enumerate(read[name], 1):
            judge.feed(row, position)
        found[name] = counts(judge.finish())
    return found


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_rule_of_every_dataset(
    request: pytest.FixtureRequest,
    engine: Engine,
    plans: dict[str, Plan],
    files: Path,
    row_by_row: dict[str, list[Count]],
    dataset: str,
) -> None:
    """The same rows, failures and unknown, for all rules over rows, keys and other tables; as many examples."""

    def source(name: str) -> str:
        if engine.name.startswith("postgres"):
            return str(request.getfixturevalue("server").source(f'base."{name}"'))
        return str(files / name)

    plan = plans[dataset]
    here = engine.open(source(dataset), plan.dataset)
    others = {
        one.dataset: engine.open(source(one.dataset), plans[one.dataset].dataset)
        for one in (*plan.references, *plan.agreements)
    }

    found = [
        *here.row_rules(plan.rows, silent),
        *(here.key(one, silent) for one in plan.keys),
        *(here.reference(one, others[one.dataset], silent) for one in plan.references),
        *(here.agreement(one, others[one.dataset], silent) for one in plan.agreements),
    ]

    assert here.count() == SIZE + NASTY
    assert row_by_row[dataset] == counts(found)
    assert [min(one.failures, KEPT) for one in found] == [len(one.spots) for one in found]
    if request.node.callspec.params["engine"] == "cluster":
        assert [True] * WORKERS == finished(request.getfixturevalue("cluster_folder"))


def finished(folder: Path) -> list[bool]:
    """Whether each worker of the cluster has finished tasks."""
    logs = sorted(folder.glob("*/app-*/*/stderr"))
    return ["Finished task" in one.read_text(encoding="utf-8") for one in logs]
