"""A table that is not there until somebody asks for its rows: every value is a function of the number of its row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from conformance.bulk.generate.codes import Choices, is_timeless
from conformance.bulk.generate.days import Days, dates, number_of
from conformance.bulk.generate.letters import blanked
from conformance.bulk.generate.links import links_of
from conformance.bulk.generate.organisations import Departments, Organisations
from conformance.bulk.generate.people import People
from conformance.bulk.generate.world import GenerateError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from conformance.bulk.generate.chance import Dice, Flags, Rows
    from conformance.bulk.generate.links import Link
    from conformance.bulk.generate.world import World
    from conformance.law.data import Dataset, Field

PERSON, ORGANISATION = "DE-P01", "DE-O01"

#: First day of events where no code list says more: divisions of the municipality are known from here on.
FIRST_EVENT = "1997-01-01"
_ABSENT = 50
_OWN_NULLS = {"DE-O11"}


@dataclass(frozen=True, slots=True)
class Makers:
    """How the values of fields are made, by data element; what is not here is made by its format.

    Attributes:
        columns: a column without nulls for each data element.
        days: the days of a date field for each data element.
        unique: elements whose values differ in all rows, with how many there are.
        general: makes a field by its type, code list and format alone.
        counter: how many different values it then has in a key.
    """

    columns: Mapping[str, Callable[[Slice, Field], pa.Array]]
    days: Mapping[str, Callable[[Slice, Field], Days]]
    unique: Mapping[str, Callable[[Table], int]]
    general: Callable[[Slice, Field], pa.Array]
    counter: Callable[[Field], int]

    def room(self, field: Field) -> int:
        """Return how many rows a field can tell apart that no maker of its own makes."""
        return 1 if field.element in self.columns or field.element in self.days else self.counter(field)

    def knows(self, field: Field) -> bool:
        """Tell whether a field is made by what it means, not only by its format."""
        dated = field.element is not None and field.data_type in {"D", "T"}
        return field.element in self.columns or field.element in self.days or field.code_list is not None or dated


class Table:
    """A dataset description bound to makers."""

    def __init__(self, world: World, dataset: Dataset, makers: Makers, others: dict[str, Table] | None = None) -> None:
        self.world = world
        self.dataset = dataset
        self.makers = makers
        self.fields = {one.name: one for one in dataset.fields}
        self._others = {} if others is None else others
        self._others[dataset.id] = self
        self._spans: dict[str, tuple[int, int]] = {}
        self.links = {name: link for link in links_of(world, dataset) for name in link.fields}
        self.people = People(world)
        self.organisations = Organisations(world)
        self.departments = Departments()
        self._choices: dict[str, Choices] = {}

    def other(self, dataset: str) -> Table:
        """Return the table of another dataset of the same world."""
        if dataset not in self._others:
            self._others[dataset] = Table(self.world, self.world.data.datasets[dataset], self.makers, self._others)
        return self._others[dataset]

    def rows(self, numbers: Rows) -> Slice:
        """Return the rows of the given numbers, in any order."""
        return Slice(self, numbers)

    def choices(self, code_list: str) -> Choices:
        """Return the codes of a list by their days."""
        if code_list not in self._choices:
            self._choices[code_list] = Choices(self.world.code_lists[code_list])
        return self._choices[code_list]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Fields of the primary and the business key."""
        return frozenset((*self.dataset.primary_key, *self.dataset.business_key))

    @cached_property
    def events(self) -> frozenset[str]:
        """Fields that date codes."""
        return frozenset(one.when for one in self.dataset.fields if one.when)

    def first_of(self, *elements: str, subject: str | None = None) -> Field | None:
        """Return the first field of one of the elements, of any subject or of the one given."""
        return next(
            (
                one
                for element in elements
                for one in self.dataset.fields
                if one.element == element and subject in {None, one.subject}
            ),
            None,
        )

    def span(self, name: str) -> tuple[int, int]:
        """Return the first and last day that a date field may have so that the codes it dates can be valid.

        Raises:
            GenerateError: there is none.
        """
        if name not in self._spans:
            first, last = self._span(name)
            if first > last:
                raise GenerateError(
                    Text(f"基准日期过早，字段 {name} 没有可用的日期", f"the anchor date is too early for {name}")
                )
            self._spans[name] = (first, last)
        return self._spans[name]

    def _span(self, name: str) -> tuple[int, int]:
        lists = [one.code_list for one in self.dataset.fields if one.when == name and one.code_list]
        dated = [self.world.code_lists[one] for one in lists if not is_timeless(self.world.code_lists[one])]
        covers = [one.covers for one in dated]
        starts = [number_of(one.start) for one in covers if one.start]
        ends = [number_of(one.end) for one in covers if one.end]
        default = int((np.datetime64(FIRST_EVENT) - np.datetime64(0, "D")).astype(int))
        return max([default, *starts]), min([self.world.day, *ends])


class Slice:
    """Some rows of a table; what several fields need is made once."""

    def __init__(self, table: Table, rows: Rows) -> None:
        self.table = table
        self.rows = rows
        self._made: dict[object, Any] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def once(self, key: object, make: Callable[[], Any]) -> Any:
        """Return what was made under a key, making it when it is asked for first."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def dice(self, *names: object) -> Dice:
        """Return dice of this table."""
        return self.table.world.dice(self.table.dataset.id, *names)

    def linked(self, link: Link) -> Slice:
        """Return the rows of another table that these rows repeat."""
        other = self.table.other(link.dataset)
        made: Slice = self.once((link.dataset, link.keys), lambda: other.rows(link.there(self.rows)))
        return made

    def thing(self, element: str, subject: str) -> Rows:
        """Return the number of the person (DE-P01) or organisation (DE-O01) that a row speaks of."""
        number: Rows = self.once((element, subject), lambda: self._thing(element, subject))
        return number

    def _thing(self, element: str, subject: str) -> Rows:
        field = self.table.first_of(element, subject=subject)
        if field is not None and field.name in self.table.links:
            link = self.table.links[field.name]
            there = self.table.other(link.dataset).fields[link.fields[field.name]]
            return self.linked(link).thing(element, there.subject)
        if field is not None and field.name in self.table.keys:
            return self.rows
        return self.of_dataset("population" if element == PERSON else "legal-person", element, subject)

    def of_dataset(self, dataset: str, *names: object) -> Rows:
        """Return rows of another dataset, one for each row here, without a link that the description states."""
        world = self.table.world
        size = world.rows_of(dataset)
        return world.shuffle(size, self.table.dataset.id, dataset, *names)(self.rows % size)

    def absent(self, field: Field) -> Flags | None:
        """Return the rows in which a field has no value, apart from what its days say."""
        if field.name in self.table.links:
            return self.table.links[field.name].absent(self.rows) if field.nullable else None
        if not field.nullable or field.element in _OWN_NULLS or field.name in self.table.events | self.table.keys:
            return None
        dice = self.dice("absent", field.name)
        flags: Flags = self.once(("absent", field.name), lambda: dice.happens(self.rows, _ABSENT))
        return flags

    def days(self, name: str) -> Days:
        """Return the days of a date field, with the rows that have none."""
        days: Days = self.once(("days", name), lambda: self._days(self.table.fields[name]))
        return days

    def _days(self, field: Field) -> Days:
        if field.name in self.table.links:
            link = self.table.links[field.name]
            own = self.linked(link).days(link.fields[field.name])
        else:
            own = self.table.makers.days.get(field.element or "", _any_day)(self, field)
        absent = self.absent(field)
        both = own.absent if absent is None else absent if own.absent is None else absent | own.absent
        return Days(own.numbers, both)

    def between(self, first: int, last: int, *names: object) -> Rows:
        """Return days between two days, both included."""
        return self.dice(*names).below(self.rows, last - first + 1) + first

    def column(self, name: str) -> pa.Array:
        """Return the column of a field."""
        return self.once(("column", name), lambda: self._column(self.table.fields[name]))

    def _column(self, field: Field) -> pa.Array:
        if field.data_type == "D":
            days = self.days(field.name)
            known = days.numbers if days.absent is None else days.numbers[~days.absent]
            return dates(days, *_years(known))
        absent = self.absent(field)
        column = self._filled(field)
        return column if absent is None else blanked(column, absent)

    def _filled(self, field: Field) -> pa.Array:
        if field.name in self.table.links:
            link = self.table.links[field.name]
            return self.linked(link).column(link.fields[field.name])
        make = self.table.makers.columns.get(field.element or "")
        return make(self, field) if make else self.table.makers.general(self, field)


def _any_day(part: Slice, field: Field) -> Days:
    return Days(part.between(*part.table.span(field.name), "day", field.name))


def _years(numbers: Rows) -> tuple[int, int]:
    """The first and last day of a range of whole years around some days, so that few ranges occur."""
    if not len(numbers):
        return 0, 0
    first, last = (np.datetime64(int(one), "D").astype("datetime64[Y]") for one in (numbers.min(), numbers.max()))
    begin = int(first.astype("datetime64[D]").astype(int))
    end = int((last + np.timedelta64(1, "Y")).astype("datetime64[D]").astype(int)) - 1
    return begin, end
