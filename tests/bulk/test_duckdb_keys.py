"""Keys and rules between tables on DuckDB: exact, case included, one duplicate among many found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.conftest import silent

from conformance.bulk.engines import duckdb as engine
from conformance.bulk.rowwise import RowJudge
from conformance.bulk.values import AgreementRule, EngineError, KeyRule, ReferenceRule
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from bulk.conftest import Open

    from conformance.bulk.values import Measured, Plan
    from conformance.law.data import Dataset

NONE = Text("", "")
KEYS = ["1", "2", "1", None, "", "A", "a", "1", "2", None]
DAYS = ["x", "y", "x", "x", "x", "x", "x", "z", None, None]
UNIQUE = KeyRule("unique", "unique", "STD-029", NONE, "unique", ("bh",))
BOTH = KeyRule("both", "both", "STD-044", NONE, "unique", ("bh", "rq"))
FILLED = KeyRule("filled", "filled", "STD-029", NONE, "filled", ("bh", "rq"))


def write(path: Path, **columns: list[Any]) -> Path:
    path.parent.mkdir(exist_ok=True)
    size = max(map(len, columns.values()))
    given = {"bh": [str(at) for at in range(size)], "mc": ["甲"] * size, "rq": [None] * size} | columns
    pq.write_table(pa.table({name: pa.array(values, pa.string()) for name, values in given.items()}), path)
    return path


def oracle(plan: Plan, path: Path, other: Path | None = None) -> list[Measured]:
    others = {"other": pq.read_table(other).to_pylist()} if other else {}
    judge = RowJudge(plan, others)
    for at, row in enumerate(pq.read_table(path).to_pylist(), 1):
        judge.feed(row, at, path.name)
    return judge.finish()


@pytest.mark.parametrize("rule", [UNIQUE, BOTH, FILLED], ids=lambda rule: rule.id)
def test_keys_are_counted_as_row_by_row(
    rule: KeyRule, tmp_path: Path, opened: Open, planned: Any, notes: Dataset
) -> None:
    path = write(tmp_path / "a.parquet", bh=KEYS, rq=DAYS)

    assert oracle(replace(planned(notes), rows=(), keys=(rule,)), path) == [opened(path).key(rule, silent)]


def test_a_key_of_one_file_repeated_in_another(tmp_path: Path, opened: Open) -> None:
    write(tmp_path / "t" / "a.parquet", bh=["1", "2"])
    write(tmp_path / "t" / "b.parquet", bh=["3", "2", "2"])
    measured = opened(tmp_path / "t").key(UNIQUE, silent)

    assert (5, 2) == (measured.rows, measured.failures)
    assert [("b.parquet", 2), ("b.parquet", 3)] == [(spot.file, spot.row) for spot in measured.spots]


def test_one_duplicate_among_many_is_found(tmp_path: Path, opened: Open) -> None:
    keys = [f"{number:018}" for number in range(300_000)]
    keys[250_000] = keys[7]
    measured = opened(write(tmp_path / "a.parquet", bh=keys), memory="200MB").key(UNIQUE, silent)

    assert (300_000, 1) == (measured.rows, measured.failures)
    assert [(250_001, f"{7:018}")] == [(spot.row, spot.key) for spot in measured.spots]


def test_every_row_the_same(tmp_path: Path, opened: Open) -> None:
    measured = opened(write(tmp_path / "a.parquet", bh=["1"] * 5000)).key(UNIQUE, silent)

    assert (5000, 4999, list(range(2, 22))) == (
        measured.rows,
        measured.failures,
        [spot.row for spot in measured.spots],
    )


REFERENCE = ReferenceRule("fk", "fk", "STD-046", NONE, ("mc",), "other", ("bh",))
PAIR = ReferenceRule("fk2", "fk2", "STD-046", NONE, ("mc", "rq"), "other", ("bh", "rq"))
HERE = {"bh": [str(at) for at in range(9)], "mc": KEYS[:9], "rq": DAYS[:9]}
THERE = {"bh": ["1", "A", None, "", "9", "1"], "rq": ["x", "x", "x", "x", "x", "x"]}


@pytest.mark.parametrize("rule", [REFERENCE, PAIR], ids=lambda rule: rule.id)
def test_references_are_counted_as_row_by_row(
    rule: ReferenceRule, tmp_path: Path, planned: Any, notes: Dataset
) -> None:
    path, other = write(tmp_path / "a.parquet", **HERE), write(tmp_path / "b.parquet", **THERE)
    started = engine.start(planned(notes).context, temp=tmp_path)
    here, there = (started.open(str(one), notes) for one in (path, other))
    found = here.reference(rule, there, silent)
    started.close()

    assert oracle(replace(planned(notes), rows=(), keys=(), references=(rule,)), path, other) == [found]
    assert found.failures


AGREEMENT = AgreementRule("agree", "agree", "STD-045", NONE, "other", (("bh", "bh"),), (("mc", "mc"), ("rq", "rq")))


def test_agreements_are_counted_as_row_by_row(tmp_path: Path, planned: Any, notes: Dataset) -> None:
    """Repeated subjects on both sides, empty values on one side, subjects of one side only."""
    path = write(
        tmp_path / "a.parquet",
        bh=["1", "2", "2", "3", "4", "5", None, "6", "7", "7"],
        mc=["甲", "乙", "乙", "丙", None, "戊", "x", "己", "庚", "辛"],
        rq=["x", "x", "x", "", "x", "x", "x", "y", "x", "x"],
    )
    other = write(
        tmp_path / "b.parquet",
        bh=["1", "1", "2", "3", "4", "6", "7", "8", None],
        mc=["甲", "甲", "乙", "丁", "丁", "己", "庚", "壬", "x"],
        rq=["x", None, "x", "z", "y", "y", "x", "x", "x"],
    )
    started = engine.start(planned(notes).context, temp=tmp_path)
    here, there = (started.open(str(one), notes) for one in (path, other))
    found = here.agreement(AGREEMENT, there, silent)
    started.close()
    [due] = oracle(replace(planned(notes), rows=(), keys=(), agreements=(AGREEMENT,)), path, other)

    assert (due.rows, due.failures, due.unknown) == (found.rows, found.failures, found.unknown) == (6, 3, 0)
    assert [
        ("a.parquet", 4, "3", "mc=丙 ≠ 丁"),
        ("a.parquet", 5, "4", "rq=x ≠ y"),
        ("a.parquet", 9, "7", "mc=辛 ≠ 庚"),
    ] == [(one.file, one.row, one.key, one.value) for one in found.spots]


def test_tables_of_two_engines_are_not_compared(tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path / "a.parquet", bh=["1"])
    with pytest.raises(EngineError) as caught:
        opened(path).reference(REFERENCE, object(), silent)  # type: ignore[arg-type]

    assert "both tables must be opened by one engine" == caught.value.text.en
