"""Rules with kernels, counted batch by batch.

DuckDB would call a kernel for every 2048 values. Here it gives the kernels' columns in large Arrow batches, together
with the answers to everything in the rules that is plain SQL; kernels answer whole batches on all cores, and what is
left is logic over columns of truth.
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

    from conformance.bulk.selects import Condition

    Truths = Any  # an Arrow array of truth
    Columns = Mapping[str, pa.Array]

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


class Stream:
    """Conditions taken apart into kernels, plain SQL and logic.

    Attributes:
        asked: column of what a kernel is asked about, by its SQL.
        calls: column of the answers by (kernel, column of what it is asked about).
    """

    def __init__(self, conditions: Sequence[Condition], native: Mapping[str, str]) -> None:
        self._native = native
        self.asked: dict[str, str] = {}
        self.calls: dict[tuple[str, str], str] = {}
        self._plain: dict[str, str] = {}
        self._logic = [(self._apart(one.population), self._apart(one.predicate)) for one in conditions]

    def select(self, relation: str) -> str:
        """Return the select of what batches hold."""
        asked = [f"{sql} as {name}" for sql, name in self.asked.items()]
        plain = [f"({sql}) as {name}" for sql, name in self._plain.items()]
        return f"select {', '.join([PLACE, *asked, *plain])} from {relation}"

    def tallied(self, batch: pa.RecordBatch, answers: Mapping[str, Callable[[pa.Array], Truths]]) -> list[Tally]:
        """Answer the kernels over a batch and count every condition."""
        columns = {name: batch.column(name) for name in batch.schema.names}
        truths = {name: answers[kernel](columns[asked]) for (kernel, asked), name in self.calls.items()}
        known = {**columns, **truths}
        return [_tally(within(known), good(known), columns[PLACE]) for within, good in self._logic]

    def _apart(self, tree: exp.Expr) -> Callable[[Columns], Truths]:
        return _logic(self._split(rebuilt(with_twins(tree, self._native), self._answer)))

    def _answer(self, node: exp.Expr) -> exp.Expr:
        if not (isinstance(node, exp.Anonymous) and node.name in KERNEL_ARGUMENTS):
            return node
        sql = to_sql(node.expressions[0], "duckdb")
        asked = self.asked.setdefault(sql, f"_a{len(self.asked)}")
        return exp.column(self.calls.setdefault((node.name, asked), f"_k{len(self.calls)}"))

    def _split(self, tree: exp.Expr) -> exp.Expr:
        """Put a column in the place of every greatest part that asks no kernel."""
        if isinstance(tree, exp.Boolean | exp.Column | exp.Null):
            return tree
        if not isinstance(tree, exp.If) and not any(
            one.name in self.calls.values() for one in tree.find_all(exp.Column)
        ):
            return exp.column(self._plain.setdefault(to_sql(tree, "duckdb"), f"_b{len(self._plain)}"))
        for name, child in list(tree.args.items()):
            if isinstance(child, exp.Expr):
                tree.set(name, self._split(child))
            elif isinstance(child, list):
                tree.set(name, [self._split(one) for one in child])
        return tree


def _logic(tree: exp.Expr) -> Callable[[Columns], Truths]:
    """Return what computes a condition over columns of truth, null being not known."""
    match tree:
        case exp.Column():
            return lambda columns: columns[tree.name]
        case exp.Paren():
            return _logic(tree.this)
        case exp.Boolean() | exp.Null():
            return lambda columns: _constant(tree, columns)
        case exp.Case():
            return _case(tree)
    parts = [_logic(one) for one in tree.iter_expressions() if not isinstance(tree, exp.Is) or one is tree.this]
    operation = _OPERATIONS[type(tree)]
    return lambda columns: operation(*(one(columns) for one in parts))


_OPERATIONS: Mapping[type, Callable[..., Any]] = {
    exp.And: pc.and_kleene,
    exp.Or: pc.or_kleene,
    exp.Not: pc.invert,
    exp.Is: pc.is_null,
    exp.EQ: pc.equal,
    exp.NEQ: pc.not_equal,
}


def _constant(tree: exp.Expr, columns: Columns) -> Truths:
    value = pa.scalar(bool(tree.this) if isinstance(tree, exp.Boolean) else None, pa.bool_())
    return pa.repeat(value, len(columns[PLACE]))


def _case(tree: exp.Case) -> Callable[[Columns], Truths]:
    ways = [(_logic(one.this), _logic(one.args["true"])) for one in tree.args["ifs"]]
    other = _logic(tree.args.get("default") or exp.Null())

    def chosen(columns: Columns) -> Truths:
        found = other(columns)
        for asked, result in reversed(ways):
            found = pc.if_else(pc.fill_null(asked(columns), fill_value=False), result(columns), found)
        return found

    return chosen


def _tally(within: Truths, good: Truths, places: pa.Array) -> Tally:
    """Count the rows of a batch that belong, those that fail, and those of which nothing is known."""
    rows = pc.sum(within).as_py() or 0
    bad = pc.and_kleene(within, pc.invert(good))
    failures = pc.sum(bad).as_py() or 0
    unknown = pc.sum(pc.and_kleene(within, pc.is_null(good))).as_py() or 0 if good.null_count else 0
    first = sorted(places.filter(bad).to_pylist())[:KEPT] if failures else ()
    return Tally(rows, failures, unknown, tuple(first))
