"""Rules with kernels, counted batch by batch as DuckDB gives them.

DuckDB would call a kernel for every 2048 values. Here it gives what kernels are asked about in large Arrow batches,
together with the answers to everything in the rules that is plain SQL; kernels answer whole batches on all cores, and
what is left is logic over columns of truth.
"""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from conformance.bulk.engines.arrow_distinct import Coded, each_row, shared
from conformance.bulk.grammar import KERNEL_ARGUMENTS, rebuilt
from conformance.bulk.language import to_sql, with_twins
from conformance.bulk.values import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.bulk.engines.arrow_logic import Computed, Logic
    from conformance.bulk.selects import Condition

    Places = Mapping[int, Mapping[str, Any]]

PLACE = "_at"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one rule: rows, failures, unknown, and where the first failures are.

    Attributes:
        places: the first failing rows, with whatever values of them were at hand.
    """

    rows: int = 0
    failures: int = 0
    unknown: int = 0
    places: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.rows + other.rows,
            self.failures + other.failures,
            self.unknown + other.unknown,
            self.places if not other.places else dict(sorted({**self.places, **other.places}.items())[:KEPT]),
        )


@dataclass(frozen=True, slots=True)
class Counting:
    """A condition ready to be counted over batches."""

    within: Computed
    good: Computed

    def tally(self, memory: dict[str, Any], size: int, places: Callable[[Any], Places]) -> Tally:
        """Count the rows of a batch that belong, those that fail, and those of which nothing is known.

        Args:
            memory: the columns of the batch, one value a row or by their distinct values.
            size: its rows.
            places: gives the first rows that a mask of rows selects.
        """
        within, good = self.within(memory), self.good(memory)
        column = shared(within, good)
        if column is None:
            return _tally(_column(each_row(within), size), _column(each_row(good), size), None, places)
        size, codes = len(column.values), pa.array(column.codes)
        within, good = (_column(one.values if isinstance(one, Coded) else one, size) for one in (within, good))
        return _tally(within, good, column.weights, lambda bad: places(bad.take(codes)))


def _tally(within: Any, good: Any, weights: Any, places: Callable[[Any], Places]) -> Tally:
    bad = pc.and_kleene(within, pc.invert(good))
    failures = _sum(bad, weights)
    unknown = _sum(pc.and_kleene(within, pc.is_null(good)), weights) if good.null_count else 0
    return Tally(_sum(within, weights), failures, unknown, places(bad) if failures else {})


def _sum(mask: Any, weights: Any) -> int:
    """How many rows a mask of rows, or of weighted values, selects."""
    if weights is None:
        return pc.sum(mask).as_py() or 0
    return int(weights[mask.fill_null(fill_value=False).to_numpy(zero_copy_only=False)].sum())


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
        size = len(batch)

        def places(bad: Any) -> Places:
            return {at: {} for at in sorted(memory[PLACE].filter(bad).to_pylist())[:KEPT]}

        return size, [one.tally(memory, size, places) for one in self._countings]

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
