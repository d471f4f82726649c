"""A machine as a Mermaid state diagram: for documents that draw it themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.law.machine_graph import running
from conformance.report import machine_words as words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.law import Law
    from conformance.law.machines import Machine
    from conformance.text import Lang


def mermaid(law: Law, machine: Machine, lang: Lang) -> str:
    """Return the source of the diagram, with a final line break.

    Args:
        law: whose parameters name some terms.
        machine: what is drawn.
        lang: language of the words.
    """
    return "\n".join(["stateDiagram-v2", *(f"    {one}" for one in _lines(law, machine, lang))]) + "\n"


def _lines(law: Law, machine: Machine, lang: Lang) -> Iterator[str]:
    for state in machine.states.values():
        yield f'state "{state.title.pick(lang)}" as {_id(state.id)}'
    for one in machine.transitions:
        who = words.actors(machine, machine.events[one.event]).pick(lang)
        label = words.step(machine, one).pick(lang).replace(": ", " = ").replace("：", " = ")
        yield f"{_id(one.start)} --> {_id(one.to)} : {label} ({who})"
    for state in machine.states.values():
        if state.terminal:
            yield f"{_id(state.id)} --> [*]"
    for timer in machine.timers:
        first = next(one for one in machine.states if one in running(machine, timer))
        yield f"note right of {_id(first)}"
        yield f"    {timer.title.pick(lang)} {words.term(law, timer).pick(lang)}"
        yield f"    {timer.source.cite.pick(lang)} [{timer.source.tier}]"
        yield "end note"


def _id(name: str) -> str:
    """The name as Mermaid takes it: a hyphen would begin an arrow."""
    return name.replace("-", "_") or "[*]"
