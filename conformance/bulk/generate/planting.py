"""Chooses the rows that get an error, and writes the errors into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from conformance.bulk.generate.asked import too_few
from conformance.bulk.generate.bound import filled
from conformance.bulk.generate.kind import Victims
from conformance.bulk.generate.kinds import KINDS
from conformance.bulk.generate.letters import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from conformance.bulk.generate.asked import Asked
    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags, Rows
    from conformance.bulk.generate.kind import Kind, Value
    from conformance.bulk.generate.table import Slice

_LEAST_DRAW = 4096
_MOST_DRAW = 500_000


@dataclass(frozen=True, slots=True)
class Planted:
    """One kind of error and the rows that it hits.

    Attributes:
        rows: in their order, the first row of the table being 0.
        donors: for each of them the row that it repeats; empty where it repeats none.
    """

    asked: Asked
    kind: Kind
    rows: Rows
    donors: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def within(self, first: int, end: int) -> slice:
        """Return which of the rows lie in a range of rows, the end not included."""
        return slice(*np.searchsorted(self.rows, (first, end)))


def plant(plan: BoundPlan, asked: Sequence[Asked], size: int) -> tuple[Planted, ...]:
    """Choose rows for every error, no row twice, by chance over the whole table.

    Args:
        plan: of the table.
        asked: with their fields named.
        size: rows of the table.

    Raises:
        GenerateError: there are not enough rows that can have an error.
    """
    taken = np.empty(0, dtype=np.int64)
    found: list[Planted] = []
    for at, one in enumerate(asked):
        chooser = _Chooser(plan, one, size, at)
        rows = chooser.choose(taken)
        taken = np.union1d(taken, rows)
        donors = chooser.donors(taken) if KINDS[one.kind].copies else np.empty(0, dtype=np.int64)
        taken = np.union1d(taken, donors)
        found.append(Planted(one, KINDS[one.kind], np.sort(rows), donors))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Chooser:
    plan: BoundPlan
    asked: Asked
    size: int
    at: int

    def choose(self, taken: Rows) -> Rows:
        """Walk over the table in a random order and take the first rows that can have the error."""
        return self._walk("rows", taken, self._eligible)

    def donors(self, taken: Rows) -> Rows:
        """Take rows without errors that are to be repeated."""
        return self._walk("donors", taken, lambda part: np.ones(len(part), dtype=bool))

    def _walk(self, name: str, taken: Rows, eligible: Callable[[Slice], Flags]) -> Rows:
        table = self.plan.table
        names = (table.dataset.id, "errors", name, self.at, self.asked.kind, self.asked.field)
        shuffle = table.world.shuffle(self.size, *names)
        found: list[Rows] = []
        missing, first = self.asked.count, 0
        while missing and first < self.size:
            end = min(self.size, first + min(max(_LEAST_DRAW, 2 * missing), _MOST_DRAW))
            drawn = shuffle(np.arange(first, end))
            drawn = drawn[~np.isin(drawn, taken)]
            found.append(drawn[eligible(table.rows(drawn))][:missing])
            missing, first = missing - len(found[-1]), end
        if missing:
            raise too_few(self.asked, self.asked.count - missing)
        return np.concatenate(found)

    def _eligible(self, part: Slice) -> Flags:
        kind, name = KINDS[self.asked.kind], str(self.asked.field)
        good = filled(part, name)
        if kind.eligible is not None:
            known = self.plan.table.rows(part.rows[good])
            good[good] = kind.eligible(Victims(self.plan, known, self.plan.table.fields[name]))
        return good


def changed(plan: BoundPlan, one: Planted, which: slice) -> tuple[Slice, dict[str, list[Value]]]:
    """Return some of the rows of an error as they were, and the new values of the fields that it changes."""
    part = plan.table.rows(one.rows[which])
    if one.kind.copies is not None:
        return part, _copied(plan, one, which)
    return part, one.kind.change(Victims(plan, part, plan.table.fields[str(one.asked.field)]))


def _copied(plan: BoundPlan, one: Planted, which: slice) -> dict[str, list[Value]]:
    donors = plan.table.rows(one.donors[which])
    kept = set() if one.kind.copies == "primaryKey" else set(plan.table.dataset.primary_key)
    return {name: plain(donors.column(name)).to_pylist() for name in plan.table.fields if name not in kept}


def overwritten(column: pa.Array, places: Rows, values: Sequence[Value]) -> pa.Array:
    """Return a column with new values at some places, which are in order; it keeps its encoding."""
    bare = plain(column)
    mask = np.zeros(len(column), dtype=bool)
    mask[places] = True
    new = pc.replace_with_mask(bare, pa.array(mask), pa.array(values, type=bare.type))
    return pc.dictionary_encode(new) if isinstance(column, pa.DictionaryArray) else new


def merged(changes: Sequence[tuple[Rows, Mapping[str, Sequence[Value]]]]) -> Iterator[tuple[str, Rows, list[Value]]]:
    """Return for each field the places and values of all errors together, in the order of the places."""
    names = dict.fromkeys(name for _, values in changes for name in values)
    for name in names:
        pairs = [
            (int(place), value)
            for places, values in changes
            if name in values
            for place, value in zip(places, values[name], strict=True)
        ]
        pairs.sort(key=lambda pair: pair[0])
        yield name, np.array([place for place, _ in pairs], dtype=np.int64), [value for _, value in pairs]
