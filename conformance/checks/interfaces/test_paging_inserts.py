"""interfaces/paging: walks during which something is inserted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.holding import holds
from conformance.checks.interfaces.delivery import BATCHES
from conformance.checks.interfaces.stage import Line, Stage
from conformance.checks.shared import words
from conformance.checks.walking import pages, walk
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.stage import Row
    from conformance.checks.resources import Resources

_FULL = 500
_EXAMPLES = 6
_SHELF = 5


@decides("API-016", writes=True)
def test_rows_inserted_during_a_walk_lose_nothing(desk: Desk, resources: Resources) -> None:
    """Rows that were there when a walk began come once each, however many are inserted before and behind it."""
    stage = Stage(desk, resources, "inserts")
    numbers = range(len(stage.rows))

    def undisturbed(example: tuple[int, tuple[int, ...]]) -> None:
        limit, late = example
        waiting = [numbers[one % len(numbers)] for one in late]
        start = [stage.row(one, one) for one in numbers if one not in waiting]
        stage.fill(start)
        _hold_walk(stage, limit, start, [stage.row(one, one) for one in dict.fromkeys(waiting)])

    some = st.lists(st.integers(0, len(numbers) - 1), min_size=1, max_size=_SHELF, unique=True).map(tuple)
    for example in ((1, (0,)), (2, (0, 3)), (1, (1, 0, len(numbers) - 1))):
        undisturbed(example)
    holds(desk.run, "inserts-during-a-walk", st.tuples(st.integers(1, 3), some), undisturbed, most=_EXAMPLES)


def _hold_walk(stage: Stage, limit: int, start: list[Row], late: list[Row]) -> None:
    """Walk a table, inserting a row after each page, and hold the walk to the rows that were there at its start."""
    came: list[Any] = []
    numbers: list[int] = []
    waiting = list(late)
    for page in pages(stage.run.node, stage.path, {"limit": limit}):
        came += page.object["items"]
        numbers.append(page.n)
        if waiting:
            row = waiting.pop(0)
            stage.change([Line("I", stage.key_of(row), row)])
    due = sorted(map(stage.key_of, start))
    found = sorted(key for one in came if isinstance(one, dict) and (key := stage.key_of(one)) in set(due))
    if found != due:
        absent, doubled = sorted(set(due) - set(found)), sorted({one for one in found if found.count(one) > 1})
        raise failure(
            Text(
                f"每页 {limit} 行、遍历期间新增 {len(late)} 行：原有 {len(due)} 行缺 {len(absent)}，重 {len(doubled)}",
                f"pages of {limit}, {len(late)} rows inserted meanwhile: of the {len(due)} rows there at the start "
                f"{len(absent)} are missing and {len(doubled)} come twice",
            ),
            Text("原有的行各出现一次", "the rows that were there, once each"),
            numbers,
            samples=[differ(one[0], "", found.count(one), 1, numbers[0]) for one in (*absent, *doubled)],
        )


@decides("API-016", writes=True)
def test_entries_published_during_a_walk_lose_nothing(desk: Desk) -> None:
    """Entries that were listed when a walk began come once each, though others are published before and behind it."""
    run = desk.run
    shelf = sorted([f"walk-{place}" for place in range(_SHELF)], key=lambda one: desk.entry(one)["code"])
    late = [shelf.pop(0), shelf.pop(-1)]
    due = [desk.publish(one) for one in shelf]
    came: list[str] = []
    numbers: list[int] = []
    for page in pages(run.node, "/catalog/resources", {"limit": 1, "q": "一致性测试目录"}):
        came += [words(one, "code") for one in page.object["items"]]
        numbers.append(page.n)
        if late and due[0] in came:
            desk.publish(late.pop(0))
    counts = {one: came.count(one) for one in due}
    wrong = [differ(one, "", times, 1, numbers[0]) for one, times in counts.items() if times != 1]
    if wrong:
        raise failure(
            Text(f"原有目录出现次数 {list(counts.values())}", f"the entries come {list(counts.values())} times"),
            Text("各一次", "once each"),
            numbers,
            samples=wrong,
        )


@decides("API-016", writes=True)
def test_batches_announced_during_a_walk_lose_nothing(desk: Desk, resources: Resources) -> None:
    """Batches that were listed when a walk began come once each, though others are delivered meanwhile."""
    run = desk.run
    stage = Stage(desk, resources, "batches")
    stage.fill([stage.row(0, 0)])
    base = walk(run.node, BATCHES, {"limit": _FULL}, role="editor")
    limit = max(1, -(-len(base.items) // _SHELF))
    came: list[str] = []
    numbers: list[int] = []
    for page in pages(run.node, BATCHES, {"limit": limit}, role="editor"):
        came += map(_told, page.object["items"])
        numbers.append(page.n)
        if len(numbers) < _SHELF:
            stage.fill([stage.row(len(numbers), 0)])
    wrong = [differ(one, "", came.count(one), 1, numbers[0]) for one in map(_told, base.items) if came.count(one) != 1]
    if wrong:
        raise failure(
            Text(
                f"原有 {len(base.items)} 个批次中 {len(wrong)} 个缺失或重复", f"{len(wrong)} batches missing or twice"
            ),
            Text("各一次", "once each"),
            numbers,
            samples=wrong,
        )


def _told(batch: Any) -> str:
    """Tell a batch by what stays: one that is offered is made anew from time to time."""
    return words(batch, "id") if words(batch, "direction") == "inbound" else words(batch, "resource")
