"""Which expressions can never be null: the engine then need not count what cannot be assessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest
from bulk.spoken import COLUMNS, CONTEXT, answers

from conformance.bulk.language import expanded
from conformance.bulk.nulls import filled_by, never_null

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("population", "predicate", "sure"),
    [
        ("x is not null", "credit_code(x)", True),
        ("x is not null", "credit_code(y)", False),
        ("x = '1' and y is not null", "x <= y", True),
        ("credit_code(x)", "code(substr(x, 1, 1), 'plain')", True),
        ("x is not null", "code(x, 'dated', y)", False),
        ("x is not null", "code(x, 'open')", False),
        ("x is not null or y is not null", "x = '1'", False),
        ("true", "x is null or not placeholder(x)", True),
        ("true", "x is not null and x <> ''", True),
        ("true", "x <> '' and x is not null", False),
        ("x is not null", "number(x) > 1", False),
        ("not x is null", "case when y = '1' then x = '1' else true end", True),
        ("not x is null", "case when y = '1' then true end", False),
    ],
)
def test_what_can_never_be_null_is_known_beforehand(
    population: str, predicate: str, sure: bool, base: duckdb.DuckDBPyConnection
) -> None:
    within, good = (expanded(one, CONTEXT, COLUMNS) for one in (population, predicate))

    assert sure == never_null(good, filled_by(within))
    if sure:
        values = [None, "", "1", "无", "2020-01-01", "91500103MA5U0AAA0A"]
        nulls = answers(base, f"({predicate}) is null and ({population})", *[(x, y) for x in values for y in values])

        assert True not in nulls
