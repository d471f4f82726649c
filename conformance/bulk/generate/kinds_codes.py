"""Kinds of errors that codes of a list can have."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.codes import spans_of, unknown_code, unlisted_code
from conformance.bulk.generate.days import text_of
from conformance.bulk.generate.general import DIVISIONS
from conformance.bulk.generate.kind import FAIL, GARBAGE, GOOD, OUT, UNKNOWN, VALUE, Kind, Victims
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import CodeList, Field

_SUB_COUNTY = "DE-P14"
_DIVISION_FORM = "division-form"
_FOR_EVER = 10**6
_EARLIER = 3000


def _list(plan: BoundPlan, field: Field) -> CodeList | None:
    name = DIVISIONS if field.element == _SUB_COUNTY else field.code_list
    return plan.table.world.code_lists.get(name or "")


def _coded(plan: BoundPlan, field: Field) -> bool:
    codes = _list(plan, field)
    return field.code_list is not None and codes is not None and unknown_code(codes, field.format) is not None


def _incomplete(plan: BoundPlan, field: Field) -> bool:
    codes = _list(plan, field)
    return field.code_list is not None and codes is not None and unlisted_code(codes, field.format) is not None


def _division(plan: BoundPlan, field: Field) -> bool:
    return plan.plays(field.name, _DIVISION_FORM) or plan.plays(field.name, "sub-county")


def _codes(rows: Victims) -> CodeList:
    codes = _list(rows.plan, rows.field)
    assert codes is not None
    return codes


def _unknown(rows: Victims) -> dict[str, list[Value]]:
    value = unknown_code(_codes(rows), rows.field.format)
    return rows.each(lambda *_: value)


def _unlisted(rows: Victims) -> dict[str, list[Value]]:
    value = unlisted_code(_codes(rows), rows.field.format)
    return rows.each(lambda *_: value)


def _named(rows: Victims) -> dict[str, list[Value]]:
    names = _codes(rows).names
    return rows.each(lambda text, _: names[text][-1])


def _edges(codes: CodeList, *, retired: bool) -> list[tuple[int, str]]:
    """Codes with the day of their end (first day of their life), the earliest first; classes of divisions left out."""
    known = [one for one in codes.codes if codes.id != DIVISIONS or not one.endswith("00")]
    spans = {one: spans_of(codes, one) for one in known}
    if retired:
        edges = [(max(last for _, last in found), one) for one, found in spans.items()]
    else:
        edges = [(min(first for first, _ in found), one) for one, found in spans.items()]
    return sorted((day, one) for day, one in edges if abs(day) < _FOR_EVER)


def _changing(*, retired: bool) -> Callable[[BoundPlan, Field], bool]:
    def fits(plan: BoundPlan, field: Field) -> bool:
        codes = _list(plan, field)
        return field.when is not None and codes is not None and bool(_edges(codes, retired=retired))

    return fits


def _outdated(rows: Victims, *, retired: bool) -> tuple[list[tuple[int, str]], list[range]]:
    """The codes with their edges, and for each row which of them are over (have not begun) on its day."""
    edges = _edges(_codes(rows), retired=retired)
    days = [one for one, _ in edges]
    numbers = rows.days(rows.field.when).numbers.tolist()
    if retired:
        return edges, [range(bisect_left(days, day)) for day in numbers]
    return edges, [range(bisect_right(days, day), len(days)) for day in numbers]


def _has_outdated(rows: Victims, *, retired: bool) -> Flags:
    return np.array([len(one) > 0 for one in _outdated(rows, retired=retired)[1]], dtype=bool)


def _write_outdated(rows: Victims, *, retired: bool) -> dict[str, list[Value]]:
    edges, choices = _outdated(rows, retired=retired)
    new = [edges[choice[draw % len(choice)]][1] for choice, draw in zip(choices, rows.draws(2**30), strict=True)]
    return {rows.field.name: [code + text[len(code) :] for code, text in zip(new, rows.texts(), strict=True)]}


def _dates_codes(plan: BoundPlan, field: Field) -> bool:
    dated = [one for one in plan.table.dataset.fields if one.when == field.name]
    starts = [codes.covers.start for one in dated if (codes := _list(plan, one)) is not None]
    return field.data_type == "D" and bool(starts) and all(starts) and not plan.plays(field.name, "date-order", "y")


def _before(rows: Victims) -> dict[str, list[Value]]:
    first = rows.plan.table.span(rows.field.name)[0]
    lists = [_list(rows.plan, one) for one in rows.plan.table.dataset.fields if one.when == rows.field.name]
    starts = [(one.covers.start.toordinal() - 719_163) for one in lists if one and one.covers.start]
    return rows.each(lambda _, draw: text_of(min([first, *starts]) - 1 - draw % _EARLIER))


_LATE = {"division-valid/x": FAIL, "sub-county/x": FAIL, "other-code/x": FAIL}

KINDS = (
    Kind(
        "unknown-code",
        Text("代码表中没有的代码", "a code that the list does not have"),
        _coded,
        _unknown,
        {**GARBAGE, _DIVISION_FORM: GOOD, "division-valid/x": FAIL},
    ),
    Kind(
        "unlisted-code",
        Text("代码表收录不全，无法判定的代码", "a code of which an incomplete list cannot tell"),
        _incomplete,
        _unlisted,
        {**GARBAGE, "*": UNKNOWN, "certificate-holder/y": OUT},
    ),
    Kind("name-for-code", Text("以名称代替代码", "the name instead of the code"), _coded, _named, GARBAGE),
    Kind(
        "short-division",
        Text("区划代码少一位", "a division code that lacks a digit"),
        _division,
        lambda rows: rows.each(lambda text, _: text[:-1]),
        GARBAGE,
    ),
    Kind(
        "retired-code",
        Text("业务日期已停用的代码", "a code that was retired before the event date"),
        _changing(retired=True),
        lambda rows: _write_outdated(rows, retired=True),
        {**VALUE, **_LATE},
        lambda rows: _has_outdated(rows, retired=True),
    ),
    Kind(
        "premature-code",
        Text("业务日期尚未启用的代码", "a code that was not yet given on the event date"),
        _changing(retired=False),
        lambda rows: _write_outdated(rows, retired=False),
        {**VALUE, **_LATE},
        lambda rows: _has_outdated(rows, retired=False),
    ),
    Kind(
        "event-before-list",
        Text("业务日期早于代码表起始日，代码无法判定", "an event date before the list begins: no code can be judged"),
        _dates_codes,
        _before,
        {**VALUE, "*/when": UNKNOWN},
    ),
)
