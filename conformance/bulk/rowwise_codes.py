"""Code lists as one question about a code, or about a code and a day: true, false, or nothing said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.rules.identifiers import is_real_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.law.data import CodeList, Validity

    Span = tuple[str, str]

_EVER = ("", "9999-99-99")  # before and behind every day


def of_code(codes: CodeList) -> Callable[[str], bool | None]:
    """Return the question whether a code is listed, whenever; null where an incomplete list may lack it."""
    known, may_lack = frozenset(codes.codes), _may_lack(codes)

    def listed(code: str) -> bool | None:
        if code in known:
            return True
        return None if may_lack(code) else False

    return listed


def of_code_on(codes: CodeList) -> Callable[[str, str], bool | None]:
    """Return the question whether a code is valid on a day; null where the list says nothing of code or day.

    Only the first ten characters of the day count.
    """
    spans: Mapping[str, tuple[Span, ...]] = {code: tuple(map(_span, them)) for code, them in codes.codes.items()}
    first, last = _span(codes.covers)
    may_lack = _may_lack(codes)

    def valid(code: str, when: str) -> bool | None:
        day = when[:10]
        if not first <= day <= last or not is_real_date(day):
            return None
        if code in spans:
            return any(start <= day <= end for start, end in spans[code])
        return None if may_lack(code) else False

    return valid


def timeless(codes: CodeList) -> bool:
    """Tell whether a list and all its codes hold for ever, so that no day is needed."""
    return {_span(codes.covers), *(_span(one) for them in codes.codes.values() for one in them)} == {_EVER}


def _span(validity: Validity) -> Span:
    start, end = (one.isoformat() if one else "" for one in (validity.start, validity.end))
    return start, end or _EVER[1]


def _may_lack(codes: CodeList) -> Callable[[str], bool]:
    """Whether a code that is not listed may be one all the same."""
    if codes.open_pattern is None:
        return lambda _: False
    looks, size = re.compile(codes.open_pattern, re.DOTALL).fullmatch, codes.open_prefix
    heads = frozenset(one for one in codes.codes if len(one) == size)
    return lambda code: bool(code) and looks(code) is not None and (size is None or code[:size] in heads)
