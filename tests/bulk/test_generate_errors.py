"""Errors that are asked for: each in rows of its own, and what cannot be done is refused with file, line and member."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from bulk.generated_tables import DATASETS, SEED, TODAY, everything, examples, generation, rows

from conformance.bulk.generate import KINDS, Asked, GenerateError, Generation, Wish, read_errors
from conformance.bulk.generate.kinds import fields_for
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law


def differences(law: Law, dataset: str, size: int, errors: list[Asked]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """The rows that errors changed, from 0, with what stood there before and after."""
    clean = rows(generation(law, dataset, size))
    planted = rows(generation(law, dataset, size, errors))
    return {
        at: {name: (old[name], new[name]) for name in old if old[name] != new[name]}
        for at, (old, new) in enumerate(zip(clean, planted, strict=True))
        if old != new
    }


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_error_has_rows_of_its_own(law: Law, dataset: str) -> None:
    errors = everything(law, dataset)
    made = generation(law, dataset, 2500, errors)
    hit = [row for one in made.planted for row in one.rows.tolist()]

    assert len(hit) == len(set(hit)) == sum(one.count for one in errors)
    assert set(hit) == set(differences(law, dataset, 2500, errors))


def test_only_the_named_field_changes(law: Law) -> None:
    changed = differences(law, "legal-person", 3000, [Asked("credit-code-check-digit", 30, "djjgdm")])

    assert 30 == len(changed)
    assert {("djjgdm",)} == {tuple(one) for one in changed.values()}
    assert {True} == {old[:17] == new[:17] for one in changed.values() for old, new in one.values()}


def test_chunks_do_not_move_errors(law: Law) -> None:
    errors = examples("spatial-feature")
    whole = rows(generation(law, "spatial-feature", 3000, errors), 3000)

    assert whole == rows(generation(law, "spatial-feature", 3000, errors), 611)


def test_one_duplicate_among_many(law: Law) -> None:
    keys = [row["jlbh"] for row in rows(generation(law, "credit", 40_000, [Asked("duplicate-key", 1)]))]

    assert 39_999 == len(set(keys))


def test_errors_are_spread_over_the_table(law: Law) -> None:
    [planted] = generation(law, "credit", 50_000, [Asked("mojibake", 1000, "nr")]).planted
    tenths = [int(((planted.rows // 5000) == at).sum()) for at in range(10)]

    assert (True, True) == (min(tenths) > 50, max(tenths) < 150)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_examples_show_every_kind_that_the_dataset_can_have(law: Law, dataset: str) -> None:
    plan = generation(law, dataset, 10).plan

    assert {one for one in KINDS if fields_for(plan, one)} == {one.kind for one in examples(dataset)}


def test_every_kind_is_possible_somewhere() -> None:
    assert set(KINDS) == {one.kind for dataset in DATASETS for one in examples(dataset)}


def test_the_schema_knows_the_kinds() -> None:
    schema = json.loads((folder("standards") / "meta" / "errors.schema.json").read_text(encoding="utf-8"))

    assert list(KINDS) == schema["properties"]["errors"]["items"]["properties"]["kind"]["enum"]


def test_kinds_have_titles_in_both_languages() -> None:
    assert [] == [one.id for one in KINDS.values() if not (one.title.zh and one.title.en.isascii())]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("errors: [", "第 1 行不是 YAML", "line 1: not YAML"),
        ("- a\n", "第 1 行：应为键值结构", "line 1: a mapping is due"),
        ("error: []\n", "第 1 行 error：未知成员 error；可用成员：errors", "line 1, error: unknown member error"),
        ("errors: []\n", "第 1 行 errors：0 项；不少于 1 项", "line 1, errors: 0 elements; due: at least 1 element"),
        (
            "errors:\n  - {kind: duplicate-key, count: 1}\n  - {kind: typo, count: 1}\n",
            "第 3 行 errors.1.kind：",
            'line 3, errors.1.kind: "typo"; due: one of the kinds of errors that',
        ),
        (
            "errors:\n  - kind: duplicate-key\n    count: 0\n",
            "第 3 行 errors.0.count：0；不少于 1",
            "line 3, errors.0.count: 0; due: at least 1",
        ),
        ("errors:\n  - kind: duplicate-key\n", "第 2 行 errors.0：缺少 count", "line 2, errors.0: count is missing"),
    ],
)
def test_a_wrong_errors_file_is_refused(tmp_path: Path, text: str, zh: str, en: str) -> None:
    path = tmp_path / "errors.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(GenerateError) as caught:
        read_errors(path)

    assert (True, True) == (caught.value.text.zh.startswith(f"{path} {zh}"), f"{path}, {en}" in caught.value.text.en)


def test_a_missing_errors_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerateError, match=r"errors.yaml cannot be read: No such file"):
        read_errors(tmp_path / "errors.yaml")


def refused(law: Law, path: Path, text: str, size: int = 100) -> GenerateError:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GenerateError) as caught:
        Generation(law, Wish(law.data.datasets["legal-person"], size, SEED, TODAY, read_errors(path)))
    return caught.value


def test_a_field_that_cannot_have_an_error_is_refused(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    text = refused(law, path, "errors:\n  - {kind: retired-code, field: hydm, count: 2}\n").text

    assert f"{path}, line 2: retired-code: field hydm cannot have it; the fields are zcdqhdm" == text.en
    assert f"{path} 第 2 行：retired-code：字段 hydm 不适用；可用字段：zcdqhdm" == text.zh


def test_a_field_must_be_named_where_several_can_have_it(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "e.yaml"
    text = refused(law, path, "errors:\n\n  - {kind: impossible-date, count: 2}\n").text

    assert f"{path}, line 3: impossible-date: no field is named; the fields are clrq, zxrq" == text.en
    assert f"{path} 第 3 行：impossible-date：未指明字段；可用字段：clrq、zxrq" == text.zh


def test_an_error_that_no_field_can_have_is_refused(law: Law, tmp_path: Path) -> None:
    text = refused(law, tmp_path / "e.yaml", "errors:\n  - {kind: swapped-axes, count: 2}\n").text

    assert text.en.endswith("swapped-axes: no field is named; the fields are none")


def test_too_few_rows_are_refused(law: Law, tmp_path: Path) -> None:
    """Only organisations that were struck off have the date: some of a hundred."""
    path = tmp_path / "e.yaml"
    found = [row for row in rows(generation(law, "legal-person", 100)) if row["zxrq"]]
    text = refused(law, path, "errors:\n  - {kind: begin-after-end, count: 99}\n").text

    expected = f"begin-after-end in zxrq asks for 99 rows, the table has {len(found)} that can have it"
    assert f"{path}, line 2: {expected}" == text.en
    assert f"{path} 第 2 行：begin-after-end（zxrq）要求 99 行，表中只有 {len(found)} 行可用" == text.zh


def test_more_errors_than_rows_are_refused(law: Law, tmp_path: Path) -> None:
    wanted = "errors:\n  - {kind: mojibake, field: zs, count: 60}\n  - {kind: mojibake, field: jgmc, count: 60}\n"

    assert "line 3: mojibake in jgmc asks for 60 rows, the table has 40" in refused(law, tmp_path / "e", wanted).text.en
