"""The file itself: does it exist, which format is it in, how far has it been read."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from conformance.lint.trouble import LintError, about

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMS = {
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".xlsx": "xlsx",
}
BOM = b"\xef\xbb\xbf"
LONGEST = 4 * 1024 * 1024
"""Bytes of the longest line, text or entry that is read: what bounds the memory."""

_ZIP, _OLE, _UTF16 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class Source:
    """One file to lint.

    Attributes:
        path: where it is.
        form: `json`, `ndjson`, `csv` or `xlsx`.
        size: bytes.
        read: bytes read so far, for the progress.
    """

    path: Path
    form: str
    size: int
    read: int = field(default=0)

    def open(self) -> BinaryIO:
        """Open the file from its start, behind a byte order mark of UTF-8.

        Raises:
            LintError: it cannot be opened.
        """
        try:
            file = io.BufferedReader(_Watched(self))
            if file.peek(len(BOM))[: len(BOM)] == BOM:
                file.read(len(BOM))
        except OSError as error:
            raise _unreadable(self.path, error) from error
        return file

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield number, first byte and content of each line.

        Raises:
            LintError: a line is longer than `LONGEST`.
        """
        with self.open() as file:
            start = file.tell()
            for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), 1):
                if len(line) > LONGEST:
                    raise about(self.path, f"第 {number} 行超过 4 MB", f"line {number} is longer than 4 MB")
                yield number, start, line
                start += len(line)


class _Watched(io.FileIO):
    """A file that tells its source how far it was read."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.path)
        self._source = source

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        count = super().readinto(buffer)
        self._source.read += count or 0
        return count


def examine(path: Path, form: str | None) -> Source:
    """Return the source of a file.

    Args:
        path: the file.
        form: its format, or None: by its extension.

    Raises:
        LintError: no such file, not a file, empty, of no known format, or not what its extension says.
    """
    try:
        size, head = _look(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    chosen = form or FORMS.get(path.suffix.lower())
    if chosen is None:
        raise about(
            path,
            "无法由扩展名判断格式；请用 --format json、ndjson、csv 或 xlsx 指明",
            "the extension tells no format; name one by --format json, ndjson, csv or xlsx",
        )
    if size == 0:
        raise about(path, "文件为空", "the file is empty")
    _plausible(path, chosen, head)
    return Source(path, chosen, size)


def _look(path: Path) -> tuple[int, bytes]:
    if path.is_dir():
        raise about(path, "是文件夹，请给出其中的一个文件", "this is a folder; name a file in it")
    size = path.stat().st_size
    if not path.is_file():
        raise about(path, "不是普通文件（不支持管道）", "not a regular file (pipes are not supported)")
    with path.open("rb") as file:
        return size, file.read(8)


def _plausible(path: Path, form: str, head: bytes) -> None:
    if head.startswith(_OLE):
        raise about(
            path,
            "是旧版 .xls 或加密的工作簿；请取消密码并另存为 .xlsx",
            "an old .xls or an encrypted workbook; remove the password and save it as .xlsx",
        )
    if head.startswith(_ZIP) and form != "xlsx":
        raise about(path, "内容是压缩包或 XLSX；请用 --format xlsx", "the content is a zip or XLSX; use --format xlsx")
    if not head.startswith(_ZIP) and form == "xlsx":
        raise about(path, "不是 XLSX 工作簿，或文件头已损坏", "not an XLSX workbook, or its beginning is damaged")
    if head.startswith(_UTF16):
        raise about(path, "编码为 UTF-16；请另存为 UTF-8", "encoded as UTF-16; save it as UTF-8")


def _unreadable(path: Path, error: OSError) -> LintError:
    if isinstance(error, FileNotFoundError):
        return about(path, "文件不存在", "no such file")
    return about(path, f"无法读取：{error.strerror}", f"cannot be read: {error.strerror}")
