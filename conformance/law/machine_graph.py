"""What follows from a machine: the states reached, where a timer runs, shortest paths, every illegal attempt."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import TYPE_CHECKING

from conformance.law.machine_guards import After, Once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.law.machines import Ending, Event, Machine, Timer, Transition

    Path = tuple[Transition, ...]

_WAITING = 1000  # a path that has to wait for a timer is worth a longer one that has not


def reached(machine: Machine, start: Iterable[str] = ("",), without: Ending | None = None) -> frozenset[str]:
    """Return the states that lead on from `start` (empty: no case yet), `start` included.

    Args:
        machine: the machine.
        start: states to begin with.
        without: states not to be entered and events not to happen.
    """
    found, left = set(start), list(start)
    while left:
        here = left.pop()
        for step in machine.transitions:
            stopped = without is not None and (step.event in without.events or step.to in without.states)
            if step.start == here and step.to not in found and not stopped:
                found.add(step.to)
                left.append(step.to)
    return frozenset(found)


def running(machine: Machine, timer: Timer) -> frozenset[str]:
    """Return the states in which a timer runs: from its start until something keeps it, voids it or it fires."""
    ends = {*timer.met.events, *timer.void.events, *([timer.fires] if timer.fires else [])}
    stop = type(timer.met)(timer.met.states | timer.void.states, frozenset(ends))
    begun = {step.to for step in machine.transitions if step.event in timer.starts} - stop.states
    return reached(machine, begun, stop)


def shortest(machine: Machine) -> Mapping[Transition, Path]:
    """Return for every transition the shortest path from nothing to it, that transition included.

    Guards that rest on earlier events are kept: what has to come first comes first, what happens once happens once.
    A path waits for a timer only where no other leads there.
    """
    found: dict[Transition, Path] = {}
    ties, seen = count(), set[tuple[str, frozenset[str]]]()
    queue: list[tuple[int, int, str, frozenset[str], Path]] = [(0, next(ties), "", frozenset(), ())]
    while queue:
        cost, _, state, done, path = heapq.heappop(queue)
        if (state, done) in seen:
            continue
        seen.add((state, done))
        for step in machine.transitions:
            event = machine.events[step.event]
            if step.start != state or not _may(machine, event, done):
                continue
            after = cost + (_WAITING if event.automatic else 1)
            longer = (*path, step)
            heapq.heappush(queue, (after, next(ties), step.to, _done(machine, event, done), longer))
            if step not in found or after < _cost(machine, found[step]):
                found[step] = longer
    return {step: found[step] for step in machine.transitions if step in found}


def _cost(machine: Machine, path: Path) -> int:
    return sum(_WAITING if machine.events[step.event].automatic else 1 for step in path)


def _may(machine: Machine, event: Event, done: frozenset[str]) -> bool:
    rules = [guard.rule for guard in machine.guards_of(event.id) if guard.when is None]
    wanted = {rule.event for rule in rules if isinstance(rule, After)}
    return wanted <= done and not (event.id in done and any(isinstance(rule, Once) for rule in rules))


def _done(machine: Machine, event: Event, done: frozenset[str]) -> frozenset[str]:
    """What has happened by now, as far as a guard asks for it."""
    asked = {guard.rule.event for guard in machine.guards.values() if isinstance(guard.rule, After)}
    asked |= {
        one.id
        for one in machine.events.values()
        if any(isinstance(guard.rule, Once) for guard in machine.guards_of(one.id))
    }
    return (done - frozenset(event.voids)) | (frozenset({event.id}) & asked)


def covering(machine: Machine) -> tuple[Path, ...]:
    """Return few paths that together take every transition which can be taken; the longest come first."""
    chosen: list[Path] = []
    covered: set[Transition] = set()
    for path in sorted(shortest(machine).values(), key=lambda one: -len(one)):
        if not covered.issuperset(path):
            chosen.append(path)
            covered.update(path)
    return tuple(chosen)


class Why(StrEnum):
    """What is wrong with an illegal attempt."""

    STATE = "state"
    ROLE = "role"
    BOTH = "state and role"
    SIDE = "side"


@dataclass(frozen=True, slots=True)
class Illegal:
    """An attempt that a node refuses without a change.

    Attributes:
        state: where the case stands; empty where there is none yet.
        side: party of the case that tries; empty where the event is open to every side.
        statuses: HTTP statuses that refuse it rightly.
    """

    state: str
    event: str
    role: str
    side: str
    why: Why
    statuses: frozenset[int]


def illegal(machine: Machine, roles: Iterable[str]) -> tuple[Illegal, ...]:
    """Return every (state, event, role) that is illegal, and every attempt by a right role of a wrong side.

    Args:
        machine: the machine.
        roles: all roles that the contract knows.
    """
    known = tuple(roles)
    return tuple(
        one
        for state in ("", *machine.states)
        for event in machine.events.values()
        if event.operation and event.creates == (not state)
        for role in known
        for one in _attempts(machine, state, event, role)
    )


def _attempts(machine: Machine, state: str, event: Event, role: str) -> Iterator[Illegal]:
    legal = not state or state in event.starts
    if legal and role in event.roles:
        others = [one.id for one in machine.parties if event.sides and one.id not in event.sides]
        for side in others:
            yield Illegal(state, event.id, role, side, Why.SIDE, frozenset({403}))
        return
    why = Why.ROLE if legal else Why.STATE if role in event.roles else Why.BOTH
    yield Illegal(state, event.id, role, event.sides[0] if event.sides else "", why, _statuses(machine, state, why))


def _statuses(machine: Machine, state: str, why: Why) -> frozenset[int]:
    """403 for the role, 409 for the state, either for both; what is gone may also not be found."""
    found = {403} if why is Why.ROLE else {409} if why is Why.STATE else {403, 409}
    gone = bool(state) and machine.states[state].gone
    return frozenset(found | {404, 410}) if gone else frozenset(found)
