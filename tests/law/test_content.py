"""What the law says holds together: classes, parameters, both languages, schemas that decide requirements."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

import conformance
from conformance.law.model import Disposition
from conformance.resources import folder
from conformance.terminal.law import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.law import Law, Requirement

STANDARDS = folder("standards")
YAML = sorted(
    [
        STANDARDS / "edition.yaml",
        *STANDARDS.glob("*/requirements.yaml"),
        *STANDARDS.glob("data/*.yaml"),
        *STANDARDS.glob("data/*/*.yaml"),
    ]
)
DECIDING = sorted([*STANDARDS.glob("catalog/*.schema.json"), *STANDARDS.glob("data/*.schema.json")])
CALLED = re.compile(r"（[^（）]*参数[^（）]*）|版本参数|为参数")
OPTIONAL = {
    "catalog/search", "catalog/dcat", "catalog/records", "data/spatial", "data/certificates", "interfaces/events",
    "interfaces/spatial", "interfaces/service-level", "components/identity", "components/crypto",
    "components/e-certificate",
}  # fmt: skip
ASCII_IN_CHINESE = re.compile(r"[\u4e00-\u9fff》”][,;:()!?]|[,;:()!?][\u4e00-\u9fff《“]")
FORMULA = re.compile(r"[A-Za-z0-9-]+\(.*\)")


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from mappings(inner)


def words(row: Requirement) -> str:
    return row.text.zh + (row.source.note.zh if row.source.note else "")


def test_every_class_is_one_of_the_edition(law: Law) -> None:
    named = {row.class_id for row in law.requirements.values()} | {row.applies for row in law.requirements.values()}

    assert set() == named - set(law.classes())


def test_every_class_has_requirements_of_its_standard(law: Law) -> None:
    assert set(law.classes()) == {row.class_id for row in law.requirements.values()}
    assert [] == [row.id for row in law.requirements.values() if row.class_id.split("/")[0] != row.standard]
    assert [] == [
        one.id for standard in law.edition.standards for one in standard.classes if one.id.split("/")[0] != standard.id
    ]


def test_ids_carry_the_prefix_of_their_standard(law: Law) -> None:
    assert [] == [row.id for row in law.requirements.values() if row.id[:3] != law.standard(row.standard).prefix]


def test_these_classes_are_optional(law: Law) -> None:
    assert OPTIONAL == {one.id for one in law.classes().values() if not one.mandatory}


def test_only_optional_classes_are_probed(law: Law) -> None:
    assert {True} == {one.mandatory for one in law.classes().values() if one.probe is None and one.id not in OPTIONAL}
    assert [] == [one.id for one in law.classes().values() if one.probe and one.mandatory]


def test_weights_and_grades_add_up(law: Law) -> None:
    floors = [one.floor for one in law.edition.grades]

    assert 100 == sum(one.weight for one in law.edition.standards)
    assert sorted(floors, reverse=True) == floors
    assert 0 == floors[-1]
    assert law.edition.gate.each <= law.edition.gate.conditional <= law.edition.gate.total


@pytest.mark.parametrize("path", YAML, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_everything_is_said_in_both_languages(path: Any) -> None:
    texts = [one for one in mappings(yaml.safe_load(path.read_text("utf-8"))) if "zh" in one or "en" in one]
    texts = [{"zh": one.get("zh", one.get("cite")), "en": one.get("en")} for one in texts]

    assert [] == [one for one in texts if not (one["zh"] or "").strip() or not (one["en"] or "").strip()]
    assert [] == [one["zh"] for one in texts if ASCII_IN_CHINESE.search(FORMULA.sub("", one["zh"]))]


def test_every_text_that_names_a_parameter_has_one(law: Law) -> None:
    calling = {row.id for row in law.requirements.values() if CALLED.search(words(row))}
    served = {name for one in law.edition.parameters.values() for name in one.requirements}

    assert set() == calling - served
    assert 40 < len(calling)


def test_every_parameter_serves_live_requirements(law: Law) -> None:
    for one in law.edition.parameters.values():
        assert set() == set(one.requirements) - set(law.requirements), one.id
        assert one.requirements or one.id.startswith("run."), one.id
        served = {law.requirements[name].standard for name in one.requirements}
        assert not served or one.id.split(".")[0] in served, one.id


def test_every_unit_of_a_parameter_has_its_words(law: Law) -> None:
    assert set() == {one.unit for one in law.edition.parameters.values()} - set(UNITS) - {None}


def test_a_text_and_its_parameter_say_the_same_number(law: Law) -> None:
    for one in law.edition.parameters.values():
        if one.unit == "ratio" and one.id.startswith("data.") and one.id != "data.update-grace":
            texts = [law.requirements[name].text.en for name in one.requirements]
            assert [] == [text for text in texts if f"{one.default * 100:g} %" not in text], one.id


def test_parameters_that_data_and_checks_read_exist(law: Law) -> None:
    package = Path(conformance.__file__).parent
    code = "".join(path.read_text("utf-8") for path in package.rglob("*.py"))
    schemas = "".join(path.read_text("utf-8") for path in DECIDING)
    read = set(re.findall(r'\bparam\("([^"]+)"', code)) | set(re.findall(r'"x-parameter": "([^"]+)"', schemas))

    assert set() == read - set(law.edition.parameters)
    assert {"run.examples", "catalog.binding-rate", "catalog.abstract-length"} <= read


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_schemas_decide_checked_requirements_only(law: Law, path: Any) -> None:
    schema = json.loads(path.read_text("utf-8"))
    named = {one["x-requirement"] for one in mappings(schema) if isinstance(one.get("x-requirement"), str)}

    assert set() == named - set(law.requirements)
    assert {Disposition.CHECK} >= {law.requirements[name].disposition for name in named}


def test_some_schema_decides_something() -> None:
    words = [path.read_text("utf-8") for path in DECIDING]

    assert 20 < sum(one.count('"x-requirement": "CAT-') for one in words)
    assert {"STD-001", "STD-002", "STD-005", "STD-031", "STD-037", "STD-040"} == {
        name for one in words for name in re.findall(r'"x-requirement": "(STD-[0-9]{3})"', one)
    }


def test_three_standards_are_checked_and_the_rest_is_planned(law: Law) -> None:
    built = {"catalog", "data", "interfaces"}
    decided = {row.id: row.disposition for row in law.requirements.values() if row.standard in built}
    others = {row.disposition for row in law.requirements.values() if row.standard not in built}

    assert {"CAT-045": Disposition.PLANNED, "STD-059": Disposition.ATTEST} == {
        name: one for name, one in decided.items() if one is not Disposition.CHECK
    }
    assert others <= {Disposition.PLANNED, Disposition.ATTEST, Disposition.UNTESTABLE}


def test_an_undecided_requirement_says_why(law: Law) -> None:
    silent = [
        row.id for row in law.requirements.values() if row.disposition in {"planned", "untestable"} and not row.reason
    ]

    assert [] == silent


def test_own_decisions_are_not_shown_as_law(law: Law) -> None:
    ours = [row for row in law.requirements.values() if row.source.tier == "P"]

    assert [] == [row.id for row in ours if not row.source.cite.zh.startswith("本规范")]
    assert [] == [row.id for row in ours if not row.source.cite.en.startswith("This profile")]


def test_titles_are_short_and_unique(law: Law) -> None:
    titles = [row.title for row in law.requirements.values()]

    assert [] == [one for one in titles if len(one.zh) > 18 or len(one.en) > 60]
    for name in law.names():
        chinese = [row.title.zh for row in law.of_standard(name)]
        assert len(set(chinese)) == len(chinese), name


def test_texts_are_statements(law: Law) -> None:
    shoulds = re.compile(r"\b(should|shall|must|ought)\b", re.IGNORECASE)

    assert [] == [row.id for row in law.requirements.values() if shoulds.search(row.text.en)]
    assert [] == [row.id for row in law.requirements.values() if not row.text.zh.endswith("。")]
    assert [] == [row.id for row in law.requirements.values() if not row.text.en.endswith(".")]
