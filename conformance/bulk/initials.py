"""The initials of pinyin by which Chinese columns are commonly named: 机构名称 is `jgmc`."""

from __future__ import annotations

from bisect import bisect_right

#: Where each initial begins among the characters of GB 2312 level 1, which stand in the order of pinyin.
_BEGINS = (
    (0xB0A1, "a"),
    (0xB0C5, "b"),
    (0xB2C1, "c"),
    (0xB4EE, "d"),
    (0xB6EA, "e"),
    (0xB7A2, "f"),
    (0xB8C1, "g"),
    (0xB9FE, "h"),
    (0xBBF7, "j"),
    (0xBFA6, "k"),
    (0xC0AC, "l"),
    (0xC2E8, "m"),
    (0xC4C3, "n"),
    (0xC5B6, "o"),
    (0xC5BE, "p"),
    (0xC6DA, "q"),
    (0xC8BB, "r"),
    (0xC8F6, "s"),
    (0xCBFA, "t"),
    (0xCDDA, "w"),
    (0xCEF4, "x"),
    (0xD1B9, "y"),
    (0xD4D1, "z"),
)
_END = 0xD7FA
_CODES = tuple(code for code, _ in _BEGINS)
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"


def initials(words: str) -> str | None:
    """Return the initials of a Chinese text, None where a character is not among the 3 755 common ones.

    A character with several readings has the one by which GB 2312 sorts it; Latin letters and digits stay.
    """
    found = [_initial(one) for one in words]
    return None if None in found else "".join(one for one in found if one)


def _initial(character: str) -> str | None:
    if character.lower() in _LATIN:
        return character.lower()
    encoded = character.encode("gb2312", errors="ignore")
    code = int.from_bytes(encoded)
    if not _CODES[0] <= code < _END:
        return None
    return _BEGINS[bisect_right(_CODES, code) - 1][1]
