"""XLSX: what a cell holds in plain is read, everything else is named."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from bulk.conftest import cells

from conformance.bulk.values import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bulk.conftest import Open

HEAD = ["编号", "名称", "日期", "性别"]


def write(tmp_path: Path, *rows: list[Any], change: Callable[[Any], None] | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def refusal(opened: Open, source: Path | str) -> str:
    with pytest.raises(SourceError) as caught:
        opened(source)
    return caught.value.text.en


def test_cells_take_their_text_form(tmp_path: Path, opened: Open) -> None:
    table = opened(
        write(
            tmp_path,
            HEAD,
            ["001", "甲", date(2020, 1, 1), 1],
            [2, 1.5, datetime(2020, 1, 1, 8, 30), True],  # noqa: DTZ001 - a sheet knows no zones
            [3.0, None, "2020-01-01"],
        )
    )

    assert [
        ("a.xlsx", 1, "001", "甲", "2020-01-01", "1"),
        ("a.xlsx", 2, "2", "1.5", "2020-01-01T08:30:00", "true"),
        ("a.xlsx", 3, "3", None, "2020-01-01", None),
    ] == cells(table)


def test_empty_rows_between_rows_are_rows(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, [], HEAD, ["1"], [], ["3"], [], []))

    assert [(1, "1"), (2, None), (3, "3")] == [(row, key) for _, row, key, *_ in cells(table)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("=A2", "a formula; paste values and export again"),
        ("#N/A", "the error #N/A"),
    ],
)
def test_formulas_and_errors_cost_their_row(value: str, reason: str, tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, HEAD, ["1", "甲"], ["2", value], ["3", "丙"]))

    assert [("a.xlsx", 2, "名称", reason)] == [(one.file, one.row, one.column, one.reason.en) for one in table.unread]
    assert [1, 3] == [row for _, row, *_ in cells(table)]


def test_a_value_without_a_heading_costs_its_row(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, HEAD, ["1", "甲", None, None, "x"], ["2"]))

    assert [(1, "column 5 has no heading")] == [(one.row, one.reason.en) for one in table.unread]


def test_merged_headings_are_refused(tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path, ["名册"], HEAD, ["1"], change=lambda book: book.active.merge_cells("A1:D1"))

    assert (
        "a.xlsx: sheet Sheet has merged cells A1:D1; unmerge them, the first row holds the names of the fields"
        == refusal(opened, path)
    )


def test_empty_and_hidden_sheets_are_passed_over(tmp_path: Path, opened: Open) -> None:
    def change(book: Any) -> None:
        book.create_sheet("空")
        hidden = book.create_sheet("藏")
        hidden.append(["x"])
        hidden.sheet_state = "hidden"

    assert 1 == opened(write(tmp_path, HEAD, ["1"], change=change)).count()


def test_sheets_with_one_heading_are_one_table(tmp_path: Path, opened: Open) -> None:
    def change(book: Any) -> None:
        second = book.create_sheet("二")
        second.append(HEAD)
        second.append(["2", "=A1"])
        second.append(["3"])

    table = opened(write(tmp_path, HEAD, ["1"], change=change))

    assert [("a.xlsx#Sheet", 1, "1"), ("a.xlsx#二", 2, "3")] == [row[:3] for row in cells(table)]
    assert [("a.xlsx#二", 1)] == [(one.file, one.row) for one in table.unread]


def test_a_sheet_may_be_named(tmp_path: Path, opened: Open) -> None:
    def change(book: Any) -> None:
        second = book.create_sheet("二")
        second.append(["说明"])

    path = write(tmp_path, HEAD, ["1"], change=change)

    assert 1 == opened(f"{path}#Sheet").count()
    assert "a.xlsx: the sheets have different headings; name one by #SHEET: Sheet, 二" == refusal(opened, path)
    assert "a.xlsx: no sheet 三; there is: Sheet, 二" == refusal(opened, f"{path}#三")


def test_a_workbook_without_rows_is_refused(tmp_path: Path, opened: Open) -> None:
    assert "a.xlsx: there are no rows" == refusal(opened, write(tmp_path))


def test_a_truncated_workbook_is_refused(tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path, HEAD, ["1"])
    path.write_bytes(path.read_bytes()[:-200])

    assert refusal(opened, path).startswith("a.xlsx: the workbook is damaged (")


def test_a_heading_that_occurs_twice_is_refused(tmp_path: Path, opened: Open) -> None:
    assert "a.xlsx: the heading 编号 occurs twice" == refusal(opened, write(tmp_path, ["编号", "编号"], ["1"]))
