"""interfaces/incremental: the feed of a table tells every change, once, in order, and with it copies stay equal."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import failure
from conformance.checks.interfaces import feed_rules
from conformance.checks.interfaces.clockwork import lifetime, moved, node_time
from conformance.checks.interfaces.cursors import Refusals
from conformance.checks.interfaces.feed_rules import unequal
from conformance.checks.interfaces.stage import Line, Stage
from conformance.checks.interfaces.telling import Change, Event, applied, feed
from conformance.checks.shared import words
from conformance.checks.walking import pages, walk
from conformance.judge import CantTell, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.histories import Histories
    from conformance.checks.interfaces.lists import List
    from conformance.checks.interfaces.stage import Key
    from conformance.checks.resources import Resources
    from conformance.node import Answer, Session

_EDGE = timedelta(minutes=1)
_MONITOR = re.compile(r"<([^<>]*)>\s*;[^<]*\brel=\"?monitor\"?")
_DAYS_AGO = timedelta(days=3)


@decides("API-018", writes=True)
def test_exactly_the_changed_rows_appear(run: Session, histories: Histories) -> None:
    """Every row inserted or updated since the token appears in the feed, and no unchanged row does."""
    histories.hold(run, feed_rules.exact, "U")


@decides("API-047", writes=True)
def test_events_state_what_was_done(run: Session, histories: Histories) -> None:
    """Each event states the operation, the time and the batch of the change that it tells of."""
    histories.hold(run, feed_rules.members, "U")


@decides("API-047")
def test_published_feeds_state_operation_time_and_batch(run: Session, lists: tuple[List, ...]) -> None:
    """Each event in the feeds of published tables states operation, time and batch."""
    for path, events in _feeds(run, lists).items():
        for event in events:
            batch = words(event.data, "batch")
            if event.op not in {"I", "U", "D"} or feed_rules.moment(event) is None or not batch:
                shown = {name: event.data.get(name) for name in ("op", "time", "batch")}
                raise failure(
                    Text(f"{path}：{shown}", f"{path}: {shown}"),
                    Text("I、U 或 D，带时区的时间，批次", "I, U or D, a time with its offset, a batch"),
                    (event.n,),
                )


@decides("API-019", writes=True)
def test_deleted_rows_leave_tombstones(run: Session, histories: Histories) -> None:
    """A row deleted since the token appears in the feed as a tombstone with operation D and its key."""
    histories.hold(run, feed_rules.tombstones, "D")


@decides("API-020", writes=True)
def test_feed_can_be_applied_twice(run: Session, histories: Histories) -> None:
    """The same token brings the same events, and applying them twice gives the same data as applying them once."""
    histories.hold(run, feed_rules.repeatable, "U")


@decides("API-048", writes=True)
def test_events_of_a_key_are_in_order(run: Session, histories: Histories) -> None:
    """The events of one key come in the order of the changes, and their times never go back."""
    histories.hold(run, feed_rules.ordered, "U")


@decides("API-048")
def test_times_in_published_feeds_never_go_back(run: Session, lists: tuple[List, ...]) -> None:
    """In the feeds of published tables the times of one key never go back."""
    for events in _feeds(run, lists).values():
        if found := feed_rules.times_back(events, _names(events)):
            raise failure(found.came, found.due, found.exchanges)


@decides("API-048", writes=True)
def test_late_change_does_not_turn_time_back(desk: Desk, resources: Resources) -> None:
    """A change that arrives late, with an earlier time than the one before it, does not turn back the feed."""
    stage = Stage(desk, resources, "late")
    run = desk.run
    stage.fill([stage.row(0, 0), stage.row(1, 1)])
    _, token, _ = feed(run, stage.path, None)
    key = stage.key_of(stage.row(0, 0))
    made: list[Change] = []
    late = (run.now - _DAYS_AGO).isoformat(timespec="seconds")
    for variant, time in ((1, None), (2, late), (3, None)):
        row = stage.row(0, variant)
        made.append(Change("U", key, row, stage.change([Line("U", key, row)], time)))
    events, _, answers = feed(run, stage.path, token)
    found = feed_rules.disorder(events, made, stage.names, tuple(one.n for one in answers))
    if not events:
        raise Untested(Text("增量中没有这些变更", "the feed has none of these changes"))
    if found:
        raise failure(found.came, found.due, found.exchanges)


@decides("API-021", writes=True)
def test_histories_lead_to_the_full_read(run: Session, histories: Histories) -> None:
    """What was loaded with all later changes is the full read taken now, and so is the feed from its start."""
    histories.hold(run, feed_rules.converges, "D")


@decides("API-021", writes=True)
def test_load_and_its_feed_miss_nothing(desk: Desk, resources: Resources) -> None:
    """A full read while rows are inserted, updated and deleted, with the feed that it names, is the table now."""
    stage = Stage(desk, resources, "load")
    run = desk.run
    stage.fill([stage.row(one, one) for one in (0, 2, 3, 4, 6)])
    walked = pages(run.node, stage.path, {"limit": 1})
    read = [next(walked) for _ in range(3)]
    address = _monitor(read[0])
    _disturb(stage)
    read += walked
    load = {stage.key_of(one): one for page in read for one in page.object["items"]}
    since = run.node.get(address).expect(200)
    events = [*_events(since), *feed(run, stage.path, since.member("next", str))[0]]
    whole, _, _ = feed(run, stage.path, None)
    now = stage.read()
    for held in (applied(load, events, stage.names), applied({}, whole, stage.names)):
        if keys := unequal(held, stage.held(now)):
            raise failure(
                Text(
                    f"边读边改：全量加增量有 {len(keys)} 行与此刻不同：{'、'.join(map('/'.join, keys[:3]))}",
                    f"read while it changed: load and feed differ from the table now in {len(keys)} rows: "
                    f"{', '.join(map('/'.join, keys[:3]))}",
                ),
                Text("全量加增量等于此刻的全量", "the load with its feed equals the full read now"),
                (read[0].n, since.n, *now.pages),
            )


def _disturb(stage: Stage) -> None:
    """Insert before and behind, update and delete what was read and what was not; in three batches."""
    old = [stage.row(one, one) for one in range(7)]
    key = stage.key_of
    stage.change([Line("I", key(old[one]), old[one]) for one in (1, 5)])
    stage.change([Line("U", key(old[one]), stage.row(one, one + 1)) for one in (2, 6)])
    stage.change([Line("D", key(old[one]), stage.state[key(old[one])]) for one in (3, 4)])


def _monitor(page: Answer) -> str:
    """Return the address of the feed that the first page of a full read names."""
    match = _MONITOR.search(page.header("link") or "")
    if match is None:
        due = Text('首页的 Link 头含 rel="monitor"', 'a header Link with rel="monitor" on the first page')
        raise page.wrong(Text(page.header("link") or "-", page.header("link") or "-"), due)
    return match[1]


def _events(page: Answer) -> list[Event]:
    return [Event(one, page.n) for one in page.member("changes", list) if isinstance(one, dict)]


@decides("API-021")
def test_published_feeds_lead_to_the_full_read(run: Session, lists: tuple[List, ...]) -> None:
    """The feed of a published table from its start gives the rows that the table has now."""
    for path, events in _feeds(run, lists).items():
        names = _names(events)
        held = applied({}, events, names)
        full, numbers = _table(run, path, names)
        keys = unequal(held, full)
        if keys and unequal(_table(run, path, names)[0], full):
            raise CantTell(Text(f"{path} 在读取期间变化", f"{path} changed while it was read"))
        if keys:
            raise failure(
                Text(
                    f"{path}：从头重放得 {len(held)} 行，全量 {len(full)} 行，{len(keys)} 行不同",
                    f"{path}: the feed from its start gives {len(held)} rows, the full read {len(full)}, "
                    f"{len(keys)} differ",
                ),
                Text("两者相同", "the same rows"),
                numbers,
            )


def _table(run: Session, path: str, names: tuple[str, ...]) -> tuple[dict[Key, Any], tuple[int, ...]]:
    found = walk(run.node, path, {"limit": 500})
    rows = [one for one in found.items if isinstance(one, dict)]
    return {tuple(str(one.get(name)) for name in names): one for one in rows}, found.pages


def _names(events: list[Event]) -> tuple[str, ...]:
    told = events[0].data.get("key")
    return tuple(told) if isinstance(told, dict) else ()


def _feeds(run: Session, lists: tuple[List, ...]) -> dict[str, list[Event]]:
    """Read the feeds of the published tables from their start.

    Raises:
        Untested: there is none with an event.
    """
    paths = [one.path for one in lists if one.path.startswith("/data/")]
    found = {path: events for path in paths if (events := feed(run, path, None)[0])}
    if not found:
        raise Untested(Text("没有可读的增量", "no feed can be read"))
    run.note(f"{len(found)} 个数据表的增量", f"the feeds of {len(found)} tables")
    return found


@decides("API-022", writes=True)
def test_old_tokens_are_gone_and_the_table_is_not(desk: Desk, resources: Resources) -> None:
    """A token works within its declared lifetime and gets 410 after it; reading without one gives the full data."""
    run = desk.run
    life = lifetime(run, "feedTokenLifetime")
    stage = Stage(desk, resources, "resync")
    stage.fill([stage.row(one, one) for one in range(4)])
    key = stage.key_of(stage.row(0, 0))
    stage.change([Line("D", key, stage.state[key])])
    tokens = {path: run.node.get(path).expect(200).member("next", str) for path in ("/catalog/changes", _of(stage))}
    start = node_time(run)
    with moved(run, start + life * 0.9):
        for path, token in tokens.items():
            run.node.get(path, params={"since": token}).expect(200)
    refusals = Refusals(410)
    with moved(run, start + life + _EDGE):
        for path, token in tokens.items():
            refusals.ask(run, path, {"since": token}, f"since older than {life}", "reader")
        refusals.hold()
        _resync(stage)


def _of(stage: Stage) -> str:
    return f"{stage.path}/changes"


def _resync(stage: Stage) -> None:
    """Read everything without a token, by the feed and in full, and go on from there."""
    run = stage.run
    events, token, answers = feed(run, stage.path, None)
    now = stage.read()
    address = _monitor(run.node.get(stage.path, params={"limit": 1}).expect(200))
    for held in (applied({}, events, stage.names), stage.held(now)):
        if keys := unequal(held, stage.state):
            raise failure(
                Text(f"重新全量得 {len(held)} 行，{len(keys)} 行不同", f"{len(held)} rows, {len(keys)} differ"),
                Text(f"{len(stage.state)} 行", f"the {len(stage.state)} rows of the table"),
                (*(one.n for one in answers), *now.pages),
            )
    run.node.get(address).expect(200)
    run.node.get(_of(stage), params={"since": token}).expect(200)
