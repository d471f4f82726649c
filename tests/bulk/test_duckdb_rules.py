"""Row rules on DuckDB: every lane counts alike, examples are the first failing rows, kernels agree with native SQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.conftest import silent
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.bulk.engines import duckdb as engine
from conformance.bulk.engines import duckdb_lanes as lanes
from conformance.bulk.engines import duckdb_pages as pages
from conformance.bulk.engines.duckdb_files import Files
from conformance.bulk.engines.duckdb_text import NATIVE
from conformance.bulk.kernels import KERNELS
from conformance.bulk.rowwise import RowJudge
from conformance.bulk.values import Context, Progress, RowRule
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bulk.conftest import Open

    from conformance.bulk.engines.duckdb_session import Session
    from conformance.law.data import Dataset

CODES = ["91500103MA5U0AAA0A", "11500000009275780L", "11500103009283772K", None, "", "11500000009275780l", "１"]
DAYS = ["2020-01-01", "2020-02-30", None, "", "1999-12-31", "0001-01-01", "2020-1-1"]
NAMES = ["甲", "乙 ", None, "", "N/A", "??", "\ufffd"]
RULES = [
    ("kernel", "bh is not null", "credit_code(bh)"),
    ("kernel-population", "credit_code(bh)", "code(substr(bh, 1, 2), 'gb32100-dept-and-type')"),
    ("case", "bh is not null and mc is not null", "case when mc = '甲' then credit_code(bh) else clean_text(mc) end"),
    ("either", "true", "bh is null or not credit_code(bh) or clean_text(mc)"),
    ("same", "true", "credit_code(bh) = (mc = '甲')"),
    ("is-null", "true", "credit_code(bh) is null"),
    ("constant", "credit_code(bh)", "false"),
    ("unknown", "credit_code(bh)", "code(xb, 'gbt2261-1-sex', null)"),
    ("dated", "true", "code(xb, 'gbt2261-1-sex', rq)"),
    ("day", "rq is not null", "real_date(rq)"),
    ("order", "real_date(rq)", "rq <= today()"),
    ("filled", "true", "mc is not null and mc <> ''"),
    ("format", "mc <> ''", "format(mc, 'c..1')"),
    ("nothing", "false", "true"),
]


def rule(name: str, population: str, predicate: str) -> RowRule:
    return RowRule(name, name, "STD-000", Text("", ""), ("mc",), population, predicate)


def write(path: Path, size: int) -> Path:
    columns = {
        "bh": [CODES[at % 7] for at in range(size)],
        "mc": [NAMES[at // 7 % 7] for at in range(size)],
        "rq": [DAYS[at // 49 % 7] for at in range(size)],
        "xb": ["1", "7", None] * size,
    }
    pq.write_table(pa.table({name: values[:size] for name, values in columns.items()}), path)
    return path


@pytest.mark.parametrize("lane", ["values", "pages", "stream", "plain"])
def test_every_lane_counts_what_the_rows_say(
    lane: str, tmp_path: Path, opened: Open, planned: Any, notes: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row by row is the oracle: the same counts and the same examples."""
    monkeypatch.setattr(pages, "BATCH", 100)
    monkeypatch.setattr(lanes, "BATCH", 100)
    if lane == "values":
        monkeypatch.setattr(lanes, "_LOOKED_AT", 1)
        monkeypatch.setattr(lanes, "_GROUPING", -10_000)
        monkeypatch.setattr(lanes, "_SHARE", 10_000)
        monkeypatch.setattr(lanes, "_TOGETHER", 4)
    if lane == "stream":
        monkeypatch.setattr(Files, "is_plain", lambda *_: False)
    if lane == "plain":
        monkeypatch.setattr(lanes, "_price", lambda _: 0)
        monkeypatch.setattr(lanes, "_asks", lambda _: False)
    table = opened(write(tmp_path / "a.parquet", 1029))
    rules = tuple(rule(*one) for one in RULES)
    found = table.row_rules(rules, silent)
    oracle = RowJudge(replace(planned(notes), rows=rules, keys=()))
    for at, row in enumerate(pq.read_table(tmp_path / "a.parquet").to_pylist(), 1):
        oracle.feed(row, at, "a.parquet")

    assert oracle.finish() == found
    assert {"is-null": 882, "nothing": 0} == {
        one.rule: one.failures for one in found if one.rule in {"is-null", "nothing"}
    }


def test_examples_come_in_the_order_of_files_and_rows(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "t").mkdir()
    for name in ("b", "a"):
        columns = {"bh": ["1", "2", "3"], "mc": ["甲", None, None], "rq": [name, None, None], "xb": ["1", None, None]}
        pq.write_table(pa.table(columns), tmp_path / "t" / f"{name}.parquet")
    [measured] = opened(tmp_path / "t").row_rules([rule("filled", "true", "mc is not null")], silent)

    assert (6, 4) == (measured.rows, measured.failures)
    assert [("a.parquet", 2), ("a.parquet", 3), ("b.parquet", 2), ("b.parquet", 3)] == [
        (spot.file, spot.row) for spot in measured.spots
    ]
    assert [("2", "null"), ("3", "null")] == [(spot.key, spot.value) for spot in measured.spots[:2]]


def test_progress_reaches_the_number_of_rows(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "BATCH", 50)
    heard: list[Progress] = []
    table = opened(write(tmp_path / "a.parquet", 20_000), threads=1)
    table.row_rules([rule("kernel", "bh is not null", "credit_code(bh)")], heard.append)

    assert all(one.total == 20_000 and 0 <= one.done <= 20_000 for one in heard)
    assert sorted(one.done for one in heard) == [one.done for one in heard]
    assert heard


def test_no_rules_need_no_pass(tmp_path: Path, opened: Open) -> None:
    assert [] == opened(write(tmp_path / "a.parquet", 7)).row_rules([], silent)


def test_more_rules_than_one_select_takes(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path / "a.parquet", 49))
    many = [rule(f"r{at}", "true", f"mc <> '{at}'") for at in range(700)]

    assert {(49, 0, 7)} == {(one.rows, one.failures, one.unknown) for one in table.row_rules(many, silent)}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    started = engine.start(Context("2026-11-22", {}))
    yield started._session
    started.close()


@pytest.mark.parametrize("name", sorted(NATIVE))
@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(
        st.one_of(
            st.text(alphabet="0123456789-/ +BC()", max_size=12),
            st.dates().map(lambda day: day.isoformat()),
            st.text(max_size=12),
            st.tuples(*[st.integers(0, 99)] * 4).map(lambda part: "{:02}{:02}-{:02}-{:02}".format(*part)),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_native_sql_answers_as_the_kernel(name: str, session: Session, texts: list[str]) -> None:
    values = [*texts, None]
    session.connection.register("texts", pa.table({"i": range(len(values)), "x": pa.array(values, pa.string())}))
    sql = f"select {NATIVE[name].replace('{x}', 'x')} from texts order by i"  # noqa: S608 - the engine's own
    found = [row[0] for row in session.connection.execute(sql).fetchall()]

    assert [None if one is None else KERNELS[name].value(one) for one in values] == found


def test_a_table_of_no_files_counts_nothing(tmp_path: Path, opened: Open, judged: Any) -> None:
    (tmp_path / "a.json").write_text("[]", encoding="utf-8")

    assert {(0, 0, 0)} == set(judged(opened(tmp_path / "a.json")).values())
