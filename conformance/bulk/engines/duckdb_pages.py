"""Rules over columns of texts, counted row group by row group straight from the Parquet files.

A row group is read, judged and forgotten by one core; no value passes through SQL. The positions of rows come with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from conformance.bulk.engines.arrow_logic import Logic, Unknown
from conformance.bulk.engines.duckdb_stream import Counting, Tally
from conformance.bulk.selects import reads
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.bulk.engines.duckdb_files import Files, Stored
    from conformance.bulk.selects import Condition

#: Rows of a batch: enough that calls cost nothing, few enough that wide texts fit.
BATCH = 122_880
_FILE = 40  # bits of a place that hold the row


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
    """

    file: int
    group: int
    first: int
    stored: Stored
    meta: Any

    def tallied(self, countings: Sequence[Counting], fields: Sequence[str]) -> tuple[int, list[Tally]]:
        """Count conditions over the row group; returns its rows too.

        Raises:
            SourceError: it cannot be read.
        """
        found, done = [Tally()] * len(countings), 0
        columns = [self.stored.fields[one] for one in fields if one in self.stored.fields]
        try:
            with pq.ParquetFile(self.stored.part.path, metadata=self.meta, memory_map=True) as file:
                for batch in file.iter_batches(BATCH, [self.group], columns, use_threads=False):
                    found = [
                        one + more for one, more in zip(found, self._batch(countings, fields, batch, done), strict=True)
                    ]
                    done += len(batch)
        except (pa.ArrowException, OSError) as error:
            name, said = self.stored.part.name, str(error).split("\n", maxsplit=1)[0]
            raise SourceError(
                Text(f"{name}：Parquet 文件损坏：{said}", f"{name}: the Parquet file is damaged: {said}")
            ) from error
        return done, found

    def _batch(
        self, countings: Sequence[Counting], fields: Sequence[str], batch: pa.RecordBatch, done: int
    ) -> list[Tally]:
        size = len(batch)
        place = (self.file << _FILE) + self.first + done + 1
        memory = {one: self._texts(one, batch) for one in fields}

        def places(bad: Any) -> list[int]:
            return [place + at for at in pc.indices_nonzero(bad).to_pylist()]

        return [one.tally(memory, size, places) for one in countings]

    def _texts(self, field: str, batch: pa.RecordBatch) -> pa.Array:
        column = self.stored.fields.get(field)
        if column is None:
            return pa.nulls(len(batch), pa.string())
        array = batch.column(column)
        return array if pa.types.is_string(array.type) else array.cast(pa.string())


def pages(files: Files) -> Iterator[Page]:
    """Yield the row groups of all files in order."""
    for index, stored in enumerate(files.stored):
        meta = pq.read_metadata(stored.part.path)
        first = 0
        for group in range(meta.num_row_groups):
            yield Page(index, group, first, stored, meta)
            first += meta.row_group(group).num_rows
