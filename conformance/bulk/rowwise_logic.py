"""Three-valued logic over rows, as SQL has it.

A row is a sequence of texts, null being None; columns are places in it. Truth is True, False or None.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Row = Sequence[Any]
    Asked = Callable[[Row], Any]


def constant(value: Any) -> Asked:
    """Return the same for every row."""
    return lambda _: value


def every(parts: list[Asked]) -> Asked:
    """Return `and`: false as soon as one is false, else null where one is null."""

    def met(row: Row) -> bool | None:
        found: bool | None = True
        for one in parts:
            answer = one(row)
            if answer is False:
                return False
            if answer is None:
                found = None
        return found

    return met


def some(parts: list[Asked]) -> Asked:
    """Return `or`: true as soon as one is true, else null where one is null."""

    def met(row: Row) -> bool | None:
        found: bool | None = False
        for one in parts:
            answer = one(row)
            if answer is True:
                return True
            if answer is None:
                found = None
        return found

    return met


def unary(part: Asked, answer: Callable[[Any], Any]) -> Asked:
    """Return an answer about one value, null for null."""

    def asked(row: Row) -> Any:
        value = part(row)
        return None if value is None else answer(value)

    return asked


def about(place: int, answer: Callable[[Any], Any]) -> Asked:
    """Return an answer about one column, null for null: `unary` without a step."""

    def asked(row: Row) -> Any:
        value = row[place]
        return None if value is None else answer(value)

    return asked


def binary(left: Asked, right: Asked, answer: Callable[[Any, Any], Any]) -> Asked:
    """Return an answer about two values, null where one is null."""

    def asked(row: Row) -> Any:
        one, other = left(row), right(row)
        return None if one is None or other is None else answer(one, other)

    return asked


def against(part: Asked, compared: Callable[[Any, Any], bool], constant: Any) -> Asked:
    """Return a comparison with a constant that is not null."""

    def asked(row: Row) -> bool | None:
        value = part(row)
        return None if value is None else compared(value, constant)

    return asked


def between(part: Asked, low: Asked, high: Asked) -> Asked:
    """Return whether a value lies between two others, both inclusive."""
    return every([binary(low, part, operator.le), binary(part, high, operator.le)])


def is_null(part: Asked) -> Asked:
    """Return whether a value is null."""
    return lambda row: part(row) is None


def is_there(part: Asked) -> Asked:
    """Return whether a value is not null."""
    return lambda row: part(row) is not None


def chosen(choices: list[tuple[Asked, Asked]], otherwise: Asked) -> Asked:
    """Return the value behind the first condition that is true, else the last one."""

    def chose(row: Row) -> Any:
        for asked, given in choices:
            if asked(row) is True:
                return given(row)
        return otherwise(row)

    return chose
