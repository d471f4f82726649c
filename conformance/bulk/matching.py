"""Which data element and which code list a column may be of: by its name, and by what it holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk.initials import initials

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from conformance.bulk.profiling import Column
    from conformance.law.data import CodeList, Dataset, DataStandard, Element

#: Share of values that must fit before an element or a list is proposed.
LIKELY = 0.5
#: Share of values that must fit before one is proposed by what the column holds alone.
SURE = 0.9
_TELLING = 20  # so many different codes, or codes of four characters, do not match by chance
_KERNELS: Mapping[str, str] = {
    "DE-P01": "identity_number",
    "DE-O01": "credit_code",
    "DE-O06": "credit_code",
    "DE-C07": "credit_code",
    "DE-M01": "credit_code",
    "DE-C01": "certificate_id",
}
_BY_CONTENT: Mapping[str, str] = {
    "identity_number": "DE-P01",
    "credit_code": "DE-O01",
    "certificate_id": "DE-C01",
    "telephone": "DE-P11",
}
#: How strongly the name of a column speaks for an element: the name itself, or initials of it.
STRONG, WEAK = 2, 1


@dataclass(frozen=True, slots=True)
class Match:
    """An element that a column may be of.

    Attributes:
        strength: 2 by its name, 1 by initials of its name, 0 by what the column holds alone.
        share: of the filled values, those that fit the element.
    """

    element: str
    strength: int
    share: float


@dataclass(frozen=True, slots=True)
class ListMatch:
    """A code list that a column may be of, and the share of its rows whose value is a code of it."""

    id: str
    share: float
    telling: bool


def names(data: DataStandard) -> dict[str, dict[str, int]]:
    """Return the elements that a name stands for, with the strength of that, by the name without signs."""
    found: dict[str, dict[str, int]] = defaultdict(dict)

    def add(word: str | None, element: str, strength: int) -> None:
        if word:
            known = found[_plain(word)]
            known[element] = max(strength, known.get(element, 0))

    for one in data.elements.values():
        for word in (one.name.zh, *one.synonyms):
            add(word, one.id, STRONG)
            add(initials(word), one.id, WEAK)
        add(one.name.en, one.id, STRONG)
    for dataset in data.datasets.values():
        for field in dataset.fields:
            if field.element:
                for word in (field.name, field.title.zh, field.title.en, *field.aliases):
                    add(word, field.element, STRONG)
    return found


def alike(columns: Collection[str], data: DataStandard) -> tuple[Dataset, int] | None:
    """Return the dataset of the edition that shares most names with a table, and how many; None below half of them."""
    shared = [(sum(field.name in columns for field in one.fields), one) for one in data.datasets.values()]
    count, best = max(shared, key=lambda pair: pair[0] / len(pair[1].fields))
    return (best, count) if 2 * count >= len(best.fields) else None


def _plain(word: str) -> str:
    return "".join(one for one in word.lower() if one.isalnum())


def named(column: str, known: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    """Return the elements that the name of a column stands for, with the strength of that."""
    return known.get(_plain(column), {})


def notations(candidates: Iterable[str], elements: Mapping[str, Element]) -> tuple[str, ...]:
    """Return the notations of elements, each once."""
    return tuple(dict.fromkeys(form for one in candidates if (form := elements[one].format)))


def matches(column: Column, candidates: Mapping[str, int], data: DataStandard) -> list[Match]:
    """Return the elements that a column may be of, the best first: by name where the values fit, else by content."""
    found = [Match(one, strength, _fit(column, data.elements[one], data)) for one, strength in candidates.items()]
    if column.geometric:
        shapes = [one.id for one in data.elements.values() if one.data_type == "geometry"]
        found += [Match(one, 0, 1.0) for one in shapes if one not in candidates]
    for kind, element in _BY_CONTENT.items():
        if column.share(kind) >= SURE and element in data.elements and element not in candidates:
            found.append(Match(element, 0, column.share(kind)))
    return sorted(found, key=lambda one: (-(one.share >= LIKELY), -one.strength, -one.share, one.element))


def _fit(column: Column, element: Element, data: DataStandard) -> float:
    """The share of filled values that fit an element; 1 where the column is empty, since nothing speaks against it."""
    if element.data_type == "geometry" or column.geometric:
        return float(column.geometric and element.data_type == "geometry")
    if not column.filled:
        return 1.0
    shares = [column.share(_KERNELS[element.id])] if element.id in _KERNELS else []
    if element.data_type == "D":
        shares.append(max(column.share("real_date"), column.share("compact-date")))
    elif element.data_type == "T":
        shares.append(column.share("timestamp"))
    elif element.format:
        shares.append(column.share(element.format))
    if element.code_list and column.values is not None:
        shares.append(listed(column, data.code_lists[element.code_list]))
    return min(shares, default=1.0)


def listed(column: Column, codes: CodeList) -> float:
    """Return the share of filled rows whose value is a code of a list, valid on whatever day."""
    values = column.values or {}
    return sum(count for value, count in values.items() if value in codes.codes) / column.filled if column.filled else 0


def lists(column: Column, data: DataStandard) -> list[ListMatch]:
    """Return the code lists that nearly all values of a column are codes of, the most telling first."""
    return sorted(_lists(column, data), key=lambda one: (-one.telling, -one.share, one.id))


def _lists(column: Column, data: DataStandard) -> Iterator[ListMatch]:
    if not column.values:
        return
    for one in data.code_lists.values():
        share = listed(column, one)
        if share >= SURE:
            met = [value for value in column.values if value in one.codes]
            yield ListMatch(one.id, share, len(met) >= _TELLING or (len(met) > 1 and min(map(len, met)) > 3))  # noqa: PLR2004 - characters
