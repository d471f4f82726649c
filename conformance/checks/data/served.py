"""The first rows of every resource, judged as they come; a resource whose sample is doubtful is read on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from conformance.bulk.grammar import ExpressionError
from conformance.bulk.judging import pools
from conformance.bulk.rowwise import RowJudge
from conformance.checks.data.standing import Standings, decide
from conformance.checks.resources import loaded
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.bulk.judging import Pool
    from conformance.bulk.values import Measured, Plan, Rule
    from conformance.checks.data.described import Bench
    from conformance.checks.data.exports import Exports
    from conformance.checks.resources import Resource, Resources
    from conformance.node import Session

_PAGE = 500
_MOST_DOUBTFUL = 200

#: A page of rows: the exchange that brought it, and its rows.
Page = tuple[int, list[dict[str, Any]]]


def counts(plan: Plan, pages: Sequence[Page]) -> list[tuple[Rule, Measured]]:
    """Judge rows by a plan: the rules over single rows, and those over keys among these rows."""
    judge = RowJudge(plan)
    position = count(1)
    for number, rows in pages:
        for row in rows:
            judge.feed(row, next(position), str(number))
    found = {one.rule: one for one in judge.finish()}
    return [(rule, found[rule.id]) for rule in plan.rules if rule.id in found]


@dataclass(frozen=True)
class Served:
    """What the rows of the served resources amount to.

    Attributes:
        exports: whole datasets, beside the samples.
        unreadable: resources whose schema cannot be read as the description of a table.
        widened: resources that were read beyond their first rows.
    """

    resources: Resources
    standings: Standings
    exports: Exports
    unreadable: tuple[str, ...]
    widened: int

    def hold(self, run: Session, requirement: str) -> None:
        """Hold the rows, and the whole datasets, to a requirement.

        Raises:
            Failed, Inapplicable, Untested: as `decide`.
        """
        self.resources.announce(run)
        self._announce(run)
        whole = any(one.measurement for one in self.exports.all)
        if not whole and not any(one.rows() for one in self.resources.readable):
            raise Untested(Text("没有可读的数据行", "there are no rows to read"))
        words = decide(requirement, self.standings.of(requirement), self.exports.standings.of(requirement))
        run.note(words.zh, words.en)

    def _announce(self, run: Session) -> None:
        if self.widened:
            run.note(
                f"{self.widened} 个资源抽样未达比例，已扩大读取范围后判定",
                f"resources that missed a ratio in their first rows and were read on: {self.widened}",
            )
        if self.unreadable:
            codes = self.unreadable[:5]
            run.note(
                f"{len(self.unreadable)} 个资源的数据结构无法读取，未判定：{'、'.join(codes)}",
                f"resources whose schema cannot be read, not judged: {len(self.unreadable)} ({', '.join(codes)})",
            )
        self.exports.announce(run)


def judge_resources(run: Session, bench: Bench, resources: Resources, exports: Exports) -> Served:
    """Judge the rows of every readable resource."""
    standings = Standings()
    unreadable: list[str] = []
    widened = 0
    for one in resources.readable:
        try:
            plan, pages = bench.plan(one.served()), _first(one)
            found = pools(counts(plan, pages))
        except (KeyError, TypeError, ValueError, ExpressionError):
            unreadable.append(one.code)
            continue
        if widened < _MOST_DOUBTFUL and _doubtful(found) and one.total > len(pages[0][1]):
            widened += 1
            pages = [*pages, *_more(run, one)]
            found = pools(counts(plan, pages))
        standings.take(one.code, found, _asked(one, pages), tuple(number for number, _ in pages))
        for rule, why in plan.undecided:
            standings.leave(rule.requirement, why)
    return Served(resources, standings, exports, tuple(unreadable), widened)


def _first(resource: Resource) -> list[Page]:
    assert resource.page is not None
    return [(resource.page.n, resource.rows())]


def _doubtful(found: Sequence[Pool]) -> bool:
    """Tell whether a share is missed that more rows might reach: twenty rows say little of ninety-nine per cent."""
    return any(one.ok is False and (one.least is not None or one.most is not None) for one in found)


def _more(run: Session, resource: Resource) -> Iterator[Page]:
    """Read on behind the first rows, as far as the parameter allows."""
    assert resource.page is not None
    left = int(run.param("data.rows-when-doubtful")) - len(resource.rows())
    cursor = loaded(resource.page).get("next")
    while isinstance(cursor, str) and left > 0:
        params = {"limit": min(left, _PAGE), "cursor": cursor}
        answer = run.node.get(f"/data/{resource.code}", params=params)
        page = loaded(answer) if answer.status == 200 else {}
        rows = page.get("items")
        if not isinstance(rows, list) or not rows:
            return
        yield answer.n, [one for one in rows if isinstance(one, dict)]
        left, cursor = left - len(rows), page.get("next")


def _asked(resource: Resource, pages: Sequence[Page]) -> Text:
    rows = sum(len(found) for _, found in pages)
    return Text(f"GET /data/{resource.code} 前 {rows} 行", f"GET /data/{resource.code}, first {rows} rows")
