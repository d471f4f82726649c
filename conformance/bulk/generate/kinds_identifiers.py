"""Kinds of errors that identity numbers, credit codes and certificate identifiers can have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate import certificates, organisations, people
from conformance.bulk.generate.codes import unknown_code, unlisted_code
from conformance.bulk.generate.days import text_of
from conformance.bulk.generate.kind import FAIL, GARBAGE, OUT, UNKNOWN, VALUE, Kind, Victims, where, with_rule
from conformance.bulk.generate.letters import plain
from conformance.bulk.generate.organisations import ALPHABET
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import Field

_HOLDER = "certificate-holder"
_LETTERS = "IOSVZ"
_PAIRS = "gb32100-dept-and-type"
_NUMBER = {**VALUE, "identity-number": FAIL, f"{_HOLDER}/x": FAIL}
_CODE = {**VALUE, "credit-code": FAIL, "credit-code-type": OUT, f"{_HOLDER}/x": FAIL}


def _identity(plan: BoundPlan, field: Field) -> bool:
    return plan.plays(field.name, "identity-number") or plan.plays(field.name, _HOLDER)


def _credit(plan: BoundPlan, field: Field) -> bool:
    return plan.plays(field.name, "credit-code") or plan.plays(field.name, _HOLDER)


def _held_by(kind: str, more: Callable[[str], bool] = bool) -> Callable[[Victims], Flags]:
    """Return a test for rows whose holder has this type, where the field is a holder's code, and that meet `more`."""

    def test(rows: Victims) -> Flags:
        good = where(more)(rows)
        if rows.plan.plays(rows.field.name, _HOLDER):
            types = rows.texts(rows.plan.partner(rows.field.name, _HOLDER))
            good &= np.array([one == kind for one in types], dtype=bool)
        return good

    return test


_OF_PERSONS, _OF_ORGANISATIONS = _held_by("111"), _held_by("001")


def _other(right: str, alphabet: str, draw: int) -> str:
    return [one for one in alphabet if one != right][draw % (len(alphabet) - 1)]


def _checked(first17: str) -> str:
    return first17 + people.check_character(first17)


def _with_division(rows: Victims, division: str) -> dict[str, list[Value]]:
    return rows.each(lambda text, _: _checked(division + text[6:17]))


def _unknown_division(rows: Victims) -> dict[str, list[Value]]:
    return _with_division(rows, "509999")


def _unlisted_division(rows: Victims) -> dict[str, list[Value]]:
    known = rows.plan.table.world.code_lists["cq-divisions-pre1997-sichuan"].codes
    return _with_division(rows, next(one for one in (f"5102{k}" for k in range(99, 0, -1)) if one not in known))


def _wrong_inner(text: str, draw: int) -> str:
    first = text[:16] + _other(text[16], "0123456789X", draw)
    return first + organisations.outer_check(first)


def _with_letter(text: str, draw: int) -> str:
    at = 10 + draw % 6
    return text[:at] + _LETTERS[draw // 6 % 5] + text[at + 1 :]


def _with_pair(find: Callable[..., str | None]) -> Callable[[Victims], dict[str, list[Value]]]:
    def change(rows: Victims) -> dict[str, list[Value]]:
        pair = find(rows.plan.table.world.code_lists[_PAIRS], "n2")
        return rows.each(lambda text, _: organisations.credit_code(str(pair), text[2:8], text[8:16]))

    return change


def _next_day(rows: Victims) -> dict[str, list[Value]]:
    days = rows.days().numbers.tolist()
    return {rows.field.name: [text_of(day + 1 + draw % 20) for day, draw in zip(days, rows.draws(2**30), strict=True)]}


def _number_beside(rows: Victims) -> Flags:
    """Rows whose identity number is there to differ from."""
    template = "identity-sex" if rows.plan.plays(rows.field.name, "identity-sex", "y") else "identity-birth-date"
    column = plain(rows.part.column(rows.plan.partner(rows.field.name, template)))
    flags: Flags = column.is_valid().to_numpy(zero_copy_only=False)
    return flags


def _overdue(rows: Victims) -> Flags:
    end = rows.plan.partner(rows.field.name, "certificate-state")
    return certificates.expired(rows.part, rows.plan.table.fields[end])


IDENTITY = (
    Kind(
        "identity-check-character",
        Text("身份号码校验码错误", "a wrong check character of an identity number"),
        _identity,
        lambda rows: rows.each(lambda text, draw: text[:17] + _other(text[17], "0123456789X", draw)),
        _NUMBER,
        _OF_PERSONS,
    ),
    Kind(
        "identity-impossible-date",
        Text("身份号码日期不存在但校验码正确", "an identity number with an impossible date, its check character right"),
        _identity,
        lambda rows: rows.each(lambda text, _: _checked(f"{text[:10]}0230{text[14:17]}")),
        {**_NUMBER, "identity-birth-date/x": FAIL},
        _OF_PERSONS,
    ),
    Kind(
        "identity-lower-x",
        Text("身份号码末位小写 x", "a lower-case x at the end of an identity number"),
        _identity,
        lambda rows: rows.each(lambda text, _: text.lower()),
        _NUMBER,
        _held_by("111", lambda text: text.endswith("X")),
    ),
    Kind(
        "identity-15-digits",
        Text("15 位旧身份号码", "an identity number of 15 digits"),
        _identity,
        lambda rows: rows.each(lambda text, _: text[:6] + text[8:17]),
        GARBAGE,
        _OF_PERSONS,
    ),
    Kind(
        "identity-unknown-division",
        Text("身份号码地址码从未有效", "an identity number whose address part was never valid"),
        with_rule("identity-division"),
        _unknown_division,
        {**VALUE, "identity-division": FAIL},
    ),
    Kind(
        "identity-unlisted-division",
        Text("身份号码地址码无法判定", "an identity number whose address part cannot be judged"),
        with_rule("identity-division"),
        _unlisted_division,
        {**VALUE, "identity-division": UNKNOWN},
    ),
    Kind(
        "birth-date-differs",
        Text("出生日期与身份号码不一致", "a birth date other than that of the identity number"),
        with_rule("identity-birth-date", "y"),
        _next_day,
        {**VALUE, "identity-birth-date": FAIL},
        _number_beside,
    ),
    Kind(
        "sex-differs",
        Text("性别与身份号码不一致", "a sex other than that of the identity number"),
        with_rule("identity-sex", "y"),
        lambda rows: rows.each(lambda text, _: {"1": "2"}.get(text, "1")),
        {**VALUE, "identity-sex": FAIL},
        _number_beside,
    ),
)

CREDIT = (
    Kind(
        "credit-code-check-digit",
        Text("信用代码第 18 位校验码错误", "a wrong 18th character of a credit code"),
        _credit,
        lambda rows: rows.each(lambda text, draw: text[:17] + _other(text[17], ALPHABET, draw)),
        _CODE,
        _OF_ORGANISATIONS,
    ),
    Kind(
        "credit-code-inner-check",
        Text("信用代码第 17 位错误而第 18 位正确", "a wrong 17th character of a credit code with the right 18th"),
        _credit,
        lambda rows: rows.each(_wrong_inner),
        _CODE,
        _OF_ORGANISATIONS,
    ),
    Kind(
        "credit-code-letter",
        Text("信用代码含 I、O、S、V、Z", "a letter I, O, S, V or Z in a credit code"),
        _credit,
        lambda rows: rows.each(_with_letter),
        _CODE,
        _OF_ORGANISATIONS,
    ),
    Kind(
        "credit-code-lower-case",
        Text("信用代码用小写字母", "a credit code in lower case"),
        _credit,
        lambda rows: rows.each(lambda text, _: text.lower()),
        _CODE,
        _held_by("001", lambda text: re.search("[A-Z]", text) is not None),
    ),
    Kind(
        "credit-code-unknown-type",
        Text("信用代码前两位不存在", "a credit code whose first two characters do not exist"),
        with_rule("credit-code-type"),
        _with_pair(unknown_code),
        {**VALUE, "credit-code-type": FAIL},
    ),
    Kind(
        "credit-code-unlisted-type",
        Text("信用代码前两位无法判定", "a credit code whose first two characters cannot be judged"),
        with_rule("credit-code-type"),
        _with_pair(unlisted_code),
        {**VALUE, "credit-code-type": UNKNOWN},
    ),
)

CERTIFICATES = (
    Kind(
        "certificate-check-character",
        Text("证照标识校验位错误", "a wrong check character of a certificate identifier"),
        with_rule("certificate-id"),
        lambda rows: rows.each(lambda text, draw: text[:-1] + _other(text[-1], certificates.ALPHABET, draw)),
        {**VALUE, "certificate-id": FAIL},
    ),
    Kind(
        "certificate-prefix",
        Text("证照标识前缀错误", "a certificate identifier with another prefix"),
        with_rule("certificate-id"),
        lambda rows: rows.each(lambda text, _: text.replace("1.2.156.3005.2.", "1.2.156.3005.3.")),
        {**VALUE, "certificate-id": FAIL},
    ),
    Kind(
        "holder-type",
        Text("持证主体代码与类型不符", "a holder code that is not of its type"),
        with_rule(_HOLDER, "y"),
        lambda rows: rows.each(lambda text, _: {"111": "001"}.get(text, "111")),
        {**VALUE, f"{_HOLDER}/y": FAIL},
    ),
    Kind(
        "expired-but-valid",
        Text("过期证照标为有效", "an expired certificate that is called valid"),
        with_rule("certificate-state", "y"),
        lambda rows: rows.each(lambda *_: "valid"),
        {**VALUE, "certificate-state": FAIL},
        _overdue,
    ),
)
