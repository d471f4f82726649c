"""The frozen values of a process: states, events, guards, timers. What they mean together is in `machine_graph`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.law.machine_guards import Condition, Guard
    from conformance.law.model import Source
    from conformance.text import Text


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the file with its words: a party, a value of a choice."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Case:
    """How a case is seen on a node.

    Attributes:
        schema: name of its schema in the contract.
        state: member of it that holds the state.
        read: operationId of what shows it.
    """

    schema: str
    state: str
    read: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands.

    Attributes:
        terminal: nothing leads on.
        gone: the case is there no more; reading it answers 404.
    """

    id: str
    title: Text
    terminal: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What decides between moves of one event.

    Attributes:
        member: JSON Pointer into the body; None where facts decide, which `text` names.
    """

    id: str
    title: Text
    member: str | None
    text: Text | None
    values: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What can be seen after an event."""

    id: str
    text: Text
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """The HTTP operation of an event, as the contract has it: operationId, method in capitals, path template."""

    id: str
    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event leads.

    Attributes:
        start: states that it leads from; empty where the event makes a case.
        to: state that it leads to.
        choice: id of what decides, and `value` its value; None where nothing has to.
    """

    start: tuple[str, ...]
    to: str
    choice: str | None
    value: str | None
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that can happen to a case.

    Attributes:
        roles: who may do it; empty where the node does it by itself (`automatic`).
        sides: which parties of the case may do it; empty where the contract leaves it open.
        body: name of the schema of its body; None where it has none.
        required: members that its body has to have.
        voids: events that count no longer as having happened.
        opens: the answer names a new case, which carries on.
    """

    id: str
    title: Text
    roles: tuple[str, ...]
    sides: tuple[str, ...]
    operation: Operation | None
    body: str | None
    required: tuple[str, ...]
    guards: tuple[str, ...]
    moves: tuple[Move, ...]
    effects: tuple[str, ...]
    voids: tuple[str, ...]
    opens: bool

    @property
    def automatic(self) -> bool:
        """Whether the node does it by itself when a timer fires."""
        return self.operation is None

    @property
    def starts(self) -> frozenset[str]:
        """The states that it is possible in."""
        return frozenset(state for move in self.moves for state in move.start)

    @property
    def creates(self) -> bool:
        """Whether it makes a case."""
        return any(not move.start for move in self.moves)


@dataclass(frozen=True, slots=True)
class Ending:
    """A timer ends when the case enters one of the states or one of the events happens."""

    states: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a term is: working days, days, until a date in the case (JSON Pointer), or as a parameter says."""

    working_days: int | None = None
    days: int | None = None
    date: str | None = None
    parameter: str | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """How a term gets longer.

    Attributes:
        event: what extends it; None where the case states the extension from its start.
        member: where the working days are written, in the body of the event or in the case.
        most: working days that it is extended by at most.
    """

    event: str | None
    member: str
    most: int
    requirement: str


@dataclass(frozen=True, slots=True)
class Timer:
    """A term.

    Attributes:
        when: the cases that it holds for; None for all.
        starts: events whose day it counts from; that day does not count.
        counts_from: JSON Pointer of the date in the case that it counts from instead.
        met: what keeps the term; `void` what ends it without keeping it.
        fires: the event that happens by itself at its end.
    """

    id: str
    title: Text
    text: Text
    when: Condition | None
    starts: tuple[str, ...]
    counts_from: str | None
    met: Ending
    void: Ending
    limit: Limit
    extension: Extension | None
    fires: str | None
    requirements: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Steps that a requirement rules out by name: none of the events is possible in any of the states."""

    id: str
    text: Text
    states: tuple[str, ...]
    events: tuple[str, ...]
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that outlives the case, and for how many years."""

    id: str
    title: Text
    text: Text
    years: int
    requirements: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Machine:
    """A process: what may happen to a case, by whom, in which order and in which time.

    Attributes:
        classes: conformance classes that it belongs to; a node that claims none of them has no such process.
        parties: sides of a case.
    """

    id: str
    title: Text
    text: Text
    source: Source
    classes: tuple[str, ...]
    case: Case
    parties: tuple[Named, ...]
    states: Mapping[str, State]
    choices: Mapping[str, Choice]
    guards: Mapping[str, Guard]
    effects: Mapping[str, Effect]
    events: Mapping[str, Event]
    timers: tuple[Timer, ...]
    forbidden: tuple[Forbidden, ...]
    kept: tuple[Kept, ...]

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Every move from every single state, in the order of the file."""
        return tuple(one for event in self.events.values() for one in _transitions(event))

    def guards_of(self, event: str) -> tuple[Guard, ...]:
        """Return what has to hold for an event.

        Raises:
            KeyError: there is no such event.
        """
        return tuple(self.guards[name] for name in self.events[event].guards)


@dataclass(frozen=True, slots=True, order=True)
class Transition:
    """One step of a case: an event from one state (empty: no case yet) to another, by the value of a choice."""

    event: str
    start: str
    to: str
    choice: str = ""
    value: str = ""


def _transitions(event: Event) -> Iterator[Transition]:
    for move in event.moves:
        for start in move.start or ("",):
            yield Transition(event.id, start, move.to, move.choice or "", move.value or "")
