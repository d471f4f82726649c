"""All row rules of a table as one aggregate select: three counts a rule, what they share counted once."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlglot import exp

from conformance.bulk.grammar import KERNEL_ARGUMENTS, rebuilt
from conformance.bulk.language import columns_of, expanded, to_sql, with_twins
from conformance.bulk.nulls import filled_by, never_null
from conformance.bulk.values import Measured

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from conformance.bulk.values import Context, RowRule

Kernels = Literal["udf", "twin"]
#: Keeps an engine from writing a subquery into the query around it, and so from answering kernels several times.
_FENCE = {"postgres": " offset 0"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A row rule as two trees.

    Attributes:
        sure: whether the predicate is never null within the population.
        columns: names of the columns that the trees read.
    """

    rule: RowRule
    population: exp.Expr
    predicate: exp.Expr
    sure: bool
    columns: frozenset[str]


def condition(rule: RowRule, context: Context, columns: Collection[str]) -> Condition:
    """Return a row rule as trees.

    Args:
        rule: as bound.
        context: gives code lists, placeholders and the day.
        columns: names that its expressions may use.

    Raises:
        ExpressionError: an expression of the rule is not of the language.
    """
    population, predicate = (expanded(one, context, columns) for one in (rule.population, rule.predicate))
    read = frozenset(columns_of(population) | columns_of(predicate))
    return Condition(rule, population, predicate, never_null(predicate, filled_by(population)), read)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a kernel, answered once for all rules.

    Attributes:
        name: the column that holds the answers.
        argument: the SQL of what is asked about; `sql` is the call itself.
    """

    name: str
    kernel: str
    argument: str
    sql: str


class RowSelect:
    """One aggregate select for many rules, and how its only row is read.

    Attributes:
        columns: columns that the select reads beside the answers of kernels.
        reads: all columns, those that kernels are asked about included.
    """

    def __init__(
        self,
        conditions: Sequence[Condition],
        dialect: str,
        kernels: Kernels,
        *,
        native: Mapping[str, str] | None = None,
        weighted: bool = False,
    ) -> None:
        """Prepare the select.

        Args:
            conditions: what is counted.
            dialect: duckdb, postgres or spark.
            kernels: `udf` where kernels are functions of the engine, `twin` where they are written out.
            native: DuckDB SQL over `{x}` of kernels that the engine answers better itself, by kernel.
            weighted: each row of the relation stands for as many as its column `_w` says.
        """
        self.dialect = dialect
        self.kernels = kernels
        self._native = native or {}
        self._weighted = weighted
        self._calls: dict[str, Call] = {}
        self._truths: dict[str, str] = {}
        self._counts: dict[str, int] = {self._all: 0}
        self._kept: set[str] = {"_w"} if weighted else set()
        hoisted = [(one, self._hoisted(one.population), self._hoisted(one.predicate)) for one in conditions]
        trees = [(one, self._shorter(within), self._shorter(good)) for one, within, good in hoisted]
        used = {name for _, *both in trees for tree in both for name in columns_of(tree)}
        self.columns = tuple(sorted(used - {one.name for one in self.calls}))
        self.reads = reads(conditions)
        self._places = [self._place(*one) for one in trees]

    @property
    def calls(self) -> tuple[Call, ...]:
        """The calls of kernels, each once."""
        return tuple(self._calls.values())

    @property
    def _all(self) -> str:
        return "coalesce(sum(_w), 0)" if self._weighted else "count(*)"

    def sql(self, relation: str, *, answered: bool = False) -> str:
        """Return the select.

        Args:
            relation: what follows `from`: a table, or a bracketed select with a name.
            answered: the relation has the columns of `calls` already.
        """
        fence = _FENCE.get(self.dialect, "")
        source = relation
        if self._calls and not answered:
            weight = ["_w"] if self._weighted else []
            read = [*map(self._quoted, self.columns), *weight, *(f"{one.sql} as {one.name}" for one in self.calls)]
            source = f"(select {', '.join(read)} from {relation}{fence}) as _a"
        truths = [f"({sql}) as {name}" for sql, name in self._truths.items()]
        inner = f"select {', '.join([*truths, *sorted(self._kept)]) or '1 as _one'} from {source}{fence}"
        return f"select {', '.join(self._counts)} from ({inner}) as _t"

    def read(self, row: Sequence[Any]) -> list[Measured]:
        """Return what the only row of the select says, in the order of the rules."""
        return [
            Measured(rule, int(row[rows]), int(row[failures]), 0 if unknown is None else int(row[unknown]))
            for rule, rows, failures, unknown in self._places
        ]

    def _place(self, one: Condition, within: exp.Expr, good: exp.Expr) -> tuple[str, int, int, int | None]:
        every = within == exp.true()
        met = self._truth(good)
        holds = "" if every else f"{self._truth(within)} and "
        rows = self._count(self._rows(within, every=every))
        failures = self._count(self._if(f"{holds}not {met}"))
        unknown = None if one.sure else self._count(self._if(f"{holds}{met} is null"))
        return one.rule.id, rows, failures, unknown

    def _rows(self, within: exp.Expr, *, every: bool) -> str:
        if every:
            return self._all
        filled = within.this.this if isinstance(within, exp.Not) and isinstance(within.this, exp.Is) else None
        if self._weighted or not isinstance(filled, exp.Column):
            return self._if(self._truth(within))
        self._kept.add(self._quoted(filled.name))
        return f"count({self._quoted(filled.name)})"

    def _if(self, truth: str) -> str:
        if self._weighted:
            return f"coalesce(sum(_w) filter (where {truth}), 0)"
        if self.dialect == "postgres":
            return f"count(*) filter (where {truth})"
        counted = f"count_if({truth})"  # which DuckDB gives as null where it finds out that the truth is null for all
        return f"coalesce({counted}, 0)" if self.dialect == "duckdb" else counted

    def _count(self, sql: str) -> int:
        return self._counts.setdefault(sql, len(self._counts))

    def _truth(self, tree: exp.Expr) -> str:
        return self._truths.setdefault(self._written(tree), f"_p{len(self._truths)}")

    def _quoted(self, name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql(dialect=self.dialect)

    def _written(self, tree: exp.Expr) -> str:
        return to_sql(with_twins(tree, self._native) if self._native else tree, self.dialect, self.kernels)

    def _hoisted(self, tree: exp.Expr) -> exp.Expr:
        """Put a column in the place of every call of a kernel."""
        return rebuilt(tree.copy(), self._answer)

    def _answer(self, node: exp.Expr) -> exp.Expr:
        if not (isinstance(node, exp.Anonymous) and node.name in KERNEL_ARGUMENTS):
            return node
        sql, argument = self._written(node), self._written(node.expressions[0])
        call = self._calls.setdefault(sql, Call(f"_k{len(self._calls)}", node.name, argument, sql))
        return exp.column(call.name)

    def _shorter(self, tree: exp.Expr) -> exp.Expr:
        """Ask an answer for null instead of the text that it is about: kernels give null for null only."""
        asked = {one.argument: one.name for one in self.calls}

        def change(node: exp.Expr) -> exp.Expr:
            name = asked.get(self._written(node.this)) if isinstance(node, exp.Is) else None
            return node if name is None else exp.Is(this=exp.column(name), expression=exp.Null())

        return rebuilt(tree, change)


def reads(conditions: Iterable[Condition]) -> tuple[str, ...]:
    """Return the names of all columns that conditions read, in order."""
    return tuple(sorted({name for one in conditions for name in one.columns}))
