"""A measurement: what was counted on one table, as a value and as it stands in a run folder.

A measurement is evidence as an exchange is: a replay judges it again, the rows are not counted again. It is written as
it comes, one event a pass; the events of one name together are the measurement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.bulk.values import AgreementRule, KeyRule, ReferenceRule, Rule, Spot
from conformance.evidence import EvidenceError
from conformance.judge.values import as_data
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.bulk.values import Measured


@dataclass(frozen=True, slots=True)
class File:
    """One file of a source.

    Attributes:
        bytes: its size, None where the engine does not tell.
        sha256: its digest in hex, None where it was not taken.
    """

    name: str
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A place that could not be read; what it held was not judged.

    Attributes:
        row: position in the file, the first row of data being 1; None where it is not known.
    """

    file: str
    row: int | None
    column: str | None
    reason: Text


@dataclass(frozen=True, slots=True)
class Counted:
    """One rule as it was bound, and what was counted for it.

    Attributes:
        kind: row, filled, unique, reference or agreement.
        other: the dataset of the other table, where the rule is between two.
        least: as bound, 0 to 1; so is `most`.
        rows: rows, or subjects, that count; `failures` and `unknown` are among them.
    """

    rule: str
    template: str
    requirement: str
    title: Text
    columns: tuple[str, ...]
    kind: str
    severity: str
    least: float | None
    most: float | None
    rows: int
    failures: int
    unknown: int
    spots: tuple[Spot, ...] = ()
    other: str | None = None

    @property
    def assessed(self) -> int:
        """Rows that are good or failures."""
        return self.rows - self.unknown


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that holds for the table but could not be decided, and why."""

    rule: str
    requirement: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was counted on one table.

    Attributes:
        name: names it within its run; two tables of one dataset have different names.
        dataset: id of the description that the table was read by.
        source: as the user named it, or the address that it was fetched from.
        engine: name and version.
        rows: rows of the table, None where counting broke off before.
        today: the day that dates were compared with, YYYY-MM-DD.
        boundary: whether a boundary of the district was given.
        missing: fields of the dataset that the source does not have; they count as empty.
    """

    name: str
    dataset: str
    source: str
    engine: str
    rows: int | None
    today: str
    boundary: bool = False
    files: tuple[File, ...] = ()
    rules: tuple[Counted, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    unread: tuple[Unread, ...] = ()
    missing: tuple[str, ...] = ()


def counted(rule: Rule, measured: Measured) -> Counted:
    """Return a bound rule with its counts."""
    return Counted(
        rule=rule.id,
        template=rule.template,
        requirement=rule.requirement,
        title=rule.title,
        columns=rule.columns,
        kind=_kind(rule),
        severity=getattr(rule, "severity", "error"),
        least=rule.least,
        most=rule.most,
        rows=measured.rows,
        failures=measured.failures,
        unknown=measured.unknown,
        spots=measured.spots,
        other=rule.dataset if isinstance(rule, ReferenceRule | AgreementRule) else None,
    )


def _kind(rule: Rule) -> str:
    match rule:
        case KeyRule():
            return rule.kind
        case ReferenceRule():
            return "reference"
        case AgreementRule():
            return "agreement"
    return "row"


def to_data(one: Measurement) -> dict[str, Any]:
    """Return the data of a measurement, without its name: the member `data` of its event."""
    return {
        "dataset": one.dataset,
        "source": one.source,
        "engine": one.engine,
        "rows": one.rows,
        "files": [_plain(file) for file in one.files],
        "context": {"today": one.today, "boundary": one.boundary},
        "rules": [_rule(rule) for rule in one.rules],
        "undecided": [_plain(rule) for rule in one.undecided],
        "unread": [_plain(place) for place in one.unread],
        "missing": list(one.missing),
    }


def _rule(one: Counted) -> dict[str, Any]:
    return _plain(one) | {"columns": list(one.columns), "spots": [_plain(spot) for spot in one.spots]}


def _plain(value: Any) -> dict[str, Any]:
    """Return a frozen value as JSON data; texts become {zh, en}."""
    return {name: as_data(getattr(value, name)) for name in value.__slots__}


def from_data(name: str, data: Mapping[str, Any]) -> Measurement:
    """Read a measurement back.

    Raises:
        KeyError, TypeError, ValueError: a member is missing or of another type.
    """
    return Measurement(
        name=name,
        dataset=data["dataset"],
        source=data["source"],
        engine=data["engine"],
        rows=data["rows"],
        today=data["context"]["today"],
        boundary=data["context"]["boundary"],
        files=tuple(File(**one) for one in data["files"]),
        rules=tuple(_counted(one) for one in data["rules"]),
        undecided=tuple(Undecided(**one | {"reason": text(one["reason"])}) for one in data["undecided"]),
        unread=tuple(Unread(**one | {"reason": text(one["reason"])}) for one in data["unread"]),
        missing=tuple(data.get("missing", ())),
    )


def _counted(data: Mapping[str, Any]) -> Counted:
    read = {
        "title": text(data["title"]),
        "columns": tuple(data["columns"]),
        "spots": tuple(Spot(**one) for one in data["spots"]),
    }
    return Counted(**{**data, **read})


def measurements(events: Iterable[Mapping[str, Any]]) -> tuple[Measurement, ...]:
    """Return the measurements of a run from its events of that kind, the passes of one table put together.

    Raises:
        EvidenceError: an event cannot be read; the text names the table.
    """
    found: dict[str, Measurement] = {}
    for event in events:
        name = str(event["name"])
        try:
            one = from_data(name, event["data"])
        except (KeyError, TypeError, ValueError) as error:
            raise EvidenceError(
                Text(f"测量记录 {name} 无法读取：{error!r}", f"The measurement {name} cannot be read: {error!r}")
            ) from error
        found[name] = _joined(found[name], one) if name in found else one
    return tuple(found.values())


def _joined(one: Measurement, more: Measurement) -> Measurement:
    return replace(
        more,
        files=more.files or one.files,
        rules=(*one.rules, *more.rules),
        undecided=(*one.undecided, *more.undecided),
        unread=(*one.unread, *more.unread),
        missing=more.missing or one.missing,
    )
