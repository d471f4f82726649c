"""What a person reads of a machine: who acts, how long a term is, what a condition says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.law import Law
    from conformance.law.machine_guards import Condition, Guard
    from conformance.law.machines import Event, Limit, Machine, Timer, Transition

ROLES = {
    "reader": Text("部门读者", "reader"),
    "editor": Text("编制人", "editor"),
    "head": Text("负责人", "head"),
    "reviewer": Text("审核人", "reviewer"),
    "auditor": Text("审计员", "auditor"),
    "operator": Text("操作员", "operator"),
    "admin": Text("管理员", "admin"),
}
NODE = Text("节点自动", "the node by itself")
NOTHING = Text("（无）", "(none)")
_ANYONE = Text("任何角色", "any role")


def both(parts: Iterable[Text], zh: str = "、", en: str = ", ") -> Text:
    """Join texts in both languages."""
    known = list(parts)
    return Text(zh.join(one.zh for one in known), en.join(one.en for one in known))


def actors(machine: Machine, event: Event) -> Text:
    """Return who may do an event: parties of the case and roles, or the node itself."""
    if event.automatic:
        return NODE
    titles = {one.id: one.title for one in machine.parties}
    everyone = len(event.roles) == len(ROLES)
    roles = _ANYONE if everyone else both((ROLES[one] for one in event.roles), "/", "/")
    if not event.sides:
        return roles
    sides = both((titles[one] for one in event.sides), "/", "/")
    return Text(f"{sides.zh} · {roles.zh}", f"{sides.en} · {roles.en}")


def step(machine: Machine, one: Transition) -> Text:
    """Return the name of an event, with what decides where it leads."""
    title = machine.events[one.event].title
    if not one.choice:
        return title
    value = next(each.title for each in machine.choices[one.choice].values if each.id == one.value)
    return Text(f"{title.zh}：{value.zh}", f"{title.en}: {value.en}")


def state(machine: Machine, name: str) -> Text:
    """Return the name of a state; of no case yet where it is empty."""
    return machine.states[name].title if name else NOTHING


def term(law: Law, timer: Timer) -> Text:
    """Return how long a term is, with how far it can be extended."""
    length = _length(law, timer.limit)
    if timer.extension is None:
        return length
    most = timer.extension.most
    return Text(f"{length.zh}（可延 {most} 个工作日）", f"{length.en} (up to {most} more)")


def _length(law: Law, limit: Limit) -> Text:
    if limit.working_days is not None:
        days = limit.working_days
        return Text(f"{days} 个工作日", f"{days} working day{'s' if days > 1 else ''}")
    if limit.days is not None:
        return Text(f"{limit.days} 天", f"{limit.days} day{'s' if limit.days > 1 else ''}")
    if limit.date is not None:
        return Text(f"至办件载明的日期（{limit.date[1:]}）", f"until the date in the case ({limit.date[1:]})")
    known = law.edition.parameters[str(limit.parameter)]
    return Text(f"{known.default} 天（参数 {known.id}）", f"{known.default} {known.unit} (parameter {known.id})")


def condition(one: Condition | None) -> Text:
    """Return a condition as member and values; empty where there is none."""
    if one is None:
        return Text("", "")
    values = " | ".join(one.values)
    return Text(f"{one.member[1:]} = {values}", f"{one.member[1:]} = {values}")


def rests_on(law: Law, guard: Guard) -> Text:
    """Return what a guard rests on, with the authority of each; what has no source of its own has its requirements'."""
    sources = [guard.source] if guard.source else [law.requirements[name].source for name in guard.requirements]
    shown = dict.fromkeys(Text(f"{one.cite.zh} [{one.tier}]", f"{one.cite.en} [{one.tier}]") for one in sources)
    return both(shown, "；", "; ")


def number(index: int) -> str:
    """Return a number in a circle, from ① for 0; terms and the states they run in are matched by it."""
    return chr(0x2460 + index)
