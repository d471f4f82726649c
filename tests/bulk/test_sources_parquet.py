"""Parquet: physical types in their text form, wrong types and damages named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.conftest import cells

from conformance.bulk.values import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from bulk.conftest import Open

KEY = {"bh": ["1", "2"]}


def write(tmp_path: Path, columns: dict[str, Any], name: str = "a.parquet") -> Path:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([True, None]), ["true", None]),
        (pa.array([1, -9007199254740993]), ["1", "-9007199254740993"]),
        (pa.array([1.0, 0.1]), ["1", "0.1"]),
        (pa.array([float("nan"), float("-inf")]), ["nan", "-inf"]),
        (pa.array([1.5, 16777216.0], pa.float32()), ["1.5", "16777216"]),
        (pa.array([Decimal("12.50"), None], pa.decimal128(10, 2)), ["12.50", None]),
        (pa.array([date(1, 1, 1), date(9999, 12, 31)]), ["0001-01-01", "9999-12-31"]),
        (pa.array(["2020-01-01", None]).cast(pa.timestamp("ns")), ["2020-01-01T00:00:00", None]),
        (
            pa.array([datetime(2020, 1, 1, 0, 30, 15, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            ["2020-01-01T08:30:15+08:00", None],
        ),
        (pa.array(["甲", ""]).dictionary_encode(), ["甲", ""]),
        (pa.array(["甲\x00", None], pa.large_string()), ["甲\x00", None]),
        (pa.nulls(2), [None, None]),
    ],
    ids=[
        "truth",
        "integer",
        "float",
        "not-finite",
        "single",
        "decimal",
        "date",
        "moment",
        "zoned",
        "dictionary",
        "large",
        "null",
    ],
)
def test_physical_types_take_their_text_form(
    values: Any, texts: list[str | None], tmp_path: Path, opened: Open
) -> None:
    table = opened(write(tmp_path, KEY | {"mc": values}))

    assert texts == [row[3] for row in cells(table)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([b"1", None]), "BLOB"),
        (pa.array([[1], None]), "BIGINT[]"),
        (pa.array([{"a": 1}, None]), "STRUCT(a BIGINT)"),
    ],
)
def test_types_without_a_text_form_are_refused(values: Any, kind: str, tmp_path: Path, opened: Open) -> None:
    with pytest.raises(SourceError) as caught:
        opened(write(tmp_path, KEY | {"mc": values}))

    assert f"a.parquet: column mc is physically {kind}, due text, number, date or truth" == caught.value.text.en


def test_a_wrong_type_in_a_column_nobody_asks_for_is_no_harm(tmp_path: Path, opened: Open) -> None:
    table = opened(write(tmp_path, KEY | {"mc": ["甲", "乙"], "beizhu": pa.array([[1], None])}))

    assert 2 == table.count()


def test_a_truncated_file_is_named(tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path, KEY)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError) as caught:
        opened(path)

    assert "a.parquet: the Parquet file is truncated (its end is missing)" == caught.value.text.en


def test_a_file_damaged_inside_is_named(tmp_path: Path, opened: Open, judged: Any) -> None:
    path = write(tmp_path, {"bh": [f"{number}" for number in range(5000)]})
    body = bytearray(path.read_bytes())
    body[4:2000] = b"\xff" * 1996
    path.write_bytes(bytes(body))
    with pytest.raises(SourceError) as caught:
        judged(opened(path))

    assert "a.parquet" in caught.value.text.en


def test_a_damaged_foot_is_named(tmp_path: Path, opened: Open) -> None:
    path = write(tmp_path, KEY)
    body = path.read_bytes()
    path.write_bytes(body[:-40] + b"\xff" * 30 + body[-10:])
    with pytest.raises(SourceError) as caught:
        opened(path)

    assert caught.value.text.en.startswith("a.parquet: the Parquet file is damaged: ")


def test_files_of_a_folder_are_united_by_name(tmp_path: Path, opened: Open, judged: Any) -> None:
    """Columns in another order, under other names and of other types, one missing in one file."""
    write(tmp_path, {"bh": ["1"], "mc": ["甲"], "xb": [1]}, "t/a.parquet")
    write(tmp_path, {"名称": ["乙"], "编号": [2], "xb": ["9"]}, "t/b.parquet")
    write(tmp_path, {"bh": ["3"], "rq": [date(2020, 1, 1)]}, "t/c.parquet")
    (tmp_path / "t" / "_SUCCESS").touch()
    (tmp_path / "t" / "d.csv").write_text("bh,mc\n4,丁\n", encoding="utf-8")
    table = opened(tmp_path / "t")

    assert [
        ("a.parquet", 1, "1", "甲", None, "1"),
        ("b.parquet", 1, "2", "乙", None, "9"),
        ("c.parquet", 1, "3", None, "2020-01-01", None),
        ("d.csv", 1, "4", "丁", None, None),
    ] == cells(table)
    assert (4, 1, 0) == judged(table)["filled/mc"]


def test_a_glob_takes_what_it_names(tmp_path: Path, opened: Open) -> None:
    for name in ("2024-1", "2024-2", "2025-1"):
        write(tmp_path, KEY, f"t/{name}.parquet")
    table = opened(f"{tmp_path}/t/2024-*.parquet")

    assert (4, 2) == (table.count(), len(table.files))


@pytest.mark.parametrize(
    ("name", "body", "en"),
    [
        ("a.xyz", b"1", "a.xyz: unknown format; known: Parquet, CSV"),
        ("a.parquet", b"bh\n1\n2\n3\n", "a.parquet: what it holds is not parquet"),
        ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1"), "a.xlsx: protected by a password, or an old .xls"),
        ("a.gpkg", b"1" * 100, "a.gpkg: what it holds is not gpkg"),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, body: bytes, en: str, tmp_path: Path, opened: Open) -> None:
    (tmp_path / name).write_bytes(body)
    with pytest.raises(SourceError) as caught:
        opened(tmp_path / name)

    assert caught.value.text.en.startswith(en)


def test_nothing_there(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(SourceError) as caught:
        opened(tmp_path / "none.csv")

    assert f"{tmp_path}/none.csv does not exist or has no data files" == caught.value.text.en
