"""What was counted on tables, as a report shows it: one line a rule of the law, with its columns and first failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk import wording
from conformance.bulk.judging import pooled
from conformance.bulk.record import measurements
from conformance.report.clean import line, words

if TYPE_CHECKING:
    from conformance.bulk.judging import Pool
    from conformance.bulk.record import Counted, Measurement, Undecided, Unread
    from conformance.bulk.values import Spot
    from conformance.evidence import RunFolder
    from conformance.text import Text

_SPOTS = 20


@dataclass(frozen=True, slots=True)
class SpotView:
    """One failing row: file and position, its key, the columns and their values, masked where they are sensitive."""

    place: str
    key: str
    columns: str
    value: Text


@dataclass(frozen=True, slots=True)
class PartView:
    """The counts of one column or combination of columns; `good` is the share of good ones in words."""

    columns: str
    rows: int
    failures: int
    unknown: int
    good: str
    state: str


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule of the law over one table.

    Attributes:
        kind: row, filled, unique, reference or agreement.
        columns: its columns or combinations of columns that hold something; all where none does.
        rows: cells, rows or subjects that count.
        unknown: of them, those that cannot be assessed.
        rate: share of good ones among the assessed, 0 to 1; None where there are none.
        good: the same in per cent, cut off after four decimals.
        state: its outcome: passed, failed, inapplicable or untested.
        spots: the first failing rows.
    """

    requirement: str
    template: str
    title: Text
    kind: str
    columns: tuple[str, ...]
    rows: int
    failures: int
    unknown: int
    rate: float | None
    good: str
    least: float | None
    most: float | None
    threshold: Text
    state: str
    parts: tuple[PartView, ...]
    spots: tuple[SpotView, ...]


@dataclass(frozen=True, slots=True)
class UndecidedView:
    """A rule that holds for the table but could not be decided."""

    requirement: str
    rule: str
    reason: Text


@dataclass(frozen=True, slots=True)
class UnreadView:
    """A place that could not be read: file and row, the column where it is known."""

    place: str
    column: str
    reason: Text


@dataclass(frozen=True, slots=True)
class TableView:
    """One table and what was counted on it; `rows` is None where counting broke off before it was known."""

    name: str
    dataset: str
    source: str
    engine: str
    rows: int | None
    today: str
    boundary: bool
    files: tuple[tuple[str, int | None, str | None], ...]
    rules: tuple[RuleView, ...]
    undecided: tuple[UndecidedView, ...]
    unread: tuple[UnreadView, ...]
    missing: tuple[str, ...]


def tables(folder: RunFolder) -> tuple[TableView, ...]:
    """Return the tables of a run in the order in which they were counted.

    Raises:
        EvidenceError: a measurement cannot be read.
    """
    return tuple(_table(one) for one in measurements(folder.of_kind("measurement")))


def _table(one: Measurement) -> TableView:
    return TableView(
        name=line(one.name),
        dataset=line(one.dataset),
        source=line(one.source),
        engine=line(one.engine),
        rows=one.rows,
        today=line(one.today),
        boundary=one.boundary,
        files=tuple((line(file.name), file.bytes, file.sha256) for file in one.files),
        rules=tuple(_rule(pool) for pool in pooled(one.rules)),
        undecided=tuple(_undecided(rule) for rule in one.undecided),
        unread=tuple(_unread(place) for place in one.unread),
        missing=tuple(line(name) for name in one.missing),
    )


def _rule(pool: Pool) -> RuleView:
    met = [one for one in pool.parts if one.rows] or pool.parts
    spots = [_spot(part, spot) for part in pool.parts for spot in part.spots]
    return RuleView(
        requirement=line(pool.requirement),
        template=line(pool.template),
        title=words(pool.title),
        kind=pool.kind,
        columns=tuple(dict.fromkeys(_columns(one) for one in met)),
        rows=pool.rows,
        failures=pool.failures,
        unknown=pool.unknown,
        rate=1 - pool.failures / pool.assessed if pool.assessed else None,
        good=wording.per_cent(pool.assessed - pool.failures, pool.assessed),
        least=pool.least,
        most=pool.most,
        threshold=wording.threshold(pool.least, pool.most),
        state=str(pool.state),
        parts=tuple(_part(pool, one) for one in pool.parts),
        spots=tuple(spots[:_SPOTS]) if pool.failures else (),
    )


def _part(pool: Pool, one: Counted) -> PartView:
    good = wording.per_cent(one.assessed - one.failures, one.assessed)
    return PartView(_columns(one), one.rows, one.failures, one.unknown, good, str(pool.state_of(one)))


def _columns(one: Counted) -> str:
    return line("+".join(one.columns))


def _spot(part: Counted, one: Spot) -> SpotView:
    return SpotView(line(wording.place(one)), line(one.key), _columns(part), words(wording.value(one), 300))


def _undecided(one: Undecided) -> UndecidedView:
    return UndecidedView(line(one.requirement), line(one.rule), words(one.reason))


def _unread(one: Unread) -> UnreadView:
    place = line(one.file if one.row is None else f"{one.file}:{one.row}")
    return UnreadView(place, line(one.column or ""), words(one.reason))
