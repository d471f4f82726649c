"""A connection to PostgreSQL that only reads, and what its errors mean; nothing else of the suite knows the driver."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors

from conformance.bulk.engines.postgres_text import SETTINGS
from conformance.bulk.values import EngineError, SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.bulk.engines.postgres_source import Address

_WORDS: dict[type[psycopg.Error], Text] = {
    errors.QueryCanceled: Text(
        "数据库中止了查询（超过statement_timeout或被管理员取消）：请管理员放宽该用户的时限，或导出为Parquet后检查",
        "the database cancelled the query (statement_timeout, or an administrator): have the limit of this user "
        "raised, or export the table as Parquet",
    ),
    errors.DiskFull: Text("数据库服务器磁盘已满，无法存放临时数据", "the disk of the database server is full"),
    errors.OutOfMemory: Text("数据库服务器内存不足", "the database server is out of memory"),
    errors.AdminShutdown: Text("数据库服务器正在关闭，连接已断开", "the database server is shutting down"),
    errors.SerializationFailure: Text(
        "备用服务器与恢复冲突，查询被中止：请在主服务器上检查，或提高max_standby_streaming_delay",
        "a standby cancelled the query for its recovery: check on the primary, or raise max_standby_streaming_delay",
    ),
}
_FACTS = "select current_setting('server_encoding'), current_setting('max_parallel_workers_per_gather')::int + 1"
_DATA = "22"  # the class of errors whose text may hold values of a row


class Link:
    """One connection in one transaction: reads only, and sees the database as it was at the first question.

    Attributes:
        version: of the server.
        width: processes that the server grants to one question.
    """

    width: int

    def __init__(self, address: Address, snapshot: str | None = None) -> None:
        """Connect.

        Args:
            address: of the database.
            snapshot: what another connection has exported; its own where it is None.

        Raises:
            EngineError: the server cannot be reached, refuses the user, or does not store texts in UTF-8.
        """
        self.shown = address.shown
        self._address = address
        try:
            self._connection = psycopg.connect(address.database, client_encoding="UTF8", application_name="conformance")
        except psycopg.Error as error:
            raise _unreachable(address.shown, error) from error
        self._names = itertools.count()
        number = self._connection.info.server_version
        self.version = f"{number // 10_000}.{number % 10_000}"
        try:
            self._settle(snapshot)
        except BaseException:
            self.close()
            raise

    def _settle(self, snapshot: str | None) -> None:
        """Begin the transaction, in which no setting of others counts; refuse texts that are not in UTF-8."""
        self._connection.read_only = True
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for one in (*([f"set transaction snapshot '{snapshot}'"] if snapshot else []), *SETTINGS):
            self.rows(one)
        [(encoding, self.width)] = self.rows(_FACTS)
        if encoding != "UTF8":
            raise EngineError(
                Text(
                    f"数据库编码为 {encoding}，只支持UTF8：请导出为Parquet或CSV后检查",
                    f"the database is encoded in {encoding}, only UTF8 is judged: export the table as Parquet or CSV",
                )
            )

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and return its rows.

        Raises:
            SourceError: a table or column is missing or may not be read.
            EngineError: the server gave up.
        """
        with self._explained(), self._connection.cursor() as cursor:
            cursor.execute(sql.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def batches(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Run a statement and give its rows so many at a time, held by the server; raises as `rows`."""
        with self._explained(), self._connection.cursor(f"conformance_{next(self._names)}") as cursor:
            cursor.execute(sql.encode())
            while batch := cursor.fetchmany(size):
                yield batch

    def sibling(self) -> Link:
        """Return another connection that sees the same snapshot; raises as the first one."""
        [(snapshot,)] = self.rows("select pg_export_snapshot()")
        return Link(self._address, snapshot)

    def cancel(self) -> None:
        """Stop what the server does for this connection, if anything."""
        self._connection.cancel_safe()

    def close(self) -> None:
        """Give the connection back; nothing was written."""
        self._connection.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise _explained(self.shown, error) from error


def _unreachable(shown: str, error: psycopg.Error) -> EngineError:
    reason = str(error).strip().partition("\n")[0].removeprefix("connection failed: ") or type(error).__name__
    return EngineError(
        Text(
            f"无法连接 {shown}：{reason}（口令由PGPASSWORD、口令文件或服务文件提供）",
            f"cannot connect to {shown}: {reason} (the password comes from PGPASSWORD, a password or a service file)",
        )
    )


def _explained(shown: str, error: psycopg.Error) -> EngineError | SourceError:
    if isinstance(error, errors.InsufficientPrivilege):
        return SourceError(
            Text(
                f"没有读取 {shown} 的权限：请授予该用户SELECT权限",
                f"this user may not read {shown}: grant SELECT to it",
            )
        )
    words = next((text for kind, text in _WORDS.items() if isinstance(error, kind)), None)
    if words is None:
        words = _own_words(error)
    return EngineError(Text(f"{shown}：{words.zh}", f"{shown}: {words.en}"))


def _own_words(error: psycopg.Error) -> Text:
    """What the server says, but never the values of a row."""
    state = error.sqlstate or ""
    said = "" if state.startswith(_DATA) else error.diag.message_primary or str(error).strip().partition("\n")[0]
    tail = " ".join(one for one in (state, said) if one) or type(error).__name__
    return Text(f"数据库报错：{tail}", f"the database reports: {tail}")
