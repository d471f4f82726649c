"""How a requirement over rows stands: counts of every table that it speaks of, and the word that they amount to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.bulk import wording
from conformance.judge import Failed, Finding, Inapplicable, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.bulk.judging import Pool
    from conformance.bulk.record import Counted
    from conformance.bulk.values import Spot

_KEPT = 20
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Bad:
    """One rule that one table breaks.

    Attributes:
        table: the resource, or the dataset whose export was judged.
        asked: what was asked.
        exchanges: numbers of the exchanges that brought the rows.
    """

    table: str
    pool: Pool
    asked: Text
    exchanges: tuple[int, ...]

    def finding(self, requirement: str) -> Finding:
        """Return the finding that it is."""
        pool, table = self.pool, self.table
        came, due = wording.came(pool), wording.due(pool)
        samples = [_sample(table, part, spot) for part in pool.parts for spot in part.spots]
        return Finding(
            requirement,
            Text(f"{table}：{came.zh}", f"{table}: {came.en}"),
            due,
            self.asked,
            self.exchanges[:_KEPT],
            pool.failures,
            tuple(samples[:_KEPT]),
        )


def _sample(table: str, part: Counted, spot: Spot) -> Sample:
    number = int(spot.file) if spot.file.isdecimal() else 0
    place = f" {spot.file}" if spot.file and not number else ""
    row = f"#{spot.row}" if spot.row is not None else ""
    label = " ".join(one for one in (f"{table}{place}{row}", spot.key) if one)
    return Sample(label, f"/{'+'.join(part.columns)}", wording.value(spot), wording.due_of_one(part), number)


@dataclass
class Standing:
    """One requirement over all tables that were judged.

    Attributes:
        tables: how many have a rule of it.
        bad: what broke a rule, the first of them.
        broken: how many pools broke one.
        open: why a rule of it could not be decided.
    """

    tables: int = 0
    rows: int = 0
    assessed: int = 0
    failures: int = 0
    broken: int = 0
    bad: list[Bad] = field(default_factory=list)
    open: dict[Text, None] = field(default_factory=dict)


class Standings:
    """Every requirement over every table, counted as the tables come."""

    def __init__(self) -> None:
        self._of: defaultdict[str, Standing] = defaultdict(Standing)

    def of(self, requirement: str) -> Standing:
        """Return how a requirement stands."""
        return self._of[requirement]

    def take(self, table: str, pools: Iterable[Pool], asked: Text, exchanges: tuple[int, ...]) -> None:
        """Count the pools of a table."""
        seen: set[str] = set()
        for pool in pools:
            one = self._of[pool.requirement]
            one.tables += pool.requirement not in seen
            seen.add(pool.requirement)
            one.rows += pool.rows
            one.assessed += pool.assessed
            one.failures += pool.failures
            if pool.ok is False:
                one.broken += 1
                if len(one.bad) < _KEPT:
                    one.bad.append(Bad(table, pool, asked, exchanges))

    def leave(self, requirement: str, why: Text) -> None:
        """Note why a rule of a requirement could not be decided on a table."""
        one = self._of[requirement]
        one.tables += 1
        one.open[why] = None


def decide(requirement: str, *standings: Standing) -> Text:
    """Return what a requirement was held to; it is kept.

    Raises:
        Failed: a table breaks it.
        Untested: a rule could not be decided, or nothing that it speaks of can be assessed.
        Inapplicable: no table has anything that it speaks of.
    """
    bad = [one for each in standings for one in each.bad]
    if bad:
        raise _failed(requirement, bad, sum(one.broken for one in standings))
    tables, rows = sum(one.tables for one in standings), sum(one.rows for one in standings)
    assessed, failures = sum(one.assessed for one in standings), sum(one.failures for one in standings)
    reasons = list(dict.fromkeys(why for one in standings for why in one.open))
    if reasons:
        raise Untested(Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)))
    if not tables:
        raise Inapplicable(Text("没有字段适用此要求", "no served field falls under it"))
    if not rows:
        raise Inapplicable(
            Text(f"{tables} 张表的适用字段均没有值", f"the fields that it speaks of hold no value in {tables} tables")
        )
    if not assessed:
        raise Untested(wording.not_assessable(rows))
    return Text(
        f"{tables} 张表，判定 {assessed:,} 个值，不合格 {failures:,} 个（各表均在限度内），"
        f"不可判定 {rows - assessed:,} 个",
        f"{tables} tables: {assessed:,} values assessed, {failures:,} not good (each table within its limit), "
        f"{rows - assessed:,} not assessable",
    )


def _failed(requirement: str, bad: Sequence[Bad], count: int) -> Failed:
    findings = tuple(one.finding(requirement) for one in bad[:_KEPT])
    first = findings[0].came
    if count == 1:
        return Failed(first, findings)
    tables = list(dict.fromkeys(one.table for one in bad))
    shown = Text("、".join(tables[:_NAMED]), ", ".join(tables[:_NAMED]))
    more = " …" if len(tables) > _NAMED else ""
    return Failed(
        Text(
            f"{count} 处（表或规则）未达要求：{shown.zh}{more}；首处 {first.zh}",
            f"{count} tables or rules fall short: {shown.en}{more}; first {first.en}",
        ),
        findings,
    )
