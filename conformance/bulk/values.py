"""The frozen values of a data check: bound rules, the plan of a table, what was measured. No engine, no I/O."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.law.data import CodeList, Dataset
    from conformance.text import Text


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule over the rows of one table, bound to its columns.

    Attributes:
        id: template and columns, such as `identity-number/gmsfhm`; unique in a plan.
        template: id of the template, or of the dataset's own rule.
        population: expression that says which rows count (see standards/data/rules.yaml for the language). Columns
            are plain identifiers; every value is compared in its text form.
        predicate: expression: true good, false a failure, null not assessable.
        least: share of good rows among the assessed ones that must be reached, 0 to 1; None where `most` says it.
        most: share of failures that must not be exceeded, 0 to 1. Both None: every row must be good.
    """

    id: str
    template: str
    requirement: str
    title: Text
    columns: tuple[str, ...]
    population: str
    predicate: str
    severity: str = "error"
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class KeyRule:
    """A key is filled (`filled`) or its values are unique among the rows where it is filled (`unique`).

    Rows count; a failure of `unique` is a row whose key an earlier row has: rows minus distinct keys.
    """

    id: str
    template: str
    requirement: str
    title: Text
    kind: str
    columns: tuple[str, ...]
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRule:
    """Every filled key is found in another table; exact text, case included. Rows where the key is filled count."""

    id: str
    template: str
    requirement: str
    title: Text
    columns: tuple[str, ...]
    dataset: str
    references: tuple[str, ...]
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class AgreementRule:
    """Shared attributes agree between two tables for the same subject.

    Subjects (distinct filled keys) found in both tables count; one fails when any attribute that is filled on both
    sides differs in any pair of its rows.

    Attributes:
        key: pairs (column here, column there).
        attributes: pairs (column here, column there).
    """

    id: str
    template: str
    requirement: str
    title: Text
    dataset: str
    key: tuple[tuple[str, str], ...]
    attributes: tuple[tuple[str, str], ...]
    least: float | None = None
    most: float | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns here: key, then attributes."""
        return tuple(here for here, _ in (*self.key, *self.attributes))


Rule = RowRule | KeyRule | ReferenceRule | AgreementRule


@dataclass(frozen=True, slots=True)
class Context:
    """What expressions refer to beside the row.

    Attributes:
        today: the day of the run in China, YYYY-MM-DD.
        code_lists: by id.
        boundary: WKB of the district's boundary in degrees (CGCS2000), None where none was given.
        boundary_tolerance: metres that a geometry may reach beyond it.
        boxes: west, south, east, north in degrees by parameter name.
    """

    today: str
    code_lists: Mapping[str, CodeList]
    placeholders: frozenset[str] = frozenset()
    boundary: bytes | None = None
    boundary_tolerance: float = 0.0
    boxes: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is to be counted on one table.

    Attributes:
        undecided: rules that hold but cannot be decided here, with the reason (a table that was not given, …).
    """

    dataset: Dataset
    context: Context
    rows: tuple[RowRule, ...]
    keys: tuple[KeyRule, ...] = ()
    references: tuple[ReferenceRule, ...] = ()
    agreements: tuple[AgreementRule, ...] = ()
    undecided: tuple[tuple[Rule, Text], ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that is decided here."""
        return (*self.rows, *self.keys, *self.references, *self.agreements)


@dataclass(frozen=True, slots=True)
class Spot:
    """One failing row, with identifying values masked.

    Attributes:
        file: name of the file below the source, or of the table.
        row: position in that file, the first row of data being 1; None where the engine knows none.
        key: the primary key, masked where it is sensitive.
        value: the values of the rule's columns, masked where they are sensitive.
    """

    file: str
    row: int | None
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted for one rule.

    Attributes:
        rows: rows (or subjects) that count.
        failures: of them, those that break the rule.
        unknown: of them, those that cannot be assessed; neither good nor failures.
        spots: the first failing rows in the order of files and positions, at most `KEPT`.
    """

    rule: str
    rows: int
    failures: int
    unknown: int = 0
    spots: tuple[Spot, ...] = ()

    @property
    def assessed(self) -> int:
        """Rows that are good or failures."""
        return self.rows - self.unknown

    @property
    def rate(self) -> float | None:
        """Share of good rows among the assessed, None where none was."""
        return 1 - self.failures / self.assessed if self.assessed else None


#: Failing rows that are kept of each rule; the count is always whole.
KEPT = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass has come.

    Attributes:
        stage: what is being counted.
        done: rows done, as far as the engine tells.
        total: rows of the table, None where nobody knows yet.
    """

    stage: Text
    done: int
    total: int | None


Tell = Callable[[Progress], None]


class SourceError(Exception):
    """A source cannot be read; the text names file, row and column as far as they are known.

    Attributes:
        rows_read: rows that were read well before; None where the source is useless as a whole.
    """

    def __init__(self, message: Text, *, rows_read: int | None = None) -> None:
        super().__init__(message.en)
        self.text = message
        self.rows_read = rows_read


class EngineError(Exception):
    """An engine is not installed, cannot be reached, or gave up (a full disk, too little memory)."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message
