"""Persons who cannot exist: their identity numbers lie in birth years 1800 to 1859.

Identity numbers were introduced in the 1980s and nobody born in those years was alive, so none was ever given. Address
parts are division codes that were valid at some time, check characters are right, all sequence numbers occur.
"""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.generate.days import number_of, text_of
from conformance.bulk.generate.letters import cells, digits, picked, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Rows
    from conformance.bulk.generate.world import World

FIRST_BIRTH = number_of(date(1800, 1, 1))
LAST_BIRTH = number_of(date(1859, 12, 31))

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SEQUENCES = 1000
_BIRTHS = LAST_BIRTH - FIRST_BIRTH + 1
_LISTS = ("cq-divisions-gbt2260", "cq-divisions-pre1997-sichuan")
_PREFIXES = ("50", "5102", "5112", "5114", "5122", "5123", "5135")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def check_character(first17: str) -> str:
    """Return the 18th character of an identity number (GB 11643, MOD 11-2)."""
    return _CHECKS[_sum(first17, 0) % 11]


def _sum(part: str, at: int) -> int:
    return sum(int(one) * _WEIGHTS[at + place] for place, one in enumerate(part))


def _sums(parts: list[str], at: int) -> Rows:
    return np.array([_sum(one, at) for one in parts], dtype=np.int64)


@cache
def _births_and_sequences() -> tuple[tuple[NDArray[np.void], Rows], ...]:
    births = [text_of(one).replace("-", "") for one in range(FIRST_BIRTH, LAST_BIRTH + 1)]
    sequences = [f"{one:03d}" for one in range(_SEQUENCES)]
    return (cells(births), _sums(births, 6)), (cells(sequences), _sums(sequences, 14))


class People:
    """The attributes of person number p, 0 … capacity - 1."""

    def __init__(self, world: World) -> None:
        self._world = world
        known = {one for name in _LISTS for one in world.code_lists[name].codes if one.startswith(_PREFIXES)}
        self._divisions = sorted(one for one in known if not one.endswith("00"))
        self.capacity = len(self._divisions) * _BIRTHS * _SEQUENCES

    @cached_property
    def _tables(self) -> tuple[tuple[NDArray[np.void], Rows], ...]:
        return ((cells(self._divisions), _sums(self._divisions, 0)), *_births_and_sequences())

    def places(self, persons: Rows) -> tuple[Rows, Rows, Rows]:
        """Return address part, day of birth and sequence number, each by its place in its table."""
        place = self._world.shuffle(self.capacity, "person")(persons)
        rest, sequence = np.divmod(place, _SEQUENCES)
        division, birth = np.divmod(rest, _BIRTHS)
        return division, birth, sequence

    def numbers(self, places: tuple[Rows, Rows, Rows]) -> pa.StringArray:
        """Return identity numbers, of different persons different ones."""
        parts = [words[place] for (words, _), place in zip(self._tables, places, strict=True)]
        total = sum(sums[place] for (_, sums), place in zip(self._tables, places, strict=True))
        return strings(len(places[0]), *parts, cells(list(_CHECKS))[np.asarray(total) % 11])

    def sexes(self, places: tuple[Rows, Rows, Rows]) -> Rows:
        """Return 1 for men and 2 for women, as digit 17 of the identity number says."""
        return 2 - places[2] % 2

    def births(self, places: tuple[Rows, Rows, Rows]) -> Rows:
        """Return days of birth as days since 1970-01-01."""
        return places[1] + FIRST_BIRTH

    def names(self, persons: Rows) -> pa.DictionaryArray:
        """Return names such as 测甲子一; the surname 测 marks them as test data."""
        words = [f"测{a}{b}{c}" for a in _STEMS for b in _BRANCHES for c in ("", *"一二三四五六七八九")]
        return picked(pa.array(words), self._world.dice("person", "name").below(persons, len(words)))

    def phones(self, persons: Rows) -> pa.StringArray:
        """Return telephone numbers with the prefix 160, which no network uses (from memory, not checked)."""
        numbers = self._world.dice("person", "phone").below(persons, 100_000_000)
        first, rest = np.divmod(numbers, 1_000_000)
        two = cells([f"{one:02d}" for one in range(100)])
        return strings(len(persons), b"160", two[first], *digits(rest, 6))
