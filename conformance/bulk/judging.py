"""From counts to decisions: the same arithmetic for whole tables, for bulk exports of a node and for replays.

A pool is one rule of the law over one table, all its columns together, as the requirement speaks of the cells of a
table and not of one column. Pure: no engine, no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from conformance.bulk import wording
from conformance.bulk.record import counted
from conformance.judge import CheckResult, Finding, Outcome, Sample

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from conformance.bulk.record import Counted, Measurement, Undecided
    from conformance.bulk.values import Measured, Rule, Spot
    from conformance.law import Law
    from conformance.law.data import KeyTemplate, Template
    from conformance.text import Text

_SAMPLES = 20


@dataclass(frozen=True, slots=True)
class Pool:
    """One rule of the law over one table.

    Attributes:
        least: share of good rows among the assessed ones that must be reached, 0 to 1.
        most: share of failures among them that must not be exceeded, 0 to 1. Both None: every row must be good.
        parts: the counts of its columns, or combinations of columns.
    """

    requirement: str
    template: str
    title: Text
    least: float | None
    most: float | None
    parts: tuple[Counted, ...]

    @property
    def kind(self) -> str:
        """What is counted: row, filled, unique, reference or agreement."""
        return self.parts[0].kind

    @property
    def rows(self) -> int:
        """Cells, rows or subjects that count."""
        return sum(one.rows for one in self.parts)

    @property
    def failures(self) -> int:
        """Of them, those that break the rule."""
        return sum(one.failures for one in self.parts)

    @property
    def unknown(self) -> int:
        """Of them, those that cannot be assessed."""
        return sum(one.unknown for one in self.parts)

    @property
    def assessed(self) -> int:
        """Of them, those that are good or failures."""
        return self.rows - self.unknown

    @property
    def ok(self) -> bool | None:
        """Whether the threshold is kept; None where there is nothing to judge. Shares are compared exactly."""
        if not self.assessed:
            return None
        if self.least is not None:
            return self.assessed - self.failures >= _exact(self.least) * self.assessed
        return self.failures <= _exact(self.most or 0) * self.assessed

    @property
    def state(self) -> Outcome:
        """The outcome of this pool alone."""
        return _STATES[self.ok] if self.ok is not None else _nothing(self.rows)

    def state_of(self, part: Counted) -> Outcome:
        """Return the outcome of one part: it fails where the pool does and it has a share in that."""
        if not part.assessed:
            return _nothing(part.rows)
        return Outcome.FAILED if self.ok is False and part.failures else Outcome.PASSED


_STATES = {True: Outcome.PASSED, False: Outcome.FAILED}


def _nothing(rows: int) -> Outcome:
    return Outcome.UNTESTED if rows else Outcome.INAPPLICABLE


def _exact(share: float) -> Fraction:
    """Return a share as it was written: 0.99 is 99/100, not the nearest binary fraction."""
    return Fraction(str(share))


def pools(pairs: Iterable[tuple[Rule, Measured]]) -> list[Pool]:
    """Put the counts of one table together by rule of the law, in the order in which the rules come."""
    return pooled(counted(rule, measured) for rule, measured in pairs)


def pooled(rules: Iterable[Counted]) -> list[Pool]:
    """Put recorded counts of one table together by rule of the law."""
    found: dict[tuple[str, str], list[Counted]] = {}
    for one in rules:
        found.setdefault((one.requirement, one.template), []).append(one)
    return [
        Pool(requirement, template, parts[0].title, parts[0].least, parts[0].most, tuple(parts))
        for (requirement, template), parts in found.items()
    ]


def under(law: Law, table: Measurement) -> Measurement:
    """Return a measurement with the thresholds of a law, as it judges counts that were made under another one.

    Rules that a dataset states itself keep the thresholds that they were bound with.
    """
    known: dict[str, Template | KeyTemplate] = {one.id: one for one in law.data.templates}
    known |= {one.id: one for one in law.data.keys}

    def share(name: str | None) -> float | None:
        return None if name is None else float(law.edition.parameters[name].default)

    def rebound(one: Counted) -> Counted:
        template = known.get(one.template)
        return one if template is None else replace(one, least=share(template.least), most=share(template.most))

    return replace(table, rules=tuple(rebound(one) for one in table.rules))


def decisions(table: Measurement, wanted: Collection[str] | None = None) -> list[CheckResult]:
    """Decide every requirement that a measurement speaks of.

    Args:
        table: what was counted, and what could not be decided.
        wanted: ids of requirements; None for all.
    """
    found = pooled(table.rules)
    ids = dict.fromkeys([*(one.requirement for one in found), *(one.requirement for one in table.undecided)])
    return [
        decide(
            table,
            one,
            [pool for pool in found if pool.requirement == one],
            [rule for rule in table.undecided if rule.requirement == one],
        )
        for one in ids
        if wanted is None or one in wanted
    ]


def decide(table: Measurement, requirement: str, found: Sequence[Pool], undecided: Sequence[Undecided]) -> CheckResult:
    """Decide one requirement on one table.

    A pool that misses its threshold fails it. Else a rule that could not be decided leaves it untested. Else it passes
    where any pool had something to judge; where none had, it is untested when there were rows that could not be
    assessed, and inapplicable when there was no value at all.
    """
    names = dict.fromkeys([*(one.template for one in found), *(one.rule.partition("/")[0] for one in undecided)])
    bad = [one for one in found if one.ok is False]
    outcome, reason = _outcome(found, bad, undecided)
    return CheckResult(
        check=f"data/{table.name}::{'+'.join(names)}",
        requirement=requirement,
        outcome=outcome,
        reason=reason,
        findings=tuple(finding(one, wording.asked(table, one.title, _columns(one))) for one in bad),
        notes=tuple(wording.note(one) for one in found if one.rows),
    )


def _outcome(found: Sequence[Pool], bad: Sequence[Pool], undecided: Sequence[Undecided]) -> tuple[Outcome, Text | None]:
    if bad:
        return Outcome.FAILED, wording.came(bad[0]) if len(bad) == 1 else wording.several(bad)
    if undecided:
        return Outcome.UNTESTED, wording.reasons(undecided)
    if any(one.ok for one in found):
        return Outcome.PASSED, None
    rows = sum(one.rows for one in found)
    return _nothing(rows), wording.not_assessable(rows) if rows else wording.EMPTY


def finding(pool: Pool, asked: Text | None = None) -> Finding:
    """Return the finding of a pool that missed its threshold; its samples are the first failing rows."""
    samples = [_sample(one, spot) for one in pool.parts for spot in one.spots]
    return Finding(
        requirement=pool.requirement,
        came=wording.came(pool),
        due=wording.due(pool),
        asked=asked,
        count=pool.failures,
        samples=tuple(samples[:_SAMPLES]),
    )


def _sample(part: Counted, spot: Spot) -> Sample:
    return Sample(
        label=" ".join(one for one in (spot.key, wording.place(spot)) if one),
        pointer=f"/{'+'.join(part.columns)}",
        came=wording.value(spot),
        due=wording.due_of_one(part),
    )


def _columns(pool: Pool) -> tuple[str, ...]:
    return tuple(dict.fromkeys("+".join(one.columns) for one in pool.parts))
