"""Organisations and departments that cannot exist: the division part of their credit codes lies in 509900 to 509999.

No such division exists, so no authority can have given such a code. Both check characters are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.generate.letters import cells, digits, picked, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Rows
    from conformance.bulk.generate.world import World

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

_OUTER = tuple(pow(3, place, 31) for place in range(17))
_INNER = (3, 7, 9, 10, 5, 8, 4, 2)
_INNER_CHECKS = "0123456789X"
_DIVISIONS = 100
_BODY = 31**3


@dataclass(frozen=True, slots=True)
class Form:
    """A form of organisation.

    Attributes:
        pair: first two characters of its credit codes.
        kind: its type in GB/T 20091.
        ending: the end of its names.
        share: how many of a hundred organisations have it.
    """

    pair: str
    kind: str
    ending: str
    share: int


FORMS = (
    Form("91", "111", "有限公司", 60),
    Form("91", "112", "股份公司", 8),
    Form("93", "133", "合作联社", 9),
    Form("12", "121", "事务中心", 6),
    Form("51", "122", "行业协会", 5),
    Form("52", "124", "服务中心", 5),
    Form("53", "123", "公益基金", 2),
    Form("11", "131", "办公机关", 3),
    Form("N2", "132", "集体经社", 2),
)

_DUTIES = (
    *("市场监管", "民政", "公安", "住房城乡建设", "交通运输", "卫生健康", "教育", "人力社保", "规划自然资源", "税务"),
    *("生态环境", "农业农村", "文化旅游", "应急管理", "司法行政", "财政", "医疗保障", "城市管理", "大数据", "商务"),
)


def inner_check(body: str) -> str:
    """Return the 17th character of a credit code from characters 9 to 16 (GB 11714)."""
    total = sum(int(one, 36) * weight for one, weight in zip(body, _INNER, strict=True))
    return _INNER_CHECKS[(11 - total % 11) % 11]


def outer_check(first17: str) -> str:
    """Return the 18th character of a credit code (GB 32100, MOD 31)."""
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(first17, _OUTER, strict=True))
    return ALPHABET[-total % 31]


def credit_code(pair: str, division: str, body: str) -> str:
    """Return the credit code of a pair, a division part and the eight characters of a body."""
    first = pair + division + body + inner_check(body)
    return first + outer_check(first)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a credit code: its cells, and what each of them adds to both check sums."""

    words: NDArray[np.void]
    outer: Rows
    inner: Rows

    @classmethod
    def of(cls, words: list[str], at: int) -> _Part:
        """Return the table of a part that begins at character `at`, counted from 0."""
        outer = [sum(ALPHABET.index(one) * _OUTER[at + k] for k, one in enumerate(word)) for word in words]
        inner = [
            sum(int(one, 36) * _INNER[at + k - 8] for k, one in enumerate(word)) if at in range(8, 16) else 0
            for word in words
        ]
        return cls(cells(words), np.array(outer), np.array(inner))


@cache
def _parts() -> tuple[_Part, ...]:
    three = [a + b + c for a in ALPHABET for b in ALPHABET for c in ALPHABET]
    return (
        _Part.of([one.pair for one in FORMS], 0),
        _Part.of([str(509_900 + one) for one in range(_DIVISIONS)], 2),
        _Part.of(["MA"], 8),
        _Part.of(three, 10),
        _Part.of(three, 13),
        _Part.of(list(_INNER_CHECKS), 16),
    )


_SHARES = np.repeat(np.arange(len(FORMS)), [one.share for one in FORMS])


class Organisations:
    """The attributes of organisation number o, 0 … capacity - 1."""

    capacity = _DIVISIONS * _BODY * _BODY

    def __init__(self, world: World) -> None:
        self._world = world

    def forms(self, organisations: Rows) -> Rows:
        """Return the form of each organisation by its place in `FORMS`."""
        return _SHARES[self._world.dice("organisation", "form").below(organisations, len(_SHARES))]

    def codes(self, organisations: Rows, forms: Rows) -> pa.StringArray:
        """Return credit codes, of different organisations different ones."""
        place = self._world.shuffle(self.capacity, "organisation")(organisations)
        rest, last = np.divmod(place, _BODY)
        division, middle = np.divmod(rest, _BODY)
        *first, check = _parts()
        at = (forms, division, np.zeros_like(forms), middle, last)
        inner = sum(part.inner[one] for part, one in zip(first, at, strict=True))
        seventeenth = (11 - np.asarray(inner) % 11) % 11
        outer = sum(part.outer[one] for part, one in zip((*first, check), (*at, seventeenth), strict=True))
        words = [part.words[one] for part, one in zip((*first, check), (*at, seventeenth), strict=True)]
        return strings(len(organisations), *words, cells(list(ALPHABET))[-np.asarray(outer) % 31])

    def names(self, organisations: Rows, forms: Rows) -> pa.StringArray:
        """Return names such as 重庆甲子示例000000012号有限公司, of different organisations different ones."""
        stems = cells([a + b for a in "甲乙丙丁戊己庚辛壬癸" for b in "子丑寅卯辰巳午未申酉戌亥"])
        stem = stems[self._world.dice("organisation", "stem").below(organisations, len(stems))]
        ending = cells([one.ending for one in FORMS])[forms]
        number = digits(organisations, 12)
        return strings(len(organisations), "重庆".encode(), stem, "示例".encode(), *number, "号".encode(), ending)


class Departments:
    """Twenty departments that data come from, with codes and names that belong together."""

    def __init__(self) -> None:
        self.codes = [credit_code("11", str(509_900 + one), f"MB0{one:05d}") for one in range(len(_DUTIES))]
        self.names = [f"示例区{one}局" for one in _DUTIES]

    def __len__(self) -> int:
        return len(self.codes)

    def code_column(self, which: Rows) -> pa.DictionaryArray:
        """Return the codes of departments by their places."""
        return picked(pa.array(self.codes), which)

    def name_column(self, which: Rows) -> pa.DictionaryArray:
        """Return the names of departments by their places."""
        return picked(pa.array(self.names), which)
