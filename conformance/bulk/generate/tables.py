"""What the rules over keys and between tables count on a generated table. A key with an empty part has no value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.bound import filled
from conformance.bulk.generate.letters import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.kind import Value
    from conformance.bulk.generate.links import Link
    from conformance.bulk.generate.planting import Planted
    from conformance.bulk.generate.table import Slice
    from conformance.bulk.values import AgreementRule, KeyRule, ReferenceRule


@dataclass(frozen=True, slots=True)
class Count:
    """What one rule counts: rows that count, failures among them, and rows that cannot be assessed."""

    rows: int
    failures: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """Some rows of one error: as they were, what changed, and the rows that they repeat, if they do."""

    planted: Planted
    part: Slice
    values: Mapping[str, Sequence[Value]]
    donors: Slice | None

    def keys(self, columns: Sequence[str]) -> Iterator[tuple[Value, ...]]:
        """Return the values of some columns as they are now."""
        now = [self.values.get(one) or plain(self.part.column(one)).to_pylist() for one in columns]
        return zip(*now, strict=True)

    def touches(self, columns: Sequence[str]) -> bool:
        """Tell whether any of the columns has changed."""
        return any(one in self.values for one in columns)


@dataclass(slots=True)
class _Running:
    rows: int = 0
    failures: int = 0


class Keys:
    """Filled and unique keys. Rows without errors have different keys, so only those that changed are remembered."""

    def __init__(self, plan: BoundPlan) -> None:
        self._rules = plan.plan.keys
        self._counts = {one.id: _Running() for one in self._rules}
        self._met: dict[str, set[tuple[Value, ...]]] = {one.id: set() for one in self._rules}

    def chunk(self, part: Slice) -> None:
        """Count rows without errors."""
        for rule in self._rules:
            whole = rule.kind == "filled"
            self._counts[rule.id].rows += len(part) if whole else int(filled(part, *rule.columns).sum())

    def hit(self, hit: Hit) -> None:
        """Count what errors change."""
        for rule in (one for one in self._rules if hit.touches(one.columns)):
            if hit.donors is not None:
                self._counts[rule.id].failures += 0 if rule.kind == "filled" else len(hit.part)
            else:
                self._changed(rule, hit)

    def _changed(self, rule: KeyRule, hit: Hit) -> None:
        count, met = self._counts[rule.id], self._met[rule.id]
        for key in hit.keys(rule.columns):
            if rule.kind == "filled":
                count.failures += not all(key)
            elif not all(key):
                count.rows -= 1
            else:
                count.failures += key in met
                met.add(key)

    def result(self) -> dict[str, Count]:
        """Return the counts by rule."""
        return {name: Count(one.rows, one.failures) for name, one in self._counts.items()}


class References:
    """Foreign keys: those of rows without errors are found; a changed one never is."""

    def __init__(self, plan: BoundPlan) -> None:
        self._rules: tuple[ReferenceRule, ...] = plan.plan.references
        self._counts = {one.id: _Running() for one in self._rules}

    def chunk(self, part: Slice) -> None:
        """Count rows without errors."""
        for rule in self._rules:
            self._counts[rule.id].rows += int(filled(part, *rule.columns).sum())

    def hit(self, hit: Hit) -> None:
        """Count what errors change."""
        for rule in (one for one in self._rules if hit.touches(one.columns)):
            count = self._counts[rule.id]
            after = sum(all(key) for key in hit.keys(rule.columns))
            count.rows += after - int(filled(hit.part, *rule.columns).sum())
            count.failures += 0 if hit.donors is not None else after

    def result(self) -> dict[str, Count]:
        """Return the counts by rule."""
        return {name: Count(one.rows, one.failures) for name, one in self._counts.items()}


@dataclass(frozen=True, slots=True)
class _Subjects:
    """The subjects of one agreement, by their rows in the other table."""

    rule: AgreementRule
    link: Link
    keys: tuple[str, ...]
    attributes: tuple[str, ...]
    seen: Flags
    differing: set[int] = field(default_factory=set)

    def chunk(self, part: Slice, hits: Sequence[Hit]) -> None:
        """Take in the subjects of a chunk; rows whose key an error changed have none any more."""
        found = filled(part, *self.keys)
        for hit in hits:
            if hit.touches(self.keys):
                found &= ~np.isin(part.rows, hit.part.rows)
            elif hit.touches(self.attributes):
                self._compare(hit)
        self.seen[self.link.there(part.rows[found])] = True

    def _compare(self, hit: Hit) -> None:
        changed = [hit.values[one] for one in self.attributes if one in hit.values]
        differs = np.array([any(row) for row in zip(*changed, strict=True)], dtype=bool) & filled(hit.part, *self.keys)
        self.differing.update(self.link.there(hit.part.rows[differs]).tolist())


class Twin:
    """What agreement with the same table without errors counts, as with a municipal table (STD-058)."""

    def __init__(self, rule: AgreementRule, size: int) -> None:
        self._key = tuple(here for here, _ in rule.key)
        self._attributes = tuple(here for here, _ in rule.attributes)
        self._subjects = size
        self._differing = 0

    def hit(self, hit: Hit) -> None:
        """Count what errors change."""
        if hit.touches(self._key):
            self._subjects -= len(hit.part)
            return
        changed = [one for one in self._attributes if one in hit.values]
        before = [plain(hit.part.column(one)).to_pylist() for one in changed]
        self._differing += sum(
            any(old and new and old != new for old, new in zip(was, now, strict=True))
            for was, now in zip(zip(*before, strict=True), hit.keys(changed), strict=True)
        )

    def result(self) -> Count:
        """Return the count."""
        return Count(self._subjects, self._differing)


class Agreements:
    """Shared attributes of subjects: equal in rows without errors, different where one was changed to another value."""

    def __init__(self, plan: BoundPlan) -> None:
        links = plan.table.links
        self._subjects = [
            _Subjects(
                one,
                links[one.key[0][0]],
                tuple(here for here, _ in one.key),
                tuple(here for here, _ in one.attributes),
                np.zeros(links[one.key[0][0]].shuffle.size, dtype=bool),
            )
            for one in plan.plan.agreements
            if set(one.columns) <= set(links)
        ]

    def chunk(self, part: Slice, hits: Sequence[Hit]) -> None:
        """Count a chunk with its errors."""
        for one in self._subjects:
            one.chunk(part, hits)

    def result(self) -> dict[str, Count]:
        """Return the counts by rule."""
        return {one.rule.id: Count(int(one.seen.sum()), len(one.differing)) for one in self._subjects}
