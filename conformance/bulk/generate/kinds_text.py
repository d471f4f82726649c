"""Kinds of errors that any text can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.bulk.generate.formats import form
from conformance.bulk.generate.kind import FAIL, GARBAGE, GOOD, NULL, Kind, Victims, where
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import Field

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_PLACEHOLDERS = ("无", "未知", "暂无", "不详")
_FREE = {"C", "M"}
_UNPLACED = {"geometry", "L", "G"}


def _text(_: BoundPlan, field: Field) -> bool:
    return field.data_type in _FREE


def _mandatory(_: BoundPlan, field: Field) -> bool:
    return not field.nullable


def _placeable(_: BoundPlan, field: Field) -> bool:
    return field.data_type not in _UNPLACED


def _no_coordinate(plan: BoundPlan, field: Field) -> bool:
    return _placeable(plan, field) and not any(
        plan.plays(field.name, "longitude-latitude-in-the-box", role) for role in "xy"
    )


def _written_in_digits(_: BoundPlan, field: Field) -> bool:
    one = form(field.format)
    return field.data_type not in _UNPLACED and (one.kind in {"n", "an", "date", "time"} or one.decimals is not None)


def _limited(_: BoundPlan, field: Field) -> bool:
    one = form(field.format)
    return field.format is not None and field.data_type in _FREE and one.decimals is None and one.kind != "any"


def _zeros(rows: Victims) -> dict[str, list[Value]]:
    return rows.each(lambda *_: "0000-00-00" if rows.field.data_type in {"D", "T"} else "0000")


def _too_long(rows: Victims) -> dict[str, list[Value]]:
    size = form(rows.field.format).most + 1
    return rows.each(lambda text, _: (text * (size // max(len(text), 1) + 1))[:size])


def _blank(text: str, draw: int) -> str:
    return (f"{text} ", f" {text}", f"{text}\u3000")[draw % 3]


def _mangled(text: str, draw: int) -> str:
    return f"\ufffd{text[1:]}" if draw % 2 else f"??{text[1:]}"


KINDS = (
    Kind(
        "missing-value",
        Text("必填字段为空值", "null in a mandatory field"),
        _mandatory,
        lambda rows: {rows.field.name: [None] * len(rows)},
        NULL,
    ),
    Kind(
        "empty-text",
        Text("空字符串代替空值", "an empty text where nothing is known"),
        lambda _, field: field.data_type != "geometry",
        lambda rows: rows.each(lambda *_: ""),
        {**GARBAGE, "deregistered-has-its-date/x": FAIL},
    ),
    Kind(
        "placeholder",
        Text("“无”“未知”一类占位值", "a word that stands for null"),
        _placeable,
        lambda rows: rows.each(lambda _, draw: _PLACEHOLDERS[draw % len(_PLACEHOLDERS)]),
        GARBAGE,
    ),
    Kind(
        "zero-placeholder",
        Text("以 0000 代替空值", "0000 instead of null"),
        _no_coordinate,
        _zeros,
        {**GARBAGE, "not-in-the-future": GOOD},
    ),
    Kind(
        "full-width-digits",
        Text("全角数字", "full-width digits"),
        _written_in_digits,
        lambda rows: rows.each(lambda text, _: text.translate(_FULL_WIDTH)),
        GARBAGE,
        where(lambda text: re.search("[0-9]", text) is not None),
    ),
    Kind(
        "mojibake",
        Text("乱码", "mojibake: replacement characters or ??"),
        _text,
        lambda rows: rows.each(_mangled),
        {**GARBAGE, "clean-text": FAIL},
    ),
    Kind(
        "outer-blank",
        Text("首尾空格", "a blank at one end"),
        _text,
        lambda rows: rows.each(_blank),
        {**GARBAGE, "clean-text": FAIL},
    ),
    Kind(
        "private-use",
        Text("私用区字符", "a private-use character"),
        _text,
        lambda rows: rows.each(lambda text, _: f"\ue000{text[1:]}"),
        {**GARBAGE, "clean-text": FAIL},
    ),
    Kind(
        "control-character",
        Text("控制字符", "a control character"),
        _text,
        lambda rows: rows.each(lambda text, _: f"\u0007{text[1:]}"),
        {**GARBAGE, "clean-text": FAIL},
    ),
    Kind(
        "too-long",
        Text("超过规定长度", "longer than the format allows"),
        _limited,
        _too_long,
        GARBAGE,
    ),
)
