"""A measurement goes into a run folder and comes back equal; what cannot be read is refused by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from conformance.bulk.judging import decisions, under
from conformance.bulk.record import (
    Counted,
    File,
    Measurement,
    Undecided,
    Unread,
    counted,
    from_data,
    measurements,
    to_data,
)
from conformance.bulk.values import AgreementRule, KeyRule, Measured, ReferenceRule, RowRule, Rule, Spot
from conformance.evidence import EvidenceError
from conformance.judge import Outcome
from conformance.resources import folder
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.law import Law

WORDS = st.builds(Text, st.text(max_size=20), st.text(max_size=20))
NAMES = st.from_regex(r"[a-z][a-z-]{0,12}", fullmatch=True)
REQUIREMENTS = st.from_regex(r"[A-Z]{3}-[0-9]{3}", fullmatch=True)
NUMBERS = st.integers(0, 2**53)
SHARES = st.none() | st.floats(0, 1)
ROWS = st.none() | st.integers(1, 2**53)
COUNTED = st.builds(
    Counted,
    rule=NAMES,
    template=NAMES,
    requirement=REQUIREMENTS,
    title=WORDS,
    columns=st.lists(NAMES, max_size=3).map(tuple),
    kind=st.sampled_from(["row", "filled", "unique", "reference", "agreement"]),
    severity=st.sampled_from(["error", "warning"]),
    least=SHARES,
    most=SHARES,
    rows=NUMBERS,
    failures=NUMBERS,
    unknown=NUMBERS,
    spots=st.lists(st.builds(Spot, st.text(), ROWS, st.text(), st.text()), max_size=3).map(tuple),
    other=st.none() | NAMES,
)
MEASUREMENTS = st.builds(
    Measurement,
    name=st.text(min_size=1, max_size=20),
    dataset=NAMES,
    source=st.text(),
    engine=st.text(),
    rows=st.none() | NUMBERS,
    today=st.dates().map(str),
    boundary=st.booleans(),
    files=st.lists(st.builds(File, st.text(), st.none() | NUMBERS, st.none() | st.just("a" * 64)), max_size=2).map(
        tuple
    ),
    rules=st.lists(COUNTED, max_size=3).map(tuple),
    undecided=st.lists(st.builds(Undecided, NAMES, REQUIREMENTS, WORDS), max_size=2).map(tuple),
    unread=st.lists(st.builds(Unread, st.text(), ROWS, st.none() | NAMES, WORDS), max_size=2).map(tuple),
    missing=st.lists(NAMES, max_size=2).map(tuple),
)
TITLE = Text("性别代码", "Codes of sex")
AGREEMENT = AgreementRule("g/a", "g", "STD-045", TITLE, "credit", (("a", "b"),), (("c", "d"),))


def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads((folder("standards") / "meta/event.schema.json").read_text("utf-8")))


@given(one=MEASUREMENTS)
def test_a_measurement_comes_back_equal(one: Measurement) -> None:
    written = orjson.loads(orjson.dumps(to_data(one)))

    assert one == from_data(one.name, written)


@given(one=MEASUREMENTS)
def test_its_event_meets_the_published_schema(one: Measurement) -> None:
    event = {"event": "measurement", "name": one.name, "data": orjson.loads(orjson.dumps(to_data(one)))}

    assert [] == [error.message for error in schema().iter_errors(event)]


@pytest.mark.parametrize(
    ("rule", "kind", "other", "columns"),
    [
        (RowRule("sex/xbdm", "sex", "STD-015", TITLE, ("xbdm",), "true", "true"), "row", None, ("xbdm",)),
        (KeyRule("k/a", "k", "STD-029", TITLE, "filled", ("a",)), "filled", None, ("a",)),
        (KeyRule("k/a", "k", "STD-029", TITLE, "unique", ("a",)), "unique", None, ("a",)),
        (ReferenceRule("f/a", "f", "STD-046", TITLE, ("a",), "population", ("b",)), "reference", "population", ("a",)),
        (AGREEMENT, "agreement", "credit", ("a", "c")),
    ],
)
def test_every_kind_of_rule_is_recorded(rule: Rule, kind: str, other: str | None, columns: tuple[str, ...]) -> None:
    one = counted(rule, Measured(rule.id, 10, 2, 1))

    assert (kind, other, columns) == (one.kind, one.other, one.columns)
    assert (10, 2, 1, 9) == (one.rows, one.failures, one.unknown, one.assessed)


def event(name: str, rules: list[Counted], **more: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": name,
        "dataset": "population",
        "source": "p.csv",
        "engine": "duckdb 2.0.0",
        "rows": 10,
        "today": "2026-11-23",
    }
    one = Measurement(**(values | more), rules=tuple(rules))
    return {"event": "measurement", "name": name, "data": to_data(one)}


def rule(name: str, **more: Any) -> Counted:
    bound = RowRule(f"{name}/a", name, "STD-015", TITLE, ("a",), "true", "true", **more)
    return counted(bound, Measured(bound.id, 1000, 15))


def test_the_passes_of_a_table_are_put_together() -> None:
    first = event("p", [rule("sex")], rows=None, unread=(Unread("p.csv", 7, None, TITLE),), missing=("b",))
    second, other = event("p", [rule("date")]), event("q", [])
    found = measurements([first, other, second])

    assert ["p", "q"] == [one.name for one in found]
    assert ["sex", "date"] == [one.template for one in found[0].rules]
    assert (10, 1, ("b",)) == (found[0].rows, len(found[0].unread), found[0].missing)


@pytest.mark.parametrize("lost", ["rules", "context", "engine"])
def test_a_measurement_that_cannot_be_read_is_named(lost: str) -> None:
    broken = event("people", [])
    del broken["data"][lost]
    with pytest.raises(EvidenceError) as caught:
        measurements([broken])

    assert f"测量记录 people 无法读取：KeyError('{lost}')" == caught.value.text.zh
    assert f"The measurement people cannot be read: KeyError('{lost}')" == caught.value.text.en


def test_a_replay_judges_by_the_thresholds_of_the_law(law: Law) -> None:
    lenient, own = rule("sex", least=0.5), rule("a-district's-own", least=0.5)
    [table] = measurements([event("p", [lenient, own])])
    now = under(law, table)

    assert (0.99, 0.5) == (now.rules[0].least, now.rules[1].least)
    assert [Outcome.PASSED] == [one.outcome for one in decisions(table)]
    assert [Outcome.FAILED] == [one.outcome for one in decisions(now)]
