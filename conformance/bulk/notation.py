"""Turns the format notation of STD-002 (an18, c..50, n..10,2, YYYY-MM-DD) into expressions of the rule language."""

from __future__ import annotations

import re
from functools import cache

_PARTS = re.compile(r"(an|a|n|c)?(?:([0-9]+)|([0-9]*)\.\.([0-9]+|ul))(?:,([0-9]+))?")
_PICTURE = re.compile(r"YYYY(?:-?MM(?:-?DD(?:Thh:?mm:?ss)?)?)?")
_CLASSES = {"a": "[A-Za-z]", "n": "[0-9]", "an": "[0-9A-Za-z]"}
_OFFSET = "([.][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?"


@cache
def shape(notation: str) -> str:
    """Return the expression over `x` that says whether a text has the form of a notation.

    Lengths are characters. `n..10,2` has an optional minus, at most ten digits in all, at most two of them after the
    point; without decimals there are digits only. A picture with a time admits a fraction and an offset.

    Raises:
        ValueError: it is no notation of STD-002.
    """
    if notation == "bl":
        return "x in ('true', 'false', '0', '1')"
    if notation == "bin":
        return "length(x) >= 0"
    if _PICTURE.fullmatch(notation):
        return f"matches(x, '{_picture(notation)}')"
    parts = _PARTS.fullmatch(notation)
    if parts is None or (parts[5] and parts[1] != "n"):
        raise ValueError(notation)
    kind, exact, low, high, decimals = parts.groups()
    if decimals:
        return _decimal(exact or "1" if exact else low or "1", exact or high, decimals)
    return _plain(kind, exact or low or "1", exact or high)


def _picture(notation: str) -> str:
    digits = re.sub("YYYY", "[0-9]{4}", notation)
    digits = re.sub("MM|DD|hh|mm|ss", "[0-9]{2}", digits)
    return digits + (_OFFSET if "T" in notation else "")


def _plain(kind: str | None, low: str, high: str) -> str:
    long = f"length(x) >= {low}" if high == "ul" else f"length(x) between {low} and {high}"
    if kind in {None, "c"}:
        return long
    allowed = _CLASSES[str(kind)]
    if low == high and int(high) <= _BOUND:
        return f"matches(x, '{allowed}{{{high}}}')"
    return f"matches(x, '{allowed}*') and {long}"


#: Largest count that the regular expressions of every engine take.
_BOUND = 255


def _decimal(low: str, high: str, decimals: str) -> str:
    digits = "length(replace(replace(x, '-', ''), '.', ''))"
    long = f"{digits} >= {low}" if high == "ul" else f"{digits} between {low} and {high}"
    return f"matches(x, '-?[0-9]+([.][0-9]{{1,{decimals}}})?') and {long}"
