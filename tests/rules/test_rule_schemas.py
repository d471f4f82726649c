"""The law schemas keep the conventions that the code relies on."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from example_cases import ROOT, STANDARD, read
from jsonschema import Draft202012Validator

from conformance.rules import RULES_BY_ENTRY, RULES_NEEDING_MORE, SchemaRules
from conformance.rules.entries import FOLDS

SCHEMAS = sorted(
    path
    for path in STANDARD.glob("*.schema.json")
    if any("x-requirement" in one for one in read(path).get("allOf", ()))
)
ROWS = {one["id"] for one in yaml.safe_load((STANDARD / "requirements.yaml").read_text("utf-8"))["requirements"]}


def nodes(value: Any):
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_every_member_names_a_known_requirement(path):
    schema = read(path)
    Draft202012Validator.check_schema(schema)

    assert set() == {one["x-requirement"] for one in schema["allOf"]} - ROWS
    assert set() == {"x-requirement", "title"} - set.intersection(*(set(one) for one in schema["allOf"]))
    assert "urn:district-conformance:catalog:" + path.name.removesuffix(".schema.json") == schema["$id"]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_nothing_outside_the_members_decides(path):
    assert {"$schema", "$id", "title", "description", "allOf"} == set(read(path)) - {"$defs"}


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_patterns_mean_the_same_in_ecma_and_python(path):
    for pattern in (one["pattern"] for one in nodes(read(path)) if isinstance(one.get("pattern"), str)):
        re.compile(pattern)

        assert not re.search(r"\\[dDwWsSpPbBAZzxuU]|\(\?[^:]", pattern), pattern
        assert not re.search(r"\$(?!$|\))|\[[^\]]*\$", pattern), pattern


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_an_if_names_only_members_that_it_requires(path):
    for one in read(path)["allOf"]:
        condition = one.get("if", {"type": "object", "required": [], "properties": {}})

        assert {"type", "required", "properties"} == set(condition)
        assert set(condition["required"]) == set(condition["properties"])


def test_parameters_are_those_of_the_edition():
    edition = yaml.safe_load((ROOT / "standards" / "edition.yaml").read_text("utf-8"))
    defaults = {one["id"]: one["default"] for one in edition["parameters"]}
    used = {
        one["x-parameter"]: one.get("enum", one.get("const", one.get("minLength")))
        for one in nodes(read(STANDARD / "resource.schema.json"))
        if "x-parameter" in one
    }

    assert {name: defaults[name] for name in used} == used


def test_parameters_replace_the_defaults():
    entry = read(ROOT / "fixtures" / "examples" / "catalog" / "base.json")
    rules = SchemaRules(
        read(STANDARD / "resource.schema.json"),
        parameters={"catalog.grading-levels": ["一级"], "catalog.abstract-length": 100, "catalog.highest-level": "3"},
    )
    came = {one.key for one in rules.breaches("", {**entry, "open": {"type": "unconditional"}})}

    assert {("CAT-012", "/abstract"), ("CAT-027", "/grading/level"), ("CAT-028", "/open/type")} == came


def test_rules_by_entry_are_the_schema_and_the_folds():
    rules = SchemaRules(read(STANDARD / "resource.schema.json"))

    assert rules.requirements | set(FOLDS) == RULES_BY_ENTRY
    assert set() == set(RULES_NEEDING_MORE) - RULES_BY_ENTRY
