"""NDJSON: one entry a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from conformance.lint.records import Place, Record, code_of
from conformance.lint.trouble import LintError, about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lint.source import Source


def read_ndjson(source: Source) -> Iterator[Record]:
    """Yield the entry of each line; blank lines are passed over.

    Raises:
        LintError: a line is not JSON; the message names line and column, or the byte where it is not UTF-8.
    """
    index = 0
    for number, start, line in source.lines():
        if not line.strip():
            continue
        index += 1
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _broken(source, number, start, line, error) from error
        yield Record(entry, Place(index, code_of(entry), line=number))


def _broken(source: Source, number: int, start: int, line: bytes, error: orjson.JSONDecodeError) -> LintError:
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        byte = start + wrong.start
        return about(
            source.path,
            f"第 {number} 行字节 {byte} 处不是 UTF-8；请另存为 UTF-8",
            f"line {number}, byte {byte}: not UTF-8; save the file as UTF-8",
        )
    hint = ("；若整个文件是一个 JSON 数组，请用 --format json", "; for one JSON array use --format json")
    zh, en = hint if number == 1 else ("", "")
    return about(
        source.path,
        f"第 {number} 行第 {error.colno} 列不是有效的 JSON：{error.msg}{zh}",
        f"line {number}, column {error.colno}: not valid JSON: {error.msg}{en}",
    )
