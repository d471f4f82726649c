"""The kernels as plain SQL, for engines without Python.

Written in DuckDB's dialect with functions that every engine has (`substr`, `position`, `translate`, `lpad`,
`length`), no casts that could fail, one pattern; `{x}` stands for the argument. Where a sum runs over characters that
may not be there, the condition on the form beside it makes the whole false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.rules.identifiers import (
    CERTIFICATE_CHARACTERS,
    CERTIFICATE_ROOT,
    CERTIFICATE_SERIAL,
    CREDIT_CHARACTERS,
    CREDIT_WEIGHTS,
    IDENTITY_WEIGHTS,
    ORGANISATION_WEIGHTS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_DIGITS = "0123456789"
_LEAPING = tuple(f"{year:02}" for year in range(4, 100, 4))
_LONG_MONTHS, _SHORT_MONTHS = ("01", "03", "05", "07", "08", "10", "12"), ("04", "06", "09", "11")
_SIGNS = f"translate({{at}}, '-{_DIGITS}', '+0000000000')"
_BLANKS = " \t\n\r\u3000\u00a0"
_TYPED = "\t\n\r -~\u00a0-\ud7ff\uf900-\ufffc\ufffe-\uffff\U00010000-\U000effff"
#: Characters of the four parts and the check character of a certificate identifier, at most.
_CERTIFICATE = 21 + 18 + CERTIFICATE_SERIAL + 3 + 1
_STEPS = 6


def credit_code() -> str:
    """Return the twin of `credit_code`."""
    letters = CERTIFICATE_CHARACTERS
    inner = _sum(letters, range(9, 17), ORGANISATION_WEIGHTS)
    return _all(
        _of("{x}", CREDIT_CHARACTERS, 18),
        _of(_cut(3, 6), _DIGITS, 6),
        f"{_sum(CREDIT_CHARACTERS, range(1, 19), (*CREDIT_WEIGHTS, 1))} % 31 = 0",
        f"({inner} + position({_cut(17, 1)} in '{_DIGITS}X') - 1) % 11 = 0",
        f"position({_cut(17, 1)} in '{_DIGITS}X') > 0",
    )


def identity_number() -> str:
    """Return the twin of `identity_number`."""
    return _all(
        "length({x}) = 18",
        _of(_cut(1, 17), _DIGITS, 17),
        f"position({_cut(18, 1)} in '{_DIGITS}X') > 0",
        f"{_cut(7, 4)} between '1800' and '2099'",
        _real(7, 11, 13),
        f"{_sum(_DIGITS + 'X', range(1, 19), (*IDENTITY_WEIGHTS, 1))} % 11 = 1",
    )


def real_date() -> str:
    """Return the twin of `real_date`."""
    return _all(f"translate({{x}}, '{_DIGITS}', '0000000000') = '0000-00-00'", _real(1, 6, 9))


def date_time() -> str:
    """Return the twin of `date_time`."""
    offset = "substr({x}, length({x}) - 5, 6)"
    zulu = _all("substr({x}, length({x}), 1) = 'Z'", _any("length({x}) = 20", _fraction(22, f".{_DIGITS}", ".", ".Z")))
    zoned = _all(
        f"{_SIGNS.format(at=offset)} = '+00:00'",
        "substr({x}, length({x}) - 4, 2) <= '23'",
        "substr({x}, length({x}) - 1, 2) <= '59'",
        _any("length({x}) = 25", _fraction(27, f"-{_DIGITS}", "+", ".+:")),
    )
    return _all(
        f"translate({_cut(1, 19)}, '{_DIGITS}', '0000000000') = '0000-00-00T00:00:00'",
        _real(1, 6, 9),
        f"{_cut(12, 2)} <= '23'",
        f"{_cut(15, 2)} <= '59'",
        f"{_cut(18, 2)} <= '59'",
        _any(zulu, zoned),
    )


def clean_text() -> str:
    """Return the twin of `clean_text`."""
    blanks = _listed(_BLANKS)
    return _all(
        f"not regexp_matches({{x}}, '[^{_TYPED}]')",
        "position('??' in {x}) = 0",
        f"{_cut(1, 1)} not in ({blanks})",
        f"substr({{x}}, length({{x}}), 1) not in ({blanks})",
    )


def placeholder(values: Collection[str]) -> str:
    """Return the twin of `placeholder`."""
    return f"{{x}} in ({_listed(sorted(values))})" if values else "case when {x} is not null then false end"


def certificate_id() -> str:
    """Return the twin of `certificate_id`.

    The state of MOD 37,36 runs through a chain of derived tables, a few characters each, since an expression that is a
    hundred levels deep cannot be translated. A pad of the letter I leaves its beginning as it is.
    """
    root = len(CERTIFICATE_ROOT)
    return _all(
        f"length({{x}}) between {root + 48} and {root + 47 + CERTIFICATE_SERIAL}",
        f"{_cut(1, root)} = '{CERTIFICATE_ROOT}'",
        _of(_cut(root + 1, 18), CREDIT_CHARACTERS, 18),
        _of(_cut(root + 19, 3), _DIGITS, 3),
        f"{_cut(root + 22, 1)} = '.'",
        _of(_cut(root + 23, 18), CREDIT_CHARACTERS, 18),
        f"{_cut(root + 41, 1)} = '.'",
        f"translate(substr({{x}}, {root + 42}), '.{CERTIFICATE_CHARACTERS}', '.') = '..'",
        "translate(substr({x}, length({x}) - 5, 5), '" + _DIGITS + "', '0000000000') = '.000.'",
        f"{_chain()} = 0",
    )


def _chain() -> str:
    """The state, less one, behind the check character: 0 where that is right."""
    body = f"lpad(replace(substr({{x}}, {len(CERTIFICATE_ROOT) + 1}), '.', ''), {_CERTIFICATE}, 'I')"
    tables = [f"(select 17 as p, {body} as s) as k0"]
    for begin in range(1, _CERTIFICATE + 1, _STEPS):
        before = len(tables) - 1
        state = f"k{before}.p"
        for place in range(begin, min(begin + _STEPS, _CERTIFICATE + 1)):
            value = f"position(substr(k0.s, {place}, 1) in '{CERTIFICATE_CHARACTERS}')"
            state = f"(((2 * {state} + 2) % 37 + {value} - 2) % 36)"
        tables.append(f"lateral (select {state} as p) as k{before + 1}")
    return f"(select k{len(tables) - 1}.p from {', '.join(tables)})"  # noqa: S608 - nothing comes from outside


def _fraction(least: int, dropped: str, kept: str, left: str) -> str:
    """A point and at least a digit stand between the seconds and the offset."""
    rest = f"translate(substr({{x}}, 20), '{dropped}', '{kept}') = '{left}'"
    return _all(f"length({{x}}) >= {least}", f"{_cut(20, 1)} = '.'", rest)


def _real(century: int, month: int, day: int) -> str:
    """The digits at a year, a month and a day are a day of the calendar."""
    year = century + 2
    leaping = _listed(_LEAPING)
    leap = _any(f"{_cut(year, 2)} in ({leaping})", f"({_cut(year, 2)} = '00' and {_cut(century, 2)} in ({leaping}))")
    february = _any(f"{_cut(day, 2)} <= '28'", f"({_cut(day, 2)} = '29' and {leap})")
    return _all(
        f"{_cut(century, 4)} <> '0000'",
        f"{_cut(day, 2)} >= '01'",
        _any(
            f"({_cut(month, 2)} in ({_listed(_LONG_MONTHS)}) and {_cut(day, 2)} <= '31')",
            f"({_cut(month, 2)} in ({_listed(_SHORT_MONTHS)}) and {_cut(day, 2)} <= '30')",
            f"({_cut(month, 2)} = '02' and {february})",
        ),
    )


def _sum(alphabet: str, places: Sequence[int], weights: Sequence[int]) -> str:
    terms = [
        f"(position({_cut(place, 1)} in '{alphabet}') - 1) * {weight}"
        for place, weight in zip(places, weights, strict=True)
    ]
    return f"({' + '.join(terms)})"


def _of(text: str, alphabet: str, size: int) -> str:
    """A text has so many characters, all of an alphabet."""
    return f"translate({text}, '{alphabet}', '{'0' * len(alphabet)}') = '{'0' * size}'"


def _cut(start: int, size: int) -> str:
    return f"substr({{x}}, {start}, {size})"


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + one.replace("'", "''") + "'" for one in values)


def _all(*conditions: str) -> str:
    return " and ".join(conditions)


def _any(*conditions: str) -> str:
    return "(" + " or ".join(conditions) + ")"
