"""What a kind of error is: which fields it fits, which rows it needs, what it writes, and which rules that breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.bound import Status
from conformance.bulk.generate.letters import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Dice, Flags
    from conformance.bulk.generate.days import Days
    from conformance.bulk.generate.table import Slice
    from conformance.law.data import Field
    from conformance.text import Text

OUT, GOOD, FAIL, UNKNOWN = Status.OUT, Status.GOOD, Status.FAIL, Status.UNKNOWN
Value = str | bytes | None

#: Rules that an error leaves alone are not named. Keys are a template, `template/role`, or `*/when`; `*` is the rest.
Effects = dict[str, Status]

#: The field now holds a value of its kind, only another one.
VALUE: Effects = {}

#: The field holds a text that is no value of its kind.
GARBAGE: Effects = {
    "*": FAIL,
    "*/when": UNKNOWN,
    "clean-text": GOOD,
    **dict.fromkeys(("identity-division", "identity-birth-date/x", "identity-sex", "credit-code-type"), OUT),
    **dict.fromkeys(("division-valid/x", "date-order", "not-in-the-future", "right-hand-rule"), OUT),
    "certificate-holder/y": OUT,
    "certificate-state/x": OUT,
    "certificate-state/y": GOOD,
    "longitude-latitude-in-the-box": UNKNOWN,
    "deregistered-has-its-date/x": GOOD,
    "deregistered-has-its-date/y": OUT,
    "issued-before-the-end": OUT,
}

#: The field holds nothing.
NULL: Effects = {
    "*": OUT,
    "*/when": UNKNOWN,
    "certificate-state/y": UNKNOWN,
    "deregistered-has-its-date/x": FAIL,
}


@dataclass(frozen=True, slots=True)
class Victims:
    """Rows that are to get an error, as they are without it."""

    plan: BoundPlan
    part: Slice
    field: Field

    @property
    def dice(self) -> Dice:
        """Dice of these errors."""
        return self.part.dice("error", self.field.name)

    def __len__(self) -> int:
        return len(self.part)

    def texts(self, name: str | None = None) -> list[str]:
        """Return the values of a field, of the one to be broken where no name is given; rows without one give ''."""
        column = plain(self.part.column(name or self.field.name))
        return ["" if one is None else one for one in column.to_pylist()]

    def blobs(self) -> list[bytes]:
        """Return the geometries of the field to be broken."""
        found: list[bytes] = self.part.column(self.field.name).to_pylist()
        return found

    def draws(self, bound: int) -> list[int]:
        """Return a random number below a bound for each row."""
        found: list[int] = self.dice.below(self.part.rows, bound).tolist()
        return found

    def days(self, name: str | None = None) -> Days:
        """Return the days of a date field."""
        return self.part.days(name or self.field.name)

    def each(self, change: Callable[[str, int], Value]) -> dict[str, list[Value]]:
        """Return the field with every value changed; `change` gets a value and a random number."""
        pairs = zip(self.texts(), self.draws(2**30), strict=True)
        return {self.field.name: [change(text, draw) for text, draw in pairs]}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error.

    Attributes:
        fits: tells whether a field can have it.
        change: returns the new values of the fields that it changes.
        effects: what becomes of the rules that read a changed field.
        eligible: tells which rows can have it; None for all in which the field has a value.
        copies: it repeats the key that this names (primaryKey or businessKey) of another row, with the whole row.
    """

    id: str
    title: Text
    fits: Callable[[BoundPlan, Field], bool]
    change: Callable[[Victims], dict[str, list[Value]]]
    effects: Mapping[str, Status] = field(default_factory=dict)
    eligible: Callable[[Victims], Flags] | None = None
    copies: str | None = None

    def effect(self, template: str, role: str) -> Status | None:
        """Return what becomes of a rule of a template that reads a changed field in a role; None: nothing."""
        keys = (f"*/{role}", f"{template}/{role}", template, "*")
        return next((self.effects[one] for one in keys if one in self.effects and (one != "*" or role != "when")), None)


def with_rule(template: str, *roles: str) -> Callable[[BoundPlan, Field], bool]:
    """Return a test for fields that a rule of a template reads in one of the roles."""
    return lambda plan, one: any(plan.plays(one.name, template, role) for role in roles or ("x",))


def where(condition: Callable[[str], bool]) -> Callable[[Victims], Flags]:
    """Return a test for rows whose value meets a condition."""
    return lambda rows: np.array([condition(one) for one in rows.texts()], dtype=bool)
