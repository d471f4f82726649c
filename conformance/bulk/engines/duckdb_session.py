"""One DuckDB in this process: its limits, its folder for what does not fit into memory, its errors in plain words."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from conformance.bulk.values import EngineError, Progress, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.bulk.values import Tell

MEMORY = "1GB"
#: Nothing is fetched from the network, geometries stay bytes, no table is kept in an order that nobody asked for.
_SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
    "python_enable_replacements": "false",
}
_SAID = ("enable_geoparquet_conversion = false", "enable_progress_bar_print = false", "enable_progress_bar = true")
_EVERY = 0.2  # seconds between two words about progress
_FULL = re.compile(r"No space left|not enough space|max_temp_directory_size|Disk full", re.IGNORECASE)
_NO_ROOM = Text(
    "临时目录 {folder} 空间不足（{error}）；请用 --temp 指定更大的目录",
    "no space left in the temporary folder {folder} ({error}); name a larger one by --temp",
)
_NO_MEMORY = Text(
    "内存上限 {memory} 不够（{error}）；请用 --memory 提高上限",
    "the memory limit of {memory} does not suffice ({error}); raise it by --memory",
)
_GAVE_UP = Text("DuckDB 报错：{error}", "DuckDB gave up: {error}")
_DAMAGED = Text("读取时出错：{error}", "reading failed: {error}")


class LimitError(EngineError):
    """Memory or room on the disk did not suffice."""


class Session:
    """A connection, and a folder of its own that goes when it is closed.

    Attributes:
        folder: where spilled files go.
        version: of the library.
    """

    version: str = duckdb.__version__

    def __init__(self, memory: str | None, temp: Path | None, threads: int | None = None) -> None:
        self.memory = memory or MEMORY
        self.folder = _folder(temp)
        self.threads = threads
        try:
            self.connection = self.connect()
        except EngineError:
            shutil.rmtree(self.folder)
            raise

    def connect(self, settings: Mapping[str, str] | None = None) -> duckdb.DuckDBPyConnection:
        """Return a database of its own with the limits of the session.

        Raises:
            EngineError: a limit is not understood.
        """
        config: dict[str, Any] = {
            **_SETTINGS,
            "memory_limit": self.memory,
            "temp_directory": str(self.folder / "spill"),
        }
        if self.threads:
            config["threads"] = self.threads
        try:
            made = duckdb.connect(config=config | dict(settings or {}))
            for one in _SAID:
                made.execute(f"set {one}")
        except duckdb.Error as error:
            raise EngineError(_GAVE_UP.fill(error=_first_line(error))) from error
        return made

    def run(self, sql: str, stage: Text, tell: Tell, total: int | None = None) -> list[tuple[Any, ...]]:
        """Run a statement in a thread and tell how far it is, until it has ended.

        Raises:
            SourceError: a file cannot be read.
            EngineError: memory or room on the disk did not suffice, or the engine gave up.
        """
        with ThreadPoolExecutor(1) as worker:
            job = worker.submit(self._fetched, sql)
            try:
                while wait([job], _EVERY).not_done:
                    tell(Progress(stage, self._done(total), total))
            except BaseException:
                self.connection.interrupt()
                raise
            return job.result()

    def _fetched(self, sql: str) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(sql).fetchall()
        except duckdb.Error as error:
            raise self.plain(error) from error

    def trouble(self, sql: str) -> str | None:
        """Return what DuckDB has against a statement, None where it runs."""
        try:
            self.connection.execute(sql).fetchall()
        except duckdb.Error as error:
            return _first_line(error)
        return None

    def _done(self, total: int | None) -> int:
        share = self.connection.query_progress()
        return int(share * total / 100) if total and share > 0 else 0

    def plain(self, error: Exception) -> SourceError | EngineError:
        """Return an error of the library in words that say what to do."""
        limit = self.limit(error)
        if limit is not None:
            return limit
        if isinstance(error, duckdb.IOException | duckdb.InvalidInputException | duckdb.ConversionException):
            return SourceError(_DAMAGED.fill(error=_first_line(error)))
        return EngineError(_GAVE_UP.fill(error=_first_line(error)))

    def limit(self, error: Exception) -> LimitError | None:
        """Return the error in plain words where disk or memory did not suffice, else None."""
        if _FULL.search(str(error)) or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}):
            return LimitError(_NO_ROOM.fill(folder=self.folder, error=_first_line(error)))
        if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
            return LimitError(_NO_MEMORY.fill(memory=self.memory, error=_first_line(error)))
        return None

    def close(self) -> None:
        """Close the database and remove its folder."""
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _folder(temp: Path | None) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="conformance-duckdb-", dir=temp))
    except OSError as error:
        raise EngineError(
            Text(
                f"临时目录不可写：{temp}：{error.strerror}",
                f"cannot write to the temporary folder {temp}: {error.strerror}",
            )
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:500]
