"""Electronic certificates over codes that cannot exist: identifiers, holders, validity and state."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from conformance.bulk.generate.days import Days
from conformance.bulk.generate.letters import cells, digits, picked, plain, strings
from conformance.bulk.generate.organisations import Departments
from conformance.bulk.generate.table import ORGANISATION, PERSON

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Flags, Rows
    from conformance.bulk.generate.table import Slice
    from conformance.law.data import Field

PREFIX = "1.2.156.3005.2."
VERSION = "001"
SERIALS = 10**9

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_YEAR = 365
_ENDLESS, _BLOCKED = 250, 40


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of certificate.

    Attributes:
        definer: the department that defined it, by its place.
        number: three digits behind the definer's code.
        person: whether persons hold it, else organisations.
    """

    name: str
    definer: int
    number: str
    person: bool


KINDS = (
    Kind("示例营业执照", 0, "001", person=False),
    Kind("示例食品经营许可证", 0, "002", person=False),
    Kind("示例社会团体法人登记证书", 1, "001", person=False),
    Kind("示例道路运输经营许可证", 4, "001", person=False),
    Kind("示例医疗机构执业许可证", 5, "001", person=False),
    Kind("示例居住证", 2, "001", person=True),
    Kind("示例机动车驾驶证", 2, "002", person=True),
    Kind("示例教师资格证书", 6, "001", person=True),
    Kind("示例社会保障卡", 7, "001", person=True),
)


def check_character(text: str) -> str:
    """Return the check character of a text of digits and capitals (ISO 7064 MOD 37,36)."""
    state = 36
    for letter in text:
        state = _next(state, ALPHABET.index(letter))
    return ALPHABET[(1 - state) % 36]


def _next(state: int, value: int) -> int:
    return 2 * ((state + value) % 36 or 36) % 37


@cache
def _steps() -> NDArray[np.int64]:
    """The state behind three digits, from every state."""
    found = np.zeros((37, 1000), dtype=np.int64)
    for state in range(37):
        for number in range(1000):
            end = state
            for digit in f"{number:03d}":
                end = _next(end, int(digit))
            found[state, number] = end
    return found


@cache
def _begun() -> tuple[Departments, list[str], NDArray[np.int64]]:
    """Departments, type codes, and the state behind each type code and issuer."""
    departments = Departments()
    types = [departments.codes[one.definer] + one.number for one in KINDS]
    states = np.zeros((len(types), len(departments)), dtype=np.int64)
    for at, kind in enumerate(types):
        for issuer, code in enumerate(departments.codes):
            state = 36
            for letter in kind + code:
                state = _next(state, ALPHABET.index(letter))
            states[at, issuer] = state
    return departments, types, states


def _kind(part: Slice) -> Rows:
    found: Rows = part.once("kind", lambda: part.dice("kind").below(part.rows, len(KINDS)))
    return found


def issuer(part: Slice) -> Rows:
    """Return the issuing or deciding department of each row by its place."""
    found: Rows = part.once("issuer", lambda: part.dice("issuer").below(part.rows, len(part.table.departments)))
    return found


def identifier(part: Slice, _: Field) -> pa.Array:
    """Return certificate identifiers (GB/T 36904), of different rows different ones."""
    departments, types, states = _begun()
    serial = part.table.world.shuffle(SERIALS, part.table.dataset.id, "serial")(part.rows)
    state = states[_kind(part), issuer(part)]
    for block in (serial // 1_000_000, serial // 1000 % 1000, serial % 1000, np.full_like(serial, int(VERSION))):
        state = _steps()[state, block]
    letters = cells(list(ALPHABET))
    return strings(
        len(part),
        PREFIX.encode(),
        cells(types)[_kind(part)],
        b".",
        cells(departments.codes)[issuer(part)],
        b".",
        *digits(serial, 9),
        f".{VERSION}.".encode(),
        letters[(1 - state) % 36],
    )


def type_code(part: Slice, _: Field) -> pa.Array:
    """Return the codes of the types of certificates."""
    return picked(pa.array(_begun()[1]), _kind(part))


def type_name(part: Slice, _: Field) -> pa.Array:
    """Return the names of the types of certificates."""
    return picked(pa.array([one.name for one in KINDS]), _kind(part))


def number(part: Slice, _: Field) -> pa.Array:
    """Return certificate numbers, of different rows different ones."""
    return strings(len(part), "示证".encode(), *digits(part.rows, 12))


def issuer_name(part: Slice, _: Field) -> pa.Array:
    """Return the names of the issuers."""
    return part.table.departments.name_column(issuer(part))


def issuer_code(part: Slice, _: Field) -> pa.Array:
    """Return the credit codes of the issuers."""
    return part.table.departments.code_column(issuer(part))


def _by_person(part: Slice) -> Flags:
    return np.array([one.person for one in KINDS])[_kind(part)]


def _holder(part: Slice, dataset: str, element: str, name: str) -> pa.Array:
    """The column of an element in the rows of the base dataset that the holders are."""
    table = part.table.other(dataset)
    field = table.first_of(name)
    rows = part.of_dataset(dataset, "holder", element)
    holders: Slice = part.once(("holders", dataset), lambda: table.rows(rows))
    return plain(holders.column(field.name)) if field else pa.nulls(len(part), pa.string())


def holder_code(part: Slice, _: Field) -> pa.Array:
    """Return the identity numbers of persons and the credit codes of organisations."""
    person = _holder(part, "population", PERSON, PERSON)
    return pc.if_else(pa.array(_by_person(part)), person, _holder(part, "legal-person", ORGANISATION, ORGANISATION))


def holder_name(part: Slice, _: Field) -> pa.Array:
    """Return the names of the holders."""
    person = _holder(part, "population", PERSON, "DE-P02")
    return pc.if_else(pa.array(_by_person(part)), person, _holder(part, "legal-person", ORGANISATION, "DE-O02"))


def holder_type(part: Slice, _: Field) -> pa.Array:
    """Return 111 for persons and 001 for organisations."""
    return picked(pa.array(["001", "111"]), _by_person(part).astype(np.int64))


def validity_begin(part: Slice, field: Field) -> Days:
    """Return the day of issue or decision as the first day of validity."""
    known = part.table.first_of("DE-C08", "DE-R04", subject=field.subject)
    return Days(part.days(known.name).numbers if known else part.between(*part.table.span(field.name), field.name))


def validity_end(part: Slice, field: Field) -> Days:
    """Return days one to ten years behind the first; none for a quarter where a field may be empty: no end."""
    begin = part.table.first_of("DE-C09", subject=field.subject)
    first = part.days(begin.name).numbers if begin else validity_begin(part, field).numbers
    years = part.dice("years", field.name).below(part.rows, 10) + 1
    endless = part.dice("endless", field.name).happens(part.rows, _ENDLESS) if field.nullable else None
    return Days(first + years * _YEAR, endless)


def expired(part: Slice, end: Field) -> Flags:
    """Tell which rows have an end of validity before the anchor date."""
    days = part.days(end.name)
    past: Flags = days.numbers < part.table.world.day
    return past if days.absent is None else past & ~days.absent


def state(part: Slice, field: Field) -> pa.Array:
    """Return expired where the validity is over, else nearly always valid."""
    end = part.table.first_of("DE-C10", subject=field.subject)
    dice = part.dice("state", field.name)
    rare = np.where(dice.happens(part.rows, _BLOCKED), 1 + dice.below(part.rows, 2), 0)
    over = expired(part, end) if end else np.zeros(len(part), dtype=bool)
    return picked(pa.array(["valid", "suspended", "revoked", "expired"]), np.where(over, 3, rare))
