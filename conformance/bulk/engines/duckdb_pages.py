"""Rules over columns of texts, counted row group by row group straight from the Parquet files.

A row group is read, judged and forgotten by one core; no value passes through SQL. The positions of rows come with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from conformance.bulk.engines.arrow_distinct import distinct, value_at
from conformance.bulk.engines.arrow_logic import Logic, Unknown
from conformance.bulk.engines.duckdb_stream import Counting, Tally
from conformance.bulk.selects import reads
from conformance.bulk.values import KEPT, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from conformance.bulk.engines.duckdb_files import Files, Stored
    from conformance.bulk.engines.duckdb_stream import Places
    from conformance.bulk.selects import Condition

#: Rows of a batch: enough that calls cost nothing, few enough that wide texts fit.
BATCH = 122_880
_FILE = 40  # bits of a place that hold the row
_CODED, _SMALL = 4, 1_000  # bytes a row of a column that is kept by its distinct values; rows of which none is asked


def counting(condition: Condition, logic: Logic, files: Files) -> Counting | None:
    """Return a condition ready to be counted here; None where it, or a column that it reads, is nothing for Arrow."""
    if not all(files.is_plain(name) for name in reads([condition])):
        return None
    try:
        return Counting(logic.compiled(condition.population), logic.compiled(condition.predicate))
    except Unknown:
        return None


@dataclass(frozen=True, slots=True)
class Page:
    """One row group.

    Attributes:
        file: index of the part that it is of.
        first: rows of the part before it.
        coded: fields to be read by their distinct values.
    """

    file: int
    group: int
    first: int
    stored: Stored
    meta: Any
    coded: frozenset[str]

    def tallied(self, countings: Sequence[Counting], fields: Sequence[str]) -> tuple[int, list[Tally]]:
        """Count conditions over the row group; returns its rows too.

        Raises:
            SourceError: it cannot be read.
        """
        found, done = [Tally()] * len(countings), 0
        known: dict[str, Any] = {}
        few = [column for one, column in self.stored.fields.items() if one in self.coded]
        columns = [self.stored.fields[one] for one in fields if one in self.stored.fields]
        try:
            with pq.ParquetFile(
                self.stored.part.path, metadata=self.meta, memory_map=True, read_dictionary=few
            ) as file:
                for batch in file.iter_batches(BATCH, [self.group], columns, use_threads=False):
                    memory = {one: self._texts(one, batch, known) for one in fields}
                    more = self._batch(countings, memory, len(batch), done)
                    found = [one + other for one, other in zip(found, more, strict=True)]
                    done += len(batch)
        except (pa.ArrowException, OSError) as error:
            name, said = self.stored.part.name, str(error).split("\n", maxsplit=1)[0]
            raise SourceError(
                Text(f"{name}：Parquet 文件损坏：{said}", f"{name}: the Parquet file is damaged: {said}")
            ) from error
        return done, found

    def _batch(self, countings: Sequence[Counting], memory: dict[str, Any], size: int, done: int) -> list[Tally]:
        place, columns = (self.file << _FILE) + self.first + done + 1, dict(memory)

        def places(bad: Any) -> Places:
            first = pc.indices_nonzero(bad)[:KEPT].to_pylist()
            return {place + at: {name: value_at(column, at) for name, column in columns.items()} for at in first}

        return [one.tally(memory, size, places) for one in countings]

    def _texts(self, field: str, batch: pa.RecordBatch, known: dict[str, Any]) -> Any:
        column = self.stored.fields.get(field)
        if column is None:
            return pa.nulls(len(batch), pa.string())
        array = batch.column(column)
        if pa.types.is_dictionary(array.type):
            return distinct(field, array, known)
        return array if pa.types.is_string(array.type) else array.cast(pa.string())


def pages(files: Files, coded: Collection[str]) -> Iterator[Page]:
    """Yield the row groups of all files in order; columns of `coded` are read by their distinct values."""
    for index, stored in enumerate(files.stored):
        meta = pq.read_metadata(stored.part.path)
        first = 0
        for group in range(meta.num_row_groups):
            yield Page(index, group, first, stored, meta, frozenset(coded))
            first += meta.row_group(group).num_rows


def coded(files: Files, fields: Iterable[str]) -> set[str]:
    """Return those fields of texts that all files keep by their distinct values."""
    found = {one for one in fields if files.is_plain(one)}
    for stored in files.stored:
        meta = pq.read_metadata(stored.part.path)
        for group in map(meta.row_group, range(meta.num_row_groups)):
            kept = {one.path_in_schema for one in map(group.column, range(group.num_columns)) if _is_coded(one)}
            found = {one for one in found if one not in stored.fields or stored.fields[one] in kept}
    return found


def _is_coded(chunk: Any) -> bool:
    """Whether a column chunk is a dictionary and codes; one that was given up half-way has the texts as well."""
    return bool(chunk.has_dictionary_page) and chunk.total_uncompressed_size <= _CODED * max(chunk.num_values, _SMALL)
