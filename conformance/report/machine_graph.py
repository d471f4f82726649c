"""The boxes and lines of a machine's picture: states, events between them, what stands above what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.law.machine_graph import running
from conformance.report import machine_words as words
from conformance.report.machine_layout import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.law.machines import Machine, Transition
    from conformance.text import Lang

BIG, SMALL = 14.0, 11.0  # text sizes in pixels
_WIDE = 0x2460  # characters from here on are as wide as high, and the dot between words
_DOT = "·"
_PAD = 12.0
START = "start"


@dataclass(frozen=True, slots=True)
class Label:
    """An event between states: its box carries the words; `up` where it leads against the stream."""

    id: str
    sources: tuple[str, ...]
    to: str
    title: str
    note: str
    automatic: bool
    up: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A state: its name, the terms that run in it, and the events that leave it as it is."""

    id: str
    title: str
    marks: str
    notes: tuple[str, ...]
    terminal: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, before it has places."""

    states: Mapping[str, Shown]
    labels: Mapping[str, Label]
    boxes: tuple[Box, ...]
    lines: Sequence[tuple[str, str]]
    trunks: Mapping[tuple[str, str], str]


def wide(text: str, size: float) -> float:
    """Return about how many pixels a line of text is wide."""
    return size * sum(1.0 if ord(one) >= _WIDE or one == _DOT else 0.58 for one in text)


def drawing(machine: Machine, lang: Lang) -> Drawing:
    """Return what is drawn of a machine."""
    states = {one: _shown(machine, one, lang) for one in machine.states}
    labels = {one.id: one for one in _labels(machine, lang)}
    boxes = [Box(START, 14, 14), *map(_state_box, states.values()), *map(_label_box, labels.values())]
    trunks: dict[tuple[str, str], str] = {}
    for one in labels.values():
        for source in one.sources:
            trunks[(one.id, source) if one.up else (source, one.id)] = one.id
        trunks[(one.to, one.id) if one.up else (one.id, one.to)] = one.id
    return Drawing(states, labels, tuple(boxes), list(trunks), trunks)


def _shown(machine: Machine, name: str, lang: Lang) -> Shown:
    state = machine.states[name]
    marks = "".join(words.number(at) for at, one in enumerate(machine.timers) if name in running(machine, one))
    notes = tuple(
        f"↻ {words.step(machine, one).pick(lang)} · {words.actors(machine, machine.events[one.event]).pick(lang)}"
        for one in machine.transitions
        if one.start == one.to == name
    )
    return Shown(name, state.title.pick(lang), marks, notes, state.terminal)


def _state_box(one: Shown) -> Box:
    head = wide(one.title, BIG) + (wide(one.marks, BIG) + 8 if one.marks else 0)
    width = max(head, *(wide(note, SMALL) for note in one.notes), 40) + 2 * _PAD
    return Box(one.id, width, 34 + 17 * len(one.notes))


def _label_box(one: Label) -> Box:
    return Box(one.id, max(wide(one.title, BIG), wide(one.note, SMALL)) + 8, 36)


def _labels(machine: Machine, lang: Lang) -> list[Label]:
    """One label for all that leads by one event to one state, apart for what goes with and against the stream."""
    back = _back(machine)
    together: dict[tuple[str, str, str, bool], list[Transition]] = {}
    for one in machine.transitions:
        if one.start != one.to:
            key = (one.event, one.value, one.to, (one.start, one.to) in back)
            together.setdefault(key, []).append(one)
    return [
        Label(
            id=f"{event}/{value}/{to}/{up}",
            sources=tuple(one.start or START for one in steps),
            to=to,
            title=words.step(machine, steps[0]).pick(lang),
            note=words.actors(machine, machine.events[event]).pick(lang),
            automatic=machine.events[event].automatic,
            up=up,
        )
        for (event, value, to, up), steps in together.items()
    ]


def _back(machine: Machine) -> frozenset[tuple[str, str]]:
    """The pairs of states whose line would close a circle, met by walking from the beginning."""
    found: set[tuple[str, str]] = set()
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        done.add(name)
        for one in machine.transitions:
            if one.start != name:
                continue
            if one.to in path:
                found.add((name, one.to))
            elif one.to not in done:
                walk(one.to, (*path, one.to))

    walk("", ("",))
    return frozenset(found)
