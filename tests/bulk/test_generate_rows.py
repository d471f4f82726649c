"""Generated rows: the same whoever asks for them, of nobody real, with keys that differ and codes of their day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from bulk.generated_tables import DATASETS, SEED, TODAY, generation, rows
from hypothesis import given
from hypothesis import strategies as st

from conformance.bulk.generate import GenerateError, Generation, Wish, capacity
from conformance.bulk.generate import rows as batches
from conformance.bulk.generate.chance import Shuffle
from conformance.law.read_data import dataset as described

if TYPE_CHECKING:
    from conformance.law import Law
    from conformance.law.data import Dataset


def column(law: Law, dataset: str, name: str, size: int = 5000) -> list[Any]:
    return [row[name] for row in rows(generation(law, dataset, size))]


@given(st.integers(1, 3000), st.integers(0, 2**63))
def test_a_shuffle_loses_and_repeats_nothing(size: int, seed: int) -> None:
    assert list(range(size)) == sorted(Shuffle.of(size, seed, "any")(np.arange(size)).tolist())


@pytest.mark.parametrize("dataset", DATASETS)
def test_chunks_do_not_matter(law: Law, dataset: str) -> None:
    whole = rows(generation(law, dataset, 2000), 2000)

    assert whole == rows(generation(law, dataset, 2000), 777)


def test_a_larger_table_begins_with_the_smaller_one(law: Law) -> None:
    of = {"population": 900}
    small = rows(generation(law, "legal-person", 100, of=of))

    assert small == rows(generation(law, "legal-person", 1000, of=of))[:100]


def test_another_seed_gives_other_rows(law: Law) -> None:
    found = law.data.datasets["population"]
    first, second = (
        pa.Table.from_batches(list(batches(law, found, 500, seed, today=TODAY))).to_pylist() for seed in (1, 2)
    )

    assert set() == {row["gmsfhm"] for row in first} & {row["gmsfhm"] for row in second}


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("population", "gmsfhm"), ("legal-person", "tyshxydm"), ("e-certificate", "zzbs"), ("spatial-feature", "ysdm")],
)
def test_keys_differ(law: Law, dataset: str, name: str) -> None:
    keys = column(law, dataset, name, 60_000)

    assert 60_000 == len(set(keys))


def test_nobody_real_has_such_an_identity_number(law: Law) -> None:
    numbers = column(law, "population", "gmsfhm") + [one for one in column(law, "legal-person", "fddbrzjhm") if one]

    assert ("1800", "1859") == (min(one[6:10] for one in numbers), max(one[6:10] for one in numbers))


@pytest.mark.parametrize("name", ["tyshxydm", "djjgdm", "sjlybm"])
def test_no_division_is_that_of_a_credit_code(law: Law, name: str) -> None:
    found = {one[2:8] for one in column(law, "legal-person", name)}

    assert set() == {one for one in found if not one.startswith("5099")}
    assert set() == found & set(law.data.code_lists["cq-divisions-gbt2260"].codes)


def test_telephone_numbers_and_names_are_marked(law: Law) -> None:
    people = rows(generation(law, "population", 2000))
    organisations = rows(generation(law, "legal-person", 2000))

    assert {"160"} == {row["sjhm"][:3] for row in people if row["sjhm"]}
    assert {"测"} == {row["xm"][0] for row in people}
    assert {True} == {"示例" in row["jgmc"] for row in organisations}


def test_retired_codes_stand_before_their_end_only(law: Law) -> None:
    """500226 was a code to the end of 2015, 500153 is one since 2015."""
    found = rows(generation(law, "legal-person", 30_000))
    old = [row["clrq"] for row in found if row["zcdqhdm"] == "500226"]
    new = [row["clrq"] for row in found if row["zcdqhdm"] == "500153"]

    assert (True, True) == (bool(old), bool(new))
    assert (True, True) == (max(old) <= "2015-12-31", min(new) >= "2015-01-01")


def test_no_date_is_behind_the_anchor_date(law: Law) -> None:
    anchor = date(2014, 3, 1)
    made = Generation(law, Wish(law.data.datasets["legal-person"], 5000, SEED, anchor))
    found = [row[name][:10] for row in rows(made) for name in ("clrq", "zxrq", "gxsj") if row[name]]

    assert max(found) <= "2014-03-01"


def test_an_anchor_date_before_everything_is_refused(law: Law) -> None:
    made = Generation(law, Wish(law.data.datasets["population"], 10, SEED, date(1990, 1, 1)))

    with pytest.raises(GenerateError) as caught:
        rows(made)

    assert ("基准日期过早，字段 djrq 没有可用的日期", "the anchor date is too early for djrq") == caught.value.text


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_hundred_million_rows_have_different_keys(law: Law, dataset: str) -> None:
    room = capacity(law, law.data.datasets[dataset], TODAY)

    assert room is not None
    assert 100_000_000 <= room


def test_more_rows_than_there_are_keys_are_refused(law: Law) -> None:
    found = law.data.datasets["e-certificate"]

    with pytest.raises(GenerateError) as caught:
        Generation(law, Wish(found, 10**9 + 1, SEED, TODAY))

    assert "the key zzbs can tell 1000000000 rows apart, 1000000001 are asked for" == caught.value.text.en
    assert "主键或业务主键 zzbs 最多能区分 1000000000 行，要求 1000000001 行" == caught.value.text.zh


def district(law: Law, **more: Any) -> Dataset:
    """A table of a district's own: fields with and without elements, a reference, and a rule that nobody foretells."""
    data = {
        "id": "shops",
        "title": {"zh": "商铺", "en": "Shops"},
        "version": "1",
        "fields": [
            {"name": "bh", "element": "DE-X01", "nullable": False},
            {"name": "dm", "element": "DE-O01"},
            {"name": "mc", "element": "DE-O02"},
            {"name": "fr", "element": "DE-P01", "subject": "owner"},
            {"name": "frxb", "element": "DE-P03", "subject": "owner"},
            {"name": "mj", "dataType": "N", "format": "n..8,2"},
            {"name": "bz"},
            {"name": "lc", "dataType": "I", "format": "n2"},
            {"name": "je", "element": "DE-X06"},
            {"name": "sf", "element": "DE-X14"},
            {"name": "kyrq", "element": "DE-X03", "nullable": False},
            {"name": "qh", "element": "DE-G07", "when": "kyrq"},
        ],
        "primaryKey": ["bh"],
        "foreignKeys": [{"fields": ["dm"], "dataset": "legal-person", "references": ["tyshxydm"]}],
        "agrees": [{"dataset": "legal-person", "key": {"dm": "tyshxydm"}, "attributes": {"mc": "jgmc"}}],
        "rules": [
            {
                "id": "large",
                "requirement": "STD-042",
                "title": {"zh": "面积", "en": "Area"},
                "population": "{mj} is not null",
                "predicate": "number({mj}) > 10",
            }
        ],
        **more,
    }
    return described(data, law.data.elements)


def test_a_district_s_own_table_is_made_as_far_as_it_is_known(law: Law) -> None:
    made = Generation(law, Wish(district(law), 3000, SEED, TODAY, of={"legal-person": 50}))
    found = rows(made)
    known = {row["tyshxydm"]: row["jgmc"] for row in rows(generation(law, "legal-person", 50))}

    assert ("mj", "bz", "lc", "je", "sf") == made.unmade
    assert {"large/mj"} == {name for name, one in made.counts().items() if one is None}
    assert {0} == {one.failures for one in made.counts().values() if one}
    assert known == {row["dm"]: row["mc"] for row in found if row["dm"]}
    assert {True} == {
        (int(row["fr"][16]) % 2 == 1) == (row["frxb"] == "1") for row in found if row["fr"] and row["frxb"]
    }


def test_a_reference_to_an_unknown_table_is_not_foretold(law: Law) -> None:
    other = [{"fields": ["bz"], "dataset": "elsewhere", "references": ["id"]}]
    made = Generation(law, Wish(district(law, foreignKeys=other, agrees=[]), 100, SEED, TODAY))
    rows(made)

    assert {"large/mj", "foreign-key/bz"} == {name for name, one in made.counts().items() if one is None}


def test_a_key_of_codes_is_refused(law: Law) -> None:
    with pytest.raises(GenerateError) as caught:
        Generation(law, Wish(district(law, primaryKey=["qh"]), 2, SEED, TODAY))

    assert "the key qh can tell 1 rows apart, 2 are asked for" == caught.value.text.en


def test_counts_of_half_a_table_are_refused(law: Law) -> None:
    made = generation(law, "credit", 10)
    whole = replace(made.wish, size=20)

    with pytest.raises(ValueError, match=r"0 of 20 rows were made"):
        Generation(law, whole).counts()
