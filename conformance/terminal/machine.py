"""A state machine as a person reads it: its steps, terms and conditions in tables, its picture for documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text as Rich

from conformance.report import machine_words as words
from conformance.report.machine_mermaid import mermaid
from conformance.terminal.described import labelled, source, table
from conformance.terminal.law import tier
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from conformance.law import Law
    from conformance.law.machines import Ending, Machine, Timer
    from conformance.text import Lang

_STEPS = Text("环节|由|到|办理|接口|条件", "step|from|to|by|operation|conditions")
_TERMS = Text("时限|适用|期限|起算|止于|依据|要求", "term|holds for|length|counts from|ends with|rests on|requirements")
_GUARDS = Text("条件|内容|不符时|依据|要求", "condition|text|otherwise|rests on|requirements")
_TIERS = Text("依据的效力", "authority of the sources")
_NEVER = Text(
    "明文禁止的环节（其余未列出的环节同样拒绝）", "ruled out by name (any other step not listed is refused too)"
)
_ALWAYS = Text("全部", "all")


def show_machine(console: Console, law: Law, machine: Machine, lang: Lang) -> None:
    """Print a machine: what it is, every step with who may take it, every term with its article, every condition."""
    labelled(console, f"{machine.title.pick(lang)} {machine.id}", _head(machine, lang))
    console.print(table(_STEPS.pick(lang), _steps(machine, lang)))
    if machine.timers:
        console.print(table(_TERMS.pick(lang), (_term(law, machine, one, lang) for one in machine.timers)))
    if machine.guards:
        console.print(table(_GUARDS.pick(lang), _guards(law, machine, lang)))
    if machine.forbidden:
        labelled(console, _NEVER.pick(lang), _never(machine, lang))
    labelled(console, _TIERS.pick(lang), _tiers(law, machine, lang))
    console.print(Rich(f"```mermaid\n{mermaid(law, machine, lang)}```"), soft_wrap=True)


def _head(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    yield Text("内容", "content").pick(lang), machine.text.pick(lang)
    yield from source(machine.source, lang)
    yield Text("符合性类", "classes").pick(lang), ", ".join(machine.classes)
    ends = words.both(one.title for one in machine.states.values() if one.terminal)
    yield Text("终态", "ends in").pick(lang), ends.pick(lang)
    if not machine.timers:
        none = Text("法规未规定天数，本规范也未规定", "the law sets no number of days, nor does this profile")
        yield Text("时限", "terms").pick(lang), none.pick(lang)
    for one in machine.kept:
        said = Text(f"{one.years} 年（{one.source.cite.zh}）", f"{one.years} years ({one.source.cite.en})")
        yield one.title.pick(lang), said.pick(lang)


def _tiers(law: Law, machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    """What the marks in the tables mean."""
    named = {name for one in machine.guards.values() if one.source is None for name in one.requirements}
    sources = [
        machine.source,
        *(one.source for one in machine.timers),
        *(law.requirements[one].source for one in named),
    ]
    sources += [one.source for one in machine.guards.values() if one.source]
    for name in sorted({one.tier for one in sources}):
        yield name, tier(name).pick(lang)


def _steps(machine: Machine, lang: Lang) -> Iterator[tuple[str, ...]]:
    for event in machine.events.values():
        operation = event.operation.id if event.operation else ""
        guards = words.both(one.title for one in machine.guards_of(event.id))
        who = words.actors(machine, event)
        for move in event.moves:
            start = words.both(words.state(machine, one) for one in move.start or ("",))
            one = next(
                each for each in machine.transitions if each.event == event.id and each.value == (move.value or "")
            )
            cells = (words.step(machine, one), start, words.state(machine, move.to), who)
            yield (*(cell.pick(lang) for cell in cells), operation, guards.pick(lang))


def _never(machine: Machine, lang: Lang) -> Iterator[tuple[str, str]]:
    for one in machine.forbidden:
        yield ", ".join(one.requirements), one.text.pick(lang)


def _term(law: Law, machine: Machine, timer: Timer, lang: Lang) -> tuple[str, ...]:
    begins = words.both(machine.events[one].title for one in timer.starts)
    if timer.counts_from:
        begins = Text(timer.counts_from[1:], timer.counts_from[1:])
    return (
        timer.title.pick(lang),
        words.condition(timer.when).pick(lang) or _ALWAYS.pick(lang),
        words.term(law, timer).pick(lang),
        begins.pick(lang),
        _ended(machine, timer.met).pick(lang),
        f"{timer.source.cite.pick(lang)} [{timer.source.tier}]",
        ", ".join(timer.requirements),
    )


def _ended(machine: Machine, ending: Ending) -> Text:
    states = [one.title for one in machine.states.values() if one.id in ending.states]
    return words.both([*states, *(one.title for one in machine.events.values() if one.id in ending.events)])


def _guards(law: Law, machine: Machine, lang: Lang) -> Iterator[tuple[str, ...]]:
    for guard in machine.guards.values():
        refused = f"{guard.status} {guard.code}"
        given = guard.given.pick(lang) if guard.given else words.condition(guard.when).pick(lang)
        said = f"{guard.text.pick(lang)} [{given}]" if given else guard.text.pick(lang)
        requirements = ", ".join(guard.requirements)
        yield guard.title.pick(lang), said, refused, words.rests_on(law, guard).pick(lang), requirements
