"""What the tests of the expression language share: code lists, a context, and what DuckDB says of an expression."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conformance.bulk.language import expanded, to_sql
from conformance.bulk.values import Context
from conformance.law.data import CodeList, Validity
from conformance.text import Text

if TYPE_CHECKING:
    import duckdb

COLUMNS = frozenset({"x", "y"})
ALWAYS = Validity(None, None)


def codes(name: str, spans: dict[str, tuple[Validity, ...]], covers: Validity = ALWAYS, **more: Any) -> CodeList:
    complete = "open_pattern" not in more
    return CodeList(name, Text("", ""), None, "1", complete, covers, spans, {}, **more)


def span(start: str | None, end: str | None) -> Validity:
    return Validity(date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)


LISTS = {
    "plain": codes("plain", {"1": (ALWAYS,), "2": (ALWAYS,)}),
    "dated": codes(
        "dated",
        {
            "10": (span(None, "2010-12-31"), span("2011-01-01", None)),
            "11": (span(None, "2010-12-31"),),
            "12": (span("2011-01-01", None),),
            "13": (span("2000-01-01", None),),
        },
        span("2000-01-01", "2030-12-31"),
    ),
    "open": codes("open", {"A1": (ALWAYS,), "A": (ALWAYS,)}, open_pattern="[A-Z][0-9]", open_prefix=1),
    "wide": codes("wide", {"1": (ALWAYS,)}, open_pattern=".+"),
    "none": codes("none", {}),
}
CONTEXT = Context(
    "2026-11-22",
    LISTS,
    frozenset({"无", "\\", "N/A", "-", "*"}),
    boxes={"data.chongqing-box": (105.0, 28.0, 110.0, 32.0)},
)


def answers(base: duckdb.DuckDBPyConnection, expression: str, *rows: Any) -> list[Any]:
    """What DuckDB says of an expression, over x or over (x, y)."""
    pairs = [one if isinstance(one, tuple) else (one, None) for one in rows]
    table = pa.table(
        {
            "i": range(len(pairs)),
            "x": pa.array([x for x, _ in pairs], pa.string()),
            "y": pa.array([y for _, y in pairs], pa.string()),
        }
    )
    base.register("t", table)
    sql = to_sql(expanded(expression, CONTEXT, COLUMNS), "duckdb", "twin")
    return [row[0] for row in base.execute(f"select {sql} from t order by i").fetchall()]  # noqa: S608
