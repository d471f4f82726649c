"""Uniqueness of keys, exact, in little memory: hashes first, then the keys whose hash occurs more than once.

A hash that occurs once belongs to one row only. The keys of all other rows are compared themselves, so that two keys
with one hash are never taken for one.
"""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.bulk.agreements import aliased, all_of, filled
from conformance.bulk.engines.duckdb_files import quoted
from conformance.bulk.sql import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.bulk.engines.duckdb_files import Files
    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.values import Tell

_PLACE = "(_file::bigint << 40) + _row"


class Keys:
    """The values of a key in a table.

    Attributes:
        rows: rows in which every column of the key has a value.
        repeated: of them, those whose key an earlier row has.
    """

    def __init__(self, session: Session, files: Files, columns: Sequence[str], total: int) -> None:
        self._session = session
        self._files = files
        self._columns = columns
        self._keys = [quoted(one) for one in columns]
        self._total = total
        self.rows = 0
        self.repeated = 0

    @contextmanager
    def counted(self, tell: Tell) -> Iterator[Keys]:
        """Count, and keep the hashes that occur more than once until the context is left."""
        hashes = f"select hash({', '.join(self._keys)}) as h, count(*) as c from {self._relation('r')}"
        self._run(f"create or replace temp table _twice as {hashes} where {self._filled} group by h having c > 1", tell)
        try:
            [(self.rows,)] = self._run(f"select count(*) from {self._relation('r')} where {self._filled}", tell)
            [(twice,)] = self._run("select coalesce(sum(c), 0) from _twice", tell)
            if twice:
                exact = f"select count(*) from (select 1 from {self._suspects()} group by {', '.join(self._keys)})"
                self.repeated = int(twice) - int(self._run(exact, tell)[0][0])
            yield self
        finally:
            self._session.connection.execute("drop table _twice")

    def later_rows(self, read: Sequence[str]) -> str:
        """Return a relation called r of the rows whose key an earlier row has, with their place; within `counted`."""
        first = (
            f"(select {aliased(self._keys, '_d')}, min({_PLACE}) as _first from {self._suspects(placed=True)}"
            f" group by {', '.join(self._keys)} having count(*) > 1) as d"
        )
        same = all_of(f"r.{one} = d._d{at}" for at, one in enumerate(self._keys))
        relation = self._relation("r", read, placed=True)
        return f"(select r.* from {relation} join {first} on {same} where {_PLACE} > _first) as r"

    def _suspects(self, *, placed: bool = False) -> str:
        """What follows `from` for the rows whose hash occurs more than once."""
        relation = self._relation("r", placed=placed)
        return f"{relation} semi join _twice on hash({', '.join(self._keys)}) = _twice.h where {self._filled}"

    @property
    def _filled(self) -> str:
        return filled(self._keys)

    def _relation(self, name: str, columns: Sequence[str] = (), *, placed: bool = False) -> str:
        return self._files.relation([*self._columns, *columns], name, placed=placed)

    def _run(self, sql: str, tell: Tell) -> list[tuple[int, ...]]:
        return self._session.run(sql, KEYS, tell, self._total)
