"""What the rules report: one breach, a tally of them a requirement, and the report of a whole set of entries."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.text import Text

Key = tuple[str, str]
"""Requirement and JSON pointer: what makes two breaches of one entry the same."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where an entry breaks a rule.

    Attributes:
        requirement: id of the requirement.
        label: the entry, as its feeder named it: its code, or the row of a file; `*` for the set as a whole.
        pointer: JSON pointer (RFC 6901) into the entry; of a missing member, the place where it is missing.
        came: what is there.
        due: what the rule asks for.
    """

    requirement: str
    label: str
    pointer: str
    came: Text
    due: Text

    @property
    def key(self) -> Key:
        """Requirement and place."""
        return self.requirement, self.pointer


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a requirement is broken, and the first breaches in the order of the entries."""

    count: int
    samples: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What the rules found over all entries that were fed.

    Attributes:
        entries: how many entries were fed.
        met: to how many of them each requirement applied; a rule of conditional entries counts only those.
        tallies: the requirements that were broken.
        providers: the name that each provider code first came with.
        shared_elements: data elements that several providers hold, with the codes of these providers (CAT-040).
    """

    entries: int
    met: Mapping[str, int]
    tallies: Mapping[str, Tally]
    providers: Mapping[str, str]
    shared_elements: Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Ledger:
    """Counts every breach and keeps the first `keep` of each requirement."""

    keep: int
    counts: Counter[str] = field(default_factory=Counter)
    samples: defaultdict[str, list[Breach]] = field(default_factory=lambda: defaultdict(list))

    def wants(self, requirements: Iterable[str]) -> bool:
        """Tell whether a sample of one of the requirements is still wanted."""
        return any(len(self.samples[one]) < self.keep for one in requirements)

    def count(self, requirements: Iterable[str]) -> None:
        """Count one breach for each requirement named."""
        self.counts.update(requirements)

    def sample(self, breaches: Iterable[Breach]) -> None:
        """Keep breaches that were counted already, as far as there is room."""
        for breach in breaches:
            if len(self.samples[breach.requirement]) < self.keep:
                self.samples[breach.requirement].append(breach)

    def add(self, breaches: Iterable[Breach]) -> None:
        """Count breaches and keep them as far as there is room."""
        for breach in breaches:
            self.counts[breach.requirement] += 1
            self.sample((breach,))

    def tallies(self) -> dict[str, Tally]:
        """Return the tally of each broken requirement, in the order of their ids."""
        return {one: Tally(count, tuple(self.samples[one])) for one, count in sorted(self.counts.items())}
