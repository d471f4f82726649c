"""Kinds of errors of keys, of references to other tables, and of what two tables say of the same subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.formats import form
from conformance.bulk.generate.kind import FAIL, OUT, VALUE, Kind, Victims, where
from conformance.bulk.generate.letters import plain
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import Field

_RENAMED = "（更名）"


def _nothing(rows: Victims) -> dict[str, list[Value]]:
    return {rows.field.name: []}


def _first_of_key(plan: BoundPlan, field: Field) -> bool:
    return plan.table.dataset.primary_key[:1] == (field.name,)


def _first_of_business_key(plan: BoundPlan, field: Field) -> bool:
    dataset = plan.table.dataset
    return dataset.business_key[:1] == (field.name,) and not set(dataset.business_key) & set(dataset.primary_key)


def _reference(plan: BoundPlan, field: Field) -> bool:
    """Fields that are a foreign key of their own, and no part of the table's keys."""
    link = plan.table.links.get(field.name)
    return link is not None and link.keys == (field.name,) and field.name not in plan.table.dataset.primary_key


def _shared(plan: BoundPlan, field: Field) -> bool:
    links = plan.table.links
    text = form(field.format).kind == "c" and field.code_list is None and field.data_type in {"C", "M"}
    return text and field.name in links and field.name not in links[field.name].keys


def _cased(plan: BoundPlan, field: Field) -> bool:
    return _reference(plan, field) and field.element in {"DE-P01", "DE-O01"}


def _orphans(rows: Victims) -> dict[str, list[Value]]:
    """Keys that the other table would have in the rows behind its last."""
    link = rows.plan.table.links[rows.field.name]
    other = rows.plan.table.other(link.dataset)
    beyond = other.rows(rows.part.rows + link.shuffle.size)
    return {rows.field.name: plain(beyond.column(link.fields[rows.field.name])).to_pylist()}


def _has_letter(text: str) -> bool:
    return text.lower() != text


KINDS = (
    Kind(
        "duplicate-key",
        Text("主键重复（整行重复）", "a repeated primary key: a row that stands twice"),
        _first_of_key,
        _nothing,
        copies="primaryKey",
    ),
    Kind(
        "duplicate-business-key",
        Text("业务主键重复（主键不同）", "a repeated business key under another primary key"),
        _first_of_business_key,
        _nothing,
        copies="businessKey",
    ),
    Kind(
        "orphan",
        Text("外键找不到", "a foreign key that is not found"),
        _reference,
        _orphans,
        VALUE,
        lambda rows: np.ones(len(rows), dtype=bool),
    ),
    Kind(
        "foreign-key-case",
        Text("外键仅大小写不同", "a foreign key that differs by case only"),
        _cased,
        lambda rows: rows.each(lambda text, _: text.lower()),
        {**VALUE, "identity-number": FAIL, "credit-code": FAIL, "credit-code-type": OUT},
        where(_has_letter),
    ),
    Kind(
        "disagreement",
        Text("与另一张表的共享属性不一致", "a shared attribute that differs from the other table"),
        _shared,
        lambda rows: rows.each(lambda text, _: text + _RENAMED),
        VALUE,
    ),
)
