"""What `conformance data` refuses, and what it says then: file, row, column, and what there is instead."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from table_files import case, counts, manifest, organisation, outcomes, person, rows, the_run, write_csv

from conformance.bulk.opening import JobError
from conformance.bulk.values import SourceError
from conformance.law.district import DatasetError
from conformance.terminal.data import Order, data_and_show, split_against

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.law import Law

    Judge = Callable[..., int]


@pytest.fixture
def judge(law: Law, tmp_path: Path) -> Judge:
    """The command without its process."""

    def run(source: Path | str, dataset: Path | str, **more: Any) -> int:
        return data_and_show(law, Order(str(source), str(dataset), out=tmp_path / "out", **more), "en")

    return run


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "people.csv", rows(person, 20))


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        ({"dataset": "people"}, "没有数据集 people；可用：credit、", "No dataset people; there is: credit, "),
        ({"rules": ("sexx",)}, "population 没有规则 sexx，可用：sex", "population has no rule sexx; there is: sex"),
        (
            {"requirements": ("CAT-001",)},
            "没有一条规则在 population 上判定 CAT-001",
            "No rule decides CAT-001 on population",
        ),
        (
            {"requirements": ("STD-029", "STD-046")},
            "没有一条规则在 population 上判定 STD-046",
            "No rule decides STD-046 on population",
        ),
        (
            {"requirements": ("STD-029",), "rules": ("sex",)},
            "没有一条规则在 population 上判定 STD-029、sex",
            "No rule decides STD-029, sex on population",
        ),
        (
            {"against": ("credit=people.csv",)},
            "population 的规则不涉及 credit，涉及：无",
            "No rule of population refers to credit; they refer to: none",
        ),
        ({"engine": "oracle"}, "没有引擎 oracle，可用：duckdb、", "No engine oracle; there is: duckdb, "),
    ],
)
def test_what_does_not_fit_is_refused(judge: Judge, people: Path, more: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(JobError) as caught:
        judge(people, **({"dataset": "population"} | more))

    assert caught.value.text.zh.startswith(zh)
    assert caught.value.text.en.startswith(en)


def test_an_engine_that_is_not_installed_says_what_installs_it(
    judge: Judge, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "conformance.bulk.engines.spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(JobError) as caught:
        judge(people, "population", engine="spark")

    assert 'pip install "district-conformance[spark]"' in caught.value.text.zh
    assert 'pip install "district-conformance[spark]"' in caught.value.text.en


@pytest.mark.parametrize("source", ["nowhere.parquet", "nowhere/*.csv"])
def test_a_source_that_is_not_there_leaves_no_folder(judge: Judge, tmp_path: Path, source: str) -> None:
    with pytest.raises(SourceError) as caught:
        judge(tmp_path / source, "population")

    assert source in caught.value.text.zh
    assert source in caught.value.text.en
    assert not (tmp_path / "out").exists()


def test_a_table_of_something_else_is_refused(judge: Judge, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        judge(write_csv(tmp_path / "t.csv", [{"a": 1, "b": 2}]), "population")

    assert caught.value.text.en.endswith("t.csv has no field of population; it has: a, b")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("DE-P01", "DE-P99", "DE-P99"),
        ("primaryKey: [gmsfhm]", "primaryKey: [nobody]", "nobody"),
        ("fields:", "f:", "fields"),
    ],
)
def test_a_wrong_description_is_refused_by_name(
    judge: Judge, people: Path, tmp_path: Path, old: str, new: str, word: str
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        judge(people, own)

    assert word in caught.value.text.zh
    assert "own.yaml" in caught.value.text.en


OWN = """\
id: own
title: {zh: 本区人口, en: Our people}
version: '1'
fields: [{name: gmsfhm, element: DE-P01, nullable: false}]
primaryKey: [gmsfhm]
"""


def test_half_a_requirement_is_not_passed(judge: Judge, people: Path, tmp_path: Path) -> None:
    code = judge(people, "population", rules=("primary-key-filled",))

    assert 3 == code
    assert {"primary-key-filled": (20, 0, 0)} == counts(tmp_path / "out")
    assert {"STD-029": "untested"} == outcomes(tmp_path / "out")


def test_one_bound_rule_can_be_chosen(judge: Judge, tmp_path: Path) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 5, {2: {"sjlybm": "X"}}))

    assert 1 == judge(orgs, "legal-person", rules=("credit-code/sjlybm",))
    assert {"credit-code": (5, 1, 0)} == counts(tmp_path / "out")
    assert ["credit-code/sjlybm"] == manifest(the_run(tmp_path / "out"))["data"]["rules"]


def test_only_a_must_may_fail_the_pipeline(judge: Judge, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 20, {1: {"zzmmdm": "99"}}))

    assert 0 == judge(people, "population", fail_on="must")
    assert "failed" == outcomes(tmp_path / "out")["STD-019"]


def test_missing_columns_are_empty_in_every_row(
    judge: Judge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = [one for one in person(1) if one not in {"xm", "sjhm"}]
    people = write_csv(tmp_path / "people.csv", rows(person, 20), ["extra", *reversed(columns)])

    assert 1 == judge(people, "population")
    assert (180, 20, 0) == counts(tmp_path / "out")["filled"]
    assert "population: the source does not have xm, sjhm" in capsys.readouterr().out


def test_a_table_without_its_key_is_refused(judge: Judge, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 20), ["xm", "csrq"])
    with pytest.raises(SourceError) as caught:
        judge(people, "population")

    assert "gmsfhm" in caught.value.text.en


def test_the_other_table_needs_the_key(judge: Judge, tmp_path: Path) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 5))
    bare = write_csv(tmp_path / "bare.csv", rows(person, 5), ["xm", "csrq"])
    chosen = {"requirements": ("STD-046",)}

    for word in (f"population={bare}", str(bare)):
        with pytest.raises(SourceError) as caught:
            judge(orgs, "legal-person", against=(word,), **chosen)

        assert "gmsfhm" in caught.value.text.en


def test_another_table_fits_the_dataset_whose_key_it_has(judge: Judge, people: Path, tmp_path: Path) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 5))
    cases = write_csv(tmp_path / "cases.csv", rows(case, 5))
    other = write_csv(tmp_path / "other.csv", [{"a": 1, "b": 2}])

    assert 0 == judge(cases, "department-record", against=(str(orgs), str(people)))
    assert {"legal-person": str(orgs), "population": str(people)} == manifest(the_run(tmp_path / "out"))["data"][
        "against"
    ]
    with pytest.raises(JobError) as caught:
        judge(cases, "department-record", against=(str(other),))
    assert caught.value.text.en.startswith(
        f"It cannot be told of which dataset {other} is: write --against DATASET={other}"
    )


def test_the_municipal_table_is_compared(judge: Judge, people: Path, tmp_path: Path) -> None:
    city = write_csv(
        tmp_path / "city.csv", rows(person, 30, {4: {"mzdm": "02"}, 5: {"gxsj": "2020-01-01T00:00:00+08:00"}})
    )

    assert 1 == judge(people, "population", municipal=str(city), rules=("municipal-agreement",))
    assert {"municipal-agreement": (20, 1, 0)} == counts(tmp_path / "out")
    assert {"STD-058": "failed"} == outcomes(tmp_path / "out")


def test_a_boundary_decides_where_geometries_lie(judge: Judge, tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[106, 29], [107, 29], [107, 30], [106, 30], [106, 29]]]}
    boundary = tmp_path / "b.geojson"
    boundary.write_text(str(square).replace("'", '"'), encoding="utf-8")
    features = [feature(number, 106.5 if number < 10 else 108.5) for number in range(1, 11)]
    table = write_csv(tmp_path / "features.csv", features)

    assert 1 == judge(table, "spatial-feature", requirements=("STD-056",), boundary=boundary)
    assert {"in-the-district": (10, 1, 0)} == counts(tmp_path / "out")
    assert 64 == len(manifest(the_run(tmp_path / "out"))["data"]["boundary"])


def test_without_a_boundary_nothing_is_said_of_the_district(judge: Judge, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "features.csv", [feature(1, 106.5)])

    assert 3 == judge(table, "spatial-feature", requirements=("STD-056",))
    assert {"STD-056": "untested"} == outcomes(tmp_path / "out")


def feature(number: int, longitude: float) -> dict[str, Any]:
    return {
        "ysdm": f"F{number:04}",
        "ysmc": f"示例要素{number}",
        "tcdm": "roads",
        "qhdm": "500103",
        "jd": longitude,
        "wd": 29.5,
        "geom": f"POINT ({longitude} 29.5)",
        "gxsj": "2026-11-01T08:00:00+08:00",
        "sjlybm": "11500000009275780L",
        "czlx": "I",
    }


@pytest.mark.parametrize(
    ("word", "due"),
    [
        ("people.csv", (None, "people.csv")),
        ("population=people.csv", ("population", "people.csv")),
        ("own.yaml=people.csv", ("own.yaml", "people.csv")),
        ("postgresql://u@h/d?table=a.b", (None, "postgresql://u@h/d?table=a.b")),
        ("data/year=2024/*.parquet", (None, "data/year=2024/*.parquet")),
        ("legal-person=postgresql://u@h/d?table=a", ("legal-person", "postgresql://u@h/d?table=a")),
        ("nobody=people.csv", ("nobody", "people.csv")),
    ],
)
def test_a_source_may_hold_the_sign_of_equality(law: Law, word: str, due: tuple[str | None, str]) -> None:
    assert due == split_against(law, word)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_row_that_cannot_be_read_is_named_and_the_rest_judged(
    judge: Judge, tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: int
) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 30, {3: {"csrq": "1844-02-30"}} if broken else {}))
    lines = people.read_text(encoding="utf-8").split("\n")
    lines[20] = lines[20].replace("测甲", '"测甲')
    people.write_text("\n".join(lines), encoding="utf-8")

    assert (3, 1)[broken] == judge(people, "population")
    assert (29, 0, 0) == counts(tmp_path / "out")["identity-number"]
    assert not manifest(the_run(tmp_path / "out"))["complete"]
    assert "people.csv:20 xm  a quote is not closed" in capsys.readouterr().out
