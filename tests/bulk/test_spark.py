"""What Spark reads, how values look there, where failures are, and what is said when something is wrong."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.services_spark import configured, java

from conformance.bulk.engines import spark_errors
from conformance.bulk.engines.spark import start
from conformance.bulk.values import Context, EngineError, KeyRule, RowRule, SourceError
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.bulk.engines.spark import SparkEngine
    from conformance.bulk.values import Progress

NAME = Text("样例", "sample")
CONTEXT = Context(today="2026-11-22", code_lists={}, placeholders=frozenset({"无"}))
AT = datetime(1986, 6, 1, tzinfo=UTC)
LONG_AGO = datetime(1850, 1, 1, tzinfo=UTC)

VALUES: dict[str, tuple[pa.Scalar, str | None]] = {
    "truth": (pa.scalar(True), "true"),
    "small": (pa.scalar(-7, pa.int8()), "-7"),
    "unsigned": (pa.scalar(2**63 + 1, pa.uint64()), "9223372036854775809"),
    "decimal": (pa.scalar(Decimal("0.000000"), pa.decimal128(18, 6)), "0.000000"),
    "float": (pa.scalar(0.1, pa.float32()), "0.1"),
    "float, large": (pa.scalar(123456000.0, pa.float32()), "123456000"),
    "double": (pa.scalar(1.0), "1"),
    "double, exact": (pa.scalar(0.1 + 0.2), "0.30000000000000004"),
    "double, large": (pa.scalar(12345678.5), "12345678.5"),
    "double, 1e15": (pa.scalar(1e15), "1000000000000000"),
    "double, 1e16": (pa.scalar(1e16), "1e+16"),
    "double, small": (pa.scalar(0.0001), "0.0001"),
    "double, tiny": (pa.scalar(0.00001), "1e-05"),
    "double, nan": (pa.scalar(float("nan")), "nan"),
    "double, inf": (pa.scalar(float("-inf")), "-inf"),
    "double, null": (pa.scalar(None, pa.float64()), None),
    "date": (pa.scalar(date(1, 1, 1)), "0001-01-01"),
    "moment": (pa.scalar(AT, pa.timestamp("us", "Asia/Shanghai")), "1986-06-01T08:00:00+08:00"),
    "moment, millis": (pa.scalar(AT, pa.timestamp("ms", "UTC")), "1986-06-01T08:00:00+08:00"),
    "moment, old": (
        pa.scalar(datetime(1850, 1, 1, tzinfo=UTC), pa.timestamp("us", "UTC")),
        "1850-01-01T08:00:00+08:00",
    ),
    "moment, no zone": (pa.scalar(datetime(1, 1, 1, 1, 1, 1, 5), pa.timestamp("us")), "0001-01-01T01:01:01"),  # noqa: DTZ001
    "time": (pa.scalar(time(8, 30)), "08:30:00"),
    "text": (pa.scalar(" ab \n"), " ab \n"),
    "text, empty": (pa.scalar(""), ""),
    "text, dictionary": (pa.scalar("a"), "a"),
    "text, null": (pa.scalar(None, pa.string()), None),
}


def silent(_: Progress) -> None:
    """Hear of progress and keep it to oneself."""


def dataset(*names: str, key: str = "id") -> Dataset:
    fields = tuple(Field(one, Text(one, one), None, "geometry" if one == "shape" else "C") for one in names)
    return Dataset("sample", NAME, "1.0", fields, (key,))


def rule(predicate: str) -> RowRule:
    return RowRule("rule/x", "rule", "STD-001", NAME, ("x",), "true", predicate)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkEngine]:
    java()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in configured(tmp_path_factory.mktemp("conf")).items():
            patch.setenv(name, value)
        with start(CONTEXT, temp=tmp_path_factory.mktemp("spark")) as one:
            yield one


def read(engine: SparkEngine, source: Any, *names: str) -> tuple[Any, list[tuple[Any, ...]]]:
    table = engine.open(str(source), dataset("id", *names))
    relation = table.relation(["id", *names], "r", placed=True)
    return table, table.run(f"select * from {relation} order by _file, _row, id", NAME, silent)  # noqa: S608


def test_text_forms(engine: SparkEngine, tmp_path: Path) -> None:
    columns = {name: pa.array([value.as_py()], value.type) for name, (value, _) in VALUES.items()}
    columns["text, dictionary"] = pa.array(["a"]).dictionary_encode()
    pq.write_table(pa.table({"id": ["1"], **columns}), tmp_path / "types.parquet")

    _, [row] = read(engine, tmp_path / "types.parquet", *VALUES)

    assert {name: text for name, (_, text) in VALUES.items()} == dict(zip(VALUES, row[3:], strict=True))


def test_parquet_files_of_a_folder(engine: SparkEngine, tmp_path: Path) -> None:
    """Names with blanks and Chinese, columns in another order, a missing and a further column, files that are none."""
    folder = tmp_path / "数据 1+2%"
    (folder / "a").mkdir(parents=True)
    pq.write_table(pa.table({"id": ["1", "2"], "x": ["a", "b"]}), folder / "b.parquet")
    pq.write_table(
        pa.table({"more": [1], "X": ["c"], "id": ["3"]}).rename_columns(["more", "x", "id"]), folder / "a" / "c.parquet"
    )
    (folder / "_SUCCESS").touch()

    table, rows = read(engine, folder, "x", "y")

    assert [
        ("a/c.parquet", 1, "3", "c", None),
        ("b.parquet", 1, "1", "a", None),
        ("b.parquet", 2, "2", "b", None),
    ] == rows
    assert (("y",), 3) == (table.missing, table.count())
    assert {"id": "string", "x": "string", "more": "bigint"} == table.columns
    assert [str(folder / "a" / "c.parquet"), str(folder / "b.parquet")] == sorted(table.files)


CELLS = [("1", 'x "q" \\ y'), ("2", ""), ("3", None), ("4", " lead "), ("5", "，"), ("6", "nan")]


@pytest.mark.parametrize("form", ["plain", "broken lines", "windows"])
def test_csv(engine: SparkEngine, tmp_path: Path, form: str) -> None:
    """Quotes doubled, backslashes plain, a quoted empty cell a text and an empty one null; a mark before the text."""
    cells = [*CELLS, ("7", "two\nlines")] if form == "broken lines" else CELLS
    lines = ["id,x", *(f"{key},{_quoted(value)}" for key, value in cells)]
    ending = "\r\n" if form == "windows" else "\n"
    (tmp_path / "t.csv").write_bytes(("\ufeff" + ending.join(lines) + ending).encode())

    _, rows = read(engine, tmp_path / "t.csv", "x")

    assert [("t.csv", None, *one) for one in cells] == rows


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def test_lines_of_json(engine: SparkEngine, tmp_path: Path) -> None:
    """The text forms are those of the other engines; what is no object is named and not judged."""
    values = [1.50, 1e3, 12, True, None, "", [1, {"a": 1.0}], {"b": "中"}, 0.00001]
    lines = [json.dumps({"id": str(at), "x": one}, ensure_ascii=False) for at, one in enumerate(values)]
    (tmp_path / "t.ndjson").write_text("\ufeff" + "\n \n".join([*lines, "{}", "[1]", '{"id": ']), encoding="utf-8")

    table, rows = read(engine, tmp_path / "t.ndjson", "x")

    due = ["1.5", "1000", "12", "true", None, "", '[1,{"a":1.0}]', '{"b":"中"}', "1e-05"]
    assert [None, *due] == [row[3] for row in rows]
    assert [("t.ndjson", "lines that are no JSON objects: 2")] == [(one.file, one.reason.en) for one in table.unread]


def test_failures_are_placed(engine: SparkEngine, tmp_path: Path) -> None:
    table = pa.table({"id": [f"{n}" for n in range(5000)], "x": ["无" if n % 700 == 3 else "y" for n in range(5000)]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=500)
    opened = engine.open(str(tmp_path), dataset("id", "x"))
    opened.count()

    [found] = opened.row_rules([rule("not placeholder(x)")], silent)

    assert (5000, 8, 0) == (found.rows, found.failures, found.unknown)
    assert [("t.parquet", n + 1, str(n), "无") for n in range(3, 5000, 700)] == [
        (one.file, one.row, one.key, one.value) for one in found.spots
    ]


def test_the_second_of_two_is_the_duplicate(engine: SparkEngine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a", "A", "a", "ａ", None, ""]}), tmp_path / "t.parquet")
    opened = engine.open(str(tmp_path / "t.parquet"), dataset("id"))

    found = opened.key(KeyRule("k", "k", "STD-029", NAME, "unique", ("id",)), silent)

    assert (4, 1, [(3, "a")]) == (found.rows, found.failures, [(one.row, one.key) for one in found.spots])


WRONG: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("", b"", "there is no such path"),
    "an unknown format": ("t.xlsx", b"PK", "use duckdb for others"),
    "a damaged file": ("t.parquet", b"PAR1 and no end", r"t\.parquet: this is no whole Parquet file"),
    "another encoding": ("t.csv", "id,x\n1,中文\n".encode("gb18030"), "t.csv: not in UTF-8"),
    "an open quote": ("t.csv", b'id,x\n1,"a\n2,b\n', "t.csv: a quote is never closed"),
    "a short row": ("t.csv", b"id,x\n1,a\n2\n", r"t\.csv: the file is damaged, or a record cannot be parsed"),
    "another table": ("t.csv", b"a,b\n1,2\n", "has no field of sample; it has: a, b"),
    "no key": ("t.csv", b"x,b\n1,2\n", "does not have the key id"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_source_is_named(engine: SparkEngine, tmp_path: Path, case: str) -> None:
    name, content, said = WRONG[case]
    if name:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(SourceError, match=said):
        engine.open(str(tmp_path / (name or "nothing.parquet")), dataset("id", "x")).row_rules(
            [rule("x = 'a'")], silent
        )


def test_files_that_do_not_fit_together(engine: SparkEngine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "x": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"id": ["1"], "x": ["1"]}), tmp_path / "b.parquet")

    with pytest.raises(SourceError, match="files disagree on the type of a column"):
        engine.open(str(tmp_path), dataset("id", "x"))


def test_values_without_text(engine: SparkEngine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "x": [[1]]}), tmp_path / "a.parquet")

    with pytest.raises(SourceError, match="column x is physically array<bigint>, due text"):
        engine.open(str(tmp_path), dataset("id", "x"))


def test_no_java(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    with pytest.raises(EngineError, match="Spark needs Java 17"):
        start(CONTEXT)


def test_a_master_that_is_not_there(monkeypatch: Any) -> None:
    java()
    monkeypatch.setenv("MASTER", "spark://127.0.0.1:1")

    with pytest.raises(EngineError, match=r"the master of the cluster, spark://127.0.0.1:1, cannot be reached"):
        start(CONTEXT)


def test_spark_connect(monkeypatch: Any) -> None:
    monkeypatch.setenv("SPARK_REMOTE", "sc://127.0.0.1")

    with pytest.raises(EngineError, match=r"Spark Connect .* is not supported"):
        start(CONTEXT)


SAID = {
    "No module named 'numpy'": "ModuleNotFoundError: No module named 'numpy'\n",
    "the disk is full": "java.io.IOException: No space left on device",
    "out of memory": "java.lang.OutOfMemoryError: Java heap space",
    "Spark gave up: [INTERNAL_ERROR] it": "org.apache.spark.SparkException: [INTERNAL_ERROR] it",
}


@pytest.mark.parametrize("due", SAID)
def test_an_engine_that_gives_up_says_why(due: str) -> None:
    found = spark_errors.explained("t.parquet", SAID[due])

    assert isinstance(found, EngineError)
    assert due in found.text.en
