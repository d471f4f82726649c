"""The expression language: what it takes, what it refuses and in which words, what its functions mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from bulk.spoken import COLUMNS, CONTEXT, answers

from conformance.bulk.grammar import parse
from conformance.bulk.language import ExpressionError, calls, columns_of, expanded, to_sql

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def base() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("expression", "en"),
    [
        ("x < 5", "kinds do not agree in x < 5 (compare texts with numbers by number())"),
        ("number(x) = '5'", "kinds do not agree in NUMBER(x) = '5' (compare texts with numbers by number())"),
        ("length(x)", "must be a question of yes or no"),
        ("x", "must be a question of yes or no"),
        ("x and true", "kinds do not agree in x AND TRUE (compare texts with numbers by number())"),
        ("z = '1'", "there is no field z"),
        ("t.x = '1'", "there is no field t.x"),
        ("x like 'a%'", "the language has no x LIKE 'a%'"),
        ("x = 'a'; drop table t", "the language has no x = 'a'; DROP TABLE t"),
        ("x = (select 'a')", "the language has no (SELECT 'a')"),
        ("exists (select 1)", "the language has no EXISTS(SELECT 1)"),
        ("x::int = 1", "the language has no CAST(x AS INT)"),
        ("x is true", "only null or not null may follow is"),
        ("x in (y)", "a list of constants follows in"),
        ("x in (select '1')", "a list of constants follows in"),
        ("case x when '1' then true end", "when follows case"),
        ("case when x = '1' then true else 'a' end", "kinds do not agree in"),
        ("substr(x, 0, 1) = 'a'", "positions of substr are constants and count from 1"),
        ("substr(x, -1) = 'a'", "positions of substr are constants and count from 1"),
        ("number(x) = -number(y)", "a minus stands before a number only"),
        ("random() < 1", "the language has no RANDOM()"),
        ("foo(x)", "there is no function foo()"),
        ("credit_code(x, y)", "credit_code() has the wrong number of arguments"),
        ("matches(x, y)", "the second argument of matches() is a constant"),
        ("format(x, 'q9')", "there is no format q9"),
        ("format(x, 'c10,2')", "there is no format c10,2"),
        ("code(x, 'nope')", "there is no code list nope"),
        ("in_box(x, 'nope')", "there is no box nope"),
        ("x = ", "cannot be parsed: "),
    ],
)
def test_what_is_not_of_the_language_is_refused(expression: str, en: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        expanded(expression, CONTEXT, COLUMNS)

    assert caught.value.text.en.startswith(f"expression {expression}: {en}")
    assert caught.value.text.zh.startswith(f"表达式 {expression}：")


@pytest.mark.parametrize(
    "pattern",
    [
        r"\d",
        "a.b",
        "^a",
        "a$",
        "[0-9]{300}",
        "(?i)a",
        "(?=a)",
        "a*?",
        "a++",
        "[[:digit:]]",
        "[a&&b]",
        "[^^]",
        "(a",
        "a|*",
    ],
)
def test_patterns_that_engines_read_differently_are_refused(pattern: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(f"matches(x, '{pattern}')", COLUMNS)

    assert f"pattern {pattern} may have characters, […], ( ), | and counts only" in caught.value.text.en


def test_patterns_match_the_whole_text(base: duckdb.DuckDBPyConnection) -> None:
    texts = ["ab", "b", "ab\n", "xab", "", None, "10", "1"]

    assert [True, True, False, False, False, None, False, False] == answers(base, "matches(x, 'a?b')", *texts)
    assert [False] * 5 + [None, True, True] == answers(base, "matches(x, '1|1(0|[^0-9])')", *texts)


@pytest.mark.parametrize(
    ("notation", "good", "bad"),
    [
        ("an18", ["A" * 18, "1a" * 9], ["A" * 17, "A" * 19, "A" * 17 + "-", "１" * 18, "A" * 18 + "\n"]),
        ("n6", ["000000"], ["00000", "00000a", "-00000"]),
        ("a1", ["a", "Z"], ["1", "ab", ""]),
        ("n..3", ["1", "123"], ["", "1234", "1.2"]),
        ("an3..5", ["abc", "12345"], ["ab", "123456"]),
        ("c..3", ["甲", "a\nb", "甲乙丙"], ["", "甲乙丙丁"]),
        ("c2", ["甲乙"], ["甲", "甲乙丙"]),
        ("n..ul", ["1" * 400], ["", "a"]),
        ("..ul", ["甲" * 9], [""]),
        ("an..300", ["a" * 300], ["a" * 301, "-"]),
        ("n..6,2", ["1", "-1.5", "1234.56", "0.00"], ["1.234", "12345.67", ".5", "1.", "+1", "1e3", ""]),
        ("YYYY-MM-DD", ["2020-13-45"], ["20200101", "2020-1-1"]),
        ("YYYYMMDD", ["20200101"], ["2020-01-01"]),
        ("YYYY", ["2020"], ["20200"]),
        (
            "YYYY-MM-DDThh:mm:ss",
            ["2020-01-01T00:00:00", "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00+08:00"],
            ["2020-01-01", "2020-01-01 00:00:00"],
        ),
        ("bl", ["true", "false", "0", "1"], ["TRUE", "是"]),
        ("bin", ["", "anything"], []),
    ],
)
def test_a_format_tells_good_texts_from_bad(
    notation: str, good: list[str], bad: list[str], base: duckdb.DuckDBPyConnection
) -> None:
    found = answers(base, f"format(x, '{notation}')", *good, *bad, None)

    assert [True] * len(good) + [False] * len(bad) + [None] == found


@pytest.mark.parametrize(
    ("expression", "rows", "due"),
    [
        ("code(x, 'plain')", ["1", "3", "", None], [True, False, False, None]),
        ("code(x, 'plain', y)", [("1", None), ("3", "nonsense"), (None, None)], [True, False, None]),
        ("code(x, 'plain', null)", ["1", "3"], [True, False]),
        ("code(x, 'dated')", ["11", "14", None], [True, False, None]),
        ("code(x, 'dated', null)", ["10", "14"], [None, None]),
        (
            "code(x, 'dated', y)",
            [
                ("10", "2005-01-01"),
                ("10", "2020-01-01"),
                ("11", "2010-12-31"),
                ("11", "2011-01-01"),
                ("12", "2010-12-31"),
                ("12", "2011-01-01"),
                ("14", "2020-01-01"),
                ("13", "2000-01-01"),
                ("13", "1999-12-31"),
                ("13", "2030-12-31"),
                ("13", "2031-01-01"),
                ("13", None),
                ("13", "2020-02-30"),
                ("11", "2010-12-31T23:59:59+08:00"),
                ("13", "2030-12-31T23:59:59+08:00"),
                (None, "2020-01-01"),
                ("14", None),
            ],
            [True, True, True, False, False, True, False, True, None, True, None, None, None, True, True, None, None],
        ),
        (
            "code(x, 'open')",
            ["A1", "A", "A2", "B1", "AA", "a1", "", None],
            [True, True, None, False, False, False, False, None],
        ),
        ("code(x, 'wide')", ["1", "2", "", None], [True, None, False, None]),
        ("code(x, 'none')", ["1", None], [False, None]),
    ],
)
def test_codes_are_good_bad_or_not_known(
    expression: str, rows: list[Any], due: list[Any], base: duckdb.DuckDBPyConnection
) -> None:
    assert due == answers(base, expression, *rows)


def test_numbers_are_read_and_nothing_else(base: duckdb.DuckDBPyConnection) -> None:
    texts = ["1.5", "-2", "1e2", "1E-2", "9" * 30, "9" * 31, "1.", ".5", "+1", " 1", "nan", "inf", "0x1", "", None]
    found = answers(base, "number(x) > -100", *texts)

    assert [True] * 5 + [None] * 10 == found


def test_placeholders_upper_case_and_today(base: duckdb.DuckDBPyConnection) -> None:
    assert [True, True, False, None] == answers(base, "placeholder(x)", "无", "\\", "无 ", None)
    assert [True, False, None] == answers(base, "upper(x) = 'AÄß'", "aÄß", "aäß", None)
    assert [True, False] == answers(base, "x <= today()", "2026-11-22", "2026-11-23")


def test_arguments_may_be_put_together(base: duckdb.DuckDBPyConnection) -> None:
    found = answers(base, "format(x || y, 'n4') and code(substr(x, 1, 1) || '', 'plain')", ("12", "34"), ("32", "34"))

    assert [True, False] == found


@pytest.mark.parametrize(
    ("dialect", "due"),
    [
        ("duckdb", "REGEXP_FULL_MATCH(\"x\", 'a|b')"),
        ("postgres", "(\"x\" ~ '^(?:a|b)$')"),
        ("spark", "(`x` RLIKE '^(?:a|b)\\\\z')"),
    ],
)
def test_each_dialect_matches_the_whole_text(dialect: str, due: str) -> None:
    assert due == to_sql(expanded("matches(x, 'a|b')", CONTEXT, COLUMNS), dialect)


def test_constants_are_written_as_the_dialect_reads_them() -> None:
    tree = expanded("x = '\\' or x = 'it''s'", CONTEXT, COLUMNS)

    assert "\"x\" = '\\' OR \"x\" = 'it''s'" == to_sql(tree, "postgres")
    assert "`x` = '\\\\' OR `x` = 'it\\'s'" == to_sql(tree, "spark")


def test_kernels_are_called_or_written_out() -> None:
    tree = expanded("in_box(x, 'data.chongqing-box') and credit_code(y)", CONTEXT, COLUMNS)

    assert 'IN_BOX("x") AND CREDIT_CODE("y")' == to_sql(tree, "duckdb")
    assert ["in_box", "credit_code"] == [name for name, _ in calls(tree)]
    assert {"x", "y"} == columns_of(tree)
    with pytest.raises(LookupError):
        to_sql(tree, "postgres", "twin")


def test_functions_may_be_kept_for_an_interpreter() -> None:
    tree = expanded("code(x, 'plain') and placeholder(x)", CONTEXT, COLUMNS, keep={"code", "placeholder"})

    assert 'CODE("x", \'plain\') AND PLACEHOLDER("x")' == tree.sql(dialect="duckdb", identify=True)
