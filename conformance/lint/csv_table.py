"""CSV: its encoding and delimiter found out, its records as rows."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from conformance.lint.assemble import assemble
from conformance.lint.cells import Row
from conformance.lint.layout import find_layout, headless, known
from conformance.lint.trouble import about

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lint.records import Record, Remarks
    from conformance.lint.source import Source
    from conformance.lint.template import Template


def read_csv(source: Source, template: Template, remarks: Remarks) -> Iterator[Record]:
    """Yield the entries of a CSV file.

    Raises:
        LintError: a byte is not in the encoding, a quote is not closed, or there is no heading.
    """
    encoding, delimiter = _shape(source, template)
    remarks.details |= {"encoding": encoding.removesuffix("-sig"), "delimiter": delimiter}
    found = find_layout(source.path, "", _rows(source, encoding, delimiter), template)
    if found is None:
        raise headless(source.path, template)
    layout, rows = found
    remarks.see(layout, template)
    yield from assemble(source.path, layout, rows, template, remarks)


def _shape(source: Source, template: Template) -> tuple[str, str]:
    """Return the encoding and the delimiter under which the first lines hold the most known headings."""
    first = [line for _, _, line in islice(source.lines(), template.search_rows)]
    both = [(encoding, delimiter) for encoding in template.encodings for delimiter in template.delimiters]
    return max(both, key=lambda one: _headings(first, one, template))


def _headings(lines: list[bytes], shape: tuple[str, str], template: Template) -> int:
    encoding, delimiter = shape
    rows = csv.reader((one.decode(encoding, "replace") for one in lines), delimiter=delimiter)
    return max((known(Row(0, cells), template) for cells in rows), default=0)


def _lines(source: Source, encoding: str) -> Iterator[str]:
    for number, start, line in source.lines():
        try:
            yield line.decode(encoding)
        except UnicodeDecodeError as error:
            byte, name = start + error.start, encoding.removesuffix("-sig").upper()
            raise about(
                source.path,
                f"第 {number} 行字节 {byte} 处不是有效的 {name}；请以 UTF-8 重新导出",
                f"line {number}, byte {byte}: not valid {name}; export the file again as UTF-8",
            ) from error


def _rows(source: Source, encoding: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(_lines(source, encoding), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            yield Row(number, cells)
    except csv.Error as error:
        raise about(
            source.path,
            f"第 {number + 1} 行（文本第 {reader.line_num} 行）不是有效的 CSV：{error}；请检查引号",
            f"row {number + 1} (line {reader.line_num}) is not valid CSV: {error}; check the quotes",
        ) from error
