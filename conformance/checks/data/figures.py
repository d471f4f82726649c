"""Quality reports: what their figures have to be, from the counts of the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks.finding import differ
from conformance.checks.shared import at, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.bulk.record import Counted
    from conformance.bulk.values import Plan
    from conformance.judge import Sample
    from conformance.law.data import Indicator

#: Indicators that a report gives where a field falls under them; others are free.
DUE = ("0105", "0201", "0302", "0303", "0304", "0305", "0501")
_ROUNDED = 0.00005

#: Numerator and denominator.
Figure = tuple[int, int]


def due_indicators(indicators: Iterable[Indicator], plan: Plan) -> set[str]:
    """Return the codes of the indicators that a report on a table gives, by the rules that the table falls under."""
    templates = {one.template for one in plan.rows} | {one.template for one in plan.keys}
    return {one.code for one in indicators if one.code in DUE and templates & set(one.rules)}


def figures(indicators: Iterable[Indicator], counts: Iterable[Counted]) -> dict[str, Figure]:
    """Return numerator and denominator of every indicator that the counts of a table decide."""
    known = list(counts)
    found: dict[str, Figure] = {}
    for one in indicators:
        mine = [each for each in known if each.template in one.rules]
        if mine:
            assessed, failures = sum(each.assessed for each in mine), sum(each.failures for each in mine)
            found[one.code] = (failures if one.inverse else assessed - failures, assessed)
    return found


def arithmetic(label: str, report: Any, indicators: Mapping[str, Indicator], number: int) -> Iterator[Sample]:
    """Yield the indicators of a report whose value is not that of their numerator and denominator."""
    rows = at(report, "sample", "rows")
    total = at(report, "sample", "total")
    if isinstance(rows, int) and isinstance(total, int) and rows > total:
        yield differ(label, "/sample/rows", rows, f"<= {total}", number)
    for place, one in enumerate(at(report, "indicators") or []):
        above, below, value = at(one, "numerator"), at(one, "denominator"), at(one, "value")
        if not isinstance(above, int) or not isinstance(below, int) or above > below:
            yield differ(
                f"{label} {words(one, 'code')}", f"/indicators/{place}/numerator", above, f"<= {below}", number
            )
            continue
        known = indicators.get(words(one, "code"))
        due = None if not below else 1 - above / below if known is not None and known.inverse else above / below
        if not same(value, due):
            yield differ(f"{label} {words(one, 'code')}", f"/indicators/{place}/value", value, _shown(due), number)


def same(came: Any, due: float | None) -> bool:
    """Compare values as far as four digits tell."""
    if due is None or not isinstance(came, int | float) or isinstance(came, bool):
        return came is None and due is None
    return abs(came - due) < _ROUNDED


def _shown(due: float | None) -> float | None:
    return None if due is None else round(due, 6)


def recomputed(label: str, report: Any, due: Mapping[str, Figure], number: int) -> Iterator[Sample]:
    """Yield the indicators of a report whose numerator or denominator is not what was counted."""
    for place, one in enumerate(at(report, "indicators") or []):
        figure = due.get(words(one, "code"))
        came = (at(one, "numerator"), at(one, "denominator"))
        if figure is not None and came != figure:
            yield differ(f"{label} {words(one, 'code')}", f"/indicators/{place}", came, figure, number)
