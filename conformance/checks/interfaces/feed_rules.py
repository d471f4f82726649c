"""What a feed must tell of the changes that were made, one function a requirement; each returns the first breach."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.stage import OPERATIONS
from conformance.checks.interfaces.telling import applied
from conformance.node.answer import came
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.checks.interfaces.stage import Key, Row
    from conformance.checks.interfaces.telling import Change, Event, Reading, Tale

    Rule = Callable[[Tale], "Breach | None"]


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a feed diverges from the changes that were made."""

    came: Text
    due: Text
    exchanges: tuple[int, ...]


def exact(tale: Tale) -> Breach | None:
    """Every inserted or updated row is announced, no unchanged one, and none more often than it was changed."""
    for one in tale.readings:
        made, told = Counter(change.key for change in one.changes), _told(tale, one)
        ends = {change.key: change.op for change in one.changes}
        silent = [key for key, op in ends.items() if op != "D" and not told[key]]
        extra = [key for key, times in told.items() if times > made[key]]
        if silent or extra:
            return Breach(
                Text(
                    f"增改后未出现：{_shown(silent)}；未变化却出现：{_shown(extra)}",
                    f"inserted or updated rows that do not appear: {_shown(silent)}; events without a change: "
                    f"{_shown(extra)}",
                ),
                Text("变化的行全部出现，未变化的行不出现", "every changed row, and no unchanged one"),
                one.pages,
            )
    return None


def _told(tale: Tale, reading: Reading) -> Counter[Key]:
    return Counter(key for event in reading.events if (key := event.about(tale.names)))


def _shown(keys: Sequence[Key]) -> str:
    return "、".join("/".join(key) for key in keys[:3]) or "-"


def members(tale: Tale) -> Breach | None:
    """Every event states the operation, the time and the batch of its change."""
    for one in tale.readings:
        made = {(change.key, change.batch): change.op for change in one.changes}
        times, told = Counter(change.key for change in one.changes), _told(tale, one)
        for event in one.events:
            key, batch = event.about(tale.names), event.data.get("batch")
            due = made.get((key, str(batch)))
            formed = event.op in OPERATIONS and moment(event) is not None and isinstance(batch, str) and batch
            if not formed or (due is None and 0 < told[key] <= times[key]):
                batches = sorted({change.batch for change in one.changes if change.key == key})
                return _differs(event, f"op I/U/D, time RFC 3339, batch {' / '.join(batches)}", one)
            if due and told[key] == times[key] and event.op != due:
                return _differs(event, f"op {due}", one)
    return None


def _differs(event: Event, due: str, reading: Reading) -> Breach:
    found = {name: event.data.get(name) for name in ("op", "time", "batch")}
    return Breach(came(found), Text(due, due), (event.n, *reading.pages))


def moment(event: Event) -> datetime | None:
    """Return the time of an event, None where it is no date-time with an offset."""
    told = event.data.get("time")
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) and "T" in told else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def tombstones(tale: Tale) -> Breach | None:
    """Every row that was deleted ends in a tombstone: operation D, the key, no row."""
    for one in tale.readings:
        last = {event.about(tale.names): event for event in one.events}
        named = {event.key(tale.names): event for event in one.events}
        ends = {change.key: change.op for change in one.changes}
        for key, op in ends.items():
            event = named.get(key) or last.get(key)
            if op != "D" or (event is None and key not in one.before):
                continue
            if event is None or (event.op, event.row, event.key(tale.names)) != ("D", None, key):
                shown = came(None if event is None else {name: event.data.get(name) for name in ("op", "key", "row")})
                due = {"op": "D", "key": dict(zip(tale.names, key, strict=True)), "row": None}
                return Breach(shown, came(due), one.pages)
    return None


def repeatable(tale: Tale) -> Breach | None:
    """An event holds the whole row and its key; the same token brings the same events, and twice is as once."""
    fields = {frozenset(row) for row in tale.full.values()}
    for one in tale.readings:
        for event in one.events:
            if event.op in {"I", "U"} and (part := _partial(event, tale.names, fields)):
                return Breach(part, Text("整行及其主键", "the whole row with its key"), (event.n, *one.pages))
        first, again = ([event.data for event in found] for found in (one.events, one.again))
        if first != again:
            return Breach(
                Text(
                    f"同一令牌先得 {len(first)} 个事件，再得 {len(again)} 个，内容不同",
                    f"the same token brings {len(first)} events, then {len(again)}, not the same",
                ),
                Text("两次相同", "the same events both times"),
                one.pages,
            )
        once = applied(one.before, one.events, tale.names)
        if applied(once, one.again, tale.names) != once:
            return Breach(
                Text("应用两次与应用一次不同", "applied twice it gives other data than once"),
                Text("相同的数据", "the same data"),
                one.pages,
            )
    return None


def _partial(event: Event, names: tuple[str, ...], fields: set[frozenset[str]]) -> Text | None:
    if not isinstance(event.row, dict):
        return came(event.row)
    key = event.key(names)
    if key and key != tuple(str(event.row.get(name)) for name in names):
        return Text(f"主键 {key}，行中为另一主键", f"key {key}, but the row has another")
    if fields and frozenset(event.row) not in fields:
        return Text(f"只含字段 {sorted(event.row)}", f"a row with the fields {sorted(event.row)} only")
    return None


def ordered(tale: Tale) -> Breach | None:
    """The events of one key come in the order of the changes, and their times never go back."""
    for one in tale.readings:
        if found := disorder(one.events, one.changes, tale.names, one.pages):
            return found
    return times_back(tale.whole, tale.names)


def disorder(
    events: Sequence[Event], changes: Sequence[Change], names: tuple[str, ...], pages: tuple[int, ...]
) -> Breach | None:
    """Return where events of a key do not come in the order of its changes."""
    order: dict[Key, list[str]] = defaultdict(list)
    for change in changes:
        order[change.key].append(change.batch)
    reached: dict[Key, int] = {}
    for event in events:
        key, batch = event.about(names), str(event.data.get("batch"))
        if batch not in order[key]:
            continue
        place = order[key].index(batch)
        if place < reached.get(key, -1):
            return Breach(
                Text(f"{'/'.join(key)} 的事件先后颠倒", f"events of {'/'.join(key)} are out of order"),
                Text("按变更先后", "the order of the changes"),
                (event.n, *pages),
            )
        reached[key] = place
    return times_back(events, names)


def times_back(events: Iterable[Event], names: tuple[str, ...]) -> Breach | None:
    """Return where the time of an event is before that of an earlier event of its key."""
    latest: dict[Key, datetime] = {}
    for event in events:
        key, time = event.about(names), moment(event)
        if time is None or not key:
            continue
        if key in latest and time < latest[key]:
            told = f"{latest[key].isoformat()} → {time.isoformat()}"
            return Breach(
                Text(f"{'/'.join(key)} 的时间倒退：{told}", f"the times of {'/'.join(key)} go back: {told}"),
                Text("时间不倒退", "times that never go back"),
                (event.n,),
            )
        latest[key] = time
    return None


def converges(tale: Tale) -> Breach | None:
    """What was loaded, with all later changes, is what is read now; so is the feed from its start."""
    held: Mapping[Key, Any] = tale.load
    for one in tale.readings:
        held = applied(held, one.events, tale.names)
    return (
        _unequal(held, tale.full, "初始全量加增量", "the load with all later changes", tale.pages)
        or _unequal(applied({}, tale.whole, tale.names), tale.full, "从头重放", "the feed from its start", tale.pages)
        or _doubled(tale)
    )


def _doubled(tale: Tale) -> Breach | None:
    if not tale.doubled:
        return None
    shown = _shown(tale.doubled)
    return Breach(Text(f"{shown} 读出两次", f"{shown} is read twice"), Text("每行一次", "each row once"), tale.pages)


def unequal(came_: Mapping[Key, Any], due: Mapping[Key, Row]) -> list[Key]:
    """Return the keys at which two tables differ."""
    return sorted(key for key in {*came_, *due} if came_.get(key) != due.get(key))


def _unequal(
    held: Mapping[Key, Any], full: Mapping[Key, Row], zh: str, en: str, pages: tuple[int, ...]
) -> Breach | None:
    keys = unequal(held, full)
    if not keys:
        return None
    first = keys[0]
    return Breach(
        Text(
            f"{zh}得 {len(held)} 行，全量读取得 {len(full)} 行，{len(keys)} 行不同：{_shown(keys)}",
            f"{en} gives {len(held)} rows, the full read {len(full)}; {len(keys)} differ: {_shown(keys)}",
        ),
        came(full.get(first)),
        pages,
    )
