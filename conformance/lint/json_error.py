"""Where a JSON file breaks: ijson says what is wrong, but not in which line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import ijson

from conformance.lint.guard import Guarded
from conformance.lint.trouble import LintError, about

if TYPE_CHECKING:
    from conformance.lint.source import Source

_CHUNKS = (64 * 1024, 256, 1)
_WHAT = re.compile(r"(?:lexical|parse) error: ([^\n\\]+)")
_NEAR_END = "premature EOF"


class _Slow:
    """A file that is read in chunks of 64 KiB up to `fine`, in smaller ones from there, and counts its lines."""

    def __init__(self, file: BinaryIO, fine: int, size: int) -> None:
        self._file = file
        self._fine = fine
        self._size = size
        self.at = 0
        self.ended = False
        self.line = 1
        self.column = 0

    def read(self, size: int = -1) -> bytes:
        if not size:
            return b""
        coarse = min(_CHUNKS[0], self._fine - self.at)
        chunk = self._file.read(coarse if coarse > 0 else self._size)
        self.at += len(chunk)
        self.ended = not chunk
        breaks = chunk.count(b"\n")
        self.line += breaks
        self.column = len(chunk) - chunk.rfind(b"\n") - 1 if breaks else self.column + len(chunk)
        return chunk


def broken(source: Source) -> LintError | None:
    """Return the error of a file that is not JSON, with line and byte; None where it is JSON after all.

    The file is read again with ever smaller chunks around the failure: byte by byte from the start would take hours.
    """
    fine = 0
    found = None
    for chunk in _CHUNKS:
        found = _fails(source, fine, chunk) or found
        if found is None or found[1] == _NEAR_END:
            break
        fine = max(0, found[0].at - chunk)
    return _words(source, *found) if found else None


def _fails(source: Source, fine: int, size: int) -> tuple[_Slow, str] | None:
    with source.open() as file:
        slow = _Slow(file, fine, size)
        try:
            for _ in ijson.basic_parse(Guarded(slow, source.path, 2), use_float=True, buf_size=_CHUNKS[0]):
                pass
        except (ijson.JSONError, UnicodeDecodeError) as error:
            what = _WHAT.search(str(error))
            return slow, what.group(1).rstrip(".") if what else str(error)
    return None


def _words(source: Source, slow: _Slow, what: str) -> LintError:
    line, column = slow.line, max(slow.column, 1)
    if what == _NEAR_END or ("UTF8" in what and slow.ended):
        return about(
            source.path,
            f"在第 {line} 行中断，JSON 不完整（文件可能被截断）",
            f"ends in line {line} within the JSON; the file may have been cut off",
        )
    if "UTF8" in what:
        return about(
            source.path,
            f"第 {line} 行字节 {slow.at - 1} 处不是 UTF-8；请另存为 UTF-8",
            f"line {line}, byte {slow.at - 1}: not UTF-8; save the file as UTF-8",
        )
    lines = what == "trailing garbage"
    hint = ("；若每行一条，请用 --format ndjson", "; for one entry a line use --format ndjson") if lines else ("", "")
    return about(
        source.path,
        f"第 {line} 行第 {column} 列不是有效的 JSON：{what}{hint[0]}",
        f"line {line}, column {column}: not valid JSON: {what}{hint[1]}",
    )
