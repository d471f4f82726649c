"""The data standard holds together: elements, code lists, datasets, rules over rows, quality indicators."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conformance.bulk.bind import plan
from conformance.bulk.language import columns_of, expanded
from conformance.law.codes import read_codes
from conformance.law.load import read_yaml
from conformance.rules.schema import SchemaRules

if TYPE_CHECKING:
    from conformance.law import Law
    from conformance.law.data import DataStandard, Element, KeyTemplate, OwnRule, Template

DATASETS = ["credit", "department-record", "e-certificate", "legal-person", "population", "spatial-feature"]
NUMERIC = {"N", "Y", "B", "I", "F"}
NOTATION_HOLDERS = (
    ("meta/elements.schema.json", ("$defs", "element", "properties", "format")),
    ("meta/dataset.schema.json", ("$defs", "field", "properties", "format")),
    ("data/element.schema.json", ("allOf", 3, "then", "properties", "format")),
)


@pytest.fixture(scope="module")
def data(law: Law) -> DataStandard:
    return law.data


def notation(law: Law) -> str:
    [pattern] = {found(law, *place)["pattern"] for place in NOTATION_HOLDERS}
    return str(pattern)


def found(law: Law, file: str, path: tuple[str | int, ...]) -> Any:
    schema = json.loads((law.folder / file).read_text("utf-8"))
    for step in path:
        schema = schema[step]
    return schema


def rules_of(data: DataStandard) -> list[Template | KeyTemplate]:
    return [*data.templates, *data.keys]


def own_rules_of(data: DataStandard) -> list[OwnRule]:
    return [one for dataset in data.datasets.values() for one in dataset.rules]


def repeated(names: Any) -> list[Any]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_datasets_are_six(data: DataStandard) -> None:
    assert sorted(data.datasets) == DATASETS


def test_ids_are_given_once(law: Law, data: DataStandard) -> None:
    listed = [one["id"] for one in read_yaml(law.folder / "data" / "elements.yaml")["elements"]]
    rules = [one.id for one in rules_of(data)]
    own = [one.id for one in own_rules_of(data)]

    assert [] == repeated(listed)
    assert [] == repeated([*rules, *own])
    assert [] == repeated(one.code for one in data.indicators)


def test_elements_have_names_of_their_own(data: DataStandard) -> None:
    """STD-003: within one object class and version no two elements have the same Chinese name."""
    assert [] == repeated((one.object_class.zh, one.version, one.name.zh) for one in data.elements.values())


def test_elements_write_their_format_in_the_notation(law: Law, data: DataStandard) -> None:
    """STD-002; every schema that speaks of a format means the same notation."""
    formats = {one.id: one.format for one in data.elements.values() if one.data_type != "geometry"}

    assert [] == [name for name, form in formats.items() if not form or not re.search(notation(law), form)]
    assert not re.search(notation(law), "varchar(50)")


def test_quantities_and_amounts_have_units(data: DataStandard) -> None:
    """STD-031."""
    weighed = [one for one in data.elements.values() if one.representation.zh in {"量", "金额"}]

    assert [] == [one.id for one in weighed if one.data_type in NUMERIC and one.unit is None]
    assert {"DE-O10", "DE-X06", "DE-X07", "DE-X16"} <= {one.id for one in weighed}


def test_code_lists_that_are_named_exist(data: DataStandard) -> None:
    bound = {one.code_list for dataset in data.datasets.values() for one in dataset.fields}
    bound |= {one.code_list for one in data.elements.values()}
    looked_up = {name for one in data.templates for name in re.findall(r"code\([^']*'([a-z0-9-]+)'", one.predicate)}
    ruled = {name for one in data.templates if one.each for name in one.each.lists} - {"others"}
    named = bound | looked_up | ruled

    assert set() == named - set(data.code_lists) - {None}
    assert {"cq-divisions-gbt2260", "cq-divisions-pre1997-sichuan", "gb32100-dept-and-type"} <= named


def test_elements_that_rules_name_exist(data: DataStandard) -> None:
    selected = {name for one in data.templates if one.each for name in one.each.elements | one.each.without}
    combined = {name for one in data.templates for roles in one.together for name in roles.values()}

    assert set() == (selected | combined) - set(data.elements)


def test_requirements_and_parameters_that_rules_name_exist(law: Law, data: DataStandard) -> None:
    rules: list[Template | KeyTemplate | OwnRule] = [*rules_of(data), *own_rules_of(data)]
    shares = {name for one in rules for name in (one.least, one.most)} - {None}

    assert {"data"} == {law.requirements[one.requirement].standard for one in rules}
    assert set() == shares - set(law.edition.parameters)
    assert [] == [
        (one.id, name)
        for one in rules
        for name in (one.least, one.most)
        if name and one.requirement not in law.edition.parameters[name].requirements
    ]


def test_rules_decide_exactly_these_requirements(law: Law, data: DataStandard) -> None:
    """Every requirement on values, keys and codes in rows has its rule; the others are decided on the live node."""
    decided = {one.requirement for one in rules_of(data)}
    classes = {"data/identifiers", "data/values", "data/code-lists"}
    rows = {row.id for row in law.of_standard("data") if row.class_id in classes} - {"STD-005", "STD-006"}
    keys = {row.id for row in law.of_standard("data") if row.class_id == "data/keys"} - {"STD-030"}
    others = {
        "STD-033", "STD-035", "STD-036", "STD-037", "STD-038", "STD-039", "STD-041", "STD-042", "STD-043", "STD-044",
        "STD-056", "STD-058",
    }  # fmt: skip

    assert rows | keys | others == decided


@pytest.mark.parametrize("name", DATASETS)
def test_dataset_names_what_is_there(data: DataStandard, name: str) -> None:
    dataset = data.datasets[name]
    there = {(one.id, field.name) for one in data.datasets.values() for field in one.fields}
    named = [(key.dataset, field) for key in dataset.foreign_keys for field in key.references]
    named += [(one.dataset, field) for one in dataset.agreements for _, field in (*one.key, *one.attributes)]

    assert [] == [one for one in named if one not in there]
    assert [] == repeated(one.name for one in dataset.fields)
    assert {False} == {dataset.field(key).nullable for key in dataset.primary_key}
    assert dataset.update_time == "gxsj"
    assert dataset.update_key == dataset.primary_key


@pytest.mark.parametrize("name", DATASETS)
def test_every_rule_of_a_dataset_is_bound(law: Law, data: DataStandard, name: str) -> None:
    bound = plan(law, data.datasets[name], today="2026-11-22", boundary=b"")
    words = [part for one in bound.rows for part in (one.population, one.predicate)]

    assert [] == repeated(one.id for one in bound.rules)
    assert [] == [one for one in words if re.search(r"\{[a-z]", one)]
    assert () == bound.undecided
    assert {one.id for one in data.datasets[name].rules} <= {one.template for one in bound.rows}


@pytest.mark.parametrize("name", DATASETS)
def test_every_expression_is_of_the_language(law: Law, data: DataStandard, name: str) -> None:
    dataset = data.datasets[name]
    bound = plan(law, dataset, today="2026-11-22", boundary=b"")
    columns = [one.name for one in dataset.fields]
    trees = [expanded(part, bound.context, columns) for one in bound.rows for part in (one.population, one.predicate)]

    assert 2 * len(bound.rows) == len(trees)
    assert {True} == {columns_of(expanded(one.predicate, bound.context, columns)) <= set(one.columns) | {
        field.when for field in dataset.fields} for one in bound.rows}  # fmt: skip


def test_a_rule_that_needs_the_boundary_says_so(law: Law, data: DataStandard) -> None:
    bound = plan(law, data.datasets["spatial-feature"], today="2026-11-22")

    assert ["in-the-district/geom"] == [rule.id for rule, _ in bound.undecided]
    assert "in-the-district" not in {one.template for one in bound.rows}


def test_indicators_are_those_of_the_standard(law: Law, data: DataStandard) -> None:
    rows = read_codes(law.folder / "data" / "code-lists" / "gbt36344-quality-indicators.csv")
    names = {row["code"]: row["name"] for row in rows}

    assert {code: name for code, name in names.items() if len(code) == 4} == {
        one.code: one.name.zh for one in data.indicators
    }
    assert {one.code: names[one.code[:2]] for one in data.indicators} == {
        one.code: one.group.zh for one in data.indicators
    }
    assert {"0303", "0305"} == {one.code for one in data.indicators if one.inverse}


def test_indicators_count_what_rules_count(law: Law, data: DataStandard) -> None:
    known = {one.id: one for one in rules_of(data)}
    counted = [known[name] for one in data.indicators for name in one.rules]
    held = [one for one in data.indicators if one.threshold and one.rules]
    shares = {one.code: {known[rule].least or known[rule].most for rule in one.rules} - {None} for one in held}

    assert [] == repeated(one.id for one in counted)
    assert {one.code: {one.threshold} for one in held} == shares
    assert set() == {one.threshold for one in data.indicators if one.threshold} - set(law.edition.parameters)
    assert [] == [one.code for one in data.indicators if bool(one.rules) == bool(one.by)]


def test_placeholders_are_no_codes(data: DataStandard) -> None:
    """A code that looks like a placeholder would be dirty data wherever it is used."""
    bound = {one.code_list for one in data.elements.values() if one.code_list}

    assert set() == {code for name in bound for code in data.code_lists[name].codes} & data.placeholders


def test_open_codes_are_not_listed_ones(data: DataStandard) -> None:
    """Listed codes have the form that unlisted codes of the same kind may have, and so does their prefix."""
    for one in data.code_lists.values():
        if one.open_pattern is None or one.id in {"gb32100-dept-and-type", "gbt6864-degree", "gbt4754-2017-industry"}:
            continue
        assert [] == [code for code in one.codes if not re.fullmatch(one.open_pattern, code)], one.id
        assert one.open_prefix is None, one.id

    assert 10 < sum(one.open_pattern is not None for one in data.code_lists.values())


def served(one: Element) -> dict[str, Any]:
    """An element as a node serves it."""
    domain = {"kind": "code-list", "codeList": one.code_list} if one.code_list else {"kind": "described"}
    return {
        "id": one.id,
        "name": one.name.zh,
        "nameEn": one.name.en,
        "representation": one.representation.zh,
        "definition": one.definition.zh,
        "type": one.data_type,
        "format": one.format,
        "valueDomain": {**domain, "description": one.domain.zh},
        "unit": one.unit and one.unit.zh,
        "version": one.version,
        "status": one.status,
        "submittedBy": {"name": "重庆市渝中区大数据发展局"},
    }


def test_own_elements_pass_as_served(law: Law, data: DataStandard) -> None:
    rules = SchemaRules(json.loads((law.folder / "data" / "element.schema.json").read_text("utf-8")))

    assert [] == [breach for one in data.elements.values() for breach in rules.breaches(one.id, served(one))]


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"nameEn": " "}, {("STD-001", "/nameEn")}),
        ({"unit": ""}, {("STD-001", "/unit")}),
        ({"valueDomain": {"kind": "code-list"}}, {("STD-001", "/valueDomain/codeList")}),
        ({"valueDomain": {"kind": "described"}}, {("STD-001", "/valueDomain/description")}),
        ({"submittedBy": {}}, {("STD-001", "/submittedBy/name")}),
        ({"format": "字符（18）"}, {("STD-002", "/format")}),
        ({"format": "an18\n"}, {("STD-002", "/format")}),
        ({"format": None}, {("STD-002", "/format")}),
        ({"type": "Y", "representation": "金额"}, {("STD-031", "/unit")}),
        ({"type": "C", "representation": "金额"}, set()),
        ({"type": "geometry", "format": None}, set()),
    ],
    ids=str,
)
def test_a_served_element_is_judged(
    law: Law, data: DataStandard, change: dict[str, Any], broken: set[tuple[str, str]]
) -> None:
    rules = SchemaRules(json.loads((law.folder / "data" / "element.schema.json").read_text("utf-8")))
    entry = {**served(data.elements["DE-P01"]), **change}

    assert broken == {one.key for one in rules.breaches("DE-P01", entry)}
    assert broken == rules.broken(entry)
