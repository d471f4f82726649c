"""A clean copy of a CSV file that cannot be read as it is: UTF-8, one way of ending lines, no broken row.

A row that cannot be read costs itself only. A quote that is never closed would swallow all that follows; the row in
which it stands is given up and reading goes on with the next line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.bulk.record import Unread
from conformance.bulk.sources.delimited import lines_of, readable
from conformance.bulk.sources.parts import MOST_UNREAD
from conformance.bulk.sources.spill import too_many
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.bulk.sources.delimited import Shape
    from conformance.bulk.sources.parts import Found

#: Lines that one quoted value may run over.
MOST_LINES = 1_000
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")')
_PART = r'"[^"]*(?:""[^"]*)*"(?!")|[^{delimiter}]*'
_OPEN = Text(
    "引号没有闭合，或闭合后还有内容（第 {line} 行文本）",
    "a quote is not closed, or text follows it (line {line} of the file)",
)
_COUNT = Text("有 {came} 列，应为 {due} 列（第 {line} 行文本）", "{came} columns, due {due} (line {line} of the file)")
_BYTES = Text(
    "第 {byte} 字节（第 {line} 行文本）不是 {encoding}", "byte {byte} (line {line} of the file) is not {encoding}"
)


class Cleaning:
    """One file on its way to a clean copy.

    Attributes:
        unread: the rows that were given up.
        rows: the rows that were kept.
    """

    def __init__(self, file: Found, shape: Shape, encoding: str) -> None:
        self.file = file
        self.shape = shape
        self.encoding = "utf-8" if encoding.startswith("utf-16") else encoding
        self._stored = encoding
        self.unread: list[Unread] = []
        self.rows = 0

    def write(self, target: Path) -> None:
        """Write the copy, without a heading.

        Raises:
            SourceError: more rows are unreadable than are worth listing.
        """
        with target.open("w", encoding="utf-8", newline="") as out:
            lines = _Lines(self.file.path, self._stored, self.shape.bom)
            heading = True
            for number, line in lines:
                record = self._record(lines, number, line, heading=heading)
                if record is not None and not heading:
                    out.write(record + "\n")
                    self.rows += 1
                heading = False

    def _record(self, lines: _Lines, number: int, line: bytes, *, heading: bool) -> str | None:
        """Return the record that begins in a line, or note why there is none."""
        try:
            text = line.decode(self.encoding)
        except UnicodeDecodeError as error:
            column = self.shape.names[min(_before(line, error, self.shape), len(self.shape.names) - 1)]
            self._give_up(column, _BYTES.fill(byte=error.start + 1, line=number, encoding=self.encoding.upper()))
            return None
        if '"' not in text:
            text = text.removesuffix("\r")
            count = text.count(self.shape.delimiter) + 1
        else:
            text, count = self._closed(lines, text)
        if count == len(self.shape.names) + 1 and text.endswith(self.shape.delimiter):
            text, count = text[:-1], count - 1
        if count == len(self.shape.names) or heading:
            return _safe(text, self.shape.delimiter)
        if count < 0:
            self._give_up(self.shape.names[min(-count, len(self.shape.names)) - 1], _OPEN.fill(line=number))
        else:
            self._give_up(None, _COUNT.fill(came=count, due=len(self.shape.names), line=number))
        return None

    def _closed(self, lines: _Lines, text: str) -> tuple[str, int]:
        """Return the whole record and its number of columns; minus the column in which a quote is broken."""
        pieces = [text]
        whole = text.removesuffix("\r")
        count, unclosed = _columns(whole, self.shape.delimiter)
        while unclosed and len(pieces) <= MOST_LINES:
            more = lines.ahead(len(pieces) - 1)
            if more is None or not readable(more, self.encoding):
                break
            pieces.append(more.decode(self.encoding))
            if '"' in pieces[-1]:
                whole = "\n".join(pieces).removesuffix("\r")
                count, unclosed = _columns(whole, self.shape.delimiter)
        several = len(pieces) > 1
        if unclosed or count < 0 or (several and count != len(self.shape.names)):
            return whole, -abs(count)
        lines.drop(len(pieces) - 1)
        return whole, count

    def _give_up(self, column: str | None, reason: Text) -> None:
        self.unread.append(Unread(self.file.name, self.rows + len(self.unread) + 1, column, reason))
        if len(self.unread) > MOST_UNREAD:
            raise too_many(self.file.name, self.unread, self.rows)


class _Lines:
    """The lines of a file that have something on them, with their numbers and a look ahead."""

    def __init__(self, path: Path, encoding: str, bom: int) -> None:
        self._source = _numbered(path, encoding, bom)
        self._ahead: list[tuple[int, bytes]] = []

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while True:
            one = self._ahead.pop(0) if self._ahead else next(self._source, None)
            if one is None:
                return
            if one[1] not in {b"", b"\r"}:
                yield one

    def ahead(self, count: int) -> bytes | None:
        """Return the line so many lines ahead, 0 being the next; None behind the last."""
        while len(self._ahead) <= count:
            one = next(self._source, None)
            if one is None:
                return None
            self._ahead.append(one)
        return self._ahead[count][1]

    def drop(self, count: int) -> None:
        """Pass over the next lines, which belong to the record that was read."""
        del self._ahead[:count]


def _numbered(path: Path, encoding: str, bom: int) -> Iterator[tuple[int, bytes]]:
    """Lines without their ends, in their encoding; UTF-16 is cut as text and comes in UTF-8."""
    if encoding.startswith("utf-16"):
        with path.open(encoding=encoding, newline="\n") as text:
            text.read(1)
            yield from ((number, one.removesuffix("\n").encode()) for number, one in enumerate(text, 1))
        return
    ends = b"\n" if lines_of(path).breaks else b"\r"
    with path.open(encoding="latin-1", newline=ends.decode()) as source:
        source.read(bom)
        for number, line in enumerate(source, 1):
            yield number, line.encode("latin-1").removesuffix(ends)


def _before(line: bytes, error: UnicodeDecodeError, shape: Shape) -> int:
    return line[: error.start].count(shape.delimiter.encode())


def _columns(text: str, delimiter: str) -> tuple[int, bool]:
    """Return the number of columns of a record, and whether its last quote is open; minus the broken column."""
    at, count = 0, 1
    while True:
        if text.startswith('"', at):
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                return -count, True
            at = quoted.end()
            if at == len(text):
                return count, False
            if text[at] != delimiter:
                return -count, False
        else:
            at = text.find(delimiter, at)
            if at < 0:
                return count, False
        at += 1
        count += 1


def _safe(text: str, delimiter: str) -> str:
    """Quote the values of a record in which a carriage return stands bare, where it would be taken for a line's end."""
    if "\r" not in text:
        return text
    parts: list[str] = []
    at = 0
    while at <= len(text):
        found = re.compile(_PART.format(delimiter=delimiter)).match(text, at)
        part = found[0] if found else ""
        parts.append(f'"{part.replace(chr(34), chr(34) * 2)}"' if "\r" in part and not part.startswith('"') else part)
        at += len(part) + 1
    return delimiter.join(parts)
