"""Identifiers with check characters: GB 11643, GB 32100 with GB 11714, GB/T 36904; and real dates."""

from __future__ import annotations

import re
from operator import mul
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
IDENTITY_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
IDENTITY_CHECKS = "10X98765432"
IDENTITY_YEARS = range(1800, 2100)
CERTIFICATE_ROOT = "1.2.156.3005.2."
CERTIFICATE_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Characters of a certificate's serial, at most: identifiers then keep to the 120 characters of their data element.
CERTIFICATE_SERIAL = 58

_USCC = re.compile(rf"[{CREDIT_CHARACTERS}]{{2}}[0-9]{{6}}[{CREDIT_CHARACTERS}]{{10}}")
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CERTIFICATE = re.compile(
    re.escape(CERTIFICATE_ROOT)
    + rf"[{CREDIT_CHARACTERS}]{{18}}[0-9]{{3}}\.[{CREDIT_CHARACTERS}]{{18}}"
    + rf"\.[0-9A-Z]{{1,{CERTIFICATE_SERIAL}}}\.[0-9]{{3}}\.[0-9A-Z]"
)
_DIGITS_AND_LETTERS = CERTIFICATE_CHARACTERS.encode()
_CREDIT_VALUES = bytes.maketrans(CREDIT_CHARACTERS.encode(), bytes(range(len(CREDIT_CHARACTERS))))
_VALUES = bytes.maketrans(_DIGITS_AND_LETTERS, bytes(range(len(_DIGITS_AND_LETTERS))))
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2


def days_of_month(month: int, *, leap: bool) -> int:
    """Return the number of days, 0 where there is no such month."""
    if not 1 <= month < len(_DAYS):
        return 0
    return _DAYS[month] + (leap and month == _FEBRUARY)


def is_real_day(year: int, month: int, day: int) -> bool:
    """Tell whether a day exists in the proleptic Gregorian calendar, years 1 to 9999 (GB/T 7408.1)."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return year > 0 and 1 <= day <= days_of_month(month, leap=leap)


def is_real_date(text: str) -> bool:
    """Tell whether `text` is a real day written YYYY-MM-DD."""
    parts = _DATE.fullmatch(text)
    return parts is not None and is_real_day(int(parts[1]), int(parts[2]), int(parts[3]))


def is_organisation_code(text: str) -> bool:
    """Tell whether `text` is a 9-character organisation code with a right check character (GB 11714-1997)."""
    if not _ORGANISATION.fullmatch(text):
        return False
    total = sum(map(mul, text.encode().translate(_VALUES), ORGANISATION_WEIGHTS))
    return text[8] == "0123456789X0"[11 - total % 11]


def is_uscc(text: str) -> bool:
    """Tell whether `text` is an 18-character unified social credit code (GB 32100-2015).

    Alphabet, the check character of the whole and that of the organisation code inside (GB 11714) are checked;
    the division in characters 3 to 8 may be abolished, since it is the one of the time of issue.
    """
    if not _USCC.fullmatch(text):
        return False
    total = sum(map(mul, text.encode().translate(_CREDIT_VALUES), CREDIT_WEIGHTS))
    return text[17] == CREDIT_CHARACTERS[-total % 31] and is_organisation_code(text[8:17])


def identity_check(body: str) -> str:
    """Return the check character of the first 17 digits of an identity number (GB 11643, ISO 7064 MOD 11-2)."""
    return IDENTITY_CHECKS[sum(map(mul, body.encode().translate(_VALUES), IDENTITY_WEIGHTS)) % 11]


def is_identity_number(text: str) -> bool:
    """Tell whether `text` is an 18-character citizen identification number (GB 11643-1999).

    Digits and a last digit or capital X, a real birth date of 1800 to 2099 (it is not held against today), and the
    check character. The address part is no part of it: see the rule on divisions.
    """
    if not _IDENTITY.fullmatch(text) or identity_check(text[:17]) != text[17]:
        return False
    year = int(text[6:10])
    return year in IDENTITY_YEARS and is_real_day(year, int(text[10:12]), int(text[12:14]))


def certificate_step(state: int, value: int) -> int:
    """Return the state of ISO 7064 MOD 37,36 after a character of this value; it begins with 36."""
    return 2 * ((state + value - 1) % 36 + 1) % 37


def certificate_check(parts: str) -> str:
    """Return the check character of the parts of a certificate identifier (GB/T 17710, ISO 7064 MOD 37,36).

    Args:
        parts: type, issuer, serial and version, without the root and without what separates them.
    """
    state = 36
    for value in parts.encode().translate(_VALUES):
        state = certificate_step(state, value)
    return CERTIFICATE_CHARACTERS[(1 - state) % 36]


def is_certificate_id(text: str) -> bool:
    """Tell whether `text` is an electronic certificate identifier (GB/T 36904-2018, read in public material).

    The root, the five parts type (18 characters of a credit code and 3 digits), issuer (18 characters), serial,
    version (3 digits) and check character. The check character is computed over the four parts before it, without
    root and dots; whether the issuer's code itself is right is for the rule on credit codes.
    """
    if not _CERTIFICATE.fullmatch(text):
        return False
    return certificate_check(text[len(CERTIFICATE_ROOT) : -2].replace(".", "")) == text[-1]


FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType({"uscc": is_uscc})
"""The formats that the schemas of this project use beside those of JSON Schema itself."""
