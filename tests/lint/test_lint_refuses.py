"""A file that cannot be read is never a verdict: exit 2, and a sentence that names the file and the place."""

from __future__ import annotations

import json
import zipfile

import pytest
from lint_files import TITLES, clean, csv_bytes, rows, workbook

GOOD = json.dumps(clean()[0], ensure_ascii=False).encode()
TABLE = rows(clean())
A_LOT = b'{"x":"' + b"y" * 200 + b'"},\n'


def without(title: str) -> list[list[str]]:
    at = TITLES.index(title)
    return [row[:at] + row[at + 1 :] for row in TABLE]


def renamed(title: str, other: str) -> list[list[str]]:
    return [[other if one == title else one for one in TABLE[0]], *TABLE[1:]]


BROKEN = {
    "bad-line.ndjson": (GOOD + b'\n\n{"code": tru}\n', "第 3 行第 10 列不是有效的 JSON"),
    "latin.ndjson": (GOOD + b'\n{"code":"\xe9"}', f"第 2 行字节 {len(GOOD) + 10} 处不是 UTF-8"),
    "array.ndjson": (b"[\n" + GOOD + b"\n]", "若整个文件是一个 JSON 数组，请用 --format json"),
    "long.ndjson": (b'"' + b"a" * 5_000_000 + b'"', "第 1 行超过 4 MB"),
    "blank.ndjson": (b"\n\n", "没有目录条目"),
    "bad.json": (b"[\n" + A_LOT * 900 + b"{'code': 1}]", "第 902 行第 2 列不是有效的 JSON"),
    "cut.json": (b"[\n" + A_LOT + GOOD[:90], "在第 3 行中断，JSON 不完整（文件可能被截断）"),
    "gbk.json": ('[{"code":"政务数据"}]'.encode("gb18030"), "第 1 行字节 11 处不是 UTF-8"),
    "lines.json": (GOOD + b"\n" + GOOD, "若每行一条，请用 --format ndjson"),
    "nested.json": (b"[" + b"[" * 100_000, "嵌套超过 64 层"),
    "huge.json": (b'["' + b"z" * 5_000_000 + b'"]', "有一条目录超过 4 MB"),
    "other.json": (b'{"total": 3, "data": []}', "对象中没有 items 数组，只有 total, data"),
    "word.json": (b'"catalog"', "既不是数组，也不是对象"),
    "none.json": (b'{"items": []}', "没有目录条目"),
    "empty.json": (b"", "文件为空"),
    "utf16.csv": ("信息资源代码".encode("utf-16"), "编码为 UTF-16；请另存为 UTF-8"),
    "bytes.csv": (csv_bytes(TABLE) + b"\r\n\xff\xfe", f"第 {len(TABLE) + 2} 行字节"),
    "gb.csv": (csv_bytes(TABLE, "gb18030") + b"\xff", f"第 {len(TABLE) + 1} 行字节"),
    "quote.csv": (csv_bytes(TABLE) + b'"307500103001/000009,x\r\n', f"第 {len(TABLE) + 1} 行（文本第"),
    "cells.csv": (csv_bytes([*TABLE, ["x"] * 60]), f"第 {len(TABLE) + 1} 行有 {len(TITLES) + 1} 格以上，多于表头"),
    "nocode.csv": (csv_bytes(without("信息资源代码")), "第 1 行没有“信息资源代码”列"),
    "slip.csv": (
        csv_bytes(renamed("信息资源名称", "信息资源名程")),
        "第 1 行 B 列“信息资源名程”不是已知的列名；是否应为“信息资源名称”？",
    ),
    "twice.csv": (
        csv_bytes(renamed("信息资源摘要", "目录名称")),
        "第 1 行 B 列“信息资源名称”与 C 列“目录名称”含义相同，请保留一列",
    ),
    "headless.csv": (csv_bytes(TABLE[1:]), "前 10 行内没有目录表头"),
    "norows.csv": (csv_bytes(TABLE[:1]), "没有目录条目"),
    "xlsx.csv": (b"PK\x03\x04", "内容是压缩包或 XLSX；请用 --format xlsx"),
    "old.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "是旧版 .xls 或加密的工作簿"),
    "text.xlsx": (b"hello", "不是 XLSX 工作簿"),
    "catalog.txt": (GOOD, "无法由扩展名判断格式"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named_with_the_place(cli, tmp_path, name):
    content, words = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(content)

    done = cli("lint", path, "--lang", "zh")

    assert (2, "") == (done.returncode, done.stdout), done.stderr
    assert done.stderr.startswith(f"{path}：")
    assert words in done.stderr


def test_an_entry_that_is_nested_too_deep_is_judged_or_refused_but_no_crash(cli, tmp_path):
    path = tmp_path / "deep.ndjson"
    path.write_bytes(b'{"code":' + b"[" * 1000 + b"]" * 1000 + b"}")

    assert cli("lint", path).returncode in {1, 2}


def test_a_folder_and_a_file_that_is_not_there_are_refused(cli, tmp_path):
    folder, missing = cli("lint", tmp_path, "--lang", "en"), cli("lint", tmp_path / "no.csv", "--lang", "en")

    assert (2, f"{tmp_path}: this is a folder; name a file in it\n") == (folder.returncode, folder.stderr)
    assert (2, f"{tmp_path / 'no.csv'}: no such file\n") == (missing.returncode, missing.stderr)


def test_an_unknown_format_is_refused(cli, tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b"[]")

    assert 2 == cli("lint", path, "--format", "yaml").returncode


def test_a_format_that_is_named_goes_before_the_extension(cli, tmp_path):
    path = tmp_path / "catalog.txt"
    path.write_bytes(GOOD)

    assert 0 == cli("lint", path, "--format", "ndjson").returncode


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_workbook_that_was_cut_off_is_refused(cli, tmp_path, keep):
    path = tmp_path / "catalog.xlsx"
    workbook(path, TABLE)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])

    done = cli("lint", path, "--lang", "zh")

    assert 2 == done.returncode
    assert f"{path}：工作簿无法读取，文件已损坏或被截断（BadZipFile）\n" == done.stderr


def damaged(path, part: str, content: bytes):
    """Put other content in place of one part of a workbook."""
    with zipfile.ZipFile(path) as pack:
        parts = {one: pack.read(one) for one in pack.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, old in parts.items():
            pack.writestr(name, content if name == part else old)
    return parts[part]


def test_a_sheet_that_breaks_off_names_the_last_row(cli, tmp_path):
    path = tmp_path / "catalog.xlsx"
    workbook(path, TABLE)
    part = "xl/worksheets/sheet1.xml"
    whole = damaged(path, part, b"<x/>")
    damaged(path, part, whole[: whole.index(b'<row r="5"')] + b"<row <<")

    done = cli("lint", path, "--lang", "en")

    assert 2 == done.returncode
    assert "sheet “目录” after row 4 cannot be read; the file is damaged or was cut off" in done.stderr


def test_a_workbook_that_swells_is_not_unpacked(cli, tmp_path):
    path = tmp_path / "catalog.xlsx"
    workbook(path, TABLE)
    damaged(path, "xl/styles.xml", b" " * 80_000_000)

    done = cli("lint", path, "--lang", "zh")

    assert 2 == done.returncode
    assert "工作簿的 xl/styles.xml 解压后达 76 MB，拒绝读取" in done.stderr


@pytest.mark.parametrize(
    ("value", "why"),
    [("=B2", "是公式；请将该列“选择性粘贴”为数值后再导出"), ("#REF!", "是错误值（如 #REF!）；请改正后再导出")],
)
def test_a_cell_without_a_value_of_its_own_is_refused(cli, tmp_path, value, why):
    table = [list(row) for row in TABLE]
    table[4][TITLES.index("信息资源摘要")] = value
    path = tmp_path / "catalog.xlsx"
    workbook(path, table)

    done = cli("lint", path, "--lang", "zh")

    assert 2 == done.returncode
    assert f"{path}：工作表“目录”第 5 行 C 列“信息资源摘要”{why}\n" == done.stderr


def test_a_workbook_without_a_catalog_is_refused(cli, tmp_path):
    path = tmp_path / "catalog.xlsx"
    workbook(path, [["姓名", "电话"], ["x", "y"]])

    done = cli("lint", path, "--lang", "zh")

    assert 2 == done.returncode
    assert "前 10 行内没有目录表头" in done.stderr
