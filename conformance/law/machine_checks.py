"""What is wrong with a machine by itself: names, states, determinism, timers. No file, no contract."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from conformance.law.machine_graph import reached, running, shortest
from conformance.law.machine_guards import After, Ahead, InStates, OtherThan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from conformance.law.lines import Key
    from conformance.law.machines import Event, Machine, Move, Timer


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the member at `key` of a file."""

    key: Key
    text: str


def troubles(machine: Machine) -> Iterator[Trouble]:
    """Yield what is wrong with a machine by itself; what rests on names comes only when the names are right."""
    names = [*_names(machine), *_unused(machine)]
    yield from names
    if not names:
        yield from chain(_states(machine), _moves(machine), _allowed(machine), _timers(machine), _cycles(machine))


def repeated(data: dict[str, list[dict[str, str]]]) -> Iterator[Trouble]:
    """Yield every id that a list of the file has twice."""
    for member in ("parties", "states", "choices", "guards", "effects", "events", "timers", "forbidden", "kept"):
        seen: set[str] = set()
        for index, one in enumerate(data.get(member, ())):
            if one["id"] in seen:
                yield Trouble((member, index, "id"), f"{one['id']} is there already")
            seen.add(one["id"])


def _lost(key: Key, names: Iterable[str], known: Collection[str], what: str) -> Iterator[Trouble]:
    for name in names:
        if name not in known:
            yield Trouble(key, f"{name}: no such {what}")


def _names(machine: Machine) -> Iterator[Trouble]:
    events, states = machine.events, machine.states
    for index, event in enumerate(events.values()):
        yield from _event_names(machine, ("events", index), event)
    for index, guard in enumerate(machine.guards.values()):
        key: Key = ("guards", index)
        match guard.rule:
            case After(event=name):
                yield from _lost((*key, "after"), [name], events, "event")
            case OtherThan(events=names):
                yield from _lost((*key, "other_than"), names, events, "event")
            case InStates(states=names):
                yield from _lost((*key, "states"), names, states, "state")
            case _:
                pass
    for index, timer in enumerate(machine.timers):
        yield from _timer_names(machine, ("timers", index), timer)
    for index, one in enumerate(machine.forbidden):
        yield from _lost(("forbidden", index, "states"), one.states, states, "state")
        yield from _lost(("forbidden", index, "events"), one.events, events, "event")


def _event_names(machine: Machine, key: Key, event: Event) -> Iterator[Trouble]:
    yield from _lost((*key, "guards"), event.guards, machine.guards, "guard")
    yield from _lost((*key, "effects"), event.effects, machine.effects, "effect")
    yield from _lost((*key, "voids"), event.voids, machine.events, "event")
    yield from _lost((*key, "sides"), event.sides, {one.id for one in machine.parties}, "party")
    for index, move in enumerate(event.moves):
        place: Key = (*key, "moves", index)
        yield from _lost((*place, "from"), move.start, machine.states, "state")
        yield from _lost((*place, "to"), [move.to], machine.states, "state")
        yield from _lost((*place, "effects"), move.effects, machine.effects, "effect")
        if move.choice is None or move.value is None:
            continue
        yield from _lost((*place, "when"), [move.choice], machine.choices, "choice")
        if move.choice in machine.choices:
            values = {one.id for one in machine.choices[move.choice].values}
            yield from _lost((*place, "when"), [move.value], values, f"value of {move.choice}")


def _timer_names(machine: Machine, key: Key, timer: Timer) -> Iterator[Trouble]:
    yield from _lost((*key, "starts"), timer.starts, machine.events, "event")
    for name, ending in (("met", timer.met), ("void", timer.void)):
        yield from _lost((*key, name, "states"), sorted(ending.states), machine.states, "state")
        yield from _lost((*key, name, "events"), sorted(ending.events), machine.events, "event")
    if timer.extension and timer.extension.event:
        yield from _lost((*key, "extension", "event"), [timer.extension.event], machine.events, "event")
    if timer.fires:
        yield from _lost((*key, "fires"), [timer.fires], machine.events, "event")


def _unused(machine: Machine) -> Iterator[Trouble]:
    """What nobody uses is a slip of the pen."""
    events = machine.events.values()
    used: dict[str, set[str | None]] = {
        "choices": {move.choice for event in events for move in event.moves},
        "guards": {name for event in events for name in event.guards},
        "effects": {
            name for event in events for each in (event.effects, *(one.effects for one in event.moves)) for name in each
        },
        "parties": {name for event in events for name in event.sides},
    }
    has = {
        "choices": [*machine.choices],
        "guards": [*machine.guards],
        "effects": [*machine.effects],
        "parties": [one.id for one in machine.parties],
    }
    for member, names in has.items():
        for index, name in enumerate(names):
            if name not in used[member]:
                yield Trouble((member, index), f"{name} is used nowhere")


def _states(machine: Machine) -> Iterator[Trouble]:
    """Every state is reached; only terminal ones are not left, and every other leads to one of them."""
    seen, paths = reached(machine), shortest(machine)
    ends = {one.id for one in machine.states.values() if one.terminal}
    left = {step.start for step in machine.transitions}
    for index, state in enumerate(machine.states.values()):
        key: Key = ("states", index)
        if state.id not in seen:
            yield Trouble(key, f"{state.id} is never reached")
        if state.terminal and state.id in left:
            yield Trouble(key, f"{state.id} is terminal, and an event leads on from it")
        if not state.terminal and not reached(machine, [state.id]) & ends:
            yield Trouble(key, f"{state.id} is a dead end: no terminal state can be reached")
    for index, event in enumerate(machine.events.values()):
        for step in machine.transitions:
            if step.event == event.id and step.start in seen and step not in paths:
                yield Trouble(("events", index), f"{event.id} from {step.start}: its guards never hold")


def _moves(machine: Machine) -> Iterator[Trouble]:
    """From one state an event leads one way, or one choice decides with each of its values once."""
    for index, event in enumerate(machine.events.values()):
        key: Key = ("events", index, "moves")
        together: dict[str, list[Move]] = {}
        for move in event.moves:
            for start in move.start or ("",):
                together.setdefault(start, []).append(move)
        if "" in together and len(together) > 1:
            yield Trouble(key, f"{event.id} makes a case and moves one")
        for start, moves in together.items():
            yield from (
                Trouble(key, f"{event.id} from {start or 'nothing'}: {one}") for one in _undecided(machine, moves)
            )


def _undecided(machine: Machine, moves: list[Move]) -> Iterator[str]:
    choices = {move.choice for move in moves}
    if choices == {None}:
        if len(moves) > 1:
            yield f"leads to {' and to '.join(move.to for move in moves)}"
        return
    if None in choices or len(choices) > 1:
        yield "more than one thing decides"
        return
    (choice,) = choices
    times = Counter(move.value for move in moves)
    yield from (f"{choice} {value} leads two ways" for value, number in times.items() if number > 1)
    for one in machine.choices[str(choice)].values:
        if one.id not in times:
            yield f"{choice} {one.id} leads nowhere"


def _allowed(machine: Machine) -> Iterator[Trouble]:
    """What is ruled out by name is possible nowhere."""
    for index, one in enumerate(machine.forbidden):
        for step in machine.transitions:
            if step.event in one.events and step.start in one.states:
                yield Trouble(("forbidden", index), f"{one.id}: {step.event} leads on from {step.start}")


def _timers(machine: Machine) -> Iterator[Trouble]:
    fired = {timer.fires for timer in machine.timers}
    for index, event in enumerate(machine.events.values()):
        if event.automatic and event.id not in fired:
            yield Trouble(("events", index), f"{event.id} is automatic, and no timer fires it")
    for index, timer in enumerate(machine.timers):
        yield from (Trouble(("timers", index), f"{timer.id} {one}") for one in _loose(machine, timer))


def _loose(machine: Machine, timer: Timer) -> Iterator[str]:
    """Why a timer cannot be relied on: it never runs, never ends, or fires what cannot happen."""
    states = running(machine, timer)
    if not states:
        yield "never runs: what starts it ends it"
    for name in sorted(states):
        if machine.states[name].terminal:
            yield f"still runs in {name}, which is terminal"
        elif not _escapes(machine, timer, name, states):
            yield f"has no escape from {name}: nothing there leads to its end"
    extends = timer.extension.event if timer.extension else None
    if extends and not machine.events[extends].starts & states:
        yield f"is extended by {extends}, which cannot happen while it runs"
    if timer.fires:
        if not machine.events[timer.fires].automatic:
            yield f"fires {timer.fires}, which is not automatic"
        if not machine.events[timer.fires].starts & states:
            yield f"fires {timer.fires}, which cannot happen while it runs"


def _escapes(machine: Machine, timer: Timer, state: str, states: frozenset[str]) -> bool:
    """Whether somebody's act leads from `state` to what ends the timer."""
    acts = [step for step in machine.transitions if not machine.events[step.event].automatic]
    found, left = {state}, [state]
    while left:
        here = left.pop()
        for step in acts:
            if step.start != here:
                continue
            if step.to not in states or step.event in timer.met.events | timer.void.events:
                return True
            if step.to not in found:
                found.add(step.to)
                left.append(step.to)
    return False


def _cycles(machine: Machine) -> Iterator[Trouble]:
    """Timers that start each other with nobody acting in between would run for ever."""
    names = [timer.id for timer in machine.timers]
    nexts = {
        one.id: [other.id for other in machine.timers if one.fires in other.starts]
        for one in machine.timers
        if one.fires
    }
    for index, name in enumerate(names):
        path = _round(name, nexts)
        if path and min(path) == name:
            shown = ", ".join(f"{one} starts {other}" for one, other in pairwise(path))
            yield Trouble(("timers", index), f"timers go in a circle: {shown}")


def _round(name: str, nexts: dict[str, list[str]]) -> list[str]:
    """The way from a timer back to itself, if there is one."""
    paths = [[name]]
    while paths:
        path = paths.pop()
        for one in nexts.get(path[-1], ()):
            if one == name:
                return [*path, one]
            if one not in path:
                paths.append([*path, one])
    return []


def parameters(machine: Machine) -> Iterator[tuple[Key, str]]:
    """Yield every parameter of the edition that a machine names, with its place."""
    for index, guard in enumerate(machine.guards.values()):
        if isinstance(guard.rule, Ahead):
            yield ("guards", index, "ahead", "parameter"), guard.rule.parameter
    for index, timer in enumerate(machine.timers):
        if timer.limit.parameter:
            yield ("timers", index, "limit", "parameter"), timer.limit.parameter
