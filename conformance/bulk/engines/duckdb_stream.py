"""Rules with kernels, counted batch by batch as DuckDB gives them.

DuckDB would call a kernel for every 2048 values. Here it gives what kernels are asked about in large Arrow batches,
together with the answers to everything in the rules that is plain SQL; kernels answer whole batches on all cores, and
what is left is logic over columns of truth.
"""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from conformance.bulk.grammar import KERNEL_ARGUMENTS, rebuilt
from conformance.bulk.language import to_sql, with_twins
from conformance.bulk.values import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.bulk.engines.arrow_logic import Computed, Logic
    from conformance.bulk.selects import Condition

PLACE = "_at"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one rule: rows, failures, unknown, and the places of the first failures."""

    rows: int = 0
    failures: int = 0
    unknown: int = 0
    places: tuple[int, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.rows + other.rows,
            self.failures + other.failures,
            self.unknown + other.unknown,
            tuple(sorted(self.places + other.places)[:KEPT]),
        )


@dataclass(frozen=True, slots=True)
class Counting:
    """A condition ready to be counted over batches."""

    within: Computed
    good: Computed

    def tally(self, memory: dict[str, Any], size: int, places: Callable[[Any], list[int]]) -> Tally:
        """Count the rows of a batch that belong, those that fail, and those of which nothing is known.

        Args:
            memory: the columns of the batch.
            size: its rows.
            places: gives the places of the rows that a mask selects.
        """
        within, good = _column(self.within(memory), size), _column(self.good(memory), size)
        rows = pc.sum(within).as_py() or 0
        bad = pc.and_kleene(within, pc.invert(good))
        failures = pc.sum(bad).as_py() or 0
        unknown = pc.sum(pc.and_kleene(within, pc.is_null(good))).as_py() or 0 if good.null_count else 0
        return Tally(rows, failures, unknown, tuple(sorted(places(bad))[:KEPT]) if failures else ())


def _column(value: Any, size: int) -> Any:
    return pa.repeat(value, size) if isinstance(value, pa.Scalar) else value


class Stream:
    """Conditions taken apart into what SQL computes and what is asked of kernels."""

    def __init__(self, conditions: Sequence[Condition], native: Mapping[str, str], logic: Logic) -> None:
        self._native = native
        self._asked: dict[str, str] = {}
        self._plain: dict[str, str] = {}
        trees = [(self._apart(one.population), self._apart(one.predicate)) for one in conditions]
        self._countings = [Counting(logic.compiled(within), logic.compiled(good)) for within, good in trees]

    def select(self, relation: str) -> str:
        """Return the select of what batches hold."""
        asked = [f"{sql} as {name}" for sql, name in self._asked.items()]
        plain = [f"({sql}) as {name}" for sql, name in self._plain.items()]
        return f"select {', '.join([PLACE, *asked, *plain])} from {relation}"

    def tallied(self, batch: pa.RecordBatch) -> tuple[int, list[Tally]]:
        """Count every condition over a batch; returns its rows too."""
        memory = {name: batch.column(name) for name in batch.schema.names}
        places = memory[PLACE]
        size = len(batch)
        found = [one.tally(memory, size, lambda bad: places.filter(bad).to_pylist()) for one in self._countings]
        return size, found

    def _apart(self, tree: exp.Expr) -> exp.Expr:
        return self._split(rebuilt(with_twins(tree, self._native), self._ask))

    def _ask(self, node: exp.Expr) -> exp.Expr:
        if not _is_call(node):
            return node
        sql = to_sql(node.expressions[0], "duckdb")
        asked = exp.column(self._asked.setdefault(sql, f"_a{len(self._asked)}"))
        return exp.Anonymous(this=node.name, expressions=[asked, *node.expressions[1:]])

    def _split(self, tree: exp.Expr) -> exp.Expr:
        """Put a column in the place of every greatest part that asks no kernel."""
        if isinstance(tree, exp.Boolean | exp.Null) or _is_call(tree):
            return tree
        if not isinstance(tree, exp.If) and not any(map(_is_call, tree.walk())):
            return exp.column(self._plain.setdefault(to_sql(tree, "duckdb"), f"_b{len(self._plain)}"))
        for name, child in list(tree.args.items()):
            if isinstance(child, exp.Expr):
                tree.set(name, self._split(child))
            elif isinstance(child, list):
                tree.set(name, [self._split(one) for one in child])
        return tree


def _is_call(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name in KERNEL_ARGUMENTS
