"""Counts rules over rows: those over one column together and by value, those over several columns one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.rowwise_text import judged
from conformance.bulk.values import Measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.bulk.rowwise_closures import Compiler
    from conformance.bulk.rowwise_logic import Row
    from conformance.bulk.rowwise_spots import Marks, Place, Texts
    from conformance.bulk.values import RowRule

    Judge = Callable[[Row], int]

ASIDE, GOOD, FAILED, UNKNOWN = range(4)
#: Values of a column whose judgement is remembered: codes and dates come again and again.
_REMEMBERED = 4096


def judge(compiler: Compiler, rule: RowRule, columns: Sequence[str]) -> Judge:
    """Return a rule as a function of a row: `ASIDE` where it does not count, else `GOOD`, `FAILED` or `UNKNOWN`.

    Raises:
        ExpressionError: see `Compiler.compiled`.
    """
    population, predicate = (compiler.compiled(one, columns) for one in (rule.population, rule.predicate))
    outcomes = {True: GOOD, False: FAILED, None: UNKNOWN}

    def judged_row(row: Row) -> int:
        return outcomes[predicate(row)] if population(row) is True else ASIDE

    return judged_row


class _Pattern:
    """What all rules over a column say of some values, and how many rows had one of them."""

    __slots__ = ("count", "failed", "outcomes")

    def __init__(self, outcomes: tuple[int, ...], marks: Sequence[Marks]) -> None:
        self.outcomes = outcomes
        self.failed = [one for one, outcome in zip(marks, outcomes, strict=True) if outcome == FAILED]
        self.count = 0


class OfColumn:
    """The rules over one column: a value is judged once by all of them, rows are counted by what was said.

    Args:
        place: of the column in a row of texts.
        rules: each with what judges a row that holds this column only, and with its marks.
    """

    def __init__(self, place: int, rules: Sequence[tuple[RowRule, Judge, Marks]]) -> None:
        self._place = place
        self._rules = [rule for rule, _, _ in rules]
        self._judges = [one for _, one, _ in rules]
        self._marks = [one for _, _, one in rules]
        self._patterns: dict[tuple[int, ...], _Pattern] = {}
        self._known: dict[Any, _Pattern] = {}

    def feed(self, texts: Texts, place: Place) -> None:
        """Count a row."""
        text = texts[self._place]
        pattern = self._known.get(text) or self._judged(text)
        pattern.count += 1
        for marks in pattern.failed:
            marks.add(texts, place)

    def measured(self) -> Iterator[Measured]:
        """Return what was counted, for each rule."""
        for at, (rule, marks) in enumerate(zip(self._rules, self._marks, strict=True)):
            counts = [0] * 4
            for pattern in self._patterns.values():
                counts[pattern.outcomes[at]] += pattern.count
            yield _measured(rule, counts, marks)

    def _judged(self, text: Any) -> _Pattern:
        row = (judged(text),)
        outcomes = tuple([one(row) for one in self._judges])
        pattern = self._patterns.get(outcomes)
        if pattern is None:
            pattern = self._patterns[outcomes] = _Pattern(outcomes, self._marks)
        if len(self._known) < _REMEMBERED:
            self._known[text] = pattern
        return pattern


class OfRow:
    """A rule over several columns, or over none.

    Args:
        rule: as bound.
        places: of the columns that it reads, in a row of texts.
        judge: what judges a row of these columns.
        marks: of the rule.
    """

    def __init__(self, rule: RowRule, places: Sequence[int], judge: Judge, marks: Marks) -> None:
        self._rule, self._places, self._judge, self._marks = rule, places, judge, marks
        self._counts = [0] * 4

    def feed(self, texts: Texts, place: Place) -> None:
        """Count a row."""
        outcome = self._judge([judged(texts[at]) for at in self._places])
        self._counts[outcome] += 1
        if outcome == FAILED:
            self._marks.add(texts, place)

    def measured(self) -> Iterator[Measured]:
        """Return what was counted."""
        yield _measured(self._rule, self._counts, self._marks)


def _measured(rule: RowRule, counts: Sequence[int], marks: Marks) -> Measured:
    rows = counts[GOOD] + counts[FAILED] + counts[UNKNOWN]
    return Measured(rule.id, rows, counts[FAILED], counts[UNKNOWN], marks.spots())
