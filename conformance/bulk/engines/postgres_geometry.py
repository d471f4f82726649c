"""Geometries of a table in PostgreSQL: their WKB is read as a stream and judged here, the counting stays in SQL."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from conformance.bulk.engines.answered import Answered
from conformance.bulk.kernels import KERNELS, bound
from conformance.bulk.language import calls
from conformance.bulk.sql import ROWS
from conformance.bulk.values import KEPT, Measured, Progress, Spot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.bulk.engines.postgres import PostgresTable
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Tell

#: Rows that are judged at once.
_BATCH = 2_000


def of_geometries(one: Condition) -> bool:
    """Whether a rule asks a question of a geometry, which no server answers in plain SQL."""
    asked = {name for tree in (one.population, one.predicate) for name, _ in calls(tree)}
    return any(name not in KERNELS or KERNELS[name].sql is None for name in asked)


def count_geometries(table: PostgresTable, conditions: Sequence[Condition], tell: Tell) -> list[Measured]:
    """Count rules over geometries in one pass over the table, with examples of failures.

    Raises:
        SourceError, EngineError: as the table does.
    """
    return _Stream(table, conditions).counted(tell)


class _Stream:
    def __init__(self, table: PostgresTable, conditions: Sequence[Condition]) -> None:
        self.table = table
        self.conditions = conditions
        self.select = Answered(conditions, "postgres", "udf")
        self.kernels = bound(table.context)
        self.keys = table.dataset.primary_key
        self.shown = table.with_key(one for each in conditions for one in each.rule.columns)
        self.spots: dict[str, list[Spot]] = {one.rule.id: [] for one in conditions}
        self.total: list[int] = []

    def counted(self, tell: Tell) -> list[Measured]:
        """Read, judge and count batch by batch."""
        texts = table_columns = [*self.shown, *self.select.columns]
        asked = [f"({one.argument})" for one in self.select.calls]
        wanted = [*self.table.quoted(table_columns), *asked]
        relation = self.table.relation(sorted({*texts, *self.select.reads}), "r")
        for batch in self.table.link.batches(f"select {', '.join(wanted)} from {relation}", _BATCH):
            self._add(batch)
            tell(Progress(ROWS, self.total[0], self.table.opened.rows))
        found = self.select.read(self.total or [0] * 3 * (len(self.conditions) + 1))
        return [Measured(one.rule, one.rows, one.failures, one.unknown, tuple(self.spots[one.rule])) for one in found]

    def _add(self, batch: Sequence[tuple[Any, ...]]) -> None:
        columns = list(zip(*batch, strict=True))
        first = len(self.shown)
        texts = columns[first : first + len(self.select.columns)]
        answers = [
            self.kernels[call.kernel].arrow(pa.array(asked)).to_pylist()
            for call, asked in zip(self.select.calls, columns[first + len(texts) :], strict=True)
        ]
        values = [list(one) for one in (*texts, *answers)]
        [row] = self.table.link.rows(self._statement(self.select.sql("{rows}", answered=True)), values)
        self.total = [before + now for before, now in zip(self.total or [0] * len(row), row, strict=True)]
        for condition, one in zip(self.conditions, self.select.read(row), strict=True):
            if one.failures and len(self.spots[one.rule]) < KEPT:
                self._find(condition, batch, values)

    def _statement(self, sql: str) -> str:
        """Put the rows that were sent into a statement."""
        kinds = [self.table.raw_kind(one) for one in self.select.columns] + ["bool"] * len(self.select.calls)
        names = [*self.table.quoted(self.select.columns), *(one.name for one in self.select.calls)]
        sent = f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) with ordinality as _a({', '.join(names)}, _i)"
        return sql.replace("%", "%%").replace("{rows}", sent)

    def _find(self, one: Condition, batch: Sequence[tuple[Any, ...]], values: list[list[Any]]) -> None:
        spots = self.spots[one.rule.id]
        sql = f"select _i from {{rows}} where {self.select.failing(one)} order by _i limit {KEPT - len(spots)}"
        for (place,) in self.table.link.rows(self._statement(sql), values):
            cells = dict(zip(self.shown, batch[place - 1], strict=False))
            wanted = [*self.keys, *one.rule.columns]
            spots.append(self.table.spot(one.rule.columns, [None, None, *(cells[name] for name in wanted)]))
