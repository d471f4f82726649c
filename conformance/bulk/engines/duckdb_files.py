"""The Parquet files of a table as one relation: columns under the names of the dataset, in their text form, placed."""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from conformance.bulk.engines.duckdb_text import geometry_form, is_geometry, is_text, text_form
from conformance.bulk.engines.kinds import refused
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.sources import Part
    from conformance.law.data import Dataset


@dataclass(frozen=True, slots=True)
class Stored:
    """A part with what DuckDB says of its Parquet file.

    Attributes:
        kinds: type by column, as DuckDB calls it.
        fields: column by field.
    """

    part: Part
    kinds: Mapping[str, str]
    fields: Mapping[str, str]

    @property
    def form(self) -> tuple[tuple[str, str, str], ...]:
        """What parts must have in common to be read together: (field, column, type)."""
        return tuple((field, column, self.kinds[column]) for field, column in sorted(self.fields.items()))


class Files:
    """Parts in the order in which their rows are told.

    Attributes:
        stored: parts of one form stand together; otherwise in the order of the source.
    """

    def __init__(self, stored: Sequence[Stored], dataset: Dataset) -> None:
        forms = list(dict.fromkeys(one.form for one in stored))
        self.stored = sorted(stored, key=lambda one: forms.index(one.form))
        self._geometries = frozenset(one.name for one in dataset.fields if one.data_type == "geometry")

    def relation(self, columns: Iterable[str], name: str, *, placed: bool = False) -> str:
        """Return the bracketed select of columns under a name; `_file` is the index of a part, `_row` counts from 1."""
        wanted = list(dict.fromkeys(columns))
        selects, first = [], 0
        for _, group in groupby(self.stored, key=lambda one: one.form):
            parts = list(group)
            read = [f"{self._form(parts[0], one)} as {quoted(one)}" for one in wanted]
            place = [f"file_index + {first} as _file", "file_row_number + 1 as _row"] if placed else []
            files = ", ".join(literal(str(one.part.path)) for one in parts)
            source = f"read_parquet([{files}], hive_partitioning = false)"
            selects.append(f"select {', '.join([*place, *read]) or '1 as _one'} from {source}")
            first += len(parts)
        if not selects:
            place = ["0 as _file", "0 as _row"] if placed else []
            none = [f"cast(null as {self._null(one)}) as {quoted(one)}" for one in wanted]
            selects = [f"select {', '.join([*place, *none]) or '1 as _one'} where false"]
        return f"({' union all '.join(selects)}) as {name}"

    def is_plain(self, field: str) -> bool:
        """Whether a field is texts as they stand in every file, or missing, so that no SQL has to make them."""
        columns = [(one.fields[field], one.kinds) for one in self.stored if field in one.fields]
        return field not in self._geometries and all(
            kinds[column] == "VARCHAR" and "." not in column for column, kinds in columns
        )

    def damaged(self, session: Session) -> SourceError | None:
        """Return the error of the first file that cannot be read from end to end, None where all can."""
        for one in self.stored:
            columns = [f"max(hash({quoted(name)}))" for name in one.kinds]
            said = session.trouble(f"select {', '.join(columns)} from read_parquet({literal(one.part.path)})")
            if said:
                name = one.part.name
                return SourceError(
                    Text(f"{name}：Parquet 文件损坏：{said}", f"{name}: the Parquet file is damaged: {said}")
                )
        return None

    def _null(self, field: str) -> str:
        return "blob" if field in self._geometries else "text"

    def _form(self, stored: Stored, field: str) -> str:
        geometry = field in self._geometries
        column = stored.fields.get(field)
        if column is None:
            return f"cast(null as {self._null(field)})"
        form = geometry_form if geometry else text_form
        return form(quoted(column), stored.kinds[column])


def check_kinds(stored: Stored, dataset: Dataset) -> None:
    """Refuse a file in which a column has a type that has no text form.

    Raises:
        SourceError: the text names file, column and type.
    """
    for field in dataset.fields:
        column = stored.fields.get(field.name)
        if column is None:
            continue
        kind = stored.kinds[column]
        geometry = field.data_type == "geometry"
        if not (is_geometry(kind) if geometry else is_text(kind)):
            raise refused(stored.part.name, column, kind, geometry=geometry)


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """Return a text as a constant."""
    return "'" + str(text).replace("'", "''") + "'"
