"""Rules over keys and between tables, counted row by row in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.values import KEPT, Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.bulk.rowwise_spots import Marks, Place, Texts
    from conformance.bulk.values import AgreementRule, Rule

    Key = tuple[Any, ...]
    Pick = Callable[[Texts], Key]
    Ends = tuple[str, str] | None


class KeyCount:
    """Rows whose key counts, and among them failures.

    Args:
        pick: the key of a row.
        fails: whether a filled key is a failure; None where an empty one is, and every row counts.
    """

    def __init__(self, rule: Rule, pick: Pick, marks: Marks, fails: Callable[[Key], bool] | None = None) -> None:
        self.rule, self._pick, self._marks, self._fails = rule, pick, marks, fails
        self._rows, self._failures = 0, 0

    def feed(self, texts: Texts, place: Place) -> None:
        """Count a row."""
        key = self._pick(texts)
        filled = all(key)
        if self._fails is not None and not filled:
            return
        self._rows += 1
        if self._fails(key) if self._fails is not None else not filled:
            self._failures += 1
            self._marks.add(texts, place)

    def measured(self) -> Iterator[Measured]:
        """Return what was counted."""
        yield Measured(self.rule.id, self._rows, self._failures, spots=self._marks.spots())


def repeated() -> Callable[[Key], bool]:
    """Return the question whether a key came before."""
    seen: set[Key] = set()

    def came(key: Key) -> bool:
        before = len(seen)
        seen.add(key)
        return len(seen) == before

    return came


def lost(known: Iterable[Key]) -> Callable[[Key], bool]:
    """Return the question whether a key is not among those of another table."""
    there = {one for one in known if all(one)}
    return lambda key: key not in there


class Agreement:
    """Shared attributes agree for every subject of both tables.

    All values of an attribute agree exactly when the least here is the greatest there and the other way round; what
    is empty is no value.

    Args:
        pick: the key of a row here, then its attributes.
        others: the same of every row there.
    """

    def __init__(self, rule: AgreementRule, pick: Pick, marks: Marks, others: Iterable[Key]) -> None:
        self.rule, self._pick, self._marks, self._size = rule, pick, marks, len(rule.key)
        self._there: dict[Key, list[Ends]] = {}
        self._here: dict[Key, list[Ends]] = {}
        self._first: dict[Key, tuple[Texts, Place]] = {}
        for one in others:
            self._widen(self._there, one)

    def feed(self, texts: Texts, place: Place) -> None:
        """Count a row."""
        values = self._pick(texts)
        key = values[: self._size]
        if key in self._there:
            self._widen(self._here, values)
            self._first.setdefault(key, (texts, place))

    def measured(self) -> Iterator[Measured]:
        """Return what was counted."""
        differing = [(key, found) for key in sorted(self._here) if (found := self._differences(key))]
        for key, found in differing[:KEPT]:
            self._marks.add_differences(*self._first[key], found)
        yield Measured(self.rule.id, len(self._here), len(differing), spots=self._marks.spots())

    def _widen(self, side: dict[Key, list[Ends]], values: Key) -> None:
        key, attributes = values[: self._size], values[self._size :]
        if not all(key):
            return
        ends = side.setdefault(key, [None] * len(attributes))
        for at, value in enumerate(attributes):
            if value:
                low, high = ends[at] or (value, value)
                ends[at] = min(low, value), max(high, value)

    def _differences(self, key: Key) -> Sequence[tuple[str, str, str]]:
        """The attributes that differ, each with a value here and one there that is another."""
        found = []
        for (name, _), here, there in zip(self.rule.attributes, self._here[key], self._there[key], strict=True):
            if here is None or there is None:
                continue
            if here[0] != there[1]:
                found.append((name, here[0], there[1]))
            elif here[1] != there[0]:
                found.append((name, here[1], there[0]))
        return found
