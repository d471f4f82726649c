"""What `EntryRules` reports: how many entries a rule met, how often it was broken, the first breaches, shared facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from example_cases import base, schema

from conformance.rules import RULES_BY_ENTRY, EntryRules, OpenCatalog, RuleReport, undesignated

OTHER = "11500103009283772K"


def report(*entries: Any, **options: Any) -> RuleReport:
    rules = EntryRules(schema(), parameters={}, today=date(2026, 6, 30), **options)
    for row, entry in enumerate(entries):
        rules.feed(f"row {row}", entry)
    return rules.finish()


def entry(number: int, **members: Any) -> Any:
    return {**base(), "code": f"307500103001/{number:06}", "title": f"登记信息{number}", **members}


def test_rules_of_conditional_entries_meet_only_those():
    unconditional = {"type": "unconditional", "ways": ["file-download"]}
    met = report(entry(1), entry(2), entry(3, share=unconditional, useConditions="无附加条件")).met

    assert {"CAT-017": 3, "CAT-018": 1, "CAT-019": 2, "CAT-020": 0, "CAT-026": 0} == {
        name: met[name] for name in ("CAT-017", "CAT-018", "CAT-019", "CAT-020", "CAT-026")
    }


def test_every_rule_by_entry_says_how_many_it_met():
    assert RULES_BY_ENTRY == set(report().met)
    assert {0} == set(report().met.values())


def test_all_breaches_are_counted_and_the_first_are_kept():
    tally = report(*(entry(number, updateCycle="每日") for number in range(30)), keep=5).tallies["CAT-024"]

    assert (30, 5) == (tally.count, len(tally.samples))
    assert [f"row {number}" for number in range(5)] == [one.label for one in tally.samples]


def test_one_place_counts_once_for_each_requirement():
    tallies = report(entry(1, title=" ")).tallies

    assert [("CAT-011", 1, "/title")] == [(name, one.count, one.samples[0].pointer) for name, one in tallies.items()]


@pytest.mark.parametrize("junk", [None, True, 7, "x", [], ["x"], [{}]])
def test_anything_but_an_object_breaks_the_core_metadata(junk):
    assert {"CAT-003": 1} == {name: one.count for name, one in report(junk).tallies.items()}


@pytest.mark.parametrize("junk", [None, True, 7, "x", [], [7], {"x": {}}, "\ud800", 10**400, float("nan")])
@pytest.mark.parametrize("member", sorted(base()))
def test_junk_in_any_member_never_raises(member, junk):
    broken = report(entry(1, **{member: junk}), entry(2)).tallies

    assert RULES_BY_ENTRY >= set(broken)


def test_samples_can_be_printed_whatever_came():
    sample = report(entry(1, updateCycle="\ud800" + "长" * 1000)).tallies["CAT-024"].samples[0]

    assert len(sample.came.zh.encode("utf-8").decode("utf-8")) < 100


def test_providers_and_shared_elements_are_reported():
    second = entry(2, provider={"name": "重庆市渝中区人民政府", "uscc": OTHER})
    came = report(entry(1), second)
    first = base()["provider"]

    assert {first["uscc"]: first["name"], OTHER: "重庆市渝中区人民政府"} == came.providers
    assert {"DE-P02", "DE-R01", "DE-R02"} == set(came.shared_elements)
    assert {frozenset({first["uscc"], OTHER})} == set(came.shared_elements.values())


def test_each_shared_element_has_one_designated_source_among_its_holders():
    shared = {"DE-P02": frozenset({"A", "B"}), "DE-P03": frozenset({"A", "B"}), "DE-P04": frozenset({"A", "B"})}
    named = [("DE-P02", "A"), ("DE-P03", "A"), ("DE-P03", "B"), ("DE-P04", "C")]
    records = [{"element": element, "provider": {"uscc": code}} for element, code in named]

    assert ["DE-P03", "DE-P04"] == [one.label for one in undesignated(shared, records)]
    assert ["DE-P02", "DE-P03", "DE-P04"] == [one.label for one in undesignated(shared, [])]


def test_open_catalog_is_a_part_of_the_catalog():
    catalog = OpenCatalog()
    catalog.publish(entry(1, open={"type": "unconditional"}))
    catalog.publish(entry(2, open={"type": "none"}))
    opened = [
        entry(1, open={"type": "unconditional"}),
        entry(1, open={"type": "conditional", "condition": "实名"}),
        entry(2, open={"type": "unconditional"}),
        entry(3, open={"type": "unconditional"}),
        None,
    ]

    assert [[], ["/open/type"], ["/open/type"], ["/code"], ["/code"]] == [
        [one.pointer for one in catalog.judge("", item)] for item in opened
    ]
