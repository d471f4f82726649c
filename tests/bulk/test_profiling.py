"""`conformance profile-data`: the description that it proposes loads, judges the table, and names nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from table_files import case, counts, credit_code, identity, organisation, person, rows, write_csv

from conformance.bulk.initials import initials
from conformance.bulk.opening import JobError
from conformance.bulk.proposal import scalar
from conformance.bulk.values import SourceError
from conformance.law.district import read_district_dataset
from conformance.terminal.data import Order, data_and_show
from conformance.terminal.profiling import Order as Wish
from conformance.terminal.profiling import profile_and_show

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Program

    from conformance.law import Law
    from conformance.law.data import Dataset, Field

    Propose = Callable[..., Dataset]


@pytest.fixture
def propose(law: Law, tmp_path: Path) -> Propose:
    """Writes a description of a table and reads it back."""

    def run(source: Path, **more: Any) -> Dataset:
        to = tmp_path / "proposed.yaml"

        assert 0 == profile_and_show(law, Wish(str(source), to, **more), "en")
        return read_district_dataset(to, law)

    return run


def strange(number: int) -> dict[str, Any]:
    """A row whose columns say nothing by their names."""
    return {
        "a": number,
        "b": identity(number),
        "c": credit_code(number),
        "d": f"1844-03-{1 + number % 28:02}",
        "e": f"{number}.25",
        "f": "50010300" if number % 2 else "50010301",
        "g": "true" if number % 3 else "false",
        "h": f"说明 {number}" if number % 5 else "",
        "i": ["A", "B", "C13", "D44", "E47", "F51", "G54", "H61", "I63", "J66", "K70", "L71", "M73", "N76", "O80"][
            number % 15
        ]
        if number % 15 > 1
        else "A01",
        "j": f"2026-11-{1 + number % 20:02} 08:00:00",
        "k": "",
        "l": f"1844{1 + number % 12:02}11",
    }


def of(proposed: Dataset) -> dict[str, Field]:
    return {one.name: one for one in proposed.fields}


def test_a_table_named_after_the_standard_is_recognised(propose: Propose, law: Law, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 60))
    found = propose(people)
    due = law.data.datasets["population"]

    assert {one.name: one.element for one in due.fields} == {one.name: one.element for one in found.fields}
    assert (due.primary_key, due.business_key, due.update_time) == (
        found.primary_key,
        found.business_key,
        found.update_time,
    )
    assert {"hjdqhdm": "djrq", "hjdxzdm": "djrq"} == {one.name: one.when for one in found.fields if one.when}
    assert all(not one.nullable for one in found.fields)


def test_what_is_proposed_judges_the_table(propose: Propose, law: Law, tmp_path: Path) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 40))
    write_csv(tmp_path / "people.csv", rows(person, 40))
    propose(orgs, against=(f"population={tmp_path / 'people.csv'}",))
    order = Order(
        str(orgs), str(tmp_path / "proposed.yaml"), against=(str(tmp_path / "people.csv"),), out=tmp_path / "out"
    )

    assert 0 == data_and_show(law, order, "en")
    assert {"credit-code": (120, 0, 0), "foreign-key": (40, 0, 0)} == {
        name: one for name, one in counts(tmp_path / "out").items() if name in {"credit-code", "foreign-key"}
    }


def test_content_speaks_where_names_do_not(propose: Propose, tmp_path: Path) -> None:
    found = propose(write_csv(tmp_path / "strange.csv", rows(strange, 300)))
    fields = of(found)
    shapes = {name: (one.data_type, one.format) for name, one in fields.items()}

    assert {"b": "DE-P01", "c": "DE-O01"} == {name: one.element for name, one in fields.items() if one.element}
    assert ("I", "n..3") == shapes["a"]
    assert ("D", "YYYY-MM-DD") == shapes["d"]
    assert ("N", "n..5,2") == shapes["e"]
    assert ("C", "n8") == shapes["f"]
    assert ("L", "bl") == shapes["g"]
    assert ("C", "c..6") == shapes["h"]
    assert ("T", "YYYY-MM-DDThh:mm:ss") == shapes["j"]
    assert ("C", None) == shapes["k"]
    assert ("D", "YYYYMMDD") == shapes["l"]
    assert {"h", "k"} == {name for name, one in fields.items() if one.nullable}
    assert ("c",) == found.primary_key


def test_a_code_list_is_found_by_its_codes(propose: Propose, law: Law, tmp_path: Path) -> None:
    codes = [one for one in law.data.code_lists["gbt4754-2017-industry"].codes if len(one) == 4]
    table = [{"number": at, "unnamed": code} for at, code in enumerate(codes[:200])]
    found = of(propose(write_csv(tmp_path / "coded.csv", table)))

    assert "gbt4754-2017-industry" == found["unnamed"].code_list
    assert "gbt4754-2017-industry" in (tmp_path / "proposed.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "element"),
    [
        ("公民身份号码", "DE-P01"),
        ("身份证号码", "DE-P01"),
        ("sfzhm", "DE-P01"),
        ("GMSFHM", "DE-P01"),
        ("Citizen identification number", "DE-P01"),
        ("citizen_identification_number", "DE-P01"),
    ],
)
def test_names_are_known_in_all_their_ways(propose: Propose, tmp_path: Path, column: str, element: str) -> None:
    table = [{column: identity(number), "n": number} for number in range(1, 30)]
    found = propose(write_csv(tmp_path / "t.csv", table))

    assert element == of(found)[column].element
    assert "by its name" in (tmp_path / "proposed.yaml").read_text(encoding="utf-8")


def test_initials_that_stand_for_two_elements_are_told_apart_by_content(propose: Propose, tmp_path: Path) -> None:
    codes = propose(write_csv(tmp_path / "a.csv", [{"xydm": credit_code(number)} for number in range(1, 30)]))
    table = [{"xydm": ("01", "13", "44")[number % 3], "n": number} for number in range(30)]
    industries = propose(write_csv(tmp_path / "b.csv", table), force=True)

    assert ("DE-O01", "DE-O07") == (of(codes)["xydm"].element, of(industries)["xydm"].element)


def test_a_name_that_the_values_deny_is_told(propose: Propose, tmp_path: Path) -> None:
    propose(write_csv(tmp_path / "t.csv", [{"csrq": f"{number} 岁", "n": number} for number in range(1, 30)]))

    assert "DE-P04 Date of birth (by its name), 0% of the values fit; check this" in text(tmp_path)


def text(where: Path) -> str:
    return (where / "proposed.yaml").read_text(encoding="utf-8")


def test_keys_of_two_columns_are_found(propose: Propose, tmp_path: Path) -> None:
    table = [{"box": f"b{number // 10}", "place": f"p{number % 10}", "x": "same"} for number in range(100)]
    found = propose(write_csv(tmp_path / "t.csv", table))

    assert {"box", "place"} == {*found.primary_key}


def test_a_key_with_a_few_repeats_is_proposed_with_a_warning(propose: Propose, tmp_path: Path) -> None:
    found = propose(write_csv(tmp_path / "t.csv", rows(person, 300, {7: {"gmsfhm": identity(8)}})))

    assert ("gmsfhm",) == found.primary_key
    assert "The key is not unique: 1 rows repeat it. Check this." in text(tmp_path)


def test_a_table_without_a_key_still_loads(propose: Propose, tmp_path: Path) -> None:
    found = propose(write_csv(tmp_path / "t.csv", [{"x": "1", "y": ""}, {"x": "", "y": "2"}]))

    assert ("x",) == found.primary_key
    assert "No column is filled in every row" in text(tmp_path)


def test_a_foreign_key_is_tried_against_the_other_table(propose: Propose, tmp_path: Path) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 90))
    far = write_csv(tmp_path / "far.csv", [organisation(number) for number in range(500, 590)])
    cases = write_csv(tmp_path / "cases.csv", rows(case, 100))
    near = propose(cases, against=(str(orgs),))
    words = text(tmp_path)
    none = propose(cases, against=(f"legal-person={far}",), force=True)

    assert [(("tyshxydm",), "legal-person", ("tyshxydm",))] == [
        (one.fields, one.dataset, one.references) for one in near.foreign_keys
    ]
    assert "100 rows have it, 90% resolve" in words
    assert () == none.foreign_keys


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nobody_is_named_in_the_description(cli: Program, tmp_path: Path, lang: str) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 30))
    done = cli("--lang", lang, "profile-data", people)
    words = {"zh": "逐行全部读取，未抽样", "en": "all of them read, none sampled"}

    assert 0 == done.returncode, done.stderr
    assert words[lang] in done.stdout
    assert "people" == yaml.safe_load(done.stdout)["id"]
    assert [] == [one for one in rows(person, 30) if one["gmsfhm"] in done.stdout or one["xm"] in done.stdout]


def test_a_file_is_not_overwritten_unasked(propose: Propose, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 5))
    propose(people)
    with pytest.raises(JobError, match=r"proposed.yaml is there already; --force overwrites it"):
        propose(people)

    assert propose(people, force=True).fields


def test_a_source_that_is_not_there_is_refused(propose: Propose, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        propose(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("words", "due"),
    [("机构名称", "jgmc"), ("统一社会信用代码", "tyshxydm"), ("A类2", "al2"), ("𠮷", None), ("a·b", None)],
)
def test_initials_are_those_of_pinyin(words: str, due: str | None) -> None:
    assert due == initials(words)


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "with: colon",
        "# hash",
        "null",
        "True",
        "12",
        "引号'\"",
        "a, b",
        "{x}",
        "",
        "-",
        "1e3",
        "2026-01-01",
        "~",
    ],
)
def test_every_text_survives_its_line(value: str) -> None:
    assert {"zh": value, "list": [value]} == yaml.safe_load(scalar({"zh": value, "list": [value]}))
