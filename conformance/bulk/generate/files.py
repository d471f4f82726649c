"""Writes a generated table into files: Parquet, CSV or NDJSON. A file that is not finished has another name."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import rmtree
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from conformance.bulk.generate.letters import plain
from conformance.bulk.generate.places import as_geojson, as_wkt
from conformance.bulk.generate.world import GenerateError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from conformance.bulk.generate.course import Generation

Format = Literal["parquet", "csv", "ndjson"]
FORMATS: tuple[Format, ...] = ("parquet", "csv", "ndjson")

_ROW_GROUP = 245_760
_UNFINISHED = ".unfinished"
_ESCAPES = r'["\\\x00-\x1f]'


class WriteError(GenerateError):
    """The disk does not take the files."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a table; `first` is the number of its first row, the first of the table being 1."""

    name: str
    first: int
    rows: int


class _Writer(Protocol):
    def write(self, columns: Mapping[str, pa.Array]) -> None: ...

    def close(self) -> None: ...


def parts_of(target: Path, form: Format, rows: int, files: int) -> list[Part]:
    """Return the files of a table: the target itself, or so many in a folder of this name."""
    if files == 1:
        return [Part(target.name, 1, rows)]
    edges = [rows * at // files for at in range(files + 1)]
    return [Part(f"part-{at + 1:05d}.{form}", edges[at] + 1, edges[at + 1] - edges[at]) for at in range(files)]


def write(
    generation: Generation, target: Path, form: Format, files: int = 1, tell: Callable[[int], None] = lambda _: None
) -> list[Part]:
    """Write a whole table.

    Args:
        generation: the table.
        target: a file that is not there yet, or where there are several files a folder that is not there yet.
        form: of the files.
        files: how many.
        tell: hears how many rows are written.

    Raises:
        GenerateError: something of that name is there, or there are more files than rows.
        WriteError: the disk does not take it; nothing unfinished stays behind.
    """
    parts = parts_of(target, form, generation.wish.size, files)
    _check_target(target, parts)
    done = 0
    try:
        with _finished(target) as unfinished:
            for part in parts:
                with _opened(unfinished / part.name if files > 1 else unfinished, form, generation) as writer:
                    for columns in generation.chunks(part.first - 1, part.first - 1 + part.rows):
                        writer.write(columns)
                        done += len(next(iter(columns.values())))
                        tell(done)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(
            Text(f"{target} 写到第 {done} 行后失败：{reason}", f"{target} failed after row {done}: {reason}")
        ) from error
    return parts


def _check_target(target: Path, parts: list[Part]) -> None:
    if target.exists():
        raise GenerateError(Text(f"{target} 已存在，请换一个名称", f"{target} is there already: choose another name"))
    if not all(one.rows for one in parts):
        raise GenerateError(Text("文件数多于行数", "there are more files than rows"))


@contextmanager
def _finished(target: Path) -> Iterator[Path]:
    """Give a file or folder its name when it is whole, and remove it when it is not."""
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.rename(target)
    finally:
        if unfinished.is_dir():
            rmtree(unfinished)
        unfinished.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path, form: Format, generation: Generation) -> Iterator[_Writer]:
    path.parent.mkdir(exist_ok=True)
    kinds: dict[Format, type[_Parquet | _Csv | _Ndjson]] = {"parquet": _Parquet, "csv": _Csv, "ndjson": _Ndjson}
    writer: _Writer = kinds[form](path, generation)
    try:
        yield writer
    finally:
        writer.close()


class _Parquet:
    def __init__(self, path: Path, _: Generation) -> None:
        self._path = path
        self._writer: Any = None

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        table = pa.table(dict(columns))
        if self._writer is None:
            words = [one.name for one in table.schema if pa.types.is_dictionary(one.type)]
            self._writer = pq.ParquetWriter(
                self._path,
                table.schema,
                compression="zstd",
                compression_level=1,
                use_dictionary=words,
                store_schema=False,
            )
        self._writer.write_table(table, row_group_size=_ROW_GROUP)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


class _Csv:
    def __init__(self, path: Path, generation: Generation) -> None:
        self._schema = pa.schema([(one.name, pa.string()) for one in generation.schema])
        self._writer = pacsv.CSVWriter(path, self._schema)

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        texts = [_text(one, as_wkt) for one in columns.values()]
        self._writer.write_batch(pa.RecordBatch.from_arrays(texts, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class _Ndjson:
    def __init__(self, path: Path, _: Generation) -> None:
        self._file = path.open("wb")

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        pieces: list[Any] = []
        for at, (name, column) in enumerate(columns.items()):
            pieces += [f"{',' if at else '{'}{json.dumps(name, ensure_ascii=False)}:", _json(column)]
        lines = pc.binary_join_element_wise(*pieces, "}\n", "")
        self._file.write(_bytes_of(lines))

    def close(self) -> None:
        self._file.close()


def _text(column: pa.Array, written: Callable[[bytes], str]) -> pa.Array:
    bare = plain(column)
    if not pa.types.is_binary(bare.type):
        return bare
    return pa.array([None if one is None else written(one) for one in bare.to_pylist()], pa.string())


def _json(column: pa.Array) -> pa.Array:
    """The values of a column as JSON, null included."""
    if isinstance(column, pa.DictionaryArray):
        words = _json(column.dictionary)
        return words.take(column.indices).fill_null("null")
    if pa.types.is_binary(column.type):
        return _text(column, as_geojson).fill_null("null")
    return pc.binary_join_element_wise('"', _escaped(column), '"', "").fill_null("null")


def _escaped(column: pa.Array) -> pa.Array:
    strange = pc.fill_null(pc.match_substring_regex(column, _ESCAPES), fill_value=False)
    if not pc.any(strange).as_py():
        return column
    new = [json.dumps(one, ensure_ascii=False)[1:-1] for one in column.filter(strange).to_pylist()]
    return pc.replace_with_mask(column, strange, pa.array(new, pa.string()))


def _bytes_of(lines: pa.Array) -> memoryview:
    offsets = np.frombuffer(lines.buffers()[1], dtype=np.int32)
    return memoryview(lines.buffers()[2])[offsets[lines.offset] : offsets[lines.offset + len(lines)]]
