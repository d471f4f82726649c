"""CSV as districts send it: every encoding, every delimiter, every damage named by file, row and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bulk.conftest import cells

from conformance.bulk.sources import cleaning
from conformance.bulk.values import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from bulk.conftest import Open

HEAD = "bh,mc,rq,xb\n"
GOOD = [("a.csv", 1, "1", "甲", "2020-01-01", "1"), ("a.csv", 2, "2", "乙", None, "2")]
BODY = "1,甲,2020-01-01,1\n2,乙,,2\n"


def write(tmp_path: Path, body: str | bytes, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode(encoding))
    return path


def unread(table: Any) -> list[tuple[str, int | None, str | None, str]]:
    return [(one.file, one.row, one.column, one.reason.en) for one in table.unread]


@pytest.mark.parametrize(
    "body",
    [
        (HEAD + BODY).encode(),
        b"\xef\xbb\xbf" + (HEAD + BODY).encode(),
        (HEAD + BODY).encode("gb18030"),
        (HEAD + BODY).encode("utf-16"),
        b"\xfe\xff" + (HEAD + BODY).encode("utf-16-be"),
        (HEAD + BODY).replace("\n", "\r\n").encode(),
        (HEAD + BODY).replace("\n", "\r").encode(),
        (HEAD + BODY).replace(",", ";").encode(),
        (HEAD + BODY).replace(",", "\t").encode(),
        (HEAD + BODY).rstrip("\n").encode(),
        (HEAD.replace("\n", "\r\n") + BODY).encode(),
        (HEAD + BODY.replace("\n", "\n\n") + "\n\n").encode(),
        ("\n" + HEAD + BODY).encode(),
        ("xb,rq,mc,bh,beizhu\n" + '1,2020-01-01,甲,1,"x, y"\n2,,乙,2,\n').encode(),
        ("性别, 日期 ,NAME,编号\n1,2020-01-01,甲,1\n2,,乙,2\n").encode(),
        ('"bh","mc","rq","xb"\n"1","甲","2020-01-01","1"\n"2","乙",,"2"\n').encode(),
    ],
    ids=[
        "utf-8",
        "bom",
        "gb-18030",
        "utf-16-le",
        "utf-16-be",
        "crlf",
        "cr",
        "semicolons",
        "tabs",
        "no-last-line-end",
        "mixed-line-ends",
        "blank-lines",
        "blank-first-line",
        "other-order-and-more-columns",
        "titles-and-aliases",
        "all-quoted",
    ],
)
def test_the_same_table_in_any_writing(body: bytes, tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, body))

    assert (GOOD, ()) == (cells(table), table.unread)


def test_an_empty_cell_is_null_and_an_empty_text_is_a_text(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, HEAD + '1,,"",1\n'))

    assert [("a.csv", 1, "1", None, "", "1")] == cells(table)


def test_quoted_values_hold_anything(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, HEAD + '1,"a ""b"", c\n\nd",,1\n2,"x\r\ny",,\n3,p"q,,\n'))

    assert [
        ("a.csv", 1, "1", 'a "b", c\n\nd', None, "1"),
        ("a.csv", 2, "2", "x\r\ny", None, None),
        ("a.csv", 3, "3", 'p"q', None, None),
    ] == cells(table)


def test_extra_and_missing_columns_are_known(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, "bh,beizhu\n1,x\n"))

    assert ({"bh": "VARCHAR", "beizhu": "VARCHAR"}, ("mc", "rq", "xb")) == (table.columns, table.missing)


def test_a_missing_mandatory_column_counts_as_empty_cells(tmp_path: Path, opened: Open, judged: Any) -> None:
    counts = judged(opened(write(tmp_path, "bh,rq\n1,2020-01-01\n2,\n")))

    assert ((2, 2, 0), (2, 0, 0)) == (counts["filled/mc"], counts["filled/bh"])


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ('3,"丙,2020-01-01,1', "mc", "a quote is not closed, or text follows it (line 4 of the file)"),
        ('3,"丙"x,2020-01-01,1', "mc", "a quote is not closed, or text follows it (line 4 of the file)"),
        ("3,丙,2020-01-01", None, "3 columns, due 4 (line 4 of the file)"),
        ("3,丙,2020-01-01,1,x", None, "5 columns, due 4 (line 4 of the file)"),
        ("3,,,\x1e", None, None),
        ("3,,,1,", None, None),
    ],
    ids=["open-quote", "text-behind-quote", "too-few", "too-many", "control", "one-empty-cell-more"],
)
def test_a_broken_row_costs_itself_only(
    line: str, column: str | None, reason: str | None, tmp_path: Path, opened: Open
) -> None:
    rows = [f"{number},甲{number},2020-01-01,1" for number in range(1, 40)]
    rows[2] = line
    table = opened(write(tmp_path, HEAD + "\n".join(rows) + "\n"))
    read = [number for _, number, *_ in cells(table)]
    broken = [("a.csv", 3, column, reason)] if reason else []

    assert (broken, [one for one in range(1, 40) if one != 3 or not reason]) == (unread(table), read)


def test_a_row_in_another_encoding_is_named_with_its_byte(tmp_path: Path, opened: Open) -> None:
    rows = [f"{number},甲{number},2020-01-01,1".encode() for number in range(1, 10)]
    rows[6] = "7,甲乙,2020-01-01,1".encode("gb18030")
    table = opened(write(tmp_path, HEAD.encode() + b"\n".join(rows)))

    assert [("a.csv", 7, "mc", "byte 3 (line 8 of the file) is not UTF-8")] == unread(table)
    assert 8 == table.count()


def test_most_lines_decide_the_encoding(tmp_path: Path, opened: Open) -> None:
    rows = [f"{number},甲{number},2020-01-01,1".encode("gb18030") for number in range(1, 10)]
    rows[3] = b"4,\xff\xff,,"
    table = opened(write(tmp_path, HEAD.encode() + b"\n".join(rows)))

    assert [("a.csv", 4, "mc", "byte 3 (line 5 of the file) is not GB18030")] == unread(table)
    assert "甲9" == cells(table)[-1][3]


def test_an_open_quote_in_the_middle_of_many_rows_swallows_nothing(tmp_path: Path, opened: Open) -> None:
    """DuckDB alone gives up one row, passes over tens of thousands in silence and goes on in the middle of the file."""
    rows = [f"{number},名称{number},2020-01-01,1" for number in range(1, 200_001)]
    rows[99_999] = '100000,"broken,2020-01-01,1'
    table = opened(write(tmp_path, HEAD + "\n".join(rows)))

    assert 199_999 == table.count()
    assert [("a.csv", 100_000, "mc", "a quote is not closed, or text follows it (line 100001 of the file)")] == unread(
        table
    )


def test_rows_after_an_unread_one_keep_their_position(tmp_path: Path, opened: Open, planned: Any) -> None:
    table = opened(write(tmp_path, HEAD + "1,甲,,1\n2,乙\n3,丙,,1\n4,丁,,7\n5\n6,戊,,8\n"))
    [measured] = [one for one in table.row_rules(planned(table.dataset).rows, lambda _: None) if one.rule == "sex/xb"]

    assert [("a.csv", 4, "4", "7"), ("a.csv", 6, "6", "8")] == [
        (one.file, one.row, one.key, one.value) for one in measured.spots
    ]


def test_a_quoted_value_has_its_limit(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MOST_LINES", 5)
    long = "\n".join("x" * 3 for _ in range(10))
    table = opened(write(tmp_path, HEAD + f'1,"{long}",,1\n2,乙"\n'))

    assert (1, "mc") == (table.unread[0].row, table.unread[0].column)


def test_a_file_with_too_many_broken_rows_is_refused(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cleaning, "MOST_UNREAD", 3)
    rows = "".join(f"{number},x\n" for number in range(9))
    with pytest.raises(SourceError) as caught:
        opened(write(tmp_path, HEAD + "1,甲,,1\n" + rows))

    assert caught.value.text.en.startswith("a.csv: more than ")
    assert caught.value.text.en.endswith("the first is row 2: 2 columns, due 4 (line 3 of the file)")
    assert 1 == caught.value.rows_read


@pytest.mark.parametrize(
    ("body", "en"),
    [
        (b"", "a.csv: the file is empty"),
        (b"\n\n", "a.csv: there is no heading"),
        (b"bh,mc,bh\n1,x,2\n", "a.csv: the heading bh occurs twice"),
        (b"a,b\n1,2\n", "{path} has no field of notes; it has: a, b"),
        ("mc,rq\n甲,\n".encode(), "{path} does not have the key bh (编号); it has: mc, rq"),
        (b"bh,NAME,mingcheng\n1,2,3\n", "a.csv: several columns are the field mc: NAME, mingcheng"),
        ("bh,mc\n1,x\n".encode("utf-16-le"), "a.csv: looks like UTF-16 without BOM"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(body: bytes, en: str, tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path, body)
    with pytest.raises(SourceError) as caught:
        opened(path)

    assert en.format(path=path) == caught.value.text.en


def test_a_heading_alone_is_an_empty_table(tmp_path: Path, opened: Open, judged: Any) -> None:
    counts = judged(opened(write(tmp_path, HEAD)))

    assert ((0, 0, 0), (0, 0, 0)) == (counts["filled/mc"], counts["primary-key-unique/bh"])
