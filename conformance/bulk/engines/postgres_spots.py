"""Examples of failures of many rules in one statement for each part of a table in which the count met some."""
# ruff: noqa: S608  statements are made of quoted names and parsed expressions

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bulk.engines.answered import Answered
from conformance.bulk.sql import SPOTS
from conformance.bulk.values import KEPT, Spot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.bulk.engines.postgres import PostgresTable
    from conformance.bulk.selects import Condition
    from conformance.bulk.values import Tell


def examples(
    table: PostgresTable, conditions: Sequence[Condition], failed: Mapping[str, Sequence[str]], tell: Tell
) -> dict[str, list[Spot]]:
    """Return the first failing rows of rules by their keys, part by part.

    Args:
        table: the whole table.
        conditions: the rules that fail.
        failed: parts in which failures of a rule are, by rule; enough of them for as many examples as are kept.
        tell: hears of progress.

    Raises:
        SourceError, EngineError: as the table does.
    """
    found: dict[str, list[Spot]] = {one.rule.id: [] for one in conditions}
    for part in table.opened.parts:
        here = [one for one in conditions if part in failed[one.rule.id] and len(found[one.rule.id]) < KEPT]
        if here:
            _look(table.parts([part]), here, found, tell)
    return found


def _look(view: PostgresTable, conditions: Sequence[Condition], found: dict[str, list[Spot]], tell: Tell) -> None:
    shown = view.with_key(one for each in conditions for one in each.rule.columns)
    for place, *cells in view.run(_statement(view, conditions, shown), SPOTS, tell):
        rule = conditions[place].rule
        if len(found[rule.id]) < KEPT:
            wanted = [cells[shown.index(one)] for one in (*view.dataset.primary_key, *rule.columns)]
            found[rule.id].append(view.spot(rule.columns, [None, None, *wanted]))


def _statement(view: PostgresTable, conditions: Sequence[Condition], shown: Sequence[str]) -> str:
    """One row for each example: the place of its rule among the conditions, then what is shown of it."""
    select = Answered(conditions, "postgres", "twin")
    copies = [f"{one} as _s{at}" for at, one in enumerate(view.quoted(shown))]
    calls = [f"{one.sql} as {one.name}" for one in select.calls]
    read = [*view.quoted(select.columns), *calls, *copies]
    answered = f"(select {', '.join(read)} from {view.relation([*shown, *select.reads], 'r')} offset 0) as _a"
    broken = ", ".join(f"case when {select.failing(one)} then {at} end" for at, one in enumerate(conditions))
    cells = ", ".join(f"_s{at}" for at, _ in enumerate(shown))
    keys = ", ".join(f"_s{shown.index(one)}" for one in view.dataset.primary_key) or cells
    judged = f"(select {cells}, array_remove(array[{broken}], null) as _f from {answered} offset 0) as _b"
    numbered = (
        f"(select _i, {cells}, row_number() over (partition by _i order by {keys}) as _n"
        f" from {judged} cross join lateral unnest(_f) as _v(_i)) as _t"
    )
    return f"select _i, {cells} from {numbered} where _n <= {KEPT} order by _i, _n"
