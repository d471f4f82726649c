"""Shared attributes of two tables as SQL: a subject differs when any pair of its rows does."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.masking import shown, shown_row
from conformance.bulk.values import KEPT, Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.bulk.sql import SqlTable
    from conformance.bulk.values import AgreementRule


class BothSides:
    """The subjects that two tables share: `h` here and `t` there, least and greatest value of each attribute.

    All values of an attribute agree exactly when the least here is the greatest there and the greatest here the least
    there, however many rows a subject has: no pair of rows is ever formed.
    """

    def __init__(self, rule: AgreementRule, here: SqlTable, there: SqlTable) -> None:
        self.rule = rule
        self.here = here
        self.keys = here.quoted(one for one, _ in rule.key)
        self._relation = f"{self._side(here, 0, 'h')} join {self._side(there, 1, 't')} on " + all_of(
            f"h._s{at} = t._s{at}" for at, _ in enumerate(self.keys)
        )
        self._differ = [f"(h._l{at} <> t._g{at} or h._g{at} <> t._l{at})" for at, _ in enumerate(rule.attributes)]

    def _side(self, table: SqlTable, side: int, name: str) -> str:
        keys = table.quoted(one[side] for one in self.rule.key)
        attributes = [f"nullif({one}, '')" for one in table.quoted(one[side] for one in self.rule.attributes)]
        ends = [f"min({one}) as _l{at}, max({one}) as _g{at}" for at, one in enumerate(attributes)]
        relation = table.relation([one[side] for one in (*self.rule.key, *self.rule.attributes)], "r")
        read = ", ".join([aliased(keys, "_s"), *ends])
        return f"(select {read} from {relation} where {filled(keys)} group by {', '.join(keys)}) as {name}"

    def counted(self) -> str:
        """Return the select of subjects and of those that differ."""
        return f"select count(*), count(case when {' or '.join(self._differ)} then 1 end) from {self._relation}"

    def differences(self) -> str:
        """Return the select of the first subjects that differ: place and key of their first row, then both values."""
        subjects = [f"_s{at}" for at, _ in enumerate(self.keys)]
        pairs = [
            f"case when h._l{at} <> t._g{at} then h._l{at} when {one} then h._g{at} end as _h{at},"
            f" case when h._l{at} <> t._g{at} then t._g{at} when {one} then t._l{at} end as _t{at}"
            for at, one in enumerate(self._differ)
        ]
        order = ", ".join(f"h.{one}" for one in subjects)
        chosen = (
            f"(select {', '.join([*(f'h.{one}' for one in subjects), *pairs])} from {self._relation}"
            f" where {' or '.join(self._differ)} order by {order} limit {KEPT}) as d"
        )
        return self._first_rows(subjects, chosen)

    def _first_rows(self, subjects: Sequence[str], chosen: str) -> str:
        here = self.here
        primary = here.quoted(here.dataset.primary_key)
        place = ["r._file", "r._row"] if here.placed else [f"r.{one}" for one in primary] or ["1"]
        rank = f"row_number() over (partition by {', '.join(subjects)} order by {', '.join(place)}) as _n"
        values = [f"_{side}{at}" for at, _ in enumerate(self.rule.attributes) for side in "ht"]
        placed = "r._file, r._row" if here.placed else "null as _file, null as _row"
        keys = [f"r.{one} as _p{at}" for at, one in enumerate(primary)]
        relation = here.relation(here.with_key(one for one, _ in self.rule.key), "r", placed=here.placed)
        same = all_of(f"r.{one} = d.{name}" for one, name in zip(self.keys, subjects, strict=True))
        inner = f"select {', '.join([placed, *keys, *subjects, *values, rank])} from {chosen} join {relation} on {same}"
        read = ["_file", "_row", *(f"_p{at}" for at, _ in enumerate(primary)), *values]
        return f"select {', '.join(read)} from ({inner}) as x where _n = 1 order by {', '.join(subjects)}"

    def spot(self, row: Sequence[Any]) -> Spot:
        """Return an example from a row of `differences`."""
        keys = self.here.dataset.primary_key
        values = row[2 + len(keys) :]
        fields = self.here.fields
        differing = [
            f"{name}={shown(mine, fields.get(name))} ≠ {shown(theirs, fields.get(name))}"
            for (name, _), mine, theirs in zip(self.rule.attributes, values[::2], values[1::2], strict=True)
            if mine is not None
        ]
        key = shown_row(keys, row[2 : 2 + len(keys)], fields) if keys else ""
        return Spot(row[0] or self.here.source, row[1], key, ", ".join(differing))


def aliased(columns: Sequence[str], prefix: str) -> str:
    """Return columns with a prefix and their number."""
    return ", ".join(f"{one} as {prefix}{at}" for at, one in enumerate(columns))


def filled(columns: Sequence[str], before: str = "") -> str:
    """Return the condition that every column has a value: neither null nor the empty text."""
    return all_of(f"{before}{one} <> ''" for one in columns)


def all_of(conditions: Iterable[str]) -> str:
    """Return conditions joined by `and`."""
    return " and ".join(conditions)
