"""The notation of data formats (STD-002) as the generator reads it, on purpose not with the code of the engines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_PARTS = re.compile(r"(an|a|n|c)?(?:([0-9]+)|([0-9]*)\.\.([0-9]+|ul))(?:,([0-9]+))?")
_LETTERS = {"a": "[A-Za-z]", "n": "[0-9]", "an": "[0-9A-Za-z]", "c": r"[\s\S]"}
_ENDLESS = 4000


@dataclass(frozen=True, slots=True)
class Form:
    """What a notation says.

    Attributes:
        kind: a, n, an, c, date, time, bool or any.
        least: smallest number of characters, or digits of a number with decimals.
        most: largest number of them.
        decimals: digits behind the point; None where it is no number with decimals.
    """

    kind: str
    least: int = 0
    most: int = _ENDLESS
    decimals: int | None = None


@cache
def form(notation: str | None) -> Form:
    """Read a notation; None and what is no notation are free text."""
    if notation in {"bl", "bin", None}:
        return Form({"bl": "bool"}.get(str(notation), "any"), 1)
    if str(notation).startswith("YYYY"):
        return Form("time" if "hh" in str(notation) else "date", len(str(notation)), len(str(notation)))
    found = _PARTS.fullmatch(str(notation))
    if found is None:
        return Form("c", 1)
    kind, exact, low, high, decimals = found.groups()
    most = _ENDLESS if high == "ul" else int(exact or high)
    return Form(kind or "c", int(exact or low or 1), most, int(decimals) if decimals else None)


@cache
def _pattern(notation: str) -> re.Pattern[str]:
    one = form(notation)
    if one.kind in {"date", "time"}:
        shape = re.sub("[YMDhms]", "[0-9]", notation)
        return re.compile(shape + (r"(\.[0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?" if one.kind == "time" else ""))
    if one.kind == "bool":
        return re.compile("true|false|0|1")
    if one.decimals is not None:
        return re.compile(rf"-?[0-9]+(\.[0-9]{{1,{one.decimals}}})?")
    return re.compile(f"{_LETTERS.get(one.kind, _LETTERS['c'])}{{{one.least},{one.most}}}")


def fits(notation: str, value: str) -> bool:
    """Tell whether a text has the form that a notation describes."""
    one = form(notation)
    if not _pattern(notation).fullmatch(value):
        return False
    return one.decimals is None or one.least <= sum(letter in "0123456789" for letter in value) <= one.most
