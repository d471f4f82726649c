"""Examples of failures of many rules in one pass of Spark: the first rows of each, in the order of files and rows."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.engines.answered import Answered
from conformance.bulk.values import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.bulk.engines.spark import SparkTable
    from conformance.bulk.selects import Condition


class Spotting:
    """One select that gives the examples of all rules, an array of rows for each."""

    def __init__(self, table: SparkTable, conditions: Sequence[Condition]) -> None:
        self.table = table
        self.conditions = conditions
        self.select = Answered(conditions, "spark", "udf")
        self.shown = table.with_key(one for each in conditions for one in each.rule.columns)

    def sql(self) -> str:
        """Return the select, of one row."""
        copies = [f"{one} as _s{at}" for at, one in enumerate(self.table.quoted(self.shown))]
        calls = [f"{one.sql} as {one.name}" for one in self.select.calls]
        read = [*self.table.quoted(self.select.columns), *calls, *copies, "_file", "_row"]
        relation = self.table.relation(sorted({*self.shown, *self.select.reads}), "r", placed=True)
        cells = ", ".join(f"_s{at}" for at, _ in enumerate(self.shown))
        first = f"min_by(struct(_file, _row, {cells}), struct(_file, _row), {KEPT})"
        wanted = [f"{first} filter (where {self.select.failing(one)})" for one in self.conditions]
        return f"select {', '.join(wanted)} from (select {', '.join(read)} from {relation}) as _a"

    def rows(self, at: int, found: Sequence[Any] | None) -> list[list[Any]]:
        """Return the rows of the rule at a place as file, position, the primary key and the rule's columns."""
        wanted = [*self.table.dataset.primary_key, *self.conditions[at].rule.columns]
        places = [0, 1, *(2 + self.shown.index(one) for one in wanted)]
        return [[row[place] for place in places] for row in found or ()]
