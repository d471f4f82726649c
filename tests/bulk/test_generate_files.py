"""Files that the command writes: the same rows in every format and number of files, nothing half written."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from bulk.generated_tables import EXAMPLES, SEED, TODAY, generation, rows

from conformance.bulk.generate import GenerateError, files, write
from conformance.judge.exits import Exit
from conformance.terminal.generating import Order, generate_and_show

if TYPE_CHECKING:
    from conformance.law import Law

ORDER = Order("legal-person", 2500, SEED, errors=EXAMPLES / "legal-person.yaml", today=TODAY)


def ordered(to: Path, **more: Any) -> Order:
    return Order(**{**{name: getattr(ORDER, name) for name in Order.__slots__}, "to": to, **more})


def sidecar(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.with_name(path.name + ".expected.json").read_text(encoding="utf-8"))
    return found


def read_csv(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file; an empty cell without quotes is null, one with quotes an empty text."""
    marked = path.read_text(encoding="utf-8").replace('""', '"\x00"')
    found = list(csv.DictReader(marked.splitlines()))
    return [{name: {"": None, "\x00": ""}.get(value, value) for name, value in row.items()} for row in found]


@pytest.fixture(scope="module")
def written(law: Law, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One table in every format."""
    home = tmp_path_factory.mktemp("written")
    paths = {form: home / f"table.{form}" for form in ("parquet", "csv", "ndjson")}
    for path in paths.values():
        assert Exit.CONFORMS == generate_and_show(law, ordered(path), "en")
    return paths


def test_every_format_holds_the_same_rows(law: Law, written: dict[str, Path]) -> None:
    made = generation(law, "legal-person", 2500, [])
    parquet = pq.read_table(written["parquet"]).to_pylist()
    lines = written["ndjson"].read_text(encoding="utf-8").split("\n")[:-1]

    assert parquet == [json.loads(line) for line in lines]
    assert parquet == read_csv(written["csv"])
    assert 2500 - sum(one["count"] for one in sidecar(written["csv"])["errors"]) == sum(
        one == other for one, other in zip(parquet, rows(made), strict=True)
    )


def test_the_sidecar_says_what_was_made(law: Law, written: dict[str, Path]) -> None:
    said = sidecar(written["parquet"])
    errors = [(one["kind"], one["field"], one["count"], len(one["rows"])) for one in said["errors"]]
    made = generation(law, "legal-person", 2500, ())
    rows(made)

    assert ("legal-person", 2500, SEED, "2026-11-22") == (said["dataset"], said["rows"], said["seed"], said["today"])
    assert {"population": 2500} == said["of"]
    assert set(made.counts()) == set(said["rules"])
    assert {"rows", "failures", "unknown"} == set(said["rules"]["credit-code/tyshxydm"])
    assert {True} == {count == rows for _, _, count, rows in errors}
    assert [{"name": "table.parquet", "first": 1, "rows": 2500}] == said["files"]
    assert "160" in said["synthetic"]["zh"]
    assert "160" in said["synthetic"]["en"]


def test_positions_count_from_one(written: dict[str, Path]) -> None:
    found = pq.read_table(written["parquet"]).to_pylist()
    [one] = [one for one in sidecar(written["parquet"])["errors"] if one["kind"] == "nan"]

    assert {"NaN"} == {found[at - 1]["zczb"] for at in one["rows"]}


def test_several_files_hold_one_table(law: Law, written: dict[str, Path], tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    generate_and_show(law, ordered(folder, files=3), "zh")
    parts = sorted(folder.iterdir())

    assert ["part-00001.parquet", "part-00002.parquet", "part-00003.parquet"] == [one.name for one in parts]
    assert pq.read_table(written["parquet"]).to_pylist() == [
        row for one in parts for row in pq.read_table(one).to_pylist()
    ]
    assert [1, 834, 1667] == [one["first"] for one in sidecar(folder)["files"]]
    assert sidecar(written["parquet"])["rules"] == sidecar(folder)["rules"]


def test_geometries_are_readable_in_every_format(law: Law, tmp_path: Path) -> None:
    for form in ("parquet", "csv", "ndjson"):
        generate_and_show(law, Order("spatial-feature", 30, SEED, to=tmp_path / f"s.{form}", today=TODAY), "en")
    texts = [row["geom"] for row in read_csv(tmp_path / "s.csv")]
    objects = [json.loads(line)["geom"] for line in (tmp_path / "s.ndjson").read_text(encoding="utf-8").splitlines()]

    assert {"POINT", "LINESTRING", "POLYGON"} == {one.split(" (")[0] for one in texts}
    assert {"Point", "LineString", "Polygon"} == {one["type"] for one in objects}
    assert [one["type"].upper() for one in objects] == [one.split(" (")[0] for one in texts]


def test_what_is_there_is_left_alone(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(GenerateError) as caught:
        generate_and_show(law, ordered(path), "en")

    assert f"{path} is there already: choose another name" == caught.value.text.en
    assert "mine" == path.read_text(encoding="utf-8")


def test_a_disk_that_fails_leaves_nothing_unfinished(
    law: Law, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files._Ndjson, "write", full)

    assert Exit.NOT_JUDGED == generate_and_show(law, ordered(tmp_path / "t.ndjson"), "en")
    assert [] == list(tmp_path.iterdir())
    assert "t.ndjson failed after row 0: No space left on device" in capsys.readouterr().err.replace("\n", "")


def test_parts_of_an_interrupted_table_are_not_taken_for_a_whole_one(law: Law, tmp_path: Path) -> None:
    def interrupt(done: int) -> None:
        if done > 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(generation(law, "credit", 50), tmp_path / "parts", "csv", files=5, tell=interrupt)

    assert [] == list(tmp_path.iterdir())


def test_more_files_than_rows_are_refused(law: Law, tmp_path: Path) -> None:
    with pytest.raises(GenerateError, match="there are more files than rows"):
        write(generation(law, "credit", 2), tmp_path / "parts", "csv", files=3)


def test_tables_without_rows_are_refused(law: Law) -> None:
    with pytest.raises(GenerateError, match="credit has to have at least 1 row"):
        generation(law, "credit", 0)
    with pytest.raises(GenerateError, match="legal-person has to have at least 1 row"):
        generation(law, "credit", 5, of={"legal-person": 0})


def test_an_interrupted_file_is_not_taken_for_a_whole_one(law: Law, tmp_path: Path) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(generation(law, "credit", 50), tmp_path / "t.parquet", "parquet", tell=interrupt)

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order("nobody", 5), "No dataset nobody; there is: credit,"),
        (Order("credit", 5, of=("population",)), "--of population: due is DATASET=ROWS, such as population=1000000"),
        (Order("credit", 5, of=("people=4",)), "--of people=4: due is DATASET=ROWS"),
        (Order("credit", 5, to=Path("t.csv"), form="parquet"), "--to t.csv: a file of parquet ends with .parquet"),
        (Order("credit", 5, to=Path("t")), "--to t: a file of parquet ends with .parquet"),
    ],
)
def test_a_wrong_order_is_refused(law: Law, order: Order, said: str) -> None:
    with pytest.raises(GenerateError) as caught:
        generate_and_show(law, order, "en")

    assert caught.value.text.en.startswith(said)


def test_the_command_says_what_it_wrote(law: Law, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "credit.parquet"
    generate_and_show(law, Order("credit", 3000, to=path, of=("legal-person=1_000",), today=date(2026, 1, 1)), "zh")
    said = capsys.readouterr().out

    assert f"{path}：3,000 行" in said
    assert f"{path}.expected.json：0 处错误及各规则应有的计数" in said
    assert {"legal-person": 1000} == sidecar(path)["of"]
