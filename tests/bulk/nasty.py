"""Rows that engines may read in different ways: every dataset filled with good, bad and strange values, by a seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from bulk.nasty_shapes import SHAPES

from conformance.rules.identifiers import is_certificate_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.law import Law
    from conformance.law.data import Dataset, Field

STRANGE = (
    None,
    None,
    "",
    " ",
    "\u3000",
    "\u00a0x",
    "无",
    "0000",
    "NULL",
    "null",
    "N/A",
    "\\",
    "\\\\",
    "\\n",
    "a\nb",
    "x\n",
    "x\r",
    "\tx",
    "a\u2028b",
    "x\u0085",
    "ａｂｃ１２３",
    "１",
    "𠮷野家",
    "👨‍👩‍👧",
    "é",
    "e\u0301",
    "ß",
    "İ",
    "ŉ",
    "quote'd",
    '"quoted"',
    "''",
    "100%",
    "_",
    "$1",
    "{x}",
    "?",
    "??",
    "a??b",
    "\ufffd",
    "\ue000",
    "\U000f0000",
    "\ufeffx",
    "\u200b",
    "a\x01b",
    "a\x7fb",
    "a\u0080b",
    "x" * 50,
    "中" * 50,
    "𠮷" * 51,
    "x" * 256,
    "x" * 2001,
    "nan",
    "inf",
    "true",
    "TRUE",
    "t",
    "0",
    "1",
    "-",
)


def _identity(start: str) -> str:
    """An identity number with the right check character, whatever its date is worth."""
    rest = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(start)) % 11
    return start + "10X98765432"[rest]


def _credit(start: str, organisation: str) -> str:
    """A credit code with both check characters right."""
    weighted = sum(int(char, 36) * weight for char, weight in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    inner = organisation + "0123456789X0"[-weighted % 11]
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(letters.index(char) * pow(3, place, 31) for place, char in enumerate(start + inner))
    return start + inner + letters[-total % 31]


_GOOD = tuple(_identity(f"5001011850{day}{number:03}") for day in ("0101", "0228", "1231") for number in range(1, 9))
_X = next(one for number in range(1, 40) if (one := _identity(f"50011218590630{number:03}")).endswith("X"))
IDENTITIES = (
    *_GOOD,
    _X,
    _X.lower(),
    _X.replace("X", "Ｘ"),
    "５" + _GOOD[0][1:],
    _identity("50010118500230001"),
    _identity("50010119000229001"),
    _identity("50010120000229001"),
    _identity("50010117991231001"),
    _identity("51020218500101002"),
    _identity("51230118500101002"),
    _identity("11010118500101001"),
    "500101850101001",
    _GOOD[1][:17],
    _GOOD[1] + "6",
    _GOOD[1] + "\n",
    _GOOD[1][:17] + "\n",
    _GOOD[1][:6] + " " + _GOOD[1][7:],
    _GOOD[2][:17] + str((int(_GOOD[2][17].replace("X", "0")) + 1) % 10),
    "0" * 18,
)
_RIGHT = tuple(
    _credit(start, f"{head}{number:06}")
    for start in ("91509901", "12509999")
    for head in ("MA", "00")
    for number in range(6)
)
CREDITS = (
    *_RIGHT,
    _RIGHT[0].lower(),
    _RIGHT[1][:17] + "I",
    _RIGHT[1][:17],
    _RIGHT[1] + _RIGHT[1][17],
    _RIGHT[1] + "\n",
    "Z" + _RIGHT[2][1:],
    _RIGHT[2][:2] + "A" + _RIGHT[2][3:],
    "９" + _RIGHT[2][1:],
    _RIGHT[3][:16] + "X" + _RIGHT[3][17:],
    _RIGHT[4][:17] + _RIGHT[5][17],
    "zz" + _RIGHT[5][2:],
    "0" * 18,
)


def _certificate(serial: str) -> str:
    """A certificate identifier with the right check character."""
    body = f"1.2.156.3005.2.{_RIGHT[0]}001.{_RIGHT[1]}.{serial}.001."
    return next(body + one for one in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_certificate_id(body + one))


_CERTIFICATE = _certificate("2020A0001")
CERTIFICATES = (
    _CERTIFICATE,
    *(_certificate(f"{number:08}Z") for number in range(9)),
    _certificate("9" * 58),
    _CERTIFICATE.lower(),
    _CERTIFICATE[:-1] + "_",
    _CERTIFICATE + "0",
    _CERTIFICATE + "\n",
    _CERTIFICATE.replace(".", "．"),
    _CERTIFICATE.replace(".3005.", ".3006."),
    _CERTIFICATE.replace(".2020A0001.", ".2020A0010."),
    _CERTIFICATE.replace(".2020A0001.", ".."),
    _CERTIFICATE.replace(".", "-"),
)
DAYS = (
    "2020-02-29",
    "2019-02-29",
    "1900-02-29",
    "2000-02-29",
    "1900-01-01",
    "0001-01-01",
    "0000-01-01",
    "9999-12-31",
    "2020-2-9",
    "20200229",
    "2020-13-01",
    "2020-00-10",
    "2020-04-31",
    "２０２０-01-01",
    "2020-02-29\n",
    " 2020-02-29",
    "2020-02-29T00:00:00",
    "2026-11-22",
    "2026-11-23",
    "1850-01-01",
    "1850-02-30",
    "2016-06-01",
    "1997-06-18",
    "-2020-01-01",
    "infinity",
    "today",
)
MOMENTS = (
    "2024-01-01T00:00:00+08:00",
    "2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00",
    "2024-01-01 00:00:00+08:00",
    "2024-01-01T00:00:00.123+08:00",
    "2024-01-01T00:00:00.+08:00",
    "2024-01-01T24:00:00+08:00",
    "2024-01-01T23:59:60Z",
    "2024-01-01T23:60:00Z",
    "2024-02-30T00:00:00Z",
    "2024-01-01T00:00:00+25:00",
    "2024-01-01T00:00:00-00:30",
    "2024-01-01T00:00:00+0800",
    "2024-01-01T00:00:00z",
    "2024-01-01t00:00:00Z",
    "2024-01-01T00:00:00Z\n",
    "2999-01-01T00:00:00Z",
    "2024-01-01",
)
NUMBERS = (
    "1",
    "-1",
    "+1",
    "1.5",
    "1.",
    ".5",
    "1e5",
    "1E-5",
    "1e99",
    "1e400",
    "00012",
    "-0",
    "106.551234",
    "29.563010",
    "106.5512345",
    "105.0",
    "29",
    "1_000",
    "1,000",
    "１",
    "123456789012345678901234567890",
    "1234567890123456789012345678901",
    "0.1",
    "0x10",
    "1 ",
    "NaN",
    "Infinity",
    "1f",
    "1d",
)
CODES = (
    "1",
    "01",
    "11",
    "９",
    "9",
    "99",
    "999",
    "I",
    "U",
    "D",
    "i",
    "50",
    "500112",
    "500103",
    "510200",
    "509900",
    "A",
    "0111",
)


def rows(law: Law, dataset: Dataset, size: int, seed: int = 7) -> list[dict[str, Any]]:
    """Rows of a dataset, the same for the same seed; keys repeat, and tables of one seed share theirs."""
    chance = random.Random(f"{seed} {dataset.id}")
    choices = {one.name: _pool(law, one) for one in dataset.fields}
    return [{name: _cell(chance, pool) for name, pool in choices.items()} for _ in range(size)]


def _cell(chance: random.Random, pool: tuple[Any, ...]) -> Any:
    if isinstance(pool[-1], bytes) or chance.random() < 0.7:
        return chance.choice(pool)
    return chance.choice(STRANGE)


def _pool(law: Law, field: Field) -> tuple[Any, ...]:
    if field.data_type == "geometry":
        return SHAPES
    by_element: Mapping[str, tuple[str, ...]] = {
        "DE-P01": IDENTITIES,
        "DE-C01": CERTIFICATES,
        "DE-C12": IDENTITIES + CREDITS,
    }
    if field.element in by_element:
        return by_element[field.element]
    if field.element in {"DE-O01", "DE-O06", "DE-C07", "DE-M01"}:
        return CREDITS
    if field.code_list is not None:
        return CODES + tuple(law.data.code_lists[field.code_list].codes)[:40]
    pools = {"D": DAYS, "T": MOMENTS, "N": NUMBERS, "M": NUMBERS, "F": NUMBERS, "I": NUMBERS, "Y": NUMBERS}
    return pools.get(field.data_type, tuple(one for one in STRANGE if one))
