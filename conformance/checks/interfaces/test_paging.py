"""interfaces/paging: walks that give everything once, and cursors that cannot be made up or kept for ever."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.holding import holds
from conformance.checks.interfaces.clockwork import lifetime, moved, node_time
from conformance.checks.interfaces.cursors import Refusals, tampered
from conformance.checks.interfaces.lists import announced, hold_same, hold_whole, label, sizes, smallest
from conformance.checks.interfaces.stage import Stage
from conformance.checks.shared import words
from conformance.checks.walking import walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.lists import List
    from conformance.checks.resources import Resources
    from conformance.checks.walking import Walk
    from conformance.node import Session

_FULL = 500
_PAGES = 6
_GOOD_LIMITS = (1, 2, _FULL)
_BAD_LIMITS = ("0", "-1", "501", "1000000", "abc", "1.5", "", "1e2", "0x10", "99999999999999999999")
_EDGE = timedelta(minutes=1)
_SLOW = timedelta(seconds=0.3)


@decides("API-015")
def test_walks_give_each_item_once(run: Session, lists: tuple[List, ...]) -> None:
    """Every list gives each item exactly once, as many as total says, at any page size."""
    fit = announced(run, lists, 1)
    bases: list[Walk] = []
    quick: list[int] = []
    for place, one in enumerate(fit):
        begun = run.now
        base = one.walk(run, _FULL)
        slow = run.now - begun > _SLOW
        hold_whole(one, base)
        for limit in sizes(len(base.items), 2 if slow else _PAGES)[: 1 if slow else None]:
            hold_same(run, one, base, one.walk(run, limit), limit)
        bases.append(base)
        quick += [] if slow else [place]
    _any_size(run, [(fit[one], bases[one]) for one in quick])


def _any_size(run: Session, walked: list[tuple[List, Walk]]) -> None:
    """Walk the lists at page sizes drawn from the run's seed; lists that are slow to read are not among them."""

    def any_size(example: tuple[int, int]) -> None:
        place, share = example
        one, base = walked[place]
        total = len(base.items)
        limit = max(smallest(total, _PAGES), min(_FULL, -(-total * share // (10 * _PAGES))))
        hold_same(run, one, base, one.walk(run, limit), limit)

    if walked:
        share = st.integers(10, 10 * _PAGES)
        holds(run, "page-sizes", st.tuples(st.integers(0, len(walked) - 1), share), any_size)


@decides("API-015", writes=True)
def test_rows_of_one_moment_are_walked_whole(desk: Desk, resources: Resources) -> None:
    """Rows that were all updated at the same moment come once each, at every page size."""
    stage = Stage(desk, resources, "one-moment")
    rows = [stage.row(number, number) for number in range(len(stage.rows))]
    stage.fill(rows)
    due = stage.state
    for limit in range(1, len(rows) + 2):
        found = stage.read(limit)
        keys = [stage.key_of(one) for one in found.items if isinstance(one, dict)]
        if sorted(keys) != sorted(due) or found.total != len(due):
            absent = sorted(set(due) - set(keys))
            raise failure(
                Text(
                    f"{len(due)} 行更新时间相同，每页 {limit} 行时得 {len(keys)} 行（宣告 {found.total}），"
                    f"缺 {len(absent)} 行：{names([one[0] for one in absent])}",
                    f"of {len(due)} rows with one update time, pages of {limit} give {len(keys)} ({found.total} "
                    f"announced), {len(absent)} missing: {names([one[0] for one in absent])}",
                ),
                Text(f"{len(due)} 行，各一次", f"{len(due)} rows, each once"),
                found.pages,
            )
    run = desk.run
    run.note(f"{len(rows)} 行、{len(rows) + 1} 种页长", f"{len(rows)} rows at {len(rows) + 1} page sizes")


@decides("API-015", writes=True)
def test_audit_events_of_one_moment_are_walked_whole(desk: Desk) -> None:
    """Audit events of one moment come once each, at every page size."""
    run = desk.run
    area = run.node.profile.access.sandbox
    with moved(run, node_time(run)) if area and area.clock else nullcontext():
        code = desk.publish("one-moment-audit")
    params, node = {"object": code}, run.node
    base = walk(node, "/audit/events", {**params, "limit": _FULL}, role="auditor")
    if len(base.items) < 2:
        raise Untested(Text("审计事件不足两条", "fewer than two audit events"))
    due = [label(one) for one in base.items]
    for limit in range(1, len(due) + 1):
        again = walk(node, "/audit/events", {**params, "limit": limit}, role="auditor")
        if [label(one) for one in again.items] != due or again.total != len(due):
            raise failure(
                Text(
                    f"{code} 的审计事件每页 {limit} 条时得 {len(again.items)} 条（宣告 {again.total}）",
                    f"the audit events of {code} at {limit} a page are {len(again.items)} ({again.total} announced)",
                ),
                Text(f"{len(due)} 条，各一次", f"{len(due)} events, each once"),
                (*base.pages, *again.pages),
            )


@decides("API-017")
def test_bad_page_sizes_are_refused(run: Session, lists: tuple[List, ...]) -> None:
    """A limit from 1 to 500 is kept; one that is no integer or outside this range gets 400."""
    fit = announced(run, lists, 0)
    for one in fit:
        for limit in _GOOD_LIMITS:
            answer = run.node.get(one.path, params={"limit": limit}, role=one.role).expect(200)
            n = len(answer.member("items", list))
            if n > limit:
                raise answer.wrong(Text(f"一页 {n} 条", f"a page of {n}"), Text(f"至多 {limit} 条", f"{limit} at most"))
    refusals = Refusals(400)
    for one in fit:
        for text in _BAD_LIMITS:
            refusals.ask(run, one.path, {"limit": text}, f"limit={text!r}", one.role)
    for path in _feeds(lists):
        run.node.get(path, params={"limit": 1}).expect(200)
        for text in _BAD_LIMITS:
            refusals.ask(run, path, {"limit": text}, f"limit={text!r}", "reader")
    refusals.hold()


def _feeds(lists: tuple[List, ...]) -> list[str]:
    """The feed of the catalog, and that of the first table."""
    return ["/catalog/changes", *[f"{one.path}/changes" for one in lists if one.path.startswith("/data/")][:1]]


@decides("API-053")
def test_cursors_cannot_be_made_up(run: Session, lists: tuple[List, ...]) -> None:
    """A cursor that is malformed, cut short, altered in one place or of another list gets 400."""
    given = {one.path: words(one.first.json, "next") for one in announced(run, lists, 2)}
    refusals = Refusals(400)
    paths = [path for path, cursor in given.items() if cursor]
    roles = {one.path: one.role for one in lists}
    if len(paths) < 2:
        raise Untested(Text("给出游标的清单不足两个", "fewer than two lists give cursors"))
    for place, path in enumerate(paths):
        run.node.get(path, params={"limit": 1, "cursor": given[path]}, role=roles[path]).expect(200)
        for what, text in tampered(run, path, given[path]):
            refusals.ask(run, path, {"limit": 1, "cursor": text}, f"cursor {what}", roles[path])
        other = paths[place - 1]
        refusals.ask(run, path, {"limit": 1, "cursor": given[other]}, f"cursor of {other}", roles[path])
    refusals.hold()
    run.note(f"{refusals.tried} 个伪造游标", f"{refusals.tried} cursors that nobody gave out")


@decides("API-053")
def test_feed_tokens_cannot_be_made_up(run: Session, lists: tuple[List, ...]) -> None:
    """A feed token that is malformed, cut short, altered in one place or of another resource gets 400."""
    tables = [f"{one.path}/changes" for one in lists if one.path.startswith("/data/")]
    refusals = Refusals(400)
    given: dict[str, str] = {}
    for path in ("/catalog/changes", *tables):
        given[path] = run.node.get(path, params={"limit": 1}).expect(200).member("next", str)
        run.node.get(path, params={"limit": 1, "since": given[path]}).expect(200)
    for path, token in given.items():
        for what, text in tampered(run, path, token):
            refusals.ask(run, path, {"limit": 1, "since": text}, f"since {what}", "reader")
        for other in given.keys() - {path}:
            refusals.ask(run, path, {"limit": 1, "since": given[other]}, f"since of {other}", "reader")
    refusals.hold()


@decides("API-054", writes=True)
def test_old_cursors_are_gone(run: Session, lists: tuple[List, ...]) -> None:
    """A cursor works within its declared lifetime and gets 410 after it."""
    life = lifetime(run, "cursorLifetime")
    fit = [one for one in announced(run, lists, 2) if words(one.first.json, "next")]
    if not fit:
        raise Untested(Text("没有清单给出游标", "no list gives a cursor"))
    start = node_time(run)
    given = [(one, run.node.get(one.path, params={"limit": 1}, role=one.role)) for one in fit if one.role == "reader"]
    asked = [(one, {"limit": 1, "cursor": answer.expect(200).member("next", str)}) for one, answer in given]
    with moved(run, start + life * 0.9):
        for one, params in asked:
            run.node.get(one.path, params=params).expect(200)
    refusals = Refusals(410)
    with moved(run, start + life + _EDGE):
        for one, params in asked:
            refusals.ask(run, one.path, params, f"cursor older than {life}", "reader")
            run.node.get(one.path, params={"limit": 1}).expect(200)
    refusals.hold()
