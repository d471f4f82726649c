"""The text form of a value from JSON: what every engine compares."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from conformance.rules.identity_token import MARK, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def text_of(value: Any) -> Any:
    """Return the text form of a value; None for null, and bytes (WKB) as they are.

    Truths are `true` and `false`, whole numbers plain, other numbers in their shortest form without a trailing `.0`,
    arrays and objects as JSON, dates YYYY-MM-DD, date-times with a T between.
    """
    if value is None or isinstance(value, str | bytes):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def judged(value: Any) -> Any:
    """Return what rules judge in the place of a text: whatever number a token stands for (see `identity_token`)."""
    return plain(value) if type(value) is str and MARK in value else value


def reader(columns: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> Callable[[Mapping[str, Any]], list[Any]]:
    """Return what reads the texts of columns out of a row; columns that a row does not have are null.

    Args:
        columns: names.
        aliases: other names that a column may have, by name.
    """
    named = [(name, tuple(aliases.get(name, ()))) for name in columns]

    def read(row: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, others in named:
            value = row.get(name)
            if value is None and others and name not in row:
                value = next((row[one] for one in others if one in row), None)
            found.append(value if value is None or type(value) is str else text_of(value))
        return found

    return read
