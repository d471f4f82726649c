"""The words of a breach: what came, what was due, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from example_cases import base, patched, schema

from conformance.rules import Breach, EntryRules

SAYS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    (
        "CAT-019",
        {"op": "remove", "path": "/share/scope"},
        ("/share/scope", "缺少 scope", "scope is missing", "应有 scope", "scope is present"),
    ),
    (
        "CAT-024",
        {"op": "replace", "path": "/updateCycle", "value": "每日"},
        (
            "/updateCycle",
            '"每日"',
            '"每日"',
            '取值之一：["realtime", "daily", "weekly", "monthly", "quarterly", "yearly"]',
            'one of ["realtime", "daily", "weekly", "monthly", "quarterly", "yearly"]',
        ),
    ),
    (
        "CAT-012",
        {"op": "replace", "path": "/abstract", "value": "登记"},
        ("/abstract", '2 字："登记"', '2 characters: "登记"', "不少于 20 字", "at least 20 characters"),
    ),
    (
        "CAT-008",
        {"op": "replace", "path": "/provider/uscc", "value": "123"},
        (
            "/provider/uscc",
            '"123"',
            '"123"',
            "校验正确的 18 位统一社会信用代码",
            "a social credit code of 18 characters with right check digits",
        ),
    ),
    (
        "CAT-007",
        {"op": "replace", "path": "/classification/item", "value": "08"},
        ("/classification/item", '"08"', '"08"', '应为 "07"', 'exactly "07"'),
    ),
    (
        "CAT-002",
        {"op": "replace", "path": "/grading", "value": "3级"},
        ("/grading", '"3级"', '"3级"', "对象", "an object"),
    ),
    (
        "CAT-021",
        {"op": "replace", "path": "/share/ways", "value": []},
        ("/share/ways", "0 项", "0 elements", "不少于 1 项", "at least 1 element"),
    ),
    (
        "CAT-025",
        {"op": "replace", "path": "/issued", "value": "2027-01-01"},
        (
            "/issued",
            '"2027-01-01"',
            '"2027-01-01"',
            "不晚于当前日期 2026-06-30",
            "not later than today, 2026-06-30",
        ),
    ),
    (
        "CAT-011",
        {"op": "replace", "path": "/title", "value": "测试"},
        ("/title", '"测试"', '"测试"', "真实名称，不得为占位文字", "a real name, not a placeholder"),
    ),
]


@pytest.mark.parametrize(("requirement", "operation", "says"), SAYS, ids=[one[0] for one in SAYS])
def test_a_breach_says_what_came_and_what_was_due(requirement, operation, says):
    breach = sample(requirement, operation)

    assert says == (breach.pointer, breach.came.zh, breach.came.en, breach.due.zh, breach.due.en)
    assert ("entry 7", requirement) == (breach.label, breach.requirement)


def test_long_values_are_cut():
    breach = sample("CAT-011", {"op": "replace", "path": "/title", "value": ["长" * 50] * 50})

    assert (80, "…") == (len(breach.came.zh), breach.came.zh[-1])


def sample(requirement: str, operation: dict[str, Any]) -> Breach:
    rules = EntryRules(schema(), parameters={}, today=date(2026, 6, 30))
    rules.feed("entry 7", patched(base(), [operation]))
    return rules.finish().tallies[requirement].samples[0]
