"""Three ways to count row rules, each for the rules that it is fastest for; together one account of the table.

Rules over few distinct values are counted once a value and multiplied; rules without kernels are one aggregate select;
rules with kernels are counted batch by batch.
"""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

import os
from collections import defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import reduce
from typing import TYPE_CHECKING

import duckdb

from conformance.bulk.engines.duckdb_files import quoted
from conformance.bulk.engines.duckdb_stream import PLACE, Stream, Tally
from conformance.bulk.engines.duckdb_text import NATIVE
from conformance.bulk.language import calls, to_sql, with_twins
from conformance.bulk.selects import RowSelect, reads
from conformance.bulk.sql import ROWS, SPOTS
from conformance.bulk.values import KEPT, Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from sqlglot import exp

    from conformance.bulk.engines.duckdb_files import Files
    from conformance.bulk.engines.duckdb_kernels import Answer
    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Tell

    Group = tuple[str, ...]

#: Rows looked at to guess whether columns have few distinct values, and how many are few for one column and for two.
_LOOKED_AT = 100_000
_FEW = {1: 20_000, 2: 50_000}
#: Rows of a batch: enough that calls cost nothing, few enough that wide texts fit.
_BATCH = 122_880
_PLACED = f"(_file::bigint << 40) + _row as {PLACE}"


class Lanes:
    """The ways of one table."""

    def __init__(self, session: Session, files: Files, answers: Mapping[str, Answer], total: int) -> None:
        self._session = session
        self._files = files
        self._answers = answers
        self._total = total

    def tallied(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count conditions, in the order given, and find the first failing rows of each."""
        few = self._few({reads([one]) for one in conditions})
        lanes: dict[tuple[str, Group], list[Condition]] = defaultdict(list)
        for one in conditions:
            group = reads([one])
            lane = "values" if group in few else "stream" if _asks(one) else "plain"
            lanes[lane, group if lane == "values" else ()].append(one)
        ways = {"values": self._by_value, "plain": self._plainly, "stream": self._streamed}
        found: dict[str, Tally] = {}
        for (lane, _), taken in lanes.items():
            found |= zip((one.rule.id for one in taken), ways[lane](taken, tell), strict=True)
        return [found[one.rule.id] for one in conditions]

    def _few(self, groups: set[Group]) -> set[Group]:
        """Return the groups of columns that have few distinct values among the first rows."""
        asked = sorted(one for one in groups if len(one) in _FEW)
        if not asked or self._total < _LOOKED_AT:
            return set()
        columns = sorted({name for one in asked for name in one})
        looked = f"(select * from {self._files.relation(columns, 'r')} limit {_LOOKED_AT}) as l"
        each = [f"count(distinct {_tuple(one)})" for one in asked]
        [counts] = self._session.run(f"select {', '.join(each)} from {looked}", ROWS, lambda _: None)
        return {one for one, count in zip(asked, counts, strict=True) if count <= _FEW[len(one)]}

    def _by_value(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count distinct values; where some fail, find their rows by them."""
        select = RowSelect(conditions, "duckdb", "udf", native=NATIVE, weighted=True)
        names = ", ".join(map(quoted, select.reads))
        values = (
            f"(select {names}, count(*) as _w from {self._files.relation(select.reads, 'r')} group by {names}) as v"
        )
        [row] = self._session.run(select.sql(values), ROWS, tell, self._total)
        return [
            Tally(one.rows, one.failures, one.unknown, self._places_of(each, values, tell) if one.failures else ())
            for each, one in zip(conditions, select.read(row), strict=True)
        ]

    def _places_of(self, one: Condition, values: str, tell: Tell) -> tuple[int, ...]:
        columns = reads([one])
        wrong = f"(select * from {values} where {_failing(one)}) as v"
        same = " and ".join(f"r.{name} is not distinct from v.{name}" for name in map(quoted, columns))
        relation = self._files.relation(columns, "r", placed=True)
        sql = f"select min({PLACE}, {KEPT}) from (select {_PLACED} from {relation} semi join {wrong} on {same})"
        [(places,)] = self._session.run(sql, SPOTS, tell, self._total)
        return tuple(places or ())

    def _plainly(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count by one aggregate select; where some fail, find their rows by another."""
        select = RowSelect(conditions, "duckdb", "udf", native=NATIVE)
        [row] = self._session.run(select.sql(self._files.relation(select.reads, "r")), ROWS, tell, self._total)
        counts = select.read(row)
        failing = [one for one, count in zip(conditions, counts, strict=True) if count.failures]
        places = dict(zip((one.rule.id for one in failing), self._first(failing, tell), strict=True))
        return [Tally(one.rows, one.failures, one.unknown, places.get(one.rule, ())) for one in counts]

    def _first(self, failing: Sequence[Condition], tell: Tell) -> list[tuple[int, ...]]:
        if not failing:
            return []
        each = [f"min({PLACE}, {KEPT}) filter (where _f{at})" for at, _ in enumerate(failing)]
        flags = [f"({_failing(one)}) as _f{at}" for at, one in enumerate(failing)]
        relation = self._files.relation(reads(failing), "r", placed=True)
        sql = f"select {', '.join(each)} from (select {', '.join([_PLACED, *flags])} from {relation})"
        [row] = self._session.run(sql, SPOTS, tell, self._total)
        return [tuple(places or ()) for places in row]

    def _streamed(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count batch by batch; a few batches are on their way at any time."""
        stream = Stream(conditions, NATIVE)
        relation = f"(select *, {_PLACED} from {self._files.relation(reads(conditions), 'r', placed=True)}) as r"
        found = [Tally()] * len(conditions)
        done = 0
        cores = self._session.threads or os.cpu_count() or 1
        with ThreadPoolExecutor(cores) as pool:
            running: deque[tuple[int, Future[list[Tally]]]] = deque()
            for batch in self._batches(stream.select(relation)):
                running.append((len(batch), pool.submit(stream.tallied, batch, self._answers)))
                while len(running) > cores + 1:
                    rows, job = running.popleft()
                    found = [one + more for one, more in zip(found, job.result(), strict=True)]
                    done += rows
                    tell(Progress(ROWS, done, self._total))
            return reduce(_added, (job.result() for _, job in running), found)

    def _batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        try:
            with self._session.connection.cursor() as cursor:
                yield from cursor.sql(sql).to_arrow_reader(_BATCH)
        except duckdb.Error as error:
            raise self._session.plain(error) from error


def _added(found: Sequence[Tally], more: Sequence[Tally]) -> list[Tally]:
    return [one + other for one, other in zip(found, more, strict=True)]


def _written(tree: exp.Expr) -> str:
    return to_sql(with_twins(tree, NATIVE), "duckdb")


def _failing(one: Condition) -> str:
    return f"({_written(one.population)}) and not ({_written(one.predicate)})"


def _asks(one: Condition) -> bool:
    asked = {name for tree in (one.population, one.predicate) for name, _ in calls(tree)}
    return bool(asked - set(NATIVE))


def _tuple(columns: Group) -> str:
    return f"({', '.join(map(quoted, columns))})" if len(columns) > 1 else quoted(columns[0])
