"""Four ways to count row rules, each for the rules that it is fastest for; together one account of the table.

pages   texts that the Parquet files keep by their distinct values, and kernels and character classes over others:
        straight from the files, row group by row group
values  other columns of few distinct values: each is judged once and counts as often as it occurs
stream  kernels over what SQL has to make first: in batches that DuckDB gives
plain   everything else: one aggregate select
"""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

import os
from collections import defaultdict, deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
from sqlglot import exp

from conformance.bulk.engines.arrow_logic import Logic
from conformance.bulk.engines.duckdb_files import quoted
from conformance.bulk.engines.duckdb_pages import BATCH, coded, counting, pages
from conformance.bulk.engines.duckdb_stream import PLACE, Stream, Tally
from conformance.bulk.engines.duckdb_text import NATIVE
from conformance.bulk.grammar import KERNEL_ARGUMENTS
from conformance.bulk.language import to_sql, with_twins
from conformance.bulk.selects import RowSelect, reads
from conformance.bulk.sql import ROWS, SPOTS
from conformance.bulk.values import KEPT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import pyarrow as pa

    from conformance.bulk.engines.duckdb_files import Files
    from conformance.bulk.engines.duckdb_kernels import Answer
    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.engines.duckdb_stream import Counting, Places
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Tell

    Group = tuple[str, ...]
    Job = Callable[[], tuple[int, list[Tally]]]

#: Rows looked at to guess how many distinct values columns have.
_LOOKED_AT = 100_000
_TOGETHER = 2  # columns whose values are grouped together at most
#: What parts of a rule cost, in seconds of one core for ten million rows.
_KERNEL, _PATTERN, _LIST, _NATIVE, _REST = 0.8, 1.0, 0.3, 0.15, 0.05
_GROUPING, _GROUPS = 0.15, 3.0  # to group by a column, and to keep a group for every row
_SHARE = 0.7  # of rows that may have a value of their own, lest memory is filled for nothing
_FEW_CONSTANTS = 3
_UNSEEN: Mapping[str, Any] = MappingProxyType({})
_PLACED = f"(_file::bigint << 40) + _row as {PLACE}"


class Lanes:
    """The ways of one table."""

    def __init__(self, session: Session, files: Files, answers: Mapping[str, Answer], total: int) -> None:
        self._session = session
        self._files = files
        self._logic = Logic(answers)
        self._total = total
        self._coded: set[str] = set()
        self._ready: dict[str, Counting | None] = {}

    def tallied(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count conditions, in the order given, and find the first failing rows of each."""
        ways = {"values": self._by_value, "pages": self._by_page, "stream": self._streamed, "plain": self._plainly}
        found: dict[str, Tally] = {}
        for (lane, _), taken in self._lanes(conditions).items():
            found |= zip((one.rule.id for one in taken), ways[lane](taken, tell), strict=True)
        return [found[one.rule.id] for one in conditions]

    def _lanes(self, conditions: Sequence[Condition]) -> dict[tuple[str, Group], list[Condition]]:
        groups: dict[Group, list[Condition]] = defaultdict(list)
        for one in conditions:
            groups[reads([one])].append(one)
        self._coded = coded(self._files, {name for one in groups for name in one})
        few = self._few({one: taken for one, taken in groups.items() if not self._coded.issuperset(one)})
        heavy = [one for group, taken in groups.items() if group not in few for one in taken if _price(one) >= _KERNEL]
        read = {name for one in heavy for name in reads([one]) if self._files.is_plain(name)} | self._coded
        lanes: dict[tuple[str, Group], list[Condition]] = defaultdict(list)
        for group, taken in groups.items():
            for one in taken:
                lanes["values", group].append(one) if group in few else lanes[self._lane(one, read), ()].append(one)
        return lanes

    def _lane(self, one: Condition, read: set[str]) -> str:
        """Return the way of a condition that is not counted by values; `read` are columns that pages read anyway."""
        if read.issuperset(reads([one])) and reads([one]) and self._counting(one):
            return "pages"
        return "stream" if _asks(one) else "plain"

    def _counting(self, one: Condition) -> Counting | None:
        if one.rule.id not in self._ready:
            self._ready[one.rule.id] = counting(one, self._logic, self._files)
        return self._ready[one.rule.id]

    def _few(self, groups: Mapping[Group, Sequence[Condition]]) -> set[Group]:
        """Return the groups of columns of which it is cheaper to judge distinct values than rows."""
        asked = sorted(one for one in groups if 0 < len(one) <= _TOGETHER)
        if not asked or self._total < _LOOKED_AT:
            return set()
        columns = sorted({name for one in asked for name in one})
        looked = f"(select * from {self._files.relation(columns, 'r')} limit {_LOOKED_AT}) as l"
        each = [f"count(distinct {_tuple(one)})" for one in asked]
        [counts] = self._session.run(f"select {', '.join(each)} from {looked}", ROWS, lambda _: None)
        return {
            one
            for one, count in zip(asked, counts, strict=True)
            if count <= _SHARE * _LOOKED_AT
            and sum(map(_price, groups[one])) > len(one) * _GROUPING + _GROUPS * count / _LOOKED_AT
        }

    def _by_value(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count distinct values; where some fail, find their rows by them."""
        select = RowSelect(conditions, "duckdb", "udf", native=NATIVE, weighted=True)
        names = ", ".join(map(quoted, select.reads))
        values = (
            f"(select {names}, count(*) as _w from {self._files.relation(select.reads, 'r')} group by {names}) as v"
        )
        [row] = self._session.run(select.sql(values), ROWS, tell, self._total)
        return [
            Tally(one.rows, one.failures, one.unknown, self._places_of(each, values, tell) if one.failures else {})
            for each, one in zip(conditions, select.read(row), strict=True)
        ]

    def _places_of(self, one: Condition, values: str, tell: Tell) -> Places:
        columns = reads([one])
        wrong = f"(select * from {values} where {_failing(one)}) as v"
        same = " and ".join(f"r.{name} is not distinct from v.{name}" for name in map(quoted, columns))
        relation = self._files.relation(columns, "r", placed=True)
        sql = f"select min({PLACE}, {KEPT}) from (select {_PLACED} from {relation} semi join {wrong} on {same})"
        [(places,)] = self._session.run(sql, SPOTS, tell, self._total)
        return dict.fromkeys(places or (), _UNSEEN)

    def _plainly(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count by one aggregate select; where some fail, find their rows by another."""
        select = RowSelect(conditions, "duckdb", "udf", native=NATIVE)
        [row] = self._session.run(select.sql(self._files.relation(select.reads, "r")), ROWS, tell, self._total)
        counts = select.read(row)
        failing = [one for one, count in zip(conditions, counts, strict=True) if count.failures]
        places = dict(zip((one.rule.id for one in failing), self._first(failing, tell), strict=True))
        return [Tally(one.rows, one.failures, one.unknown, places.get(one.rule, {})) for one in counts]

    def _first(self, failing: Sequence[Condition], tell: Tell) -> list[Places]:
        if not failing:
            return []
        each = [f"min({PLACE}, {KEPT}) filter (where _f{at})" for at, _ in enumerate(failing)]
        flags = [f"({_failing(one)}) as _f{at}" for at, one in enumerate(failing)]
        relation = self._files.relation(reads(failing), "r", placed=True)
        sql = f"select {', '.join(each)} from (select {', '.join([_PLACED, *flags])} from {relation})"
        [row] = self._session.run(sql, SPOTS, tell, self._total)
        return [dict.fromkeys(places or (), _UNSEEN) for places in row]

    def _by_page(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count row group by row group."""
        ready = [one for each in conditions if (one := self._counting(each))]
        fields = reads(conditions)
        jobs = (partial(one.tallied, ready, fields) for one in pages(self._files, self._coded))
        return self._summed(jobs, len(conditions), tell)

    def _streamed(self, conditions: Sequence[Condition], tell: Tell) -> list[Tally]:
        """Count batch by batch."""
        stream = Stream(conditions, NATIVE, self._logic)
        relation = f"(select *, {_PLACED} from {self._files.relation(reads(conditions), 'r', placed=True)}) as r"
        jobs = (partial(stream.tallied, one) for one in self._batches(stream.select(relation)))
        return self._summed(jobs, len(conditions), tell)

    def _summed(self, jobs: Iterable[Job], conditions: int, tell: Tell) -> list[Tally]:
        """Do jobs on all cores, a few at any time, and add what they counted."""
        found, done = [Tally()] * conditions, 0
        cores = self._session.threads or os.cpu_count() or 1
        with ThreadPoolExecutor(cores) as pool:
            running: deque[Future[tuple[int, list[Tally]]]] = deque()
            left = iter(jobs)
            while True:
                while len(running) <= cores and (job := next(left, None)) is not None:
                    running.append(pool.submit(job))
                if not running:
                    return found
                rows, more = running.popleft().result()
                found = [one + other for one, other in zip(found, more, strict=True)]
                done += rows
                tell(Progress(ROWS, done, self._total))

    def _batches(self, sql: str) -> Iterator[pa.RecordBatch]:
        try:
            with self._session.connection.cursor() as cursor:
                yield from cursor.sql(sql).to_arrow_reader(BATCH)
        except duckdb.Error as error:
            raise self._session.plain(error) from error


def _written(tree: exp.Expr) -> str:
    return to_sql(with_twins(tree, NATIVE), "duckdb")


def _failing(one: Condition) -> str:
    return f"({_written(one.population)}) and not ({_written(one.predicate)})"


def _asks(one: Condition) -> bool:
    nodes = (node for tree in (one.population, one.predicate) for node in tree.find_all(exp.Anonymous))
    return any(node.name in KERNEL_ARGUMENTS and node.name not in NATIVE for node in nodes)


def _price(one: Condition) -> float:
    """What a rule costs as plain SQL or by kernels, roughly."""
    return sum(_price_of(node) for tree in (one.population, one.predicate) for node in tree.walk())


def _price_of(node: exp.Expr) -> float:
    if isinstance(node, exp.Anonymous):
        return _NATIVE if node.name in NATIVE else _KERNEL
    if isinstance(node, exp.RegexpFullMatch):
        return _PATTERN
    if isinstance(node, exp.In) and len(node.expressions) > _FEW_CONSTANTS:
        return _LIST
    return _REST if isinstance(node, exp.Predicate) else 0


def _tuple(columns: Group) -> str:
    return f"({', '.join(map(quoted, columns))})" if len(columns) > 1 else quoted(columns[0])
