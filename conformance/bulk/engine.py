"""What an engine is. Adding one is one module in `engines/` with a function `start`, and its line in `ENGINES`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.bulk.record import Unread
    from conformance.bulk.values import AgreementRule, KeyRule, Measured, ReferenceRule, RowRule, Tell
    from conformance.law.data import Dataset

#: The engines by name, which is that of their module, and the extra that installs their library.
ENGINES: Mapping[str, str] = MappingProxyType({"duckdb": "", "postgres": "[postgres]", "spark": "[spark]"})


class Table(Protocol):
    """One opened source, with its columns named as the dataset names its fields.

    Attributes:
        source: as the user named it.
        files: the files behind it, empty where it is a table of a database.
        columns: name to physical type, in the order of the source; what the dataset does not know included.
        missing: fields of the dataset that the source does not have.
        unread: places that could not be read, as far as the passes have come; judged rows do not include them.
    """

    source: str
    files: tuple[str, ...]
    columns: Mapping[str, str]
    missing: tuple[str, ...]
    unread: tuple[Unread, ...]

    def count(self) -> int:
        """Return the number of rows."""
        ...

    def row_rules(self, rules: Sequence[RowRule], tell: Tell) -> list[Measured]:
        """Count all rules in one pass, in the order given.

        Raises:
            SourceError: a row cannot be read.
            EngineError: the engine gave up.
        """
        ...

    def key(self, rule: KeyRule, tell: Tell) -> Measured:
        """Count a rule over a key exactly, whatever the size of the table; raises as `row_rules`."""
        ...

    def reference(self, rule: ReferenceRule, other: Table, tell: Tell) -> Measured:
        """Count keys that another table does not have; raises as `row_rules`."""
        ...

    def agreement(self, rule: AgreementRule, other: Table, tell: Tell) -> Measured:
        """Count subjects on which two tables differ; raises as `row_rules`."""
        ...


class Engine(Protocol):
    """Opens sources; a context manager that gives back whatever it took."""

    name: str

    def open(self, source: str, dataset: Dataset) -> Table:
        """Open a source and match its columns to the fields of a dataset.

        Raises:
            SourceError: it is missing, damaged, or has none of the fields.
            EngineError: the engine cannot read such a source.
        """
        ...

    def close(self) -> None:
        """Give back connections, processes and files."""
        ...
