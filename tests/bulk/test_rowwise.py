"""Rows judged one by one are counted as plain SQL counts them, on every kind of strange value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pytest
import shapely
from bulk import nasty
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.bulk.bind import municipal_agreement, plan
from conformance.bulk.grammar import ExpressionError
from conformance.bulk.kernels import bound
from conformance.bulk.language import expanded, to_sql
from conformance.bulk.rowwise import RowJudge
from conformance.bulk.values import Context, Measured, Plan, RowRule
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.law import Law

TODAY = "2026-11-22"
DATASETS = ["population", "legal-person", "e-certificate", "credit", "spatial-feature", "department-record"]
BOUNDARY = bytes(shapely.to_wkb(shapely.box(106.4, 29.4, 106.58, 29.8)))
NAMES = ("a", "b", "c")


@pytest.fixture
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def described(*names: str, key: Sequence[str] = (), sensitivity: str = "none") -> Dataset:
    """A dataset of texts."""
    fields = tuple(Field(one, Text(one, one), None, "C", sensitivity=sensitivity) for one in names)
    return Dataset("plain", Text("表", "table"), "1", fields, tuple(key))


def ruled(*predicates: str, population: str = "true", context: Context | None = None) -> Plan:
    """A plan of rules over the columns a, b and c."""
    rules = tuple(
        RowRule(f"r{at}", f"r{at}", "STD-042", Text("规则", "rule"), NAMES, population, one)
        for at, one in enumerate(predicates)
    )
    return Plan(described(*NAMES), context or Context(TODAY, {}), rules)


def judged(plan: Plan, rows: Sequence[dict[str, Any]], **others: Sequence[dict[str, Any]]) -> dict[str, Measured]:
    judge = RowJudge(plan, others)
    for position, row in enumerate(rows, 1):
        judge.feed(row, position, "part-1")
    return {one.rule: one for one in judge.finish()}


def counted(sql: duckdb.DuckDBPyConnection, plan: Plan, rows: Sequence[dict[str, Any]]) -> dict[str, tuple[int, ...]]:
    """What SQL counts of every rule over rows: rows, failures, unknown."""
    types = {one.name: pa.binary() if one.data_type == "geometry" else pa.string() for one in plan.dataset.fields}
    table = pa.table({name: pa.array([one.get(name) for one in rows], kind) for name, kind in types.items()})
    sql.register("rows", table)
    for name, kernel in bound(plan.context).items():
        if "/" not in name:
            kind = "BLOB" if kernel.argument == "geometry" else "VARCHAR"
            sql.create_function(name, kernel.arrow, [kind], "BOOLEAN", type="arrow", null_handling="special")
    parts = []
    for rule in plan.rows:
        counts, good = (
            to_sql(expanded(one, plan.context, types), "duckdb") for one in (rule.population, rule.predicate)
        )
        parts += [
            f"count(*) filter ({counts})",
            f"count(*) filter (({counts}) and not ({good}))",
            f"count(*) filter (({counts}) and ({good}) is null)",
        ]
    [found] = sql.execute(f"select {', '.join(parts)} from rows").fetchall()  # noqa: S608
    return {rule.id: found[3 * at : 3 * at + 3] for at, rule in enumerate(plan.rows)}


def told(found: dict[str, Measured]) -> dict[str, tuple[int, ...]]:
    return {name: (one.rows, one.failures, one.unknown) for name, one in found.items()}


@pytest.mark.parametrize("name", DATASETS)
def test_every_rule_of_the_law_counts_as_sql(name: str, law: Law, sql: duckdb.DuckDBPyConnection) -> None:
    dataset = law.data.datasets[name]
    whole = plan(law, dataset, today=TODAY, boundary=BOUNDARY)
    rows = nasty.rows(law, dataset, 700)
    rules = replace(whole, keys=(), references=(), agreements=())

    assert counted(sql, rules, rows) == told(judged(rules, rows))


EXPRESSIONS = [
    "a = b and not c in ('x', 'y')",
    "a < b or b between a and c or c is null",
    "not (a <> b) or not (b is null)",
    "case when a = 'x' then b = 'y' when b is null then c = 'z' end",
    "case when a is null then false else a || b = 'xy' end",
    "length(a) = length(b || 'ä')",
    "substr(a, 2, 1) = 'y' or substr(b, 2) = ''",
    "replace(a, b, c) = 'x' or replace(a, 'x', '') = ''",
    "upper(a) = 'X' or upper(b) = 'ÄX'",
    "matches(a, '[0-9]*x?') and matches(b, '(x|y)+')",
    "number(a) >= -1.5 and number(b) < 10",
    "number(a) between number(b) and 100",
    "format(a, 'c..2') or format(b, 'n..4,2') or format(c, 'an2')",
    "format(a || b, 'n..6') = format(c, 'a..3')",
    "real_date(a) and a <= today()",
    "null or a = 'x'",
    "(a in ('x')) = (b in ('x', '1'))",
    "a = 'x' and (b = 'x' or c = 'x') and not (a = c and b = c)",
    "placeholder(a) or not placeholder(b)",
    "clean_text(a) and not identity_number(b)",
]
TEXTS = st.none() | st.sampled_from(
    ["", "x", "y", "xy", "X", "ä", "äx", "𠮷", "1", "-1.5", "10", "1e2", "2020-02-29", "y\n"]
)


@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, TEXTS)), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None)
def test_the_language_counts_as_sql(rows: list[dict[str, Any]]) -> None:
    rules = ruled(*EXPRESSIONS, population="a is null or b <> 'xy'", context=Context(TODAY, {}, frozenset({"x", ""})))
    with duckdb.connect() as sql:
        assert counted(sql, rules, rows) == told(judged(rules, rows))


@pytest.mark.parametrize("timeless", [True, False])
def test_codes_in_time_count_as_sql(timeless: bool, law: Law, sql: duckdb.DuckDBPyConnection) -> None:
    """Every list, asked with and without a day, on days of change."""
    day = "null" if timeless else "b"
    lists = sorted(law.data.code_lists)
    context = Context(TODAY, law.data.code_lists)
    rules = ruled(*(f"code(a, '{one}'{more})" for one in lists for more in ("", f", {day}")), context=context)
    codes = {code for one in law.data.code_lists.values() for code in list(one.codes)[:15]} | {"", "0", "ZZ", "500112"}
    days = [None, "", "1949-10-01", "1997-06-18", "2010-12-31", "2011-01-01", "2025-12-31T10:00:00", "2026-11-22", "x"]
    rows: list[dict[str, Any]] = [{"a": code, "b": one} for code in [None, *sorted(codes)] for one in days]

    assert counted(sql, rules, rows) == told(judged(rules, rows))


@pytest.mark.parametrize(
    ("predicate", "why"),
    [
        ("code(a, 'no-such-list')", "there is no code list no-such-list"),
        ("format(a, 'an')", "there is no format an"),
        ("in_box(a, 'no-such-box')", "there is no box no-such-box"),
        ("in_boundary(a)", "what in_boundary() needs is not there"),
        ("d = 'x'", "there is no field"),
        ("a like 'x%'", "the language has no"),
    ],
)
def test_what_is_not_of_the_language_is_refused(predicate: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        RowJudge(ruled(predicate))

    assert why in refusal.value.text.en


def test_values_of_json_are_judged_in_their_text_form() -> None:
    rules = ruled(
        "a in ('true', '5', '0.5', '100', '1e+22', 'nan', 'x', '[1,\"重\"]', '{\"k\":null}')",
        population="a is not null",
    )
    values = [True, 5, 0.5, 100.0, 1e22, float("nan"), "x", [1, "重"], {"k": None}, None]
    found = judged(rules, [{"a": one} for one in values])["r0"]

    assert (9, 0) == (found.rows, found.failures)


def test_columns_may_have_other_names() -> None:
    field = Field("a", Text("甲", "a"), None, "C", aliases=("A1", "A2"))
    rules = replace(ruled("a = 'x'"), dataset=replace(described(), fields=(field,)))
    rows: list[dict[str, Any]] = [{"a": "x"}, {"A2": "x"}, {"a": None, "A1": "x"}, {}]

    assert (4, 0, 2) == told(judged(rules, rows))["r0"]


def test_the_first_failing_rows_are_kept_and_masked() -> None:
    fields = (
        Field("id", Text("号", "id"), "DE-P01", "C", sensitivity="personal"),
        Field("name", Text("名", "name"), "DE-P02", "C", sensitivity="personal"),
    )
    rule = RowRule("r", "r", "STD-007", Text("规则", "rule"), ("id", "name"), "true", "id = name")
    table = Dataset("plain", Text("表", "table"), "1", fields, ("id",))
    number = "11010519491231002X"
    found = judged(Plan(table, Context(TODAY, {}), (rule,)), [{"id": number, "name": "测甲一"}] * 30)["r"]

    assert (30, 30, 20) == (found.rows, found.failures, len(found.spots))
    assert ("part-1", 1) == (found.spots[0].file, found.spots[0].row)
    assert "110105***********X" == found.spots[0].key
    assert "id=110105***********X, name=测**" == found.spots[0].value
    assert number not in repr(found)


def test_many_values_are_judged_alike_remembered_or_not() -> None:
    rules = ruled("length(a) = 4", population="a is not null")
    rows: list[dict[str, Any]] = [{"a": str(number)} for number in range(12_000)] * 2

    assert (24_000, 6_000, 0) == told(judged(rules, rows))["r0"]


def test_a_municipal_table_is_compared(law: Law) -> None:
    dataset = law.data.datasets["legal-person"]
    rule = municipal_agreement(law.data, dataset, lambda name: law.edition.parameters[name].default)
    only = replace(plan(law, dataset, today=TODAY), rows=(), keys=(), references=(), agreements=(rule,))
    [key] = dataset.primary_key
    rows: list[dict[str, Any]] = [{key: "A", "jgmc": "甲", "gxsj": "1"}, {key: "B", "jgmc": "乙"}, {key: "C"}]
    theirs: list[dict[str, Any]] = [{key: "A", "jgmc": "甲", "gxsj": "2"}, {key: "B", "jgmc": "丙"}, {key: "D"}]
    found = judged(only, rows, **{rule.id: theirs})[rule.id]

    assert (2, 1) == (found.rows, found.failures)
    assert ["jgmc=乙 ≠ 丙"] == [one.value for one in found.spots]


def test_a_table_that_is_missing_is_named(law: Law) -> None:
    whole = plan(law, law.data.datasets["credit"], today=TODAY)

    with pytest.raises(LookupError, match="no rows of legal-person"):
        RowJudge(whole)
