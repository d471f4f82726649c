"""The lists of a node: every one that the contract pages, as far as the node has it and lets the run read it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.finding import failure, names
from conformance.checks.shared import Catalog, words
from conformance.checks.walking import Walk, walk
from conformance.judge import CantTell, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.node import Answer, Session
    from conformance.node.contract.document import Operation

_CURSOR = "#/components/parameters/Cursor"
_FULL = 500
_LONG = 311
_TRIED = 24
_TABLES = 2
_LEAST = 3


@dataclass(frozen=True, slots=True)
class List:
    """One list that the reader of the run may read.

    Attributes:
        path: below the node's root.
        role: the identity that reads it; None asks without credentials.
        total: how many items it announces.
        first: its first page of one item.
    """

    path: str
    role: str | None
    total: int
    first: Answer

    def walk(self, run: Session, limit: int) -> Walk:
        """Return the whole list with a page size.

        Raises:
            Failed: as `conformance.checks.walking.pages`.
        """
        return walk(run.node, self.path, {"limit": limit}, role=self.role)


def paged_lists(run: Session) -> list[tuple[str, str | None]]:
    """Return path and role of every list of the contract that has one address."""
    return [
        (one.path, _role(run, one))
        for one in run.contract.operations
        if one.method == "GET" and "{" not in one.path and _takes_cursor(one)
    ]


def _takes_cursor(one: Operation) -> bool:
    return any(given.get("$ref") == _CURSOR for given in one.data.get("parameters", []))


def _role(run: Session, one: Operation) -> str | None:
    return next((role for role in one.roles if run.node.has(role)), one.roles[0]) if one.roles else None


def read_lists(run: Session, catalog: Catalog) -> tuple[List, ...]:
    """Ask every list of the contract, and a few tables of rows, for one item; what does not answer 200 is left out.

    Raises:
        CantTell: no response came.
    """
    found: list[List] = []
    for path, role in paged_lists(run):
        if role is None or run.node.has(role):
            found += _reached(path, role, run.node.get(path, params={"limit": 1}, role=role))
    served = [one["code"] for one in catalog.shared if _is_interface(one)][:_TRIED]
    paths = [f"/data/{code}" for code in served]
    answers = run.node.ask_all("GET", paths, params={"limit": 1})
    tables = [one for path, answer in zip(paths, answers, strict=True) for one in _reached(path, "reader", answer)]
    return (*found, *[one for one in tables if one.total >= _LEAST][:_TABLES])


def _is_interface(entry: dict[str, Any]) -> bool:
    return any(words(one, "way") == "service-interface" for one in entry.get("bindings") or [])


def _reached(path: str, role: str | None, answer: Answer) -> Iterable[List]:
    if answer.status != 200:
        return
    data = answer.json if isinstance(answer.json, dict) else {}
    if isinstance(data.get("items"), list):
        total = data.get("total")
        yield List(path, role, total if isinstance(total, int) else len(data["items"]), answer)


def announced(run: Session, lists: Sequence[List], least: int) -> list[List]:
    """Return the lists with so many items, and say which they are.

    Raises:
        Untested: there is none.
    """
    fit = [one for one in lists if one.total >= least]
    if not fit:
        raise Untested(Text("没有可供判断的清单", "no list has enough items to be judged"))
    shown = names([one.path for one in fit], 40)
    run.note(f"{len(fit)} 个清单：{shown}", f"{len(fit)} lists: {shown}")
    return fit


def hold_whole(one: List, found: Walk) -> None:
    """Hold a walk to what it announces: each item once, as many as the total says.

    Raises:
        Failed: items come twice, or more or fewer than announced.
    """
    doubled = [key for key, times in Counter(map(label, found.items)).items() if times > 1]
    if doubled or found.total != len(found.items):
        raise failure(
            Text(
                f"{one.path} 宣告 {found.total} 条，遍历得 {len(found.items)} 条，重复 {len(doubled)} 条",
                f"{one.path} announces {found.total} items; {len(found.items)} came, {len(doubled)} of them twice",
            ),
            Text("每个条目恰好一次，条数等于 total", "each item exactly once, as many as total says"),
            found.pages,
        )


def hold_same(run: Session, one: List, base: Walk, again: Walk, limit: int) -> None:
    """Hold a walk with another page size to the first.

    Raises:
        Failed: it gives another sequence, though the list did not change.
        CantTell: the list changed meanwhile.
    """
    due, came = [list(map(label, walked.items)) for walked in (base, again)]
    if due == came:
        hold_whole(one, again)
        return
    now = list(map(label, one.walk(run, _FULL).items))
    if now != due:
        if came[: len(due)] == due:
            return  # it only grew
        raise CantTell(Text(f"{one.path} 在两次遍历之间变化", f"{one.path} changed between two walks"))
    absent = [key for key in due if key not in set(came)]
    raise failure(
        Text(
            f"{one.path} 每页 {limit} 条时得 {len(came)} 条，缺 {len(absent)} 条，与每页 {_FULL} 条的结果不同",
            f"{one.path} gives {len(came)} items at {limit} a page, {len(absent)} missing: unlike {_FULL} a page",
        ),
        Text(f"同一序列，{len(due)} 条", f"the same sequence of {len(due)} items"),
        (*base.pages[:2], *again.pages),
        count=max(1, len(absent)),
    )


def label(item: Any) -> str:
    """Return by what an item is the same as another: everything in it."""
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()


def sizes(total: int, most_pages: int) -> list[int]:
    """Return page sizes at which a list of so many items is likely to break: its last page full, or of one item."""
    least = smallest(total, most_pages)
    exact = [one for one in range(least, total) if total % one == 0]
    wanted = [total, total - 1, *exact[-1:], least]
    return [one for one in dict.fromkeys(wanted) if least <= one <= _FULL]


def smallest(total: int, most_pages: int) -> int:
    """Return the smallest page size by which a list of so many items is walked; a long list takes more pages."""
    return max(1, min(_LONG, -(-total // most_pages)))
