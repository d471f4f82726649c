"""Which fields the rules of a table read, and what each rule says of a row without errors: from how rows are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.certificates import expired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.table import Slice, Table
    from conformance.bulk.values import Plan, RowRule


class Status(IntEnum):
    """What a rule says of one row."""

    OUT = 0
    GOOD = 1
    FAIL = 2
    UNKNOWN = 3


_WHOLE = {"filled", "placeholder", "certificate-metadata"}
_DATED = {"division-valid", "sub-county", "other-code"}
_SILENT = {"division-valid", "sub-county"}

#: Templates and own rules whose verdict on the generator's rows is known.
KNOWN = {
    *_WHOLE,
    *_DATED,
    "identity-number",
    "identity-division",
    "identity-birth-date",
    "identity-sex",
    "credit-code",
    "credit-code-type",
    "division-form",
    *("sex", "marital-status", "ethnic-group", "education", "political-affiliation", "family-relation"),
    *("health-status", "employment-status", "industry", "economic-type", "organisation-type"),
    *("date", "date-time-offset", "date-order", "not-in-the-future", "clean-text", "format"),
    *("certificate-id", "certificate-holder", "certificate-state"),
    *("in-the-box", "longitude-latitude-in-the-box", "valid-geometry", "right-hand-rule"),
    *("deregistered-has-its-date", "issued-before-the-end"),
}


@dataclass(frozen=True, slots=True)
class BoundRule:
    """A row rule with the fields that it reads by their roles: x, y, and when.

    Attributes:
        silent: it never calls a row good, because its codes change in time and no field dates them.
    """

    rule: RowRule
    roles: Mapping[str, str]
    silent: bool

    @property
    def template(self) -> str:
        """The id of the rule's template, or of the dataset's own rule."""
        return self.rule.template

    def role_of(self, field: str) -> tuple[str, ...]:
        """Return the roles that a field plays."""
        return tuple(role for role, name in self.roles.items() if name == field)

    def clean(self, part: Slice) -> NDArray[np.int8]:
        """Return the status of rows without errors."""
        good = Status.UNKNOWN if self.silent else Status.GOOD
        return np.where(self._counts(part), good, Status.OUT).astype(np.int8)

    def totals(self, part: Slice) -> NDArray[np.int64]:
        """Return how many rows without errors have each status."""
        size = len(part) if self._everywhere(part) else int(self._counts(part).sum())
        found = np.zeros(len(Status), dtype=np.int64)
        found[Status.UNKNOWN if self.silent else Status.GOOD] = size
        found[Status.OUT] = len(part) - size
        return found

    @property
    def _read(self) -> list[str]:
        return [name for role, name in self.roles.items() if role != "when"]

    def _everywhere(self, part: Slice) -> bool:
        """Tell at a glance that all rows count."""
        every = all(part.column(name).null_count == 0 for name in self._read)
        return self.template in _WHOLE or (every and self.template != "certificate-state")

    def _counts(self, part: Slice) -> Flags:
        if self.template in _WHOLE:
            return np.ones(len(part), dtype=bool)
        if self.template == "certificate-state":
            return expired(part, part.table.fields[self.roles["x"]])
        return filled(part, *self._read)


def filled(part: Slice, *names: str) -> Flags:
    """Tell in which rows without errors all the fields have a value."""
    flags = np.ones(len(part), dtype=bool)
    for name in names:
        column = part.column(name)
        if column.null_count:
            flags &= column.is_valid().to_numpy(zero_copy_only=False)
    return flags


class BoundPlan:
    """The plan of a table as the generator reads it."""

    def __init__(self, table: Table, plan: Plan) -> None:
        self.table = table
        self.plan = plan

    @cached_property
    def rows(self) -> tuple[BoundRule, ...]:
        """The row rules whose verdict is known."""
        return tuple(self._bound(one) for one in self.plan.rows if one.template in KNOWN)

    @cached_property
    def unforetold(self) -> tuple[str, ...]:
        """Ids of the rules that the generator knows nothing of."""
        lost = [one.id for one in self.plan.rows if one.template not in KNOWN]
        links = set(self.table.links)
        lost += [one.id for one in self.plan.references if not set(one.columns) <= links]
        lost += [one.id for one in self.plan.agreements if not set(one.columns) <= links]
        return tuple(lost)

    @cached_property
    def templates_of(self) -> Mapping[str, frozenset[tuple[str, str]]]:
        """The templates that read each field, with the role that it plays."""
        return {
            name: frozenset((one.template, role) for one in self.rows for role in one.role_of(name))
            for name in self.table.fields
        }

    def plays(self, field: str, template: str, role: str = "x") -> bool:
        """Tell whether a rule of a template reads a field in a role."""
        return (template, role) in self.templates_of[field]

    def partner(self, field: str, template: str) -> str:
        """Return the field that plays the other role in a rule of two fields.

        Raises:
            StopIteration: there is none.
        """
        one = next(one for one in self.rows if one.template == template and one.role_of(field))
        return next(name for role, name in one.roles.items() if role in {"x", "y"} and name != field)

    def _bound(self, rule: RowRule) -> BoundRule:
        roles = dict(zip(("x", "y"), rule.columns, strict=False))
        field = self.table.fields[rule.columns[0]]
        if rule.template in _DATED and field.when:
            roles["when"] = field.when
        return BoundRule(rule, roles, rule.template in _SILENT and field.when is None)
