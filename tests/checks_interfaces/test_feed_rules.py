"""The rules of a feed, each on histories that keep it and on one that breaks it in one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits

from conformance.checks.interfaces import feed_rules as rules
from conformance.checks.interfaces.script import CRAFTED, Act, Step, put, scripts, shown, smaller
from conformance.checks.interfaces.telling import Change, Event, Reading, Tale, applied

NAMES = ("id",)
RULES = {
    "exact": rules.exact,
    "members": rules.members,
    "tombstones": rules.tombstones,
    "repeatable": rules.repeatable,
    "ordered": rules.ordered,
    "converges": rules.converges,
}


def row(name: str, value: str = "x") -> dict[str, str]:
    return {"id": name, "value": value}


def event(op: str, name: str, second: int, batch: str, found: dict[str, str] | None) -> dict[str, Any]:
    return {"op": op, "time": f"2026-01-01T00:00:{second:02d}+08:00", "batch": batch, "key": {"id": name}, "row": found}


CHANGES = (
    Change("I", ("c",), row("c"), "B2"),
    Change("U", ("a",), row("a", "y"), "B2"),
    Change("U", ("a",), row("a", "z"), "B3"),
    Change("D", ("b",), None, "B3"),
)
FEED = (
    event("I", "c", 2, "B2", row("c")),
    event("U", "a", 3, "B2", row("a", "y")),
    event("U", "a", 4, "B3", row("a", "z")),
    event("D", "b", 5, "B3", None),
)
BEFORE = {("a",): row("a"), ("b",): row("b"), ("d",): row("d")}
AFTER = {("a",): row("a", "z"), ("c",): row("c"), ("d",): row("d")}
START = tuple(event("I", name, 1, "B1", row(name)) for name in "abd")


def tale(feed: tuple[dict[str, Any], ...] = FEED, again: tuple[dict[str, Any], ...] | None = None, **more: Any) -> Tale:
    events, second = (tuple(Event(one, 7) for one in found) for found in (feed, feed if again is None else again))
    reading = Reading(events, second, CHANGES, BEFORE, AFTER, (7,))
    whole = tuple(Event(one, 8) for one in (*START, *feed))
    return replace(Tale(CRAFTED[0], NAMES, BEFORE, (reading,), AFTER, (), whole, (8,)), **more)


def broken(found: Tale) -> set[str]:
    return {name for name, rule in RULES.items() if rule(found) is not None}


def changed(place: int, **members: Any) -> tuple[dict[str, Any], ...]:
    return tuple({**one, **members} if number == place else one for number, one in enumerate(FEED))


def test_right_history_breaks_nothing() -> None:
    assert set() == broken(tale())
    assert set() == broken(tale((FEED[1], FEED[0], *FEED[2:])))


BROKEN = {
    "an insert is missing": (tale(FEED[1:]), {"exact", "converges"}),
    "an unchanged row appears": (tale((*FEED, event("U", "d", 6, "B3", row("d")))), {"exact"}),
    "a change appears twice": (tale((*FEED[:2], *FEED[1:])), {"exact"}),
    "the operation is another one": (tale(changed(0, op="U")), {"members"}),
    "the operation is none": (tale(changed(0, op="M")), {"members"}),
    "the batch is another one": (tale(changed(0, batch="B3")), {"members"}),
    "there is no batch": (tale(changed(3, batch="")), {"members"}),
    "the time has no offset": (tale(changed(0, time="2026-01-01T00:00:02")), {"members"}),
    "the deletion is missing": (tale(FEED[:-1]), {"tombstones", "converges"}),
    "the tombstone has no key": (tale(changed(3, key={})), {"tombstones", "converges"}),
    "the tombstone holds a row": (tale(changed(3, row=row("b"))), {"tombstones"}),
    "the row is a part": (tale(changed(2, row={"id": "a"})), {"repeatable", "converges"}),
    "the key is not that of the row": (tale(changed(0, key={"id": "e"})), {"exact", "repeatable", "converges"}),
    "the second answer is empty": (tale(again=()), {"repeatable"}),
    "the order is turned round": (tale((FEED[0], FEED[2], FEED[1], FEED[3])), {"ordered", "converges"}),
    "the time goes back": (tale(changed(2, time="2026-01-01T00:00:00+08:00")), {"ordered"}),
    "a deleted row is read": (tale(full={**AFTER, ("b",): row("b")}), {"converges"}),
    "a row is read twice": (tale(doubled=(("a",),)), {"converges"}),
    "the feed has no beginning": (tale(whole=tuple(Event(one, 8) for one in FEED)), {"converges"}),
}


@pytest.mark.parametrize("what", BROKEN)
def test_each_defect_breaks_its_rules_and_no_others(what: str) -> None:
    found, due = BROKEN[what]

    assert due == broken(found)


def test_coalesced_changes_are_allowed() -> None:
    """A node may tell the last of several changes of a row alone."""
    assert set() == broken(tale((FEED[0], *FEED[2:])))


@limits(max_examples=60, deadline=None)
@given(scripts())
def test_cuts_of_a_script_are_smaller_scripts(script: tuple[Step, ...]) -> None:
    def size(one: tuple[Step, ...]) -> int:
        return sum(1 + len(step.acts) + (step.poll > 0) for step in one)

    found = list(smaller(script))

    assert all(size(one) < size(script) and one[0].full and all(step.acts for step in one) for one in found)


def test_scripts_are_shown_in_both_languages() -> None:
    script = (Step(put(0), full=True), Step((Act("delete", 0), Act("same", 1)), poll=2))

    assert "（1）全量批次：写入第 0 行（2）增量批次：删除第 0 行，原样重发第 1 行；读增量，每页 2" == shown(script).zh
    assert "(1) full batch: put row 0 (2) incremental batch: delete row 0, send again row 1; feed read by 2" == (
        shown(script).en
    )


def test_applied_replaces_and_removes() -> None:
    assert AFTER == applied(BEFORE, [Event(one, 1) for one in FEED], NAMES)
