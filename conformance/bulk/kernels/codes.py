"""Credit codes and identity numbers over columns: numpy, no loop over rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.kernels.dates import DATE_BITS, day_pairs, days_right
from conformance.bulk.kernels.pairs import DIGITS, character, of_length, pair_tables
from conformance.rules.identifiers import (
    CREDIT_CHARACTERS,
    CREDIT_WEIGHTS,
    IDENTITY_WEIGHTS,
    IDENTITY_YEARS,
    ORGANISATION_WEIGHTS,
)

if TYPE_CHECKING:
    from conformance.bulk.kernels.base import Column, Truths
    from conformance.bulk.kernels.pairs import Table

_SIZE = 18
_CREDIT = {char: value for value, char in enumerate(CREDIT_CHARACTERS)}
# fields of a sum of a credit code: the sum of the whole, above it that of the inner code, above it wrong characters
INNER, _BARRED = 10, 17
WHOLE_MASK = (1 << INNER) - 1
# fields of a sum of an identity number: a date, above it the weighted sum, above it wrong characters
WEIGHTED, _WRONG = DATE_BITS, DATE_BITS + 8
_COUNT_BITS = 5


def credit_code(texts: Column) -> Truths:
    """Tell which texts are credit codes: alphabet, inner check (GB 11714) and whole check (GB 32100)."""
    whole, inner = whole_right(), inner_right()
    return of_length(texts, _SIZE, _credit_tables(), lambda sums: whole[sums & WHOLE_MASK] & inner[sums >> INNER])


def identity_number(texts: Column) -> Truths:
    """Tell which texts are identity numbers: digits, a real birth date of 1800 to 2099, MOD 11-2 (GB 11643)."""
    right = weighted_right()
    return of_length(texts, _SIZE, _identity_tables(), lambda sums: days_right(sums) & right[sums >> WEIGHTED])


@cache
def _credit_tables() -> Table:
    return pair_tables(credit_places())


def credit_places() -> list[Table]:
    """Return what each byte of a credit code contributes, by place: both sums, and wrong characters above them."""
    check = {**{str(digit): digit for digit in range(10)}, "X": 10}
    within = [0] * 8 + [*ORGANISATION_WEIGHTS, 1, 0]
    places = []
    for place, (weight, inner) in enumerate(zip((*CREDIT_WEIGHTS, 1), within, strict=True)):
        values = _allowed(place)
        own = check if inner == 1 else {char: int(char, 36) for char in values}
        both = {char: value * weight % 31 + (own[char] * inner % 11 << INNER) for char, value in values.items()}
        places.append(character(both, 1 << _BARRED))
    return places


def _allowed(place: int) -> dict[str, int]:
    """The characters of a place and their values: 3 to 8 are a division, the 17th is the check of the inner code."""
    if place in range(2, 8):
        return DIGITS
    return {char: _CREDIT[char] for char in "0123456789X"} if place == _SIZE - 2 else _CREDIT


@cache
def whole_right() -> Truths:
    """Return for every sum of the whole whether it is divisible by 31."""
    right: Truths = np.arange(1 << INNER) % 31 == 0
    return right


@cache
def inner_right() -> Truths:
    """Return for every inner sum with its count of wrong characters: none wrong, the sum divisible by 11."""
    sums = np.arange(1 << _BARRED - INNER + _COUNT_BITS)
    right: Truths = (sums >> _BARRED - INNER == 0) & (sums % 11 == 0)
    return right


@cache
def _identity_tables() -> Table:
    pairs = day_pairs(1 << _WRONG, IDENTITY_YEARS)
    return pair_tables(identity_places(), dict(zip((6, 8, 10, 12), pairs, strict=True)))


def identity_places() -> list[Table]:
    """Return what each byte of an identity number contributes, by place: the weighted sum, wrong characters above."""
    values = [DIGITS] * 17 + [{**DIGITS, "X": 10}]
    return [
        character({char: value * weight % 11 << WEIGHTED for char, value in one.items()}, 1 << _WRONG)
        for one, weight in zip(values, (*IDENTITY_WEIGHTS, 1), strict=True)
    ]


@cache
def weighted_right() -> Truths:
    """Return for every weighted sum with its count of wrong characters: none wrong, the sum leaves 1 by 11."""
    sums = np.arange(1 << _WRONG - WEIGHTED + _COUNT_BITS)
    right: Truths = (sums >> _WRONG - WEIGHTED == 0) & (sums % 11 == 1)
    return right
