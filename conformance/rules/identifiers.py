"""Identifiers with check characters: GB 32100 (unified social credit code) and GB 11714 (organisation code)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_USCC_VALUES = {char: value for value, char in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_CHARS = "".join(_USCC_VALUES)
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def is_organisation_code(text: str) -> bool:
    """Tell whether `text` is a 9-character organisation code with a right check character (GB 11714-1997)."""
    if not _ORGANISATION.fullmatch(text):
        return False
    total = sum(int(char, 36) * weight for char, weight in zip(text, _ORGANISATION_WEIGHTS, strict=False))
    return text[8] == "0123456789X0"[11 - total % 11]


def is_uscc(text: str) -> bool:
    """Tell whether `text` is an 18-character unified social credit code (GB 32100-2015).

    Alphabet, the check character of the whole and that of the organisation code inside (GB 11714) are checked;
    the division in characters 3 to 8 may be abolished, since it is the one of the time of issue.
    """
    if not _USCC.fullmatch(text):
        return False
    total = sum(_USCC_VALUES[char] * weight for char, weight in zip(text, _USCC_WEIGHTS, strict=False))
    return text[17] == _USCC_CHARS[-total % 31] and is_organisation_code(text[8:17])


FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType({"uscc": is_uscc})
"""The formats that the schemas of this project use beside those of JSON Schema itself."""
