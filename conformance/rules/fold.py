"""What a fold is: one rule that a schema cannot say, fed entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from conformance.rules.breach import Breach

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from datetime import date

    from conformance.rules.read import Entry
    from conformance.text import Text

Fault = tuple[str, "Text", "Text"]
"""Pointer, what came, what was due."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rules need to know beside the entries.

    Attributes:
        today: the day that is judged by, in China.
        coverage: least share of stated item attributes (CAT-015).
        divisions: the six-digit division codes that are valid; none given: their validity is not judged (CAT-050).
        elsewhere: codes of entries that exist outside the set, as at the parent (CAT-026).
    """

    today: date
    coverage: float = 0.9
    divisions: frozenset[str] = frozenset()
    elsewhere: Container[str] = field(default_factory=frozenset)


class Fold(Protocol):
    """One rule at work on a stream of entries."""

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Take one entry; return its breaches as far as they are known now, or None where the rule does not apply."""

    def finish(self) -> Iterable[Breach]:
        """Return the breaches that only the whole set shows."""


@dataclass(frozen=True, slots=True)
class Within:
    """A rule that each entry keeps by itself."""

    requirement: str
    rule: Callable[[Entry, Setting], list[Fault] | None]
    setting: Setting

    def feed(self, label: str, entry: Entry) -> Iterable[Breach] | None:
        """Apply the rule to one entry."""
        faults = self.rule(entry, self.setting)
        return None if faults is None else [Breach(self.requirement, label, *fault) for fault in faults]

    def finish(self) -> Iterable[Breach]:
        """Return nothing: each entry was judged when it came."""
        return ()
