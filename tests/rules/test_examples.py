"""Every example breaks exactly the requirements it says, judged as entries or by the schema it names."""

from __future__ import annotations

from datetime import date

import pytest
from example_cases import EXAMPLES, ROOT, Case, cases, files, read, schema
from jsonschema import Draft202012Validator

from conformance.rules import RULES_BY_ENTRY, EntryRules, SchemaRules


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_example_breaks_exactly_what_it_says(case: Case) -> None:
    if case.schema == "resource":
        broken = frozenset(_report(case).tallies)
    else:
        broken = frozenset(one.requirement for one in SchemaRules(schema(case.schema)).breaches("", case.values[0]))

    assert case.broken == broken


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_example_file_follows_its_schema(path):
    Draft202012Validator(read(ROOT / "standards" / "meta" / "example.schema.json")).validate(read(path))

    assert path.stem == read(path)["requirement"]


def test_valid_and_invalid_stand_in_equal_measure():
    for path in files():
        verdicts = [one["valid"] for one in read(path)["cases"]]

        assert min(verdicts.count(True), verdicts.count(False)) >= 2, path.stem
        assert len({one["id"] for one in read(path)["cases"]}) == len(verdicts)
    every = [case.requirement not in case.broken for case in cases()]

    assert abs(every.count(True) - every.count(False)) <= len(every) // 8


def test_every_rule_of_an_entry_has_examples():
    assert set() == RULES_BY_ENTRY - {path.stem for path in files()}


def test_base_entry_keeps_every_rule():
    rules = EntryRules(schema(), parameters={}, today=date(2026, 6, 30))
    rules.feed("base", read(EXAMPLES / "base.json"))

    assert {} == rules.finish().tallies


def _report(case: Case):
    given = case.given
    rules = EntryRules(
        schema(),
        parameters=given.get("parameters", {}),
        today=date.fromisoformat(given["today"]),
        divisions=frozenset(given["divisions"]),
        elsewhere=frozenset(given["elsewhere"]),
    )
    for row, value in enumerate(case.values):
        rules.feed(f"row {row}", value)
    return rules.finish()
