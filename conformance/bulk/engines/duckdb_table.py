"""A table of files on DuckDB."""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from conformance.bulk.engines.duckdb_files import Files
from conformance.bulk.engines.duckdb_keys import Keys
from conformance.bulk.engines.duckdb_lanes import Lanes
from conformance.bulk.engines.duckdb_session import LimitError
from conformance.bulk.selects import condition
from conformance.bulk.sources.columns import check_key
from conformance.bulk.sql import SPOTS, SqlTable
from conformance.bulk.values import EngineError, Measured, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.bulk.engine import Table
    from conformance.bulk.engines.duckdb_files import Stored
    from conformance.bulk.engines.duckdb_kernels import Answer
    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.engines.duckdb_stream import Tally
    from conformance.bulk.record import Unread
    from conformance.bulk.values import AgreementRule, Context, KeyRule, ReferenceRule, RowRule, Spot, Tell
    from conformance.law.data import Dataset
    from conformance.text import Text


_FILE = 40  # bits of a place that hold the row
_ROW = (1 << _FILE) - 1


class DuckTable(SqlTable):
    """The rows of some Parquet files, each with its way back to the file and row of the source."""

    dialect: ClassVar = "duckdb"
    kernels: ClassVar = "udf"
    placed: ClassVar = True

    def __init__(self, dataset: Dataset, context: Context, session: Session, answers: Mapping[str, Answer]) -> None:
        super().__init__(dataset, context)
        self._session = session
        self._answers = answers
        self._files = Files((), dataset)

    def over(self, source: str, files: Sequence[str], stored: Sequence[Stored], unread: Sequence[Unread]) -> DuckTable:
        """Take the files of a source.

        Raises:
            SourceError: they have none of the fields of the dataset, or not its primary key.
        """
        self.source = source
        self.files = tuple(files)
        self.unread = tuple(unread)
        self.columns = {name: kind for one in stored for name, kind in one.part.columns.items()}
        known = {field for one in stored for field in one.fields}
        self.missing = tuple(one.name for one in self.dataset.fields if one.name not in known) if stored else ()
        if stored:
            check_key(source, self.dataset, self.missing, self.columns)
        self._files = Files(stored, self.dataset)
        return self

    @cached_property
    def _rows(self) -> int:
        return super().count()

    def count(self) -> int:
        """Return the number of rows; counted once."""
        return self._rows

    def run(self, sql: str, stage: Text, tell: Tell) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows, telling how far it has come."""
        total = self.__dict__.get("_rows")
        return self._session.run(sql, stage, tell, total)

    def relation(self, columns: Iterable[str], name: str, *, placed: bool = False) -> str:
        """Return the files as a relation; `_file` is the index of a part until a spot tells its name."""
        return self._files.relation(columns, name, placed=placed)

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """Name the damaged file where the engine stumbles over one."""
        try:
            yield
        except LimitError:
            raise
        except (SourceError, EngineError) as error:
            raise self._files.damaged(self._session) or error from error

    def row_rules(self, rules: Sequence[RowRule], tell: Tell) -> list[Measured]:
        """Count all rules, each in the way that is fastest for it, in the order given."""
        conditions = [condition(one, self.context, self.fields) for one in rules]
        with self._blaming():
            lanes = Lanes(self._session, self._files, self._answers, self.count())
            tallies = lanes.tallied(conditions, tell) if conditions else []
            rows = self._rows_at(rules, tallies, tell)
        return [
            Measured(
                rule.id, one.rows, one.failures, one.unknown, tuple(self._spot(rule, rows[at]) for at in one.places)
            )
            for rule, one in zip(rules, tallies, strict=True)
        ]

    def _rows_at(
        self, rules: Sequence[RowRule], tallies: Sequence[Tally], tell: Tell
    ) -> Mapping[int, Mapping[str, Any]]:
        """Return what examples show of the first failing rows, looking up what was not at hand."""
        rows: dict[int, dict[str, Any]] = defaultdict(dict)
        for one in tallies:
            for place, values in one.places.items():
                rows[place] |= {"_file": place >> _FILE, "_row": place & _ROW, **values}
        needs = [(one, self.with_key(rule.columns)) for rule, one in zip(rules, tallies, strict=True)]
        lacking = [(place, names) for one, names in needs for place in one.places if not rows[place].keys() >= {*names}]
        if lacking:
            names = sorted({name for _, names in lacking for name in names})
            for place, values in self._looked_up({place for place, _ in lacking}, names, tell):
                rows[place] |= values
        return rows

    def _looked_up(self, places: set[int], names: Sequence[str], tell: Tell) -> Iterator[tuple[int, Mapping[str, Any]]]:
        relation = self.relation(names, "r", placed=True)
        at = defaultdict(list)
        for place in sorted(places):
            at[place >> _FILE].append(str(place & _ROW))
        each = " or ".join(f"(_file = {file} and _row in ({', '.join(rows)}))" for file, rows in at.items())
        columns = ", ".join(self.quoted(["_file", "_row", *names]))
        for row in self.run(f"select {columns} from {relation} where {each}", SPOTS, tell):
            yield (row[0] << _FILE) + row[1], dict(zip(names, row[2:], strict=True))

    def _spot(self, rule: RowRule, row: Mapping[str, Any]) -> Spot:
        wanted = ["_file", "_row", *self.dataset.primary_key, *rule.columns]
        return self.spot(rule.columns, [row[one] for one in wanted])

    def key(self, rule: KeyRule, tell: Tell) -> Measured:
        """Count a rule over a key exactly, whatever the size of the table."""
        with self._blaming():
            return super().key(rule, tell) if rule.kind == "filled" else self._unique(rule, tell)

    def reference(self, rule: ReferenceRule, other: Table, tell: Tell) -> Measured:
        """Count rows whose key another table does not have."""
        with self._blaming():
            return super().reference(rule, other, tell)

    def agreement(self, rule: AgreementRule, other: Table, tell: Tell) -> Measured:
        """Count subjects on which two tables differ."""
        with self._blaming():
            return super().agreement(rule, other, tell)

    def _unique(self, rule: KeyRule, tell: Tell) -> Measured:
        with Keys(self._session, self._files, rule.columns, self.count()).counted(tell) as keys:
            measured = Measured(rule.id, keys.rows, keys.repeated)
            return self.with_spots(measured, rule.columns, "", tell, keys.later_rows(self.dataset.primary_key))

    def placed_row(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row of (file, row, …) with the file and position that the user knows."""
        part = self._files.stored[row[0]].part
        return (part.name, part.position(row[1]), *row[2:])
