"""Judges rows one by one, as they come from a node or a test: no engine, the same rules, the same counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.rowwise_closures import Compiler
from conformance.bulk.rowwise_keys import Agreement, KeyCount, lost, repeated
from conformance.bulk.rowwise_rules import OfColumn, OfRow, judge
from conformance.bulk.rowwise_spots import Marks
from conformance.bulk.rowwise_text import reader
from conformance.bulk.tree import columns_of, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from conformance.bulk.rowwise_spots import Texts
    from conformance.bulk.values import AgreementRule, Measured, Plan, ReferenceRule, RowRule

    Counts = OfColumn | OfRow | KeyCount | Agreement
    Rows = Iterable[Mapping[str, Any]]
    Pick = Callable[[Texts], tuple[Any, ...]]


class RowJudge:
    """Counts every rule of a plan over rows that are fed to it.

    Values are those of JSON and are judged in their text form. Tokens of identity numbers are judged as the numbers
    that they stand for; keys compare the tokens themselves, which are equal where the numbers are.

    Args:
        plan: the rules. What is in `undecided` is left alone.
        others: the rows of other tables, by the id of the rule that needs them or the id of their dataset.

    Raises:
        ExpressionError: an expression is not of the language, or names a list, notation or box that is not there.
        LookupError: the rows of a table that a rule needs were not given.
    """

    def __init__(self, plan: Plan, others: Mapping[str, Rows] | None = None) -> None:
        self._plan = plan
        self._names = [one.name for one in plan.dataset.fields]
        self._places = {name: at for at, name in enumerate(self._names)}
        self._read = reader(self._names, {one.name: one.aliases for one in plan.dataset.fields})
        compiler, known = Compiler(plan.context), frozenset(self._names)
        read = {one.id: _columns(one, known) for one in plan.rows}
        given = {name: list(rows) for name, rows in (others or {}).items()}
        self._counts: list[Counts] = [
            *self._by_column(compiler, read),
            *self._by_row(compiler, read),
            *self._keys(),
            *self._references(given),
            *self._agreements(given),
        ]

    def feed(self, row: Mapping[str, Any], position: int | None, file: str = "") -> None:
        """Judge one row.

        Args:
            row: values by name of field (or another name that the field has); what is not there is null.
            position: of the row in its file, the first being 1.
            file: name of the file or table.
        """
        texts, place = self._read(row), (file, position)
        for one in self._counts:
            one.feed(texts, place)

    def finish(self) -> list[Measured]:
        """Return what was counted, in the order of the plan's rules."""
        found = {one.rule: one for counts in self._counts for one in counts.measured()}
        return [found[one.id] for one in self._plan.rules]

    def _by_column(self, compiler: Compiler, read: Mapping[str, frozenset[str]]) -> Iterator[OfColumn]:
        for name in self._names:
            rules = [one for one in self._plan.rows if read[one.id] == {name}]
            counted = [(one, judge(compiler, one, [name]), self._marks(one.columns)) for one in rules]
            if counted:
                yield OfColumn(self._places[name], counted)

    def _by_row(self, compiler: Compiler, read: Mapping[str, frozenset[str]]) -> Iterator[OfRow]:
        for one in self._plan.rows:
            if len(read[one.id]) != 1:
                names = sorted(read[one.id])
                places = [self._places[name] for name in names]
                yield OfRow(one, places, judge(compiler, one, names), self._marks(one.columns))

    def _keys(self) -> Iterator[KeyCount]:
        for rule in self._plan.keys:
            fails = repeated() if rule.kind == "unique" else None
            yield KeyCount(rule, self._picker(rule.columns), self._marks(rule.columns), fails)

    def _references(self, given: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[KeyCount]:
        for rule in self._plan.references:
            known = lost(_texts(_rows_for(rule, given), rule.references))
            yield KeyCount(rule, self._picker(rule.columns), self._marks(rule.columns), known)

    def _agreements(self, given: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Agreement]:
        for rule in self._plan.agreements:
            there = [name for _, name in (*rule.key, *rule.attributes)]
            others = _texts(_rows_for(rule, given), there)
            yield Agreement(rule, self._picker(rule.columns), self._marks(rule.columns), others)

    def _marks(self, columns: Sequence[str]) -> Marks:
        return Marks(self._plan.dataset, columns)

    def _picker(self, columns: Sequence[str]) -> Pick:
        places = [self._places[name] for name in columns]
        return lambda texts: tuple([texts[at] for at in places])


def _columns(rule: RowRule, known: frozenset[str]) -> frozenset[str]:
    return columns_of(tree(rule.population, known)) | columns_of(tree(rule.predicate, known))


def _rows_for(
    rule: ReferenceRule | AgreementRule, given: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Sequence[Mapping[str, Any]]:
    for name in (rule.id, rule.dataset):
        if name in given:
            return given[name]
    raise LookupError(f"{rule.id}: no rows of {rule.dataset}")


def _texts(rows: Rows, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    read = reader(names, {})
    return (tuple(read(row)) for row in rows)
