"""The course of a generation: what is asked is bound and checked before the first row, then chunk follows chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.bind import municipal_agreement
from conformance.bulk.bind import plan as bind
from conformance.bulk.generate.asked import Asked, bound_to
from conformance.bulk.generate.bound import BoundPlan
from conformance.bulk.generate.letters import plain
from conformance.bulk.generate.makers import MAKERS
from conformance.bulk.generate.planting import Planted, changed, merged, overwritten, plant
from conformance.bulk.generate.table import Table
from conformance.bulk.generate.tables import Hit, Twin
from conformance.bulk.generate.tally import Tally
from conformance.bulk.generate.world import GenerateError, World
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from conformance.bulk.generate.table import Slice
    from conformance.bulk.generate.tables import Count
    from conformance.law import Law
    from conformance.law.data import Dataset, Field

CHUNK = 245_760


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be generated.

    Attributes:
        size: rows.
        today: the anchor date; no date that has to be past is after it.
        of: rows of the tables that this one refers to, by dataset; as many as this one where it is not named.
    """

    dataset: Dataset
    size: int
    seed: int
    today: date
    errors: tuple[Asked, ...] = ()
    of: Mapping[str, int] = field(default_factory=dict)


class Generation:
    """One table about to be made, with its errors chosen and its counts known when the last chunk is made.

    Attributes:
        planted: the errors and the rows that they hit.
    """

    def __init__(self, law: Law, wish: Wish) -> None:
        """Bind and check everything that is asked.

        Raises:
            GenerateError: it cannot be made; the text says why and what can be.
        """
        self.wish = wish
        _check_sizes(wish)
        plan = bind(law, wish.dataset, today=wish.today.isoformat())
        rows = {**wish.of, wish.dataset.id: wish.size}
        world = World(law.data, wish.seed, wish.today, plan.context.code_lists, wish.size, rows)
        self.table = Table(world, wish.dataset, MAKERS)
        _check_keys(self.table, wish.size)
        self.plan = BoundPlan(self.table, plan)
        self.planted: tuple[Planted, ...] = plant(self.plan, bound_to(self.plan, wish.errors), wish.size)
        municipal = municipal_agreement(law.data, wish.dataset, lambda name: law.edition.parameters[name].default)
        self._tally = Tally(self.plan, Twin(municipal, wish.size))
        self._made = 0

    @property
    def schema(self) -> pa.Schema:
        """The columns: texts, and WKB for geometries."""
        return pa.schema([(one.name, _type(one)) for one in self.wish.dataset.fields])

    @property
    def referenced(self) -> dict[str, int]:
        """How many rows the tables have that this one refers to, by dataset."""
        return {one.dataset: one.shuffle.size for one in self.table.links.values()}

    @property
    def unmade(self) -> tuple[str, ...]:
        """Fields that have valid text of their format, because their data element says no more."""
        links, knows = self.table.links, self.table.makers.knows
        return tuple(one.name for one in self.wish.dataset.fields if one.name not in links and not knows(one))

    def chunks(self, first: int = 0, end: int | None = None, size: int = CHUNK) -> Iterator[dict[str, pa.Array]]:
        """Make the rows of a range, some at a time, and count them; columns keep their encoding."""
        last = self.wish.size if end is None else end
        for begin in range(first, last, size):
            yield self._chunk(begin, min(begin + size, last))

    def batches(self, size: int = CHUNK) -> Iterator[pa.RecordBatch]:
        """Make the whole table as batches of texts."""
        for columns in self.chunks(size=size):
            yield pa.RecordBatch.from_arrays([plain(one) for one in columns.values()], schema=self.schema)

    def counts(self) -> dict[str, Count | None]:
        """Return what the rules count on the table, by rule; None where nobody knows beforehand.

        Raises:
            ValueError: the table was not made, or not once and whole.
        """
        self._check_whole()
        return self._tally.result()

    def twin(self) -> Count:
        """Return what agreement with the same table without errors counts (a municipal table, STD-058).

        Raises:
            ValueError: the table was not made, or not once and whole.
        """
        self._check_whole()
        return self._tally.twin.result()

    def _check_whole(self) -> None:
        if self._made != self.wish.size:
            raise ValueError(f"{self._made} of {self.wish.size} rows were made")

    def _chunk(self, begin: int, end: int) -> dict[str, pa.Array]:
        part = self.table.rows(np.arange(begin, end))
        within = [(one, one.within(begin, end)) for one in self.planted]
        hits = [self._hit(one, which) for one, which in within if which.start < which.stop]
        self._tally.chunk(part, hits)
        self._made += len(part)
        columns = {name: part.column(name) for name in self.table.fields}
        for name, places, values in merged([(one.part.rows - begin, one.values) for one in hits]):
            columns[name] = overwritten(columns[name], places, values)
        return columns

    def _hit(self, one: Planted, which: slice) -> Hit:
        part, values = changed(self.plan, one, which)
        donors: Slice | None = self.table.rows(one.donors[which]) if one.kind.copies is not None else None
        return Hit(one, part, values, donors)


def _type(one: Field) -> pa.DataType:
    return pa.binary() if one.data_type == "geometry" else pa.string()


def _check_sizes(wish: Wish) -> None:
    """Refuse tables without rows.

    Raises:
        GenerateError: one is asked for.
    """
    sizes = {wish.dataset.id: wish.size, **wish.of}
    empty = [name for name, size in sizes.items() if size < 1]
    if empty:
        names = empty[0]
        raise GenerateError(Text(f"{names} 至少应有 1 行", f"{names} has to have at least 1 row"))


def _check_keys(table: Table, size: int) -> None:
    """Hold the keys of a table to what can be told apart.

    Raises:
        GenerateError: no field of a key differs in so many rows.
    """
    for key in dict.fromkeys((table.dataset.primary_key, table.dataset.business_key)):
        room = _key_room(table, key)
        if room is not None and size > room:
            names = "+".join(key)
            raise GenerateError(
                Text(
                    f"主键或业务主键 {names} 最多能区分 {room} 行，要求 {size} 行",
                    f"the key {names} can tell {room} rows apart, {size} are asked for",
                )
            )


def _key_room(table: Table, key: tuple[str, ...]) -> int | None:
    return max(_room(table, name) for name in key) if key else None


def capacity(law: Law, dataset: Dataset, today: date) -> int | None:
    """Return how many rows the keys of a dataset can tell apart; None where it has no key."""
    plan = bind(law, dataset, today=today.isoformat())
    table = Table(World(law.data, 0, today, plan.context.code_lists, 1), dataset, MAKERS)
    rooms = [_key_room(table, key) for key in (dataset.primary_key, dataset.business_key)]
    return min((one for one in rooms if one is not None), default=None)


def _room(table: Table, name: str) -> int:
    field = table.fields[name]
    if name in table.links:
        return table.links[name].shuffle.size
    count = table.makers.unique.get(field.element or "")
    return count(table) if count else table.makers.room(field)
