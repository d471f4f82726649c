"""Kinds of errors that dates, date-times and numbers can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.codes import spans_of
from conformance.bulk.generate.days import text_of
from conformance.bulk.generate.formats import form
from conformance.bulk.generate.general import DIVISIONS
from conformance.bulk.generate.kind import FAIL, GARBAGE, GOOD, UNKNOWN, VALUE, Kind, Victims, with_rule
from conformance.bulk.generate.letters import plain
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import CodeList, Field

_BOX = "longitude-latitude-in-the-box"
_READ_BESIDE = (("certificate-state", "x"), ("issued-before-the-end", "y"))
_NUMBERS = {"N", "Y", "B", "F", "I"}
_YEAR = 365
_MONTH = 30
_FOR_EVER = 10**6


def _date(_: BoundPlan, field: Field) -> bool:
    return field.data_type == "D"


def _time(_: BoundPlan, field: Field) -> bool:
    return field.data_type == "T"


def _number(_: BoundPlan, field: Field) -> bool:
    return field.data_type in _NUMBERS


def _decimal(_: BoundPlan, field: Field) -> bool:
    return form(field.format).decimals is not None


def _impossible(rows: Victims) -> dict[str, list[Value]]:
    """The 29th of February or the 31st of April of past years that have none."""
    year = rows.part.table.world.today.year
    years = [one for one in range(year - 30, year) if one % 4]
    return rows.each(lambda _, draw: f"{years[draw % len(years)]}-{('02-29', '04-31', '02-30')[draw % 3]}")


def _other_form(text: str, draw: int) -> str:
    return text.replace("-", "/") if draw % 2 else text.replace("-", "")


def _future(rows: Victims) -> dict[str, list[Value]]:
    today = rows.part.table.world.day
    return rows.each(lambda text, draw: text_of(today + 1 + draw % _YEAR) + text[10:])


def _open_ended(rows: Victims) -> Flags:
    """Rows whose codes stay valid on any later day, and without an end before which the date would have to lie."""
    plan, part = rows.plan, rows.part
    good = np.ones(len(rows), dtype=bool)
    if plan.plays(rows.field.name, "issued-before-the-end"):
        end = part.days(plan.partner(rows.field.name, "issued-before-the-end"))
        good &= np.zeros(len(rows), dtype=bool) if end.absent is None else end.absent
    for one in plan.table.dataset.fields:
        if one.when == rows.field.name and (one.code_list or one.element == "DE-P14"):
            codes = plan.table.world.code_lists[one.code_list or DIVISIONS]
            size = None if one.code_list else 6
            texts = plain(part.column(one.name)).to_pylist()
            good &= np.array([text is None or _holds_on(codes, text[:size]) for text in texts], dtype=bool)
    return good


def _holds_on(codes: CodeList, code: str) -> bool:
    return any(last >= _FOR_EVER for _, last in spans_of(codes, code))


def _orderable(plan: BoundPlan, field: Field) -> bool:
    ends = plan.plays(field.name, "date-order", "y") and not any(plan.plays(field.name, *one) for one in _READ_BESIDE)
    begins = plan.plays(field.name, "issued-before-the-end") or (
        plan.plays(field.name, "date-order") and field.element == "DE-C09"
    )
    return field.data_type == "D" and field.name not in plan.table.events and (ends or begins)


def _other_day(rows: Victims) -> str:
    template = "issued-before-the-end" if rows.plan.plays(rows.field.name, "issued-before-the-end") else "date-order"
    return rows.plan.partner(rows.field.name, template)


def _both_days(rows: Victims) -> Flags:
    """Rows with both days, and room before today where the begin moves behind the end."""
    other = rows.days(_other_day(rows))
    good = np.ones(len(rows), dtype=bool) if other.absent is None else ~other.absent
    if rows.plan.plays(rows.field.name, "issued-before-the-end"):
        good &= other.numbers + _MONTH <= rows.part.table.world.day
    return good


def _disordered(rows: Victims) -> dict[str, list[Value]]:
    step = -1 if rows.plan.plays(rows.field.name, "date-order", "y") else 1
    days = rows.days(_other_day(rows)).numbers.tolist()
    new = [text_of(day + step * (1 + draw % _MONTH)) for day, draw in zip(days, rows.draws(2**30), strict=True)]
    return {rows.field.name: list(new)}


def _replaceable_day(plan: BoundPlan, field: Field) -> bool:
    dated = [one for one in plan.table.dataset.fields if one.when == field.name and one.code_list]
    starts = [plan.table.world.code_lists[str(one.code_list)].covers.start for one in dated]
    return field.data_type == "D" and all(starts) and not any(plan.plays(field.name, *one) for one in _READ_BESIDE)


def _more_decimals(rows: Victims) -> dict[str, list[Value]]:
    size = (form(rows.field.format).decimals or 0) + 1

    def change(text: str, draw: int) -> str:
        whole, _, part = text.partition(".")
        return f"{whole}.{part:0<{size - 1}}{draw % 9 + 1}"

    return rows.each(change)


def _far(rows: Victims) -> dict[str, list[Value]]:
    return rows.each(lambda text, _: f"{float(text) + 20:.6f}")


def _swapped(rows: Victims) -> dict[str, list[Value]]:
    other = rows.plan.partner(rows.field.name, _BOX)
    return {rows.field.name: list(rows.texts(other)), other: list(rows.texts())}


def _has_both(rows: Victims) -> Flags:
    return np.array([text != "" for text in rows.texts(rows.plan.partner(rows.field.name, _BOX))], dtype=bool)


KINDS = (
    Kind(
        "impossible-date",
        Text("不存在的日期", "a date that does not exist, such as 2023-02-29"),
        _date,
        _impossible,
        {**GARBAGE, "not-in-the-future": GOOD},
    ),
    Kind(
        "date-form",
        Text("日期写法不符", "a date in another form"),
        _date,
        lambda rows: rows.each(_other_form),
        GARBAGE,
    ),
    Kind(
        "future-date",
        Text("晚于当前的日期", "a date in the future"),
        with_rule("not-in-the-future"),
        _future,
        {**VALUE, "not-in-the-future": FAIL, "date-order/x": FAIL, "identity-birth-date/y": FAIL},
        _open_ended,
    ),
    Kind(
        "begin-after-end",
        Text("起始日期晚于截止日期", "a begin after its end"),
        _orderable,
        _disordered,
        {**VALUE, "date-order": FAIL, "issued-before-the-end/x": FAIL},
        _both_days,
    ),
    Kind(
        "placeholder-date",
        Text("以 1900-01-01 代替空值", "1900-01-01 instead of null"),
        _replaceable_day,
        lambda rows: rows.each(lambda _, draw: ("1900-01-01", "0001-01-01")[draw % 2]),
        {**VALUE, "date-order/y": FAIL, "identity-birth-date/y": FAIL, "*/when": UNKNOWN},
    ),
    Kind(
        "no-offset",
        Text("日期时间没有时区", "a date-time without offset"),
        _time,
        lambda rows: rows.each(lambda text, _: text[:19]),
        {**VALUE, "date-time-offset": FAIL},
    ),
    Kind(
        "impossible-time",
        Text("不存在的时刻", "a time of day that does not exist"),
        _time,
        lambda rows: rows.each(lambda text, _: f"{text[:10]}T25:61:00{text[19:]}"),
        {**VALUE, "date-time-offset": FAIL},
    ),
    Kind(
        "date-time-form",
        Text("日期与时间之间是空格", "a blank between date and time"),
        _time,
        lambda rows: rows.each(lambda text, _: text.replace("T", " ")),
        {**VALUE, "date-time-offset": FAIL},
    ),
    Kind("too-many-decimals", Text("小数位过多", "too many decimals"), _decimal, _more_decimals, VALUE),
    Kind("nan", Text("非数值 NaN", "not a number"), _number, lambda rows: rows.each(lambda *_: "NaN"), GARBAGE),
    Kind("infinite", Text("无穷大", "an infinite number"), _number, lambda rows: rows.each(lambda *_: "inf"), GARBAGE),
    Kind(
        "thousands",
        Text("带千分位逗号的数", "a number with a thousands separator"),
        _number,
        lambda rows: rows.each(lambda text, _: f"1,{text}"),
        GARBAGE,
    ),
    Kind(
        "far-coordinate",
        Text("经纬度在范围之外", "longitude or latitude far outside"),
        with_rule(_BOX, "x", "y"),
        _far,
        {**VALUE, _BOX: FAIL},
    ),
    Kind(
        "swapped-coordinates",
        Text("经纬度颠倒", "longitude and latitude swapped"),
        with_rule(_BOX),
        _swapped,
        {**VALUE, _BOX: FAIL},
        _has_both,
    ),
)
