"""Which maker makes which data element."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from conformance.bulk.generate import certificates, places
from conformance.bulk.generate.days import Days
from conformance.bulk.generate.general import DIVISIONS, code_places, date_time, general, recent, room
from conformance.bulk.generate.letters import cells, digits, picked, strings
from conformance.bulk.generate.organisations import FORMS, Organisations
from conformance.bulk.generate.table import ORGANISATION, PERSON, Makers

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.bulk.generate.chance import Flags, Rows
    from conformance.bulk.generate.table import Slice
    from conformance.law.data import Field

COUNTED = 10**12
_STATUS = "legal-person-status"
_GONE = 80
_CASE_DAYS = 60
_UPDATED = 400
_VILLAGE = 400


def _person_places(part: Slice, subject: str) -> tuple[Rows, Rows, Rows]:
    made: tuple[Rows, Rows, Rows] = part.once(
        ("person", subject), lambda: part.table.people.places(part.thing(PERSON, subject))
    )
    return made


def _forms(part: Slice, subject: str) -> Rows:
    made: Rows = part.once(
        ("forms", subject), lambda: part.table.organisations.forms(part.thing(ORGANISATION, subject))
    )
    return made


def _identity_number(part: Slice, field: Field) -> pa.Array:
    return part.table.people.numbers(_person_places(part, field.subject))


def _person_name(part: Slice, field: Field) -> pa.Array:
    return part.table.people.names(part.thing(PERSON, field.subject))


def _representative(part: Slice, _: Field) -> pa.Array:
    """The name of the person whose identity number stands beside, of any subject."""
    number = part.table.first_of(PERSON)
    return part.table.people.names(part.thing(PERSON, number.subject if number else "representative"))


def _sex(part: Slice, field: Field) -> pa.Array:
    return picked(pa.array(["1", "2"]), part.table.people.sexes(_person_places(part, field.subject)) - 1)


def _birth(part: Slice, field: Field) -> Days:
    return Days(part.table.people.births(_person_places(part, field.subject)))


def _phone(part: Slice, field: Field) -> pa.Array:
    return part.table.people.phones(part.thing(PERSON, field.subject))


def _sub_county(part: Slice, field: Field) -> pa.Array:
    """Nine digits for townships, twelve for villages, behind the division that the same day dates."""
    choices = part.table.choices(DIVISIONS)
    division = cells(choices.words.to_pylist())[code_places(part, DIVISIONS, field)]
    dice = part.dice("township", field.name)
    township = cells([f"{one:03d}" for one in range(1, 131)])[dice.below(part.rows, 130)]
    village = cells([f"{one:03d}" for one in range(1, 31)])[dice.below(part.rows, 30)]
    short, long = strings(len(part), division, township), strings(len(part), division, township, village)
    return pc.if_else(pa.array(dice.happens(part.rows, _VILLAGE)), long, short)


def _credit_code(part: Slice, field: Field) -> pa.Array:
    return part.table.organisations.codes(part.thing(ORGANISATION, field.subject), _forms(part, field.subject))


def _organisation_name(part: Slice, field: Field) -> pa.Array:
    return part.table.organisations.names(part.thing(ORGANISATION, field.subject), _forms(part, field.subject))


def _organisation_type(part: Slice, field: Field) -> pa.Array:
    return picked(pa.array([one.kind for one in FORMS]), _forms(part, field.subject))


def _draw(part: Slice, field: Field, name: str, bound: int) -> Rows:
    """A number of the organisation, the same in whatever table it stands."""
    return part.table.world.dice("organisation", name).below(part.thing(ORGANISATION, field.subject), bound)


def _address(part: Slice, field: Field) -> pa.Array:
    words = [f"重庆市示例区示例路{one}号" for one in range(1, 5001)]
    return picked(pa.array(words), _draw(part, field, "address", len(words)))


def _capital(part: Slice, field: Field) -> pa.Array:
    words = [*(str(one) for one in range(1, 1001)), *(f"{one}.{one % 90 + 5:02d}" for one in range(1000))]
    return picked(pa.array(words), _draw(part, field, "capital", len(words)))


def _authority_code(part: Slice, field: Field) -> pa.Array:
    departments = part.table.departments
    return departments.code_column(_draw(part, field, "authority", len(departments)))


def _authority_name(part: Slice, field: Field) -> pa.Array:
    departments = part.table.departments
    return departments.name_column(_draw(part, field, "authority", len(departments)))


def _founded(part: Slice, field: Field) -> Days:
    first, last = part.table.span(field.name)
    return Days(first + _draw(part, field, "founded", last - first + 1))


def _status_places(part: Slice, field: Field) -> Rows:
    world = part.table.world
    things = part.thing(ORGANISATION, field.subject)
    today = np.full(len(part), world.day)
    made: Rows = part.once(
        ("status", field.subject),
        lambda: part.table.choices(_STATUS).places(things, world.dice("organisation", "status"), today),
    )
    return made


def _status(part: Slice, field: Field) -> pa.Array:
    if field.code_list != _STATUS:
        return general(part, field)
    return picked(part.table.choices(_STATUS).words, _status_places(part, field))


def _deregistered(part: Slice, field: Field) -> Days:
    """A day between founding and today for organisations that were struck off, no day for the others."""
    founded = part.table.first_of("DE-O05", subject=field.subject)
    first = part.days(founded.name).numbers if founded else np.full(len(part), part.table.span(field.name)[0])
    share = _draw(part, field, "deregistered", 10_000)
    days = first + (part.table.world.day - first) * share // 10_000
    return Days(days, ~_struck_off(part, field) if field.nullable else None)


def _struck_off(part: Slice, field: Field) -> Flags:
    state = part.table.first_of("DE-O14", subject=field.subject)
    if state is None or state.code_list != _STATUS:
        return part.table.world.dice("organisation", "gone").happens(part.thing(ORGANISATION, field.subject), _GONE)
    words = part.table.choices(_STATUS).words.to_pylist()
    flags: Flags = np.array([one == "deregistered" for one in words])[_status_places(part, state)]
    return flags


def _source_department(part: Slice, field: Field) -> pa.Array:
    departments = part.table.departments
    return departments.code_column(part.dice("source", field.name).below(part.rows, len(departments)))


def _numbered(prefix: str, *suffixes: str) -> Callable[[Slice, Field], pa.Array]:
    ends = [one.encode() for one in suffixes]
    return lambda part, _: strings(len(part), prefix.encode(), *digits(part.rows, 12), *ends)


def _one_of(*words: str) -> Callable[[Slice, Field], pa.Array]:
    return lambda part, field: picked(pa.array(words), part.dice("word", field.name).below(part.rows, len(words)))


def _item(part: Slice, _: Field) -> pa.Array:
    """Codes of service items: a department and thirteen digits."""
    numbers = part.dice("item").below(part.rows, 300)
    departments = cells(part.table.departments.codes)[numbers % len(part.table.departments)]
    return strings(len(part), departments, b"1000", *digits(numbers, 9))


def _end_of(begin: str, last: int) -> Callable[[Slice, Field], Days]:
    def make(part: Slice, field: Field) -> Days:
        """Days up to so many days behind the beginning, none after today."""
        known = part.table.first_of(begin, subject=field.subject)
        more = part.dice("until", field.name).below(part.rows, last)
        if known is None:
            return Days(part.table.world.day - more)
        return Days(np.minimum(part.days(known.name).numbers + more, part.table.world.day))

    return make


MAKERS = Makers(
    columns={
        "DE-P01": _identity_number,
        "DE-P02": _person_name,
        "DE-P03": _sex,
        "DE-P11": _phone,
        "DE-P14": _sub_county,
        "DE-O01": _credit_code,
        "DE-O02": _organisation_name,
        "DE-O03": _representative,
        "DE-O04": _address,
        "DE-O06": _authority_code,
        "DE-O09": _organisation_type,
        "DE-O10": _capital,
        "DE-O13": _authority_name,
        "DE-O14": _status,
        "DE-C01": certificates.identifier,
        "DE-C02": certificates.type_name,
        "DE-C03": certificates.type_code,
        "DE-C04": certificates.type_name,
        "DE-C05": certificates.number,
        "DE-C06": certificates.issuer_name,
        "DE-C07": certificates.issuer_code,
        "DE-C11": certificates.holder_name,
        "DE-C12": certificates.holder_code,
        "DE-C13": certificates.holder_type,
        "DE-C14": certificates.state,
        "DE-R01": _numbered("XY"),
        "DE-R03": _numbered("示例决字第", "号"),
        "DE-R05": _one_of("示例：按期履行承诺", "示例：未按期公示年度报告", "示例：给予警告", "示例：授予荣誉称号"),
        "DE-G01": places.longitude,
        "DE-G02": places.latitude,
        "DE-G03": places.feature_code,
        "DE-G04": places.feature_name,
        "DE-G05": places.layer_code,
        "DE-G06": places.geometry,
        "DE-D01": _numbered("YW"),
        "DE-D02": _item,
        "DE-D03": _one_of("准予许可", "不予许可", "办结", "退回补正"),
        "DE-T01": date_time,
        "DE-M01": _source_department,
        "DE-X01": _numbered("BH"),
        "DE-X02": _one_of("示例名称甲", "示例名称乙", "示例名称丙"),
        "DE-X04": _one_of("示例说明一", "示例说明二", "示例说明三"),
        "DE-X05": _address,
        "DE-X08": _one_of("2019", "2020", "2021", "2022", "2023"),
        "DE-X09": _one_of(*(str(one) for one in range(1, 13))),
        "DE-X11": _one_of("示例类别一", "示例类别二"),
        "DE-X12": _one_of("示例附件一.ofd", "示例附件二.pdf"),
        "DE-X13": date_time,
        "DE-X17": _one_of("2021年上半年", "2021年下半年", "2022年全年"),
    },
    days={
        "DE-P04": _birth,
        "DE-O05": _founded,
        "DE-O11": _deregistered,
        "DE-C09": certificates.validity_begin,
        "DE-C10": certificates.validity_end,
        "DE-T01": recent,
        "DE-T03": _end_of("DE-T02", _CASE_DAYS),
        "DE-T05": _end_of("DE-T04", _UPDATED),
    },
    unique={
        PERSON: lambda table: table.people.capacity,
        ORGANISATION: lambda _: Organisations.capacity,
        "DE-C01": lambda _: certificates.SERIALS,
        **dict.fromkeys(("DE-C05", "DE-R01", "DE-R03", "DE-G03", "DE-D01", "DE-X01"), lambda _: COUNTED),
    },
    general=general,
    counter=room,
)
