"""Tables as districts make them: merged cells, blank rows, title lines, several sheets, dates, words of their own."""

from __future__ import annotations

import json
from datetime import date, datetime

import openpyxl
import pytest
from lint_files import TITLES, clean, csv_bytes, entry, free, rows, workbook


def place(title: str) -> int:
    return TITLES.index(title)


@pytest.fixture
def lint(cli):
    def run(path, *words):
        done = cli("lint", path, "--json", "--lang", "zh", *words)
        return done.returncode, json.loads(done.stdout), done.stderr

    return run


def counts(result) -> dict[str, int]:
    return {one["id"]: one["count"] for one in result["requirements"]}


def test_merged_cells_blank_rows_and_a_title_line_are_read_as_meant(lint, tmp_path):
    table = rows(clean(), repeat=False)
    table.insert(0, ["重庆市渝中区政务数据目录"])
    table[4:4] = [[], [""] * len(TITLES)]
    table[-2][place("数据类型")] = "文本"
    path = tmp_path / "catalog.xlsx"
    book = workbook(path, table)
    book.active.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(TITLES))
    for column in range(1, 4):
        book.active.merge_cells(start_row=3, end_row=8, start_column=column, end_column=column)
    book.save(path)

    code, result, _ = lint(path)
    [sample] = result["requirements"][0]["samples"]

    assert (1, 4, {"CAT-014": 1}) == (code, result["entries"], counts(result))
    assert (len(table) - 1, "N", "目录") == (sample["row"], sample["column"], sample["sheet"])


def test_a_heading_in_two_rows_is_put_together(lint, tmp_path):
    table = rows(clean())
    parts = ["类", "项", "目", "细目"]
    upper = ["信息资源分类" if one == "类" else "" if one in parts else one for one in TITLES]
    lower = [one if one in parts else "" for one in TITLES]
    path = tmp_path / "catalog.xlsx"
    workbook(path, [upper, lower, *table[1:]])

    code, result, _ = lint(path)

    assert (0, 4) == (code, result["entries"]), result["requirements"]


def test_every_sheet_with_a_heading_is_read_and_the_others_are_named(lint, tmp_path):
    path = tmp_path / "catalog.xlsx"
    book = workbook(path, rows([entry(1)]), "民政局")
    second = book.create_sheet("统计局")
    for row in rows([free(2) | {"updateCycle": "每两年"}]):
        second.append(row)
    book.create_sheet("填表说明").append(["请逐项填写"])
    hidden = book.create_sheet("旧目录")
    for row in rows([entry(1)]):
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.save(path)

    code, result, _ = lint(path)
    [sample] = result["requirements"][0]["samples"]

    assert (1, 2, {"CAT-024": 1}) == (code, result["entries"], counts(result))
    assert ("统计局", 2) == (sample["sheet"], sample["row"])
    assert [True, True] == [any(name in one for one in result["notes"]) for name in ("填表说明", "旧目录")]


def test_dates_numbers_and_words_of_the_template_are_understood(lint, tmp_path):
    table = rows([entry(1)])
    for row in table[1:]:
        row[place("发布日期")] = date(2024, 3, 1)
        row[place("最近变更时间")] = datetime(2025, 6, 3, 9, 12, 44)  # noqa: DTZ001 - a cell knows no offset
        row[place("个人信息保护影响评估日期")] = "2024年2月12日"
        row[place("时间范围起")] = "2004/1/1"
        row[place("项")] = 7
        row[place("目")] = 500
        row[place("数据长度")] = 50.0
        row[place("数据分级")] = "三级"
        row[place("是否可空")] = "√"
        row[place("共享方式")] = "接口；库表交换"
    path = tmp_path / "catalog.xlsx"
    workbook(path, table)

    code, result, _ = lint(path)

    assert (0, []) == (code, result["requirements"])


def test_the_condition_of_sharing_goes_where_the_share_attribute_says(lint, tmp_path):
    table = [[cell for at, cell in enumerate(row) if TITLES[at] != "共享范围"] for row in rows([entry(1)])]
    without = csv_bytes(table)
    given = csv_bytes([[*row, "共享条件" if not at else "全区政府部门"] for at, row in enumerate(table)])
    results = []
    for content in (without, given):
        path = tmp_path / "catalog.csv"
        path.write_bytes(content)
        results.append(counts(lint(path)[1]))

    assert [{"CAT-019": 1}, {}] == results


def test_a_row_that_contradicts_the_first_of_its_code_is_named(lint, cli, tmp_path):
    table = rows([entry(1), free(2)])
    table[3][place("更新周期")] = "每月"
    path = tmp_path / "catalog.csv"
    path.write_bytes(csv_bytes(table))

    code, result, _ = lint(path)
    words = cli("lint", path, "--lang", "zh").stdout

    assert (1, [], 1) == (code, result["requirements"], result["inconsistent"]["count"])
    assert [{"row": 4, "heading": "更新周期", "came": "每月", "due": "与第 2 行一致：每日"}] == result["inconsistent"][
        "samples"
    ]
    assert "同一资源代码各行不一致  1 处\n  第 4 行 “更新周期”\n" in words


@pytest.mark.parametrize("other", [{"title": "离婚登记信息"}, {}], ids=["another-title", "the-same-rows-further-down"])
def test_a_code_used_twice_is_a_breach_and_not_one_entry(lint, tmp_path, other):
    second = entry(1) | {"title": "离婚登记信息"} if other else entry(1)
    entries = [entry(1), second] if other else [entry(1), free(2), second]
    path = tmp_path / "catalog.csv"
    path.write_bytes(csv_bytes(rows(entries)))

    code, result, _ = lint(path)
    [sample] = result["requirements"][0]["samples"]

    assert (1, {"CAT-005": 1}) == (code, counts(result))
    assert (6 if other else 9, "A") == (sample["row"], sample["column"])
    assert "未被使用的代码；该代码已用于 第 2 行" == sample["due"]


def test_columns_that_mean_nothing_or_are_absent_are_named_once(lint, tmp_path):
    table = [[str(at), *row[:-1], "备注"] for at, row in enumerate(rows(clean()))]
    table[0][0] = "序号"
    path = tmp_path / "catalog.csv"
    path.write_bytes(csv_bytes(table, "gb18030"))

    code, result, _ = lint(path)

    assert (0, "gb18030") == (code, result["encoding"])
    assert "未识别的列，不作判定：序号、备注" in result["notes"]
    assert any(one.startswith("没有的列，内容按缺失判定：") and "所属基础库" in one for one in result["notes"])


def test_a_cell_of_several_lines_counts_as_one_row(lint, tmp_path):
    entries = clean()
    entries[0]["abstract"] = "渝中区民政局办理的结婚登记记录，\n含双方身份、\n登记日期和登记机关。"
    entries[1]["updateCycle"] = "每两年"
    path = tmp_path / "catalog.csv"
    path.write_bytes(csv_bytes(rows(entries)))

    _, result, _ = lint(path)

    assert [6] == [one["row"] for one in result["requirements"][0]["samples"]]


def test_a_formula_in_a_column_that_nobody_reads_does_no_harm(lint, tmp_path):
    table = [["序号", *row] if not at else ["=ROW()-1", *row] for at, row in enumerate(rows(clean()))]
    path = tmp_path / "catalog.xlsx"
    workbook(path, table)

    code, _, _ = lint(path)

    assert 0 == code
    assert "f" == openpyxl.load_workbook(path).active["A2"].data_type


def test_a_blank_cell_of_an_item_says_none_and_a_missing_column_says_nothing(lint, tmp_path):
    table = rows([entry(1)])
    kept = [at for at, title in enumerate(TITLES) if title not in {"数据元", "代码表"}]
    blank = [table[0], *([cell if at in kept else "" for at, cell in enumerate(row)] for row in table[1:])]
    absent = [[row[at] for at in kept] for row in table]
    results = []
    for one in (blank, absent):
        path = tmp_path / "catalog.csv"
        path.write_bytes(csv_bytes(one))
        results.append(counts(lint(path)[1]))

    assert [{}, {"CAT-015": 5}] == results
