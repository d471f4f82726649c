"""Keys, references and shared attributes counted row by row; and redacted rows are counted as the rows themselves."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from bulk import nasty
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.bulk.bind import plan
from conformance.bulk.rowwise import RowJudge
from conformance.bulk.values import AgreementRule, Context, KeyRule, Measured, Plan, ReferenceRule
from conformance.law.data import Dataset, Field
from conformance.node.redact import Redactor
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.law import Law

    Rows = Sequence[dict[str, Any]]

TITLE = Text("规则", "rule")
KEY = ("k", "l")
FILLED = KeyRule("filled", "t", "STD-029", TITLE, "filled", KEY)
UNIQUE = KeyRule("unique", "t", "STD-029", TITLE, "unique", KEY)
REFERENCE = ReferenceRule("reference", "t", "STD-046", TITLE, KEY, "other", ("x", "y"))
AGREEMENT = AgreementRule("agreement", "t", "STD-045", TITLE, "other", (("k", "x"),), (("l", "y"), ("m", "z")))
TABLE = Dataset(
    "plain", Text("表", "table"), "1", tuple(Field(one, TITLE, None, "C") for one in ("k", "l", "m")), ("k",)
)
PLAN = Plan(TABLE, Context("2026-11-22", {}), (), (FILLED, UNIQUE), (REFERENCE,), (AGREEMENT,))

CELLS = st.sampled_from([None, "", "A", "a", "B", "A\n"])
HERE = st.lists(st.fixed_dictionaries({"k": CELLS, "l": CELLS, "m": CELLS}), max_size=12)
THERE = st.lists(st.fixed_dictionaries({"x": CELLS, "y": CELLS, "z": CELLS}), max_size=8)


def judged(plan: Plan, rows: Rows, others: dict[str, Rows] | None = None) -> dict[str, Measured]:
    judge = RowJudge(plan, others)
    for position, row in enumerate(rows, 1):
        judge.feed(row, position, "f")
    return {one.rule: one for one in judge.finish()}


def told(found: dict[str, Measured]) -> dict[str, tuple[int, ...]]:
    return {name: (one.rows, one.failures, one.unknown) for name, one in found.items()}


def keys(rows: Rows, *names: str) -> list[tuple[str, ...]]:
    """Filled keys."""
    return [key for one in rows if all(key := tuple(one[name] for name in names))]


def differ(mine: Rows, theirs: Rows) -> bool:
    """Whether any pair of rows differs in an attribute that both have."""
    return any(
        one[here] and other[there] and one[here] != other[there]
        for one in mine
        for other in theirs
        for here, there in AGREEMENT.attributes
    )


@given(here=HERE, there=THERE)
@settings(max_examples=150)
def test_keys_and_tables_by_the_words_of_the_rules(here: Rows, there: Rows) -> None:
    filled, known = keys(here, *KEY), set(keys(there, "x", "y"))
    shared = {one for (one,) in keys(here, "k")} & {one for (one,) in keys(there, "x")}
    differing = [
        one
        for one in shared
        if differ([row for row in here if row["k"] == one], [row for row in there if row["x"] == one])
    ]
    due = {
        "filled": (len(here), len(here) - len(filled), 0),
        "unique": (len(filled), sum(count - 1 for count in Counter(filled).values()), 0),
        "reference": (len(filled), sum(one not in known for one in filled), 0),
        "agreement": (len(shared), len(differing), 0),
    }

    assert due == told(judged(PLAN, here, {"other": there}))


def test_examples_of_failures() -> None:
    here = [
        {"k": "A", "l": "1", "m": "甲"},
        {"k": "A", "l": "1", "m": "乙"},
        {"k": "B", "l": "", "m": None},
        {"k": "C", "l": "1", "m": "丙"},
    ]
    found = judged(PLAN, here, {"other": [{"x": "A", "y": "1", "z": "甲"}, {"x": "C", "y": "1", "z": "丙"}]})
    shown = {name: [(spot.file, spot.row, spot.key, spot.value) for spot in one.spots] for name, one in found.items()}

    assert {
        "filled": [("f", 3, "B", "k=B, l=")],
        "unique": [("f", 2, "A", "k=A, l=1")],
        "reference": [],
        "agreement": [("f", 1, "A", "m=乙 ≠ 甲")],
    } == shown


def test_measurements_come_in_the_order_of_the_plan(law: Law) -> None:
    whole = plan(law, law.data.datasets["department-record"], today="2026-11-22")
    found = RowJudge(whole, {"legal-person": [], "population": []}).finish()

    assert [one.id for one in whole.rules] == [one.rule for one in found]


@pytest.mark.parametrize("name", ["population", "legal-person", "department-record"])
def test_redacted_rows_are_counted_as_the_rows_themselves(name: str, law: Law) -> None:
    """Every rule, every kind of number, right and wrong ones; keys and references of tables redacted together."""
    dataset = law.data.datasets[name]
    whole = plan(law, dataset, today="2026-11-22")
    needed = {one.dataset for one in (*whole.references, *whole.agreements)}
    tables = {one: nasty.rows(law, law.data.datasets[one], 400) for one in (*needed, name)}
    redactor = Redactor()
    hidden = {one: json.loads(redactor.body(json.dumps(rows).encode())) for one, rows in tables.items()}
    clear, covered = (judged(whole, them[name], them) for them in (tables, hidden))

    assert tables != hidden
    assert told(clear) == told(covered)
    assert set() == numbers(hidden.values())
    assert [] == [one for one in numbers(tables.values()) if one in repr(covered)]


def numbers(tables: Iterable[Rows]) -> set[str]:
    """The right identity numbers of tables."""
    return {
        text
        for rows in tables
        for row in rows
        for text in row.values()
        if isinstance(text, str) and text in nasty._GOOD
    }


def test_a_token_is_shown_by_its_first_six_digits(law: Law) -> None:
    dataset = law.data.datasets["population"]
    only = replace(plan(law, dataset, today="2026-11-22"), rows=(), references=(), agreements=())
    token = Redactor().text("500103185701030010")
    found = judged(only, [{"gmsfhm": token}] * 2)

    assert {"500103************"} == {spot.key for one in found.values() for spot in one.spots}
    assert 1 == found["primary-key-unique/gmsfhm"].failures
