"""What of a value a report may show: enough to find the row again, never a whole identity number, name or telephone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.law.data import Field

#: Longest text that is shown; what follows is a `…`.
LONGEST = 120
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{6})((?:1[89]|2[01])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}|"
    r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{2})([0-9Xx])(?![0-9A-Za-z])"
)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
_FAMILIAR = 3


def shown(value: str | bytes | None, field: Field | None = None) -> str:
    """Return a value as a report may show it: `null` for null, identifying parts as `*`, long texts cut.

    Identity numbers keep their first six and last characters wherever they stand, alone or within a text. Values of
    sensitive fields keep what names no person: telephone numbers 3 + 4 digits, dates the year, all others the first
    character.

    Args:
        value: the text, None for null; bytes of a geometry are shown in hexadecimal.
        field: what it is a value of; None where nothing is known.
    """
    if value is None:
        return "null"
    if isinstance(value, bytes | bytearray | memoryview):
        value = bytes(value).hex()
    plain = _IDENTITY.sub(lambda found: f"{found[1]}{'*' * len(found[2])}{found[3]}", value)
    if field is not None and field.sensitivity != "none" and plain == value:
        plain = _sparing(value, field.data_type)
    return plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"


def _sparing(value: str, data_type: str) -> str:
    if data_type in {"D", "T"}:
        return value[:4] + re.sub("[0-9]", "*", value[4:])
    if _TELEPHONE.fullmatch(value) and len(value) > _FAMILIAR + 4:
        return value[:_FAMILIAR] + "*" * (len(value) - _FAMILIAR - 4) + value[-4:]
    return value[:1] + "*" * (len(value) - 1)


def shown_row(names: Sequence[str], values: Sequence[str | bytes | None], fields: Mapping[str, Field]) -> str:
    """Return the values of several columns: the bare value of one, `name=value` with `, ` between for more."""
    parts = [shown(value, fields.get(name)) for name, value in zip(names, values, strict=True)]
    if len(parts) == 1:
        return parts[0]
    return ", ".join(f"{name}={part}" for name, part in zip(names, parts, strict=True))
