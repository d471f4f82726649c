"""What is wrong with the answers of a node: distinct defects, each with the exchanges that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.judge import Finding, Sample
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_DISTINCT = 200
_PLACES = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One place of one answer that breaks a rule.

    Attributes:
        requirement: the one that it breaks.
        operation: label of the operation, or the path where the contract has none.
        rule: where the rule stands in the contract, or its name; with the operation it makes a defect distinct.
        pointer: place in the answer.
        exchange: number of the exchange.
    """

    requirement: str
    operation: str
    rule: str
    pointer: str
    came: Text
    due: Text
    exchange: int


@dataclass(slots=True)
class _Pile:
    least: Seen
    size: int
    count: int
    places: list[Seen]

    def take(self, one: Seen, size: int) -> None:
        self.count += 1
        if size < self.size:
            self.least, self.size = one, size
        if len(self.places) < _PLACES:
            self.places.append(one)


class Defects:
    """Piles of what was seen, one a defect; memory is bounded whatever a node sends.

    The first 200 distinct defects of a requirement are kept, of each the shortest request and the first 20 places; all
    are counted.
    """

    def __init__(self) -> None:
        self._piles: dict[str, dict[tuple[str, str], _Pile]] = {}
        self._beyond: dict[str, int] = {}

    def add(self, found: Iterable[Seen], size: int) -> None:
        """Take what one answer shows; `size` says how long its request was."""
        for one in found:
            piles = self._piles.setdefault(one.requirement, {})
            pile = piles.get((one.operation, one.rule))
            if pile is not None:
                pile.take(one, size)
            elif len(piles) < _DISTINCT:
                piles[one.operation, one.rule] = _Pile(one, size, 1, [one])
            else:
                self._beyond[one.requirement] = self._beyond.get(one.requirement, 0) + 1

    def beyond(self, requirement: str) -> int:
        """Return how many places belong to defects that were not kept."""
        return self._beyond.get(requirement, 0)

    def findings(self, requirement: str) -> tuple[Finding, ...]:
        """Return one finding for each distinct defect, in the order in which they were first seen."""
        return tuple(_finding(pile) for pile in self._piles.get(requirement, {}).values())


def _finding(pile: _Pile) -> Finding:
    first = pile.least
    places = [first, *(one for one in pile.places if one is not first)][:_PLACES]
    head = f"{first.operation} {first.pointer}".rstrip()
    return Finding(
        first.requirement,
        Text(f"{head}：{first.came.zh}", f"{head}: {first.came.en}"),
        first.due,
        None,
        tuple(dict.fromkeys(one.exchange for one in places)),
        pile.count,
        tuple(Sample(one.operation, one.pointer, one.came, one.due, one.exchange) for one in places),
    )
