"""Values of fields that no maker knows by their meaning: codes of their list, else valid text of their format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.generate.days import Days, times
from conformance.bulk.generate.formats import form
from conformance.bulk.generate.letters import cells, digits, picked, strings
from conformance.bulk.generate.places import geometry

if TYPE_CHECKING:
    from conformance.bulk.generate.chance import Dice, Rows
    from conformance.bulk.generate.formats import Form
    from conformance.bulk.generate.table import Slice
    from conformance.law.data import Field

DIVISIONS = "cq-divisions-gbt2260"
_RECENT = 730
_DAY = 86_400
_SAMPLES = 2000
_WIDTH = 12


def general(part: Slice, field: Field) -> pa.Array:
    """Return a column made by type, code list and format alone."""
    if field.code_list is not None:
        return picked(part.table.choices(field.code_list).words, code_places(part, field.code_list, field))
    if field.data_type == "geometry":
        return geometry(part, field)
    if field.data_type == "T" or form(field.format).kind == "time":
        return date_time(part, field)
    return _by_form(part, field, _form(field))


def _form(field: Field) -> Form:
    default = {"I": "n..9", "N": "n..18,2", "Y": "n..18,2", "B": "n..18,2", "F": "n..18,2", "L": "bl"}
    return form(field.format or default.get(field.data_type, "c..20"))


def code_places(part: Slice, code_list: str, field: Field) -> Rows:
    """Return codes valid on the day that dates them, or today; divisions that one day dates are the same division."""
    names: tuple[object, ...] = (code_list, field.when) if code_list == DIVISIONS else ("code", field.name)

    def make() -> Rows:
        days = part.days(field.when).numbers if field.when else np.full(len(part), part.table.world.day)
        return part.table.choices(code_list).places(part.rows, part.dice(*names), days)

    found: Rows = part.once(("code", *names), make)
    return found


def recent(part: Slice, field: Field) -> Days:
    """Return days of the last two years, for update times."""
    today = part.table.world.day
    return Days(part.between(max(today - _RECENT, part.table.span(field.name)[0]), today, "recent", field.name))


def date_time(part: Slice, field: Field) -> pa.Array:
    """Return date-times of the days of a field, with the offset of China."""
    days = part.days(field.name).numbers
    seconds = part.dice("seconds", field.name).below(part.rows, _DAY)
    return times(days, seconds)


def _by_form(part: Slice, field: Field, one: Form) -> pa.Array:
    dice = part.dice("value", field.name)
    if one.kind == "bool":
        return picked(pa.array(["true", "false"]), dice.below(part.rows, 2))
    if one.decimals is not None:
        return picked(pa.array(_numbers(one)), dice.below(part.rows, _SAMPLES))
    if one.kind == "date":
        return picked(pa.array(["2020-01-01", "2021-06-30"]), dice.below(part.rows, 2))
    return _text(part, dice, one, counted=field.name in part.table.keys)


def _numbers(one: Form) -> list[str]:
    """Numbers of at most two decimals and six digits, as far as the format has room for them."""
    decimals = min(one.decimals or 0, 2)
    whole = max(1, min(one.most - decimals, 6))
    return [f"{at * 7919 % 10**whole}.{at % 9 + 1:0{decimals}d}"[: whole + 1 + decimals] for at in range(_SAMPLES)]


def _text(part: Slice, dice: Dice, one: Form, *, counted: bool) -> pa.Array:
    """Text of the greatest length up to twelve: a counter in keys, else anything."""
    width = max(one.least, min(one.most, _WIDTH))
    room = min(width, _WIDTH)
    number = part.rows if counted else dice.below(part.rows, min(10**room, 2**32 - 1))
    if one.kind == "n" and not counted and room > 1:
        number = number % (9 * 10 ** (room - 1)) + 10 ** (room - 1)
    return strings(len(part), b"1" * (width - room), *_counter(number, room, letters=one.kind == "a"))


def _counter(number: Rows, width: int, *, letters: bool) -> list[object]:
    """Cells of a number of so many digits, as the letters A to J where there may be no digits."""
    if not letters and width % 3 == 0:
        return list(digits(number, width))
    words = cells(list("ABCDEFGHIJ" if letters else "0123456789"))
    return [words[number // 10**place % 10] for place in reversed(range(width))]


def room(field: Field) -> int:
    """Return how many different values a counter has in a field that is made by its format alone."""
    one = _form(field)
    countable = one.decimals is None and one.kind in {"a", "n", "an", "c"}
    if not countable or field.code_list is not None or field.data_type in {"D", "T", "geometry"}:
        return 1
    return int(10 ** min(max(one.least, min(one.most, _WIDTH)), _WIDTH))
