"""From counts to decisions: thresholds are compared exactly, and what is said of them is right in both languages."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.bulk.judging import decisions, finding, pooled, pools
from conformance.bulk.record import Counted, Measurement, Undecided
from conformance.bulk.values import AgreementRule, KeyRule, Measured, ReferenceRule, RowRule, Spot
from conformance.bulk.wording import due, per_cent, threshold
from conformance.judge import Outcome
from conformance.text import Text

SEX = Text("性别代码", "Codes of sex")
FORM = Text("行政区划代码为6位数字", "Division codes have six digits")
NO_TABLE = Text("未提供 population", "no table of population was given")


def counted(
    template: str = "sex", columns: str = "xbdm", rows: int = 0, failures: int = 0, unknown: int = 0, **more: Any
) -> Counted:
    values: dict[str, Any] = {
        "rule": f"{template}/{columns}",
        "template": template,
        "requirement": "STD-015",
        "title": SEX,
        "columns": tuple(columns.split("+")),
        "kind": "row",
        "severity": "error",
        "least": 0.99,
        "most": None,
        "rows": rows,
        "failures": failures,
        "unknown": unknown,
    }
    return Counted(**(values | more))


def table(*rules: Counted, undecided: tuple[Undecided, ...] = ()) -> Measurement:
    return Measurement(
        "population", "population", "people.csv", "duckdb 2.0.0", 1000, "2026-11-23", rules=rules, undecided=undecided
    )


def outcome(*rules: Counted, undecided: tuple[Undecided, ...] = ()) -> Outcome:
    [result] = decisions(table(*rules, undecided=undecided))
    return result.outcome


@given(
    good=st.integers(0, 10**9),
    failures=st.integers(0, 10**9),
    unknown=st.integers(0, 10**6),
    hundredths=st.integers(0, 100),
)
def test_thresholds_are_compared_exactly(good: int, failures: int, unknown: int, hundredths: int) -> None:
    share = hundredths / 100
    rows = good + failures + unknown
    [least] = pooled([counted(rows=rows, failures=failures, unknown=unknown, least=share)])
    [most] = pooled([counted(rows=rows, failures=failures, unknown=unknown, least=None, most=share)])
    [every] = pooled([counted(rows=rows, failures=failures, unknown=unknown, least=None)])
    assessed = good + failures
    exact = Fraction(hundredths, 100)

    assert (None if not assessed else Fraction(good, assessed) >= exact) is least.ok
    assert (None if not assessed else Fraction(failures, assessed) <= exact) is most.ok
    assert (None if not assessed else not failures) is every.ok


def test_one_row_decides_at_the_threshold() -> None:
    kept, missed = counted(rows=700, failures=7), counted(rows=700, failures=8)

    assert Outcome.PASSED == outcome(kept)
    assert Outcome.FAILED == outcome(missed)


def test_one_row_in_ten_million_fails_a_rule_for_every_row() -> None:
    assert Outcome.FAILED == outcome(counted(rows=10_000_000, failures=1, least=None))


def test_columns_of_one_rule_are_judged_together() -> None:
    rules = [counted(columns="a", rows=900), counted(columns="b", rows=100, failures=10)]
    [pool] = pooled(rules)

    assert (1000, 10, True) == (pool.rows, pool.failures, pool.ok)
    assert Outcome.PASSED == outcome(*rules)


def test_rules_of_one_requirement_are_judged_apart() -> None:
    form = counted("division-form", "qhdm", 1000, 1, least=None, title=FORM)
    [result] = decisions(table(counted(rows=1000), form))

    assert Outcome.FAILED == result.outcome
    assert "data/population::sex+division-form" == result.check
    assert ["“行政区划代码为6位数字”：无一例外"] == [one.due.zh for one in result.findings]


def test_no_value_is_inapplicable() -> None:
    [result] = decisions(table(counted()))

    assert Outcome.INAPPLICABLE == result.outcome
    assert Text("该表没有此规则所说的值", "The table holds no value that the rule speaks of") == result.reason


def test_nothing_assessable_is_untested() -> None:
    [result] = decisions(table(counted(rows=1200, unknown=1200)))

    assert Outcome.UNTESTED == result.outcome
    assert result.reason
    assert result.reason.zh.startswith("此规则所说的 1,200 个值均不可判定")
    assert result.reason.en.startswith("None of the 1,200 values that the rule speaks of can be assessed")


def test_what_passes_says_what_could_not_be_assessed() -> None:
    form = counted("division-form", "qhdm", 1000, least=None, title=FORM)
    dated = counted("division-valid", "qhdm", 800, unknown=800)
    [result] = decisions(table(form, dated))

    assert Outcome.PASSED == result.outcome
    assert [
        "Division codes have six digits (qhdm): 1,000 assessed, 0 not good, 100% good",
        "Codes of sex (qhdm): 0 assessed, 0 not good, — good; 800 more cannot be assessed and do not count",
    ] == [one.en for one in result.notes]


def test_a_rule_that_could_not_be_decided_leaves_it_untested() -> None:
    missing = Undecided("foreign-key/gmsfhm", "STD-015", NO_TABLE)
    [result] = decisions(table(counted(rows=1000), undecided=(missing, missing)))

    assert (Outcome.UNTESTED, NO_TABLE) == (result.outcome, result.reason)
    assert Outcome.FAILED == outcome(counted(rows=1000, failures=500), undecided=(missing,))


def test_only_what_is_wanted_is_decided() -> None:
    other = counted("date", "csrq", 10, requirement="STD-025")
    found = decisions(table(counted(rows=10), other), {"STD-025"})

    assert ["STD-025"] == [one.requirement for one in found]


BOUND: dict[str, Any] = {"least": 0.99, "most": None}
GOOD = Text(
    "（合格率 96.9387%）；另有 20 个不可判定，不计入", " (96.9387% good); 20 more cannot be assessed and do not count"
)
RULES: list[tuple[Any, str, str]] = [
    (
        RowRule("sex/xbdm", "sex", "STD-015", SEX, ("xbdm",), "true", "true", **BOUND),
        "可判定的 980 个值中有 30 个不符",
        "30 of 980 values break the rule",
    ),
    (
        RowRule("sex/a+b", "sex", "STD-015", SEX, ("a", "b"), "true", "true", **BOUND),
        "可判定的 980 行中有 30 行不符",
        "30 of 980 rows break the rule",
    ),
    (
        KeyRule("k/a", "k", "STD-029", SEX, "filled", ("a",), **BOUND),
        "可判定的 980 行中有 30 行的键没有值",
        "30 of 980 rows have no value in the key",
    ),
    (
        KeyRule("k/a", "k", "STD-029", SEX, "unique", ("a",), **BOUND),
        "可判定的 980 个有键的行中有 30 行的键前面已经出现",
        "30 of 980 rows with a key repeat the key of an earlier row",
    ),
    (
        ReferenceRule("f/a", "f", "STD-046", SEX, ("a",), "population", ("gmsfhm",), **BOUND),
        "可判定的 980 个有键的行中有 30 行的键在 population 中找不到",
        "30 of 980 rows with a key have a key that population does not hold",
    ),
    (
        AgreementRule("g/a", "g", "STD-045", SEX, "population", (("a", "b"),), (("c", "d"),), **BOUND),
        "可判定的 980 个两表共有的主体中有 30 个与 population 的取值不一致",
        "30 of 980 subjects found in both tables differ from population",
    ),
]


@pytest.mark.parametrize(("rule", "zh", "en"), RULES)
def test_a_finding_says_what_was_counted(rule: Any, zh: str, en: str) -> None:
    [pool] = pools([(rule, Measured(rule.id, 1000, 30, 20))])

    assert Text(zh + GOOD.zh, en + GOOD.en) == finding(pool).came


def test_a_finding_names_the_columns_that_made_it() -> None:
    columns = [counted(columns=f"c{number}", rows=10, failures=number) for number in range(10)]
    [pool] = pooled(columns)
    shown = "c1 1、c2 2、c3 3、c4 4、c5 5、c6 6、c7 7、c8 8，另有 1 列"

    assert f"可判定的 100 个值中有 45 个不符（合格率 55%）：{shown}" == finding(pool).came.zh


@pytest.mark.parametrize(
    ("least", "most", "zh", "en", "short"),
    [
        (0.99, None, "“性别代码”的合格率不低于 99%", "Codes of sex: at least 99% good", "≥ 99%"),
        (None, 0.015, "“性别代码”的不合格率不高于 1.5%", "Codes of sex: at most 1.5% not good", "≤ 1.5%"),
        (None, None, "“性别代码”：无一例外", "Codes of sex: without exception", "all"),
    ],
)
def test_what_was_due_is_the_threshold(least: float | None, most: float | None, zh: str, en: str, short: str) -> None:
    [pool] = pooled([counted(rows=1, least=least, most=most)])

    assert Text(zh, en) == due(pool)
    assert short == threshold(least, most).en


def test_samples_are_the_first_failing_rows() -> None:
    spots = tuple(Spot("people.csv", number, "5001**********0010", "") for number in range(1, 21))
    of_table = Spot("gov.people", None, "", "3")
    [pool] = pooled(
        [counted(rows=40, failures=40, spots=spots), counted(columns="a+b", rows=1, failures=1, spots=(of_table,))]
    )
    shown = finding(pool)
    [alone] = finding(pooled([counted(columns="a+b", rows=1, failures=1, spots=(of_table,))])[0]).samples

    assert (41, 20) == (shown.count, len(shown.samples))
    assert ("5001**********0010 people.csv:1", "/xbdm") == (shown.samples[0].label, shown.samples[0].pointer)
    assert Text("无值", "no value") == shown.samples[0].came
    assert Text("符合“性别代码”", "in order: Codes of sex") == shown.samples[0].due
    assert ("gov.people", "/a+b", "3") == (alone.label, alone.pointer, alone.came.en)


@given(whole=st.integers(1, 10**10), data=st.data())
def test_less_than_the_whole_never_reads_100_per_cent(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    shown = per_cent(part, whole)

    assert ("100%" == shown) == (part == whole)
    assert ("0%" == shown) == (part == 0)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(0, 0, "—"), (1, 3, "33.3333%"), (9_999_999, 10_000_000, "99.9999%"), (1, 10**9, "<0.0001%"), (1, 2, "50%")],
)
def test_shares_are_cut_off(part: int, whole: int, shown: str) -> None:
    assert shown == per_cent(part, whole)
