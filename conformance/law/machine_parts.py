"""A machine from its data form, which the schema of the format has found to be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.law.load import read_source
from conformance.law.machine_guards import (
    After,
    Ahead,
    Condition,
    Guard,
    InStates,
    Members,
    Most,
    Once,
    OtherThan,
    Rule,
    Situation,
    Values,
)
from conformance.law.machines import (
    Case,
    Choice,
    Effect,
    Ending,
    Event,
    Extension,
    Forbidden,
    Kept,
    Limit,
    Machine,
    Move,
    Named,
    Operation,
    State,
    Timer,
)
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    Data = Mapping[str, Any]


def machine(data: Data) -> Machine:
    """Return a machine from its data form.

    Raises:
        KeyError, TypeError, ValueError: a member is missing or of another type.
    """
    return Machine(
        id=data["machine"],
        title=text(data["title"]),
        text=text(data["text"]),
        source=read_source(data["source"]),
        classes=tuple(data["classes"]),
        case=Case(**data["case"]),
        parties=tuple(_named(one) for one in data["parties"]),
        states={one["id"]: _state(one) for one in data["states"]},
        choices={one["id"]: _choice(one) for one in data["choices"]},
        guards={one["id"]: _guard(one) for one in data["guards"]},
        effects={one["id"]: _effect(one) for one in data["effects"]},
        events={one["id"]: _event(one) for one in data["events"]},
        timers=tuple(_timer(one) for one in data["timers"]),
        forbidden=tuple(_forbidden(one) for one in data.get("forbidden", ())),
        kept=tuple(_kept(one) for one in data.get("kept", ())),
    )


def _named(data: Data) -> Named:
    return Named(data["id"], text(data["title"]))


def _state(data: Data) -> State:
    return State(data["id"], text(data["title"]), data.get("terminal", False), data.get("gone", False))


def _choice(data: Data) -> Choice:
    values = tuple(_named(one) for one in data["values"])
    return Choice(data["id"], text(data["title"]), data.get("member"), _optional(data, "text"), values)


def _condition(data: Data | None) -> Condition | None:
    return Condition(data["in"], data["member"], tuple(data["is"])) if data else None


def _guard(data: Data) -> Guard:
    return Guard(
        id=data["id"],
        title=text(data["title"]),
        text=text(data["text"]),
        requirements=tuple(data.get("requirements", ())),
        source=read_source(data["source"]) if "source" in data else None,
        status=data["refused"]["status"],
        code=data["refused"]["code"],
        given=_optional(data, "given"),
        when=_condition(data.get("when")),
        rule=_rule(data),
    )


def _rule(data: Data) -> Rule:  # noqa: PLR0911 - one line a kind
    match data:
        case {"after": str(event)}:
            return After(event)
        case {"once": True}:
            return Once()
        case {"members": list(pointers)}:
            return Members(tuple(pointers))
        case {"values": str(pointer)}:
            return Values(pointer)
        case {"most": {"member": str(pointer), "value": int(value)}}:
            return Most(pointer, value)
        case {"ahead": {"member": str(pointer), "parameter": str(parameter)}}:
            return Ahead(pointer, parameter)
        case {"other_than": list(events)}:
            return OtherThan(tuple(events))
        case {"states": list(states)}:
            return InStates(tuple(states))
    return Situation(text(data["situation"]))


def _effect(data: Data) -> Effect:
    return Effect(data["id"], text(data["text"]), tuple(data["requirements"]))


def _move(data: Data) -> Move:
    when = data.get("when", {})
    return Move(tuple(data["from"]), data["to"], when.get("choice"), when.get("is"), tuple(data.get("effects", ())))


def _event(data: Data) -> Event:
    body = data.get("body", {})
    return Event(
        id=data["id"],
        title=text(data["title"]),
        roles=tuple(data.get("roles", ())),
        sides=tuple(data.get("sides", ())),
        operation=Operation(**data["operation"]) if "operation" in data else None,
        body=body.get("schema"),
        required=tuple(body.get("required", ())),
        guards=tuple(data.get("guards", ())),
        moves=tuple(_move(one) for one in data["moves"]),
        effects=tuple(data.get("effects", ())),
        voids=tuple(data.get("voids", ())),
        opens=data.get("opens", False),
    )


def _ending(data: Data | None) -> Ending:
    found = data or {}
    return Ending(frozenset(found.get("states", ())), frozenset(found.get("events", ())))


def _timer(data: Data) -> Timer:
    return Timer(
        id=data["id"],
        title=text(data["title"]),
        text=text(data["text"]),
        when=_condition(data.get("when")),
        starts=tuple(data["starts"]),
        counts_from=data.get("counts_from"),
        met=_ending(data["met"]),
        void=_ending(data.get("void")),
        limit=Limit(**data["limit"]),
        extension=_extension(data.get("extension")),
        fires=data.get("fires"),
        requirements=tuple(data["requirements"]),
        source=read_source(data["source"]),
    )


def _extension(data: Data | None) -> Extension | None:
    return Extension(data.get("event"), data["member"], data["most"], data["requirement"]) if data else None


def _forbidden(data: Data) -> Forbidden:
    said, requirements = text(data["text"]), tuple(data["requirements"])
    return Forbidden(data["id"], said, tuple(data["states"]), tuple(data["events"]), requirements)


def _kept(data: Data) -> Kept:
    source = read_source(data["source"])
    return Kept(data["id"], text(data["title"]), text(data["text"]), data["years"], tuple(data["requirements"]), source)


def _optional(data: Data, name: str) -> Text | None:
    return text(data[name]) if name in data else None
