"""jsonschema-rs decides, jsonschema is the oracle: on entries broken at random both say the same."""

from __future__ import annotations

from typing import Any

import pytest
from example_cases import base, cases, patched, schema
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conformance.rules import SchemaRules

RULES = SchemaRules(schema())
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.dates().map(str),
    st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()),
    st.sampled_from(
        ["", " ", "*", "1", "4", "none", "conditional", "unconditional", "not-shared", "service", "DE-P01"]
    ),
    st.sampled_from(["307500103001/000012\n", "０", "500103", "11500226MB1D37341C", "机密★", "测试", "2024-02-30"]),
    st.sampled_from(["2024-01-01\n", "0000-01-01", "2025-06-03T23:59:60Z", "2025-06-03t09:12:44z", "20240101"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)


def places(value: Any, path: str = "") -> list[str]:
    """Return the pointers of every member of a value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [one for key, inner in members for one in (f"{path}/{key}", *places(inner, f"{path}/{key}"))]


OPERATIONS = st.builds(
    lambda path, op, value: {"op": op, "path": path, "value": value},
    st.sampled_from(places(base())),
    st.sampled_from(["replace", "replace", "remove"]),
    VALUES,
)


def broken(entry: Any) -> frozenset[tuple[str, str]]:
    return frozenset(one.key for one in RULES.explain("", entry))


@settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(operation=OPERATIONS, other=OPERATIONS)
@example(operation={"op": "replace", "path": "/title", "value": "\ud800"}, other={"op": "remove", "path": "/issued"})
@example(operation={"op": "replace", "path": "/version", "value": 10**400}, other={"op": "remove", "path": "/issued"})
@example(operation={"op": "remove", "path": "/code"}, other={"op": "replace", "path": "/title", "value": "a\n"})
def test_both_engines_agree_on_broken_entries(operation: dict[str, Any], other: dict[str, Any]) -> None:
    entry = patched(base(), [operation])
    if other["path"] in places(entry):
        entry = patched(entry, [other])

    assert RULES.oracle.valid(entry) == RULES.valid(entry)
    assert broken(entry) == RULES.broken(entry)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(value=VALUES)
def test_both_engines_agree_on_anything(value: Any) -> None:
    assert RULES.oracle.valid(value) == RULES.valid(value)
    assert broken(value) == RULES.broken(value)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_both_engines_agree_on_the_examples(case) -> None:
    rules = SchemaRules(schema(case.schema))
    for value in case.values:
        assert frozenset(one.key for one in rules.explain("", value)) == rules.broken(value)
