"""A table on an engine that speaks SQL: what all such engines share.

An engine adds how a statement runs and what the table is called; it overrides a count where it knows a better way.
"""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from sqlglot import exp

from conformance.bulk.agreements import BothSides, aliased, all_of, filled
from conformance.bulk.language import to_sql
from conformance.bulk.masking import shown_row
from conformance.bulk.selects import Kernels, RowSelect, condition, reads
from conformance.bulk.values import KEPT, EngineError, Measured, Spot
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.bulk.engine import Table
    from conformance.bulk.record import Unread
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import AgreementRule, Context, KeyRule, Progress, ReferenceRule, RowRule, Tell
    from conformance.law.data import Dataset

ROWS = Text("逐行规则", "rules over rows")
KEYS = Text("主键与唯一性", "keys")
REFERENCES = Text("外键", "references")
AGREEMENTS = Text("共享属性", "shared attributes")
SPOTS = Text("失败样例", "examples of failures")
#: Rules counted in one select: three counts each stay below the 1664 columns that Postgres takes.
_AT_ONCE = 400


class SqlTable(ABC):
    """A table whose rules are counted by SQL.

    Every column is asked for in its text form, geometries as WKB; a field that the source does not have is null in
    every row.

    Attributes:
        dialect: duckdb, postgres or spark.
        kernels: `udf` where kernels are functions of the engine, `twin` where they are written out.
        placed: whether relations can tell file and position of a row.
    """

    dialect: ClassVar[str]
    kernels: ClassVar[Kernels]
    placed: ClassVar[bool] = False

    source: str
    files: tuple[str, ...] = ()
    columns: Mapping[str, str]
    missing: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()

    def __init__(self, dataset: Dataset, context: Context) -> None:
        self.dataset = dataset
        self.context = context
        self.fields = {one.name: one for one in dataset.fields}

    @abstractmethod
    def run(self, sql: str, stage: Text, tell: Tell) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows; tells how far it has come.

        Raises:
            SourceError: a row cannot be read.
            EngineError: the engine gave up.
        """

    @abstractmethod
    def relation(self, columns: Iterable[str], name: str, *, placed: bool = False) -> str:
        """Return what follows `from`: a bracketed select of columns in their text form, under a name.

        Args:
            columns: names of fields; those that the source does not have are null.
            name: by which other parts of a statement call it.
            placed: adds `_file` (the name of the file) and `_row` (the position in it, from 1).
        """

    def count(self) -> int:
        """Return the number of rows."""
        return int(self.run(f"select count(*) from {self.relation([], 'r')}", ROWS, _silent)[0][0])

    def row_rules(self, rules: Sequence[RowRule], tell: Tell) -> list[Measured]:
        """Count all rules in one pass (beyond some hundreds in more), in the order given."""
        conditions = [condition(one, self.context, self.fields) for one in rules]
        found = [
            one
            for begin in range(0, len(conditions), _AT_ONCE)
            for one in self.counted(conditions[begin : begin + _AT_ONCE], tell)
        ]
        return self.spotted(conditions, found, tell)

    def counted(self, conditions: Sequence[Condition], tell: Tell) -> list[Measured]:
        """Count conditions in one pass, without examples."""
        select = RowSelect(conditions, self.dialect, self.kernels)
        [row] = self.run(select.sql(self.relation(select.reads, "r")), ROWS, tell)
        return select.read(row)

    def spotted(self, conditions: Sequence[Condition], found: Sequence[Measured], tell: Tell) -> list[Measured]:
        """Add the first failing rows to what was counted: one short query for each rule that fails."""
        return [
            self.with_spots(measured, one.rule.columns, self._failing(one), tell, self._reading(one))
            for one, measured in zip(conditions, found, strict=True)
        ]

    def key(self, rule: KeyRule, tell: Tell) -> Measured:
        """Count a rule over a key exactly."""
        return self._filled(rule, tell) if rule.kind == "filled" else self._unique(rule, tell)

    def reference(self, rule: ReferenceRule, other: Table, tell: Tell) -> Measured:
        """Count rows whose key another table does not have: distinct keys first, then one anti join."""
        keys = self.quoted(rule.columns)
        known, same = self._known(rule, self._same_engine(other))
        here = (
            f"(select {', '.join(keys)}, count(*) as _n from {self.relation(rule.columns, 'r')}"
            f" where {filled(keys)} group by {', '.join(keys)}) as r"
        )
        sql = (
            "select coalesce(sum(_n), 0), coalesce(sum(case when o._o0 is null then _n else 0 end), 0)"
            f" from {here} left join {known} on {same}"
        )
        [(rows, failures)] = self.run(sql, REFERENCES, tell)
        lost = f"left join {known} on {same} where {filled(keys, 'r.')} and o._o0 is null"
        return self.with_spots(Measured(rule.id, int(rows), int(failures)), rule.columns, lost, tell)

    def agreement(self, rule: AgreementRule, other: Table, tell: Tell) -> Measured:
        """Count subjects on which two tables differ, by the least and greatest value of each attribute on each side."""
        there = self._same_engine(other)
        both = BothSides(rule, self, there)
        [(rows, failures)] = self.run(both.counted(), AGREEMENTS, tell)
        found = self.run(both.differences(), SPOTS, tell) if failures else []
        return Measured(
            rule.id, int(rows), int(failures), spots=tuple(both.spot(self.placed_row(row)) for row in found)
        )

    def quoted(self, names: Iterable[str]) -> list[str]:
        """Return names as identifiers of the dialect."""
        return [exp.to_identifier(one, quoted=True).sql(dialect=self.dialect) for one in names]

    def sql_of(self, tree: exp.Expr) -> str:
        """Return an expanded expression in the dialect."""
        return to_sql(tree, self.dialect, self.kernels)

    def with_spots(
        self,
        measured: Measured,
        columns: Sequence[str],
        tail: str,
        tell: Tell,
        source: str | None = None,
    ) -> Measured:
        """Add the first failing rows to a count, if there are failures.

        Args:
            measured: what was counted.
            columns: those that the rule is about.
            tail: what follows `from … as r` to leave the failing rows only.
            tell: hears of progress.
            source: a relation called r with these columns, the primary key and the place of each row.
        """
        if not measured.failures:
            return measured
        wanted = [f"r.{one}" for one in self.quoted([*self.dataset.primary_key, *columns])]
        place = ["r._file", "r._row"] if self.placed else ["null", "null"]
        relation = source or self.relation(self.with_key(columns), "r", placed=self.placed)
        order = place if self.placed else wanted
        sql = f"select {', '.join([*place, *wanted])} from {relation} {tail} order by {', '.join(order)} limit {KEPT}"
        spots = tuple(self.spot(columns, row) for row in self.run(sql, SPOTS, tell))
        return Measured(measured.rule, measured.rows, measured.failures, measured.unknown, spots)

    def with_key(self, columns: Iterable[str]) -> list[str]:
        """Return columns and those of the primary key, each once."""
        return sorted({*self.dataset.primary_key, *columns})

    def spot(self, columns: Sequence[str], row: Sequence[Any]) -> Spot:
        """Return an example from (file, row, the primary key, the columns)."""
        row = self.placed_row(row)
        keys = self.dataset.primary_key
        key, values = row[2 : 2 + len(keys)], row[2 + len(keys) :]
        return Spot(
            row[0] or self.source,
            row[1],
            shown_row(keys, key, self.fields) if keys else "",
            shown_row(columns, values, self.fields),
        )

    def placed_row(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row of (file, row, …) with the file and position that the user knows."""
        return row

    def _same_engine(self, other: Table) -> SqlTable:
        if type(other) is not type(self):
            message = Text("两个表须由同一引擎打开", "both tables must be opened by one engine")
            raise EngineError(message)
        return other

    def _filled(self, rule: KeyRule, tell: Tell) -> Measured:
        good = filled(self.quoted(rule.columns))
        sql = f"select count(*), count(case when {good} then 1 end) from {self.relation(rule.columns, 'r')}"
        [(rows, met)] = self.run(sql, KEYS, tell)
        tail = f"where not coalesce({good}, false)"
        return self.with_spots(Measured(rule.id, int(rows), int(rows) - int(met)), rule.columns, tail, tell)

    def _unique(self, rule: KeyRule, tell: Tell) -> Measured:
        keys = self.quoted(rule.columns)
        sql = (
            "select coalesce(sum(_n), 0), count(*) from"
            f" (select count(*) as _n from {self.relation(rule.columns, 'r')}"
            f" where {filled(keys)} group by {', '.join(keys)}) as g"
        )
        [(rows, distinct)] = self.run(sql, KEYS, tell)
        measured = Measured(rule.id, int(rows), int(rows) - int(distinct))
        return self.with_spots(measured, rule.columns, "where r._n > 1", tell, self.repeated(rule.columns))

    def repeated(self, columns: Sequence[str]) -> str:
        """Return a relation of the rows whose key occurs more than once, numbered in `_n` within each key."""
        keys = self.quoted(columns)
        read = self.with_key(columns)
        order = "r._file, r._row" if self.placed else ", ".join(f"r.{one}" for one in self.quoted(read))
        twice = (
            f"(select {aliased(keys, '_d')} from {self.relation(columns, 'q')} where {filled(keys)}"
            f" group by {', '.join(keys)} having count(*) > 1) as d"
        )
        same = all_of(f"r.{one} = d._d{at}" for at, one in enumerate(keys))
        numbered = f"row_number() over (partition by {', '.join(f'r.{one}' for one in keys)} order by {order}) as _n"
        return (
            f"(select r.*, {numbered} from {self.relation(read, 'r', placed=self.placed)} join {twice} on {same}) as r"
        )

    def _known(self, rule: ReferenceRule, there: SqlTable) -> tuple[str, str]:
        """The distinct keys of the other table, called o, and the condition that joins them to r."""
        theirs = there.quoted(rule.references)
        known = f"(select distinct {aliased(theirs, '_o')} from {there.relation(rule.references, 'o')}"
        same = all_of(f"r.{here} = o._o{at}" for at, here in enumerate(self.quoted(rule.columns)))
        return f"{known} where {filled(theirs)}) as o", same

    def _failing(self, one: Condition) -> str:
        return f"where ({self.sql_of(one.population)}) and not ({self.sql_of(one.predicate)})"

    def _reading(self, one: Condition) -> str:
        columns = {*one.rule.columns, *reads([one])}
        return self.relation(self.with_key(columns), "r", placed=self.placed)


def _silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""
