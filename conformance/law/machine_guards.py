"""Guards of a machine: what has to hold for an event, and which way it can be broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.law.model import Source
    from conformance.text import Text


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where `member` of the body or of the case (`place`) has one of `values`."""

    place: str
    member: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class After:
    """This event has happened, and nothing has voided it since. Broken by leaving it out."""

    event: str


@dataclass(frozen=True, slots=True)
class Once:
    """The event happens once a case. Broken by doing it again."""


@dataclass(frozen=True, slots=True)
class Members:
    """These members of the body (JSON Pointers) are there and say something. Broken by each one left out or blank."""

    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """This member of the body has a value of its list in the contract. Broken by a value of none."""

    pointer: str


@dataclass(frozen=True, slots=True)
class Most:
    """This number in the body is at most so great. Broken by one more."""

    pointer: str
    value: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """This date in the body lies at least as many days ahead as the parameter says. Broken by a day less."""

    pointer: str
    parameter: str


@dataclass(frozen=True, slots=True)
class OtherThan:
    """Another person acts than in these events. Broken by the same person."""

    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InStates:
    """Only in these states (where the guard's condition holds). Broken from another state of the event."""

    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """What breaks it, in words; a check sets it up."""

    text: Text


Rule = After | Once | Members | Values | Most | Ahead | OtherThan | InStates | Situation


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to hold for an event.

    Attributes:
        requirements: ids of those that it serves; `source` where it rests on something else than theirs.
        status: HTTP status of the refusal; `code` its stable code.
        given: when it applies, where no condition can say it.
        when: the condition under which it applies.
        rule: which way it can be broken.
    """

    id: str
    title: Text
    text: Text
    requirements: tuple[str, ...]
    source: Source | None
    status: int
    code: str
    given: Text | None
    when: Condition | None
    rule: Rule
