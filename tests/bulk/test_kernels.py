"""A kernel gives one answer, whether it is asked over a column, for one value, as machine code or in plain SQL."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest
from bulk.kernel_texts import NEAR, SOME
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.bulk.kernels import KERNELS, bound, certificates, clean, codes, dates
from conformance.bulk.kernels.base import column
from conformance.bulk.kernels.compiled import compiled
from conformance.bulk.values import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = {
    "identity_number": codes.identity_number,
    "credit_code": codes.credit_code,
    "certificate_id": certificates.certificate_id,
    "real_date": dates.real_date,
    "date_time": dates.date_time,
    "clean_text": clean.clean_text,
}
NAMES = sorted(PLAIN)
CONTEXT = Context("2026-11-22", {}, placeholders=frozenset({"无", "\\", "N/A", "0000", "quote'd", ""}))
ALIKE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def asked(sql: duckdb.DuckDBPyConnection, twin: str, texts: list[str | None]) -> list[bool | None]:
    """What plain SQL answers to each text."""
    rows = pa.table({"n": range(len(texts)), "some text": pa.array(texts, pa.string())})
    sql.register("rows", rows)
    condition = twin.replace("{x}", '"some text"')
    question = f"select {condition} from rows order by n"  # noqa: S608
    return [one for (one,) in sql.execute(question).fetchall()]


def test_every_kernel_over_texts_is_tested() -> None:
    assert NAMES == sorted(NEAR)
    assert NAMES == sorted(name for name, one in KERNELS.items() if one.argument == "text")
    assert NAMES == sorted(compiled())


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_columns_machine_code_and_single_values_agree(name: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(NEAR[name] | SOME | st.none(), max_size=30))
    due = [None if one is None else KERNELS[name].value(one) for one in texts]
    array = pa.array(texts, pa.string())

    assert due == KERNELS[name].arrow(array).to_pylist()
    assert due == column(array).answer(PLAIN[name](column(array))).to_pylist()
    assert due == column(array).answer(compiled()[name](column(array))).to_pylist()


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@ALIKE
def test_plain_sql_agrees(name: str, data: st.DataObject, sql: duckdb.DuckDBPyConnection) -> None:
    texts = data.draw(st.lists(NEAR[name] | SOME | st.none(), min_size=20, max_size=40))
    due = [None if one is None else KERNELS[name].value(one) for one in texts]

    assert due == asked(sql, KERNELS[name].sql or "", texts)


@given(
    texts=st.lists(st.sampled_from([*sorted(CONTEXT.placeholders), "无 ", "n/a", "00000", None]) | SOME, max_size=20)
)
@ALIKE
def test_placeholders_agree(texts: list[str | None], sql: duckdb.DuckDBPyConnection) -> None:
    kernel = bound(CONTEXT)["placeholder"]
    due = [None if one is None else one in CONTEXT.placeholders for one in texts]

    assert due == kernel.arrow(pa.array(texts, pa.string())).to_pylist()
    assert due == [None if one is None else kernel.value(one) for one in texts]
    assert due == asked(sql, kernel.sql or "", texts)


def test_without_placeholders_nothing_is_one(sql: duckdb.DuckDBPyConnection) -> None:
    kernel = bound(Context("2026-11-22", {}))["placeholder"]

    assert [False, None] == kernel.arrow(pa.array(["无", None])).to_pylist()
    assert [False, None] == asked(sql, kernel.sql or "", ["无", None])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [1, 1023, 1024, 40_000])
def test_the_number_of_values_makes_no_difference(name: str, count: int) -> None:
    near = [
        "11500103009283772K",
        "11010519491231002X",
        "2000-02-29",
        "2000-02-29T23:59:59.5+08:00",
        "？",
        "x ",
        None,
        "",
    ]
    texts = (near * (count // len(near) + 1))[:count]
    due = {one: None if one is None else KERNELS[name].value(one) for one in near}

    assert [due[one] for one in texts] == KERNELS[name].arrow(pa.array(texts)).to_pylist()


def test_without_numba_the_answers_are_the_same() -> None:
    program = (
        "import sys; sys.modules['numba'] = None\n"
        "import importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'numba' else found(name, *more)\n"
        "import pyarrow as pa\n"
        "from conformance.bulk.kernels import KERNELS\n"
        "from conformance.bulk.kernels.compiled import compiled\n"
        "codes = pa.array(['11500000009275780L', '11500000009275780M', None] * 1000)\n"
        "print(len(compiled()), KERNELS['credit_code'].arrow(codes).to_pylist()[-3:])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "0 [True, False, None]\n" == done.stdout, done.stderr
