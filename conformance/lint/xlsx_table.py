"""XLSX: every sheet with a heading, read row by row; the one door to openpyxl."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from conformance.lint.assemble import assemble
from conformance.lint.cells import Row, Unreadable
from conformance.lint.layout import find_layout, headless
from conformance.lint.trouble import about
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lint.records import Record, Remarks
    from conformance.lint.source import Source
    from conformance.lint.template import Template

_BROKEN = (zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, EOFError, KeyError, ValueError, TypeError)
_WHOLE = 256 * 1024 * 1024
_PACKED = 200
_FORMULA = Text(
    "是公式；请将该列“选择性粘贴”为数值后再导出", "holds a formula; paste the column as values and export again"
)
_ERROR = Text("是错误值（如 #REF!）；请改正后再导出", "holds an error such as #REF!; mend it and export again")


def read_xlsx(source: Source, template: Template, remarks: Remarks) -> Iterator[Record]:
    """Yield the entries of every visible sheet that has a heading; the others are named.

    Raises:
        LintError: the workbook is damaged, swells beyond measure, or has no sheet with a heading; a cell is a formula.
    """
    _measure(source)
    with _damage(source, "", [0]):
        book: Any = openpyxl.load_workbook(source.path, read_only=True, data_only=False)
    seen = 0
    with closing(book):
        for sheet in book.worksheets:
            found = _layout(source, sheet, template) if sheet.sheet_state == "visible" else None
            if found is None:
                name = sheet.title
                remarks.notes.append(
                    Text(
                        f"未读取工作表“{name}”（无目录表头或已隐藏）",
                        f"Sheet “{name}” was not read: no heading, or hidden",
                    )
                )
                continue
            layout, rows = found
            remarks.see(layout, template)
            yield from assemble(source.path, layout, rows, template, remarks)
            seen += 1
    if not seen:
        raise headless(source.path, template)


def _layout(source: Source, sheet: Any, template: Template) -> Any:
    return find_layout(source.path, sheet.title, _rows(source, sheet), template)


def _rows(source: Source, sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    at = [0]
    with _damage(source, sheet.title, at):
        for number, cells in enumerate(sheet.iter_rows(), 1):
            at[0] = number
            yield Row(number, [_cell(one) for one in cells])


def _cell(cell: Any) -> Any:
    if cell.data_type == "f":
        return Unreadable(_FORMULA)
    return Unreadable(_ERROR) if cell.data_type == "e" else cell.value


def _measure(source: Source) -> None:
    """Refuse a workbook that swells when it is unpacked, before it is unpacked."""
    with _damage(source, "", [0]), zipfile.ZipFile(source.path) as pack:
        parts = pack.infolist()
    for part in parts:
        swollen = part.file_size > _PACKED * max(part.compress_size, 1) and part.file_size > _WHOLE // 4
        if swollen or (part.file_size > _WHOLE and "worksheets/" not in part.filename):
            size = part.file_size // 1024 // 1024
            raise about(
                source.path,
                f"工作簿的 {part.filename} 解压后达 {size} MB，拒绝读取",
                f"{part.filename} in the workbook unpacks to {size} MB; it is not read",
            )


@contextmanager
def _damage(source: Source, sheet: str, at: list[int]) -> Iterator[None]:
    """Turn what a damaged workbook raises into a sentence; `at` holds the last row that could be read."""
    try:
        yield
    except _BROKEN as error:
        zh, en = (
            (f"工作表“{sheet}”第 {at[0]} 行之后", f"sheet “{sheet}” after row {at[0]}")
            if sheet
            else ("工作簿", "the workbook")
        )
        raise about(
            source.path,
            f"{zh}无法读取，文件已损坏或被截断（{type(error).__name__}）",
            f"{en} cannot be read; the file is damaged or was cut off ({type(error).__name__})",
        ) from error
