"""XLSX: the visible sheets of a workbook, cell by cell; what a cell does not hold in plain is never guessed."""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import ExitStack, closing
from datetime import date, datetime, time
from itertools import chain
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from conformance.bulk.sources.parts import Reading
from conformance.bulk.sources.spill import Spill, text_of
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conformance.bulk.sources.parts import Found

_BROKEN = (zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, EOFError, KeyError, ValueError, TypeError)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell[^>]*?ref="([^"]+)"')
_FORMULA = Text("是公式，请粘贴为数值后再导出", "a formula; paste values and export again")
_ERROR = Text("是错误值 {value}", "the error {value}")
_CHUNK = 1 << 20
_OVERLAP = 256


def read_sheets(file: Found, folder: Path, heard: Callable[[int], None]) -> Reading:
    """Read every visible sheet that is not empty, or the one that was named; the first row holds the names.

    Args:
        file: the workbook; its part names a sheet.
        folder: where its Parquet goes.
        heard: told that rows were read, now and then.

    Raises:
        SourceError: the workbook is damaged, cells are merged, sheets have different headings, or none holds rows.
    """
    try:
        with ExitStack() as stack:
            book = stack.enter_context(closing(openpyxl.load_workbook(file.path, read_only=True, data_only=False)))
            sheets = [(one, *head) for one in _chosen(book, file) if (head := _head(one, file, stack))]
            _alike(file, [(sheet.title, names) for sheet, names, _ in sheets])
            readings = [
                _read(file, folder, (_name(file, sheet, len(sheets)), names, rows), heard)
                for sheet, names, rows in sheets
            ]
    except _BROKEN as error:
        raise SourceError(
            Text(f"{file.name}：工作簿损坏或不完整（{error}）", f"{file.name}: the workbook is damaged ({error})")
        ) from error
    return Reading(
        tuple(part for one in readings for part in one.parts), tuple(place for one in readings for place in one.unread)
    )


def _name(file: Found, sheet: Any, sheets: int) -> str:
    return file.name if sheets == 1 else f"{file.name}#{sheet.title}"


def _chosen(book: Any, file: Found) -> list[Any]:
    visible = [one for one in book.worksheets if one.sheet_state == "visible"]
    if file.part is None:
        return visible
    named = [one for one in book.worksheets if one.title == file.part]
    if not named:
        titles = "、".join(one.title for one in book.worksheets)
        raise SourceError(
            Text(
                f"{file.name}：没有工作表 {file.part}，现有：{titles}",
                f"{file.name}: no sheet {file.part}; there is: {titles.replace('、', ', ')}",
            )
        )
    return named


def _head(sheet: Any, file: Found, stack: ExitStack) -> tuple[list[str], Iterator[Any]] | None:
    """The names of the columns and the rows below; None where the sheet holds nothing."""
    sheet.reset_dimensions()  # what the file says of its size is often wrong
    rows = stack.enter_context(closing(sheet.iter_rows()))
    first = next((row for row in rows if any(cell.value is not None for cell in row)), None)
    if first is None:
        return None
    merged = _merged(file.path, sheet)
    if merged:
        ranges = "、".join(merged[:5])
        raise SourceError(
            Text(
                f"{file.name}：工作表 {sheet.title} 有合并单元格 {ranges}，请取消合并，首行为字段名",
                f"{file.name}: sheet {sheet.title} has merged cells {ranges.replace('、', ', ')}; unmerge them, "
                "the first row holds the names of the fields",
            )
        )
    names = [str(cell.value).strip() if cell.value is not None else "" for cell in first]
    while names and not names[-1]:
        names.pop()
    return [name or f"column{at}" for at, name in enumerate(names, 1)], rows


def _merged(path: Path, sheet: Any) -> list[str]:
    found: list[str] = []
    with zipfile.ZipFile(path) as pack, pack.open(sheet._worksheet_path.lstrip("/")) as part:  # noqa: SLF001 - no other way
        kept = b""
        while chunk := part.read(_CHUNK):
            text = kept + chunk
            ends = list(_MERGED.finditer(text))
            found += [one[1].decode() for one in ends]
            kept = text[max(ends[-1].end() if ends else 0, len(text) - _OVERLAP) :]
    return found


def _alike(file: Found, sheets: Sequence[tuple[str, Sequence[str]]]) -> None:
    titles = "、".join(title for title, _ in sheets)
    if not sheets:
        raise SourceError(Text(f"{file.name}：没有数据", f"{file.name}: there are no rows"))
    if len({tuple(names) for _, names in sheets}) > 1:
        raise SourceError(
            Text(
                f"{file.name}：各工作表的表头不同，请以 #工作表 指明一个：{titles}",
                f"{file.name}: the sheets have different headings; name one by #SHEET: {titles.replace('、', ', ')}",
            )
        )


def _read(
    file: Found, folder: Path, sheet: tuple[str, list[str], Iterator[Any]], heard: Callable[[int], None]
) -> Reading:
    name, names, rows = sheet
    twice = next((one for at, one in enumerate(names) if one in names[:at]), None)
    if twice is not None:
        raise SourceError(Text(f"{file.name}：表头重复 {twice}", f"{file.name}: the heading {twice} occurs twice"))
    with Spill(folder, name) as spill:
        blanks = 0
        for row in rows:
            if all(cell.value is None for cell in row):
                blanks += 1
                continue
            for _ in range(blanks):
                spill.add(dict.fromkeys(names))
            blanks = 0
            _take(spill, names, row)
            heard(0)
        return spill.reading()


def _take(spill: Spill, names: Sequence[str], row: Sequence[Any]) -> None:
    found: dict[str, str | None] = {}
    for name, cell in zip(chain(names, ("",) * len(row)), row, strict=False):
        if cell.value is None:
            continue
        if not name:
            spill.skip(None, Text(f"第 {cell.column} 列没有表头", f"column {cell.column} has no heading"))
            return
        if cell.data_type in {"f", "e"}:
            spill.skip(name, _FORMULA if cell.data_type == "f" else _ERROR.fill(value=cell.value))
            return
        found[name] = _text(cell.value)
    spill.add(found)


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else text_of(value)
