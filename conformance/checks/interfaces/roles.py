"""Roles that knock at doors which are not theirs, and drafts that strangers handle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.checks.interfaces.guarded import ABSENT, SAFE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.checks.interfaces.guarded import Door
    from conformance.node import Answer, Session

_ROLES = ("reader", "editor", "head", "reviewer", "auditor", "operator", "admin")
#: By these a node may refuse what is wrong with the request before it looks at the right.
_BEFORE = frozenset({400, 406, 409, 410, 412, 415, 422, 428})


@dataclass(frozen=True, slots=True)
class Tried:
    """What a role without the right was answered at a door."""

    door: Door
    role: str
    answer: Answer

    @property
    def decided(self) -> bool:
        """The answer shows that the right was looked at."""
        return self.answer.status == 403

    @property
    def wrong(self) -> bool:
        """The answer is none that a role without the right may get.

        Where the path leads to nothing or the body says nothing, a node may refuse for that reason first.
        """
        if self.decided:
            return False
        plain = self.door.exact and self.door.operation.method in SAFE
        return self.answer.status not in (ABSENT if not plain else {405, 501}) and (
            plain or self.answer.status not in _BEFORE
        )


def tried_by_strangers(run: Session, doors: Iterable[Door]) -> Iterator[Tried]:
    """Yield what strangers were answered: at each door that is not everybody's, the lowest role and one drawn."""
    for door in doors:
        strange = [role for role in _ROLES if role not in door.operation.roles and run.node.has(role)]
        if not strange:
            continue
        drawn = run.rng(f"stranger {door.label}").choice(strange)
        for role in dict.fromkeys((strange[0], drawn)):
            answer = door.knock(run, role)
            if answer is not None and not (answer.status in ABSENT and _absent(run, door)):
                yield Tried(door, role, answer)


def _absent(run: Session, door: Door) -> bool:
    """Tell whether whoever has the right finds nothing behind a door either; nobody is asked to write."""
    if door.operation.method not in SAFE:
        return True
    role = next((one for one in door.operation.roles if run.node.has(one)), None)
    answer = door.knock(run, role) if role is not None else None
    return answer is None or answer.status in ABSENT
