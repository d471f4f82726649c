"""What a table without a description looks like, counted over every row: the ground on which one is proposed."""
# ruff: noqa: S608  statements are made of quoted names

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from conformance.bulk.bind import quoted
from conformance.bulk.selects import condition
from conformance.bulk.values import KeyRule, Progress, RowRule
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.bulk.sql import SqlTable
    from conformance.bulk.values import Tell

#: A column with more different values is not looked at value by value.
FEW = 3000
_AT_ONCE = 25  # columns of one pass
_PAIRS = 6  # columns of which keys of two are tried
_NOWHERE = Text("", "")
_SHAPES = Text("各列的形态", "shapes of the columns")
_VALUES = Text("少量取值的列", "columns of few values")
_KINDS = Text("校验码与格式", "check digits and formats")
_GEOMETRY = ("GEOMETRY", "WKB", "BLOB", "GEOGRAPHY")
_PATTERNS: Mapping[str, str] = {
    "integer": "-?(0|[1-9][0-9]{0,17})",
    "number": r"-?[0-9]{1,30}(\.[0-9]{1,18})?",
    "digits": "[0-9]+",
    "alphanumeric": "[0-9A-Za-z]+",
    "boolean": "true|false",
    "telephone": "1[3-9][0-9]{9}",
    "compact-date": "(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])",
    "timestamp": "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?.*",
}
#: Kernels, and the lengths of texts among which one may say yes.
_KERNELS: Mapping[str, tuple[int, int]] = {
    "identity_number": (18, 18),
    "credit_code": (18, 18),
    "certificate_id": (30, 200),
    "real_date": (10, 10),
    "date_time": (20, 40),
}


@dataclass(frozen=True, slots=True)
class Column:
    """What was counted of one column.

    Attributes:
        kind: its type in the source.
        filled: rows with a value, an empty text being none.
        distinct: different values, as an estimate unless `exact`.
        shortest: characters of the shortest value; so is `longest`.
        whole: most digits of a number before the point; `decimals` those behind it.
        kinds: filled values that are an integer, a date, an identity number, …, by the name of that.
        formats: filled values that have the form of a notation, by the notation, where it was asked for.
        values: rows by value, where there are few; None where there are many.
    """

    name: str
    kind: str
    rows: int
    filled: int
    distinct: int
    exact: bool
    shortest: int = 0
    longest: int = 0
    whole: int = 0
    decimals: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    formats: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, int] | None = None

    @property
    def geometric(self) -> bool:
        """Whether it holds geometries."""
        return is_geometry(self.kind)

    def share(self, kind: str) -> float:
        """Return the share of filled values that are of a kind or have a form, 0 to 1."""
        count = self.kinds.get(kind, self.formats.get(kind, 0))
        return count / self.filled if self.filled else 0.0


def is_geometry(kind: str) -> bool:
    """Tell whether a type of a source holds geometries or bytes of them."""
    return kind.upper().startswith(_GEOMETRY)


def bare(name: str, columns: Mapping[str, str]) -> Dataset:
    """Return a description that knows no more of a table than its columns."""
    fields = tuple(
        Field(one, Text(one, one), None, "geometry" if is_geometry(kind) else "C") for one, kind in columns.items()
    )
    return Dataset(name, Text(name, name), "0", fields, ())


def columns(table: SqlTable, formats: Mapping[str, Iterable[str]], tell: Tell) -> list[Column]:
    """Count every column of a table, every row of it.

    Args:
        table: opened by its `bare` description.
        formats: notations that the values of a column may have, by column.
        tell: hears of progress.

    Raises:
        SourceError: a row cannot be read.
        EngineError: the engine gave up.
    """
    rows = table.count()
    names = list(table.columns)
    found = {
        one.name: one
        for begin in range(0, len(names), _AT_ONCE)
        for one in _shapes(table, names[begin : begin + _AT_ONCE], rows, tell)
    }
    for one in list(found.values()):
        if one.distinct <= FEW and not one.geometric:
            values = _values(table, one.name, tell)
            found[one.name] = replace(one, values=values, distinct=len(values), exact=True)
    counts = _counts(table, list(_rules(found.values(), formats)), tell)
    return [_with_counts(one, counts) for one in found.values()]


def _shapes(table: SqlTable, names: Sequence[str], rows: int, tell: Tell) -> Iterator[Column]:
    plain = [one for one in names if not is_geometry(table.columns[one])]
    parts = [f"count({quoted(name)})" for name in names]
    parts += [measure for name in plain for measure in _measures(quoted(name))]
    [row] = table.run(f"select {', '.join(parts)} from {table.relation(names, 'r')}", _SHAPES, tell)
    numbers = [int(one or 0) for one in row]
    counts, rest = dict(zip(names, numbers, strict=False)), numbers[len(names) :]
    width = len(_measures("x"))
    for name in names:
        blank = Column(name, table.columns[name], rows, counts[name], 0, exact=False)
        if name in plain:
            at = plain.index(name) * width
            yield _shaped(blank, rest[at : at + width])
        else:
            yield replace(blank, distinct=counts[name])


def _measures(column: str) -> list[str]:
    """The aggregates of one column of texts; an empty text counts as none."""
    number = f"case when regexp_full_match({column}, '{_PATTERNS['number']}') then {column} end"
    patterns = [f"count(*) filter (where regexp_full_match({column}, '{one}'))" for one in _PATTERNS.values()]
    return [
        f"count(*) filter (where {column} <> '')",
        f"approx_count_distinct(nullif({column}, ''))",
        f"min(length(nullif({column}, '')))",
        f"max(length({column}))",
        f"max(length(replace(split_part({number}, '.', 1), '-', '')))",
        f"max(length(split_part({number}, '.', 2)))",
        *patterns,
    ]


def _shaped(blank: Column, numbers: Sequence[int]) -> Column:
    filled, distinct, shortest, longest, whole, decimals, *kinds = numbers
    return replace(
        blank,
        filled=filled,
        distinct=min(distinct, filled),
        shortest=shortest,
        longest=longest,
        whole=whole,
        decimals=decimals,
        kinds=dict(zip(_PATTERNS, kinds, strict=True)),
    )


def _values(table: SqlTable, name: str, tell: Tell) -> dict[str, int]:
    column = quoted(name)
    sql = f"select {column}, count(*) from {table.relation([name], 'r')} where {column} <> '' group by {column}"
    return {str(value): int(count) for value, count in table.run(sql, _VALUES, tell)}


def _rules(found: Iterable[Column], formats: Mapping[str, Iterable[str]]) -> Iterator[RowRule]:
    for one in found:
        if one.geometric or not one.filled:
            continue
        column = quoted(one.name)
        for kernel, (least, most) in _KERNELS.items():
            if one.shortest <= most and one.longest >= least:
                yield _rule(one.name, kernel, f"{kernel}({column})")
        for notation in dict.fromkeys(formats.get(one.name, ())):
            yield _rule(one.name, f"={notation}", f"format({column}, '{notation}')")


def _rule(column: str, name: str, predicate: str) -> RowRule:
    population = f"{quoted(column)} is not null and {quoted(column)} <> ''"
    return RowRule(f"{name}/{column}", name, "", _NOWHERE, (column,), population, predicate)


def _counts(table: SqlTable, rules: Sequence[RowRule], tell: Tell) -> dict[tuple[str, str], int]:
    """Count the rows that are good, without looking for examples of others."""
    found: dict[tuple[str, str], int] = {}
    for begin in range(0, len(rules), _AT_ONCE * 8):
        some = rules[begin : begin + _AT_ONCE * 8]
        tell(Progress(_KINDS, 0, None))
        conditions = [condition(one, table.context, table.fields) for one in some]
        for rule, measured in zip(some, table.counted(conditions, tell), strict=True):
            found[rule.columns[0], rule.template] = measured.assessed - measured.failures
    return found


def _with_counts(one: Column, counts: Mapping[tuple[str, str], int]) -> Column:
    mine = {name: count for (column, name), count in counts.items() if column == one.name}
    kernels = {name: count for name, count in mine.items() if not name.startswith("=")}
    formats = {name[1:]: count for name, count in mine.items() if name.startswith("=")}
    return replace(one, kinds={**one.kinds, **kernels}, formats=formats)


def repeated(table: SqlTable, names: Sequence[str], tell: Tell) -> int:
    """Return how many rows repeat the values of these columns, exactly."""
    rule = KeyRule("unique", "unique", "", _NOWHERE, "unique", tuple(names))
    return table.key(rule, tell).failures


def keys(table: SqlTable, found: Sequence[Column], tell: Tell) -> list[tuple[tuple[str, ...], int]]:
    """Return candidate keys with the rows that repeat them: single columns, else the best pairs; unique ones first.

    A column with gaps is no candidate.
    """
    full = [one for one in found if one.filled == one.rows and not one.geometric and one.rows]
    likely = [one for one in full if one.distinct >= 0.9 * one.rows]
    single = [((one.name,), repeated(table, [one.name], tell)) for one in likely]
    if any(not count for _, count in single):
        return sorted(single, key=lambda pair: pair[1])
    many = sorted(full, key=lambda one: -one.distinct)[:_PAIRS]
    pairs = [(a, b) for at, a in enumerate(many) for b in many[at + 1 :] if a.distinct * b.distinct >= a.rows]
    double = [((a.name, b.name), repeated(table, [a.name, b.name], tell)) for a, b in pairs]
    return sorted([*single, *double], key=lambda pair: (pair[1], len(pair[0])))
