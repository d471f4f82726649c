"""What the rules of a plan count on a generated table, known from how it was made and never by running an engine.

Every rule has a status for every row without errors; every kind of error says what becomes of the rules that read a
changed field. Values decide only what a glance at them decides: whether a cell is empty, has the form of its notation,
or is a listed placeholder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.bound import Status
from conformance.bulk.generate.formats import fits
from conformance.bulk.generate.tables import Agreements, Count, Keys, References

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from conformance.bulk.generate.bound import BoundPlan, BoundRule
    from conformance.bulk.generate.kind import Value
    from conformance.bulk.generate.table import Slice
    from conformance.bulk.generate.tables import Hit, Twin

_FILLED = {"filled", "certificate-metadata"}


class Tally:
    """Counts chunk by chunk; the order and size of chunks do not matter.

    Attributes:
        twin: the agreement with the same table without errors.
    """

    def __init__(self, plan: BoundPlan, twin: Twin) -> None:
        self._plan = plan
        self.twin = twin
        self._counts = {one.rule.id: np.zeros(4, dtype=np.int64) for one in plan.rows}
        self._keys = Keys(plan)
        self._references = References(plan)
        self._agreements = Agreements(plan)

    def chunk(self, part: Slice, hits: Sequence[Hit]) -> None:
        """Count the rows of a chunk: all as they would be without errors, then what the errors change."""
        for rule in self._plan.rows:
            self._counts[rule.rule.id] += rule.totals(part)
        self._keys.chunk(part)
        self._references.chunk(part)
        self._agreements.chunk(part, hits)
        for hit in hits:
            self._hit(hit)
            self._keys.hit(hit)
            self._references.hit(hit)
            self.twin.hit(hit)

    def _hit(self, hit: Hit) -> None:
        for rule in self._plan.rows:
            if hit.touches([*rule.roles.values()]):
                before = rule.clean(hit.part)
                after = rule.clean(hit.donors) if hit.donors is not None else self._after(rule, hit, before)
                self._counts[rule.rule.id] += np.bincount(after, minlength=4) - np.bincount(before, minlength=4)

    def _after(self, rule: BoundRule, hit: Hit, before: NDArray[np.int8]) -> NDArray[np.int8]:
        after = before
        for role, name in rule.roles.items():
            if name in hit.values:
                new = self._by_value(rule, name, hit.values[name], role)
                if new is None:
                    status = hit.planted.kind.effect(rule.template, role)
                    new = after if status is None else np.full_like(before, status)
                after = np.where(after == Status.OUT, after, new).astype(np.int8)
        return np.where(after == Status.GOOD, Status.UNKNOWN, after).astype(np.int8) if rule.silent else after

    def _by_value(self, rule: BoundRule, name: str, values: Sequence[Value], role: str) -> NDArray[np.int8] | None:
        """What the new value itself says; None where the kind of error has to say it."""
        if role == "x" and rule.template in _FILLED:
            return np.array([Status.GOOD if one else Status.FAIL for one in values], dtype=np.int8)
        if role == "x" and rule.template == "placeholder":
            known = self._plan.plan.context.placeholders
            return np.array([Status.FAIL if one in known else Status.GOOD for one in values], dtype=np.int8)
        if role == "x" and rule.template == "format":
            notation = str(self._plan.table.fields[name].format)
            return np.array([_form(notation, one) for one in values], dtype=np.int8)
        return None

    def result(self) -> dict[str, Count | None]:
        """Return the count of every rule of the plan; None for rules that the generator knows nothing of."""
        rows = {
            name: Count(int(out[1:].sum()), int(out[Status.FAIL]), int(out[Status.UNKNOWN]))
            for name, out in self._counts.items()
        }
        tables = {**self._keys.result(), **self._references.result(), **self._agreements.result()}
        known: dict[str, Count | None] = {**rows, **tables}
        unforetold = set(self._plan.unforetold)
        return {one.id: None if one.id in unforetold else known[one.id] for one in self._plan.plan.rules}


def _form(notation: str, value: Value) -> Status:
    if not value:
        return Status.OUT
    return Status.GOOD if fits(notation, str(value)) else Status.FAIL
