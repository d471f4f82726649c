"""A district describes its own tables; whatever is wrong in a description is said with file, line and member."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.bulk.bind import plan
from conformance.law.district import DatasetError, read_district_dataset

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law

GOOD = """\
id: street-shops
title: {zh: 门店登记, en: Street shops}
version: '1.0'
fields:
  - {name: 门店编号, element: DE-X01, nullable: false}
  - {name: tyshxydm, element: DE-O01, nullable: false}
  - {name: jgmc, element: DE-O02}
  - {name: 登记日期, element: DE-T04, nullable: false}
  - {name: 年度, dataType: I, format: n4, title: {zh: 年度, en: Year}}
  - {name: qhdm, element: DE-G07, when: 登记日期}
  - {name: gxsj, element: DE-T01}
primaryKey: [门店编号]
updateKey: [门店编号]
updateTime: gxsj
foreignKeys:
  - {fields: [tyshxydm], dataset: legal-person, references: [tyshxydm]}
agrees:
  - dataset: legal-person
    key: {tyshxydm: tyshxydm}
    attributes: {jgmc: jgmc}
rules:
  - id: year-of-registration
    requirement: STD-026
    title: {zh: 年度与登记日期相符, en: Year and date of registration}
    population: "matches({年度}, '[0-9]{4}')"
    predicate: 'substr({登记日期}, 1, 4) = {年度}'
    least: data.value-ratio
"""

BROKEN = [
    ("DE-O02", "DE-Z02", 7, "fields.2.element：DE-Z02", "due: a data element of the directory"),
    ("nullable: false}\n  - {name: jgmc", "nullable: nein}\n  - {name: jgmc", 6, "fields.1.nullable", "true or false"),
    ("when: 登记日期", "wenn: 登记日期", 10, "未知成员 wenn", "unknown member wenn"),
    ("when: 登记日期", "when: 登记日", 10, "fields.5.when：登记日", "a field of this table"),
    ("format: n4", "format: int(4)", 9, "fields.4.format", "the notation of STD-002"),
    ("dataType: I", "dataType: X", 9, "fields.4.dataType", "a letter of zc1272-item-datatype, or geometry"),
    ("element: DE-X01, ", "", 5, "fields.0", "bound to a data element (element)"),
    ("{name: jgmc,", "{name: tyshxydm,", 7, "fields.2.name：tyshxydm", "a name that no other field has"),
    ("element: DE-O02}", "element: DE-O02, codeList: shops}", 7, "fields.2.codeList：shops", "a code list of this"),
    ("primaryKey: [门店编号]", "primaryKey: [编号]", 12, "primaryKey.0：编号", "a field of this table"),
    ("primaryKey: [门店编号]\n", "", 1, "缺少 primaryKey", "primaryKey is missing"),
    ("updateTime: gxsj", "updateTime: gxrq", 14, "updateTime：gxrq", "a field of this table"),
    ("references: [tyshxydm]", "references: [tyshxydm, jgmc]", 16, "foreignKeys.0.references", "1, as many as fields"),
    ("attributes: {jgmc: jgmc}", "attributes: {mc: jgmc}", 20, "agrees.0.attributes.mc", "a field of this table"),
    ("STD-026", "STD-926", 23, "rules.0.requirement：STD-926", "a requirement of the data standard"),
    ("STD-026", "CAT-026", 23, "rules.0.requirement", "a requirement of the data standard, such as STD-026"),
    ("year-of-registration", "identity-number", 22, "rules.0.id：identity-number", "an id that neither this profile"),
    ("= {年度}", "= {年}", 26, "rules.0.predicate：年", "a field of this table"),
    ("data.value-ratio", "data.value", 27, "rules.0.least：data.value", "a parameter of the edition"),
    (
        "data.value-ratio",
        "data.value-ratio\n    most: data.duplicates",
        22,
        "least 与 most 只取其一",
        "either least or",
    ),
    ("version: '1.0'", "version: 1.0", 3, "version：1.0", "a text such as '1.0' (quoted)"),
    ("version: '1.0'", "version: '1.0'\nversion: '1.1'", 4, "与第 3 行重复", "already, in line 3"),
    ("{zh: 门店登记, en: Street shops}", "门店登记", 2, "title", "a text in both languages, zh and en"),
    ("id: street-shops", "id: Shops", 1, "id", "lower-case letters, digits and hyphens"),
    ("fields:", "fields: [", 5, "不是 YAML", "not YAML"),
    ("agrees:\n", "agrees: *a\nrest:\n", 17, "不支持 YAML 别名", "aliases"),
]


def write(folder: Path, text: str) -> Path:
    path = folder / "shops.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_description_is_read_like_our_own(law: Law, tmp_path: Path) -> None:
    shops = read_district_dataset(write(tmp_path, GOOD), law)

    assert "street-shops" == shops.id
    assert ("C", "an18", "none") == tuple(
        getattr(shops.field("tyshxydm"), name) for name in ("data_type", "format", "sensitivity")
    )
    assert ("I", "n4", None) == (shops.field("年度").data_type, shops.field("年度").format, shops.field("年度").element)
    assert "cq-divisions-gbt2260" == shops.field("qhdm").code_list
    assert ("legal-person",) == tuple(one.dataset for one in shops.foreign_keys)


@pytest.mark.parametrize("name", ["credit", "department-record", "e-certificate", "population", "spatial-feature"])
def test_our_own_descriptions_are_proper_ones(law: Law, name: str) -> None:
    assert law.data.datasets[name] == read_district_dataset(law.folder / "data" / "datasets" / f"{name}.yaml", law)


@pytest.mark.parametrize("case", BROKEN, ids=[f"{one[1][:24]!r}" for one in BROKEN])
def test_a_broken_description_is_named_with_its_line(
    law: Law, tmp_path: Path, case: tuple[str, str, int, str, str]
) -> None:
    good, bad, line, zh, en = case
    assert good in GOOD
    path = write(tmp_path, GOOD.replace(good, bad, 1))
    with pytest.raises(DatasetError) as caught:
        read_district_dataset(path, law)

    assert caught.value.text.zh.startswith(f"{path} 第 {line} 行")
    assert caught.value.text.en.startswith(f"{path}, line {line}")
    assert zh in caught.value.text.zh
    assert en in caught.value.text.en


def test_two_references_of_one_field_are_told_apart(law: Law, tmp_path: Path) -> None:
    second = "  - {fields: [tyshxydm], dataset: credit, references: [tyshxydm]}\nagrees:\n"
    shops = read_district_dataset(write(tmp_path, GOOD.replace("agrees:\n", second)), law)

    assert ["foreign-key/tyshxydm", "foreign-key/tyshxydm@credit"] == [
        one.id for one in plan(law, shops, today="2026-11-22").references
    ]


def test_a_missing_or_endless_file_is_no_description(law: Law, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        read_district_dataset(tmp_path / "none.yaml", law)
    with pytest.raises(DatasetError, match="no description has more than 1 MiB"):
        read_district_dataset(write(tmp_path, "#" * (1 << 20) + "\n"), law)
