"""Which column of a source is which field of a dataset: by name, alias or Chinese title, in any order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.law.data import Dataset


@dataclass(frozen=True, slots=True)
class Matching:
    """How the columns of one file are called in the dataset.

    Attributes:
        columns: name of the column by field.
        extra: columns that no field is called by, in the order of the file.
    """

    columns: Mapping[str, str]
    extra: tuple[str, ...]


def matched(names: Sequence[str], dataset: Dataset, file: str, geometry: str | None = None) -> Matching:
    """Match columns to fields: exact names first, then aliases and titles, then the same without regard to case.

    Args:
        names: the columns of a file; blanks around them do not count.
        dataset: gives fields with their names, aliases and titles; without fields every column is its own field.
        file: name of the file, for messages.
        geometry: the column that the format says is the geometry; it is the geometry field, whatever its name.

    Raises:
        SourceError: two columns could be the same field.
    """
    if not dataset.fields:
        return Matching({one: one for one in names}, ())
    found: dict[str, str] = {}
    for ways in _ways(dataset):
        _take(found, names, ways, file)
    field = dataset.geometry
    if field is not None and geometry in names and field.name not in found:
        found[field.name] = str(geometry)
    return Matching(found, tuple(one for one in names if one not in found.values()))


def _ways(dataset: Dataset) -> Iterable[Callable[[str], str | None]]:
    """Ways to tell the field of a column, the surest first."""
    titles = Counter(one.title.zh for one in dataset.fields)
    own: list[Mapping[str, str]] = [
        {one.name: one.name for one in dataset.fields},
        {alias: one.name for one in dataset.fields for alias in one.aliases},
        {one.title.zh: one.name for one in dataset.fields if titles[one.title.zh] == 1},
    ]
    for known in own:
        yield lambda name, known=known: known.get(name.strip())  # type: ignore[misc]
    for known in own:
        folded = _folded(known)
        yield lambda name, folded=folded: folded.get(name.strip().casefold())  # type: ignore[misc]


def _folded(known: Mapping[str, str]) -> dict[str, str]:
    clear = Counter(one.casefold() for one in known)
    return {one.casefold(): field for one, field in known.items() if clear[one.casefold()] == 1}


def _take(found: dict[str, str], names: Sequence[str], way: Callable[[str], str | None], file: str) -> None:
    fresh: dict[str, str] = {}
    for name in names:
        field = way(name)
        if field is None or field in found or name in found.values():
            continue
        if field in fresh:
            both = f"{fresh[field]}、{name}"
            raise SourceError(
                Text(
                    f"{file}：字段 {field} 对应多列：{both}",
                    f"{file}: several columns are the field {field}: {both.replace('、', ', ')}",
                )
            )
        fresh[field] = name
    found |= fresh


def missing(dataset: Dataset, matchings: Iterable[Matching]) -> tuple[str, ...]:
    """Return the fields that no file has."""
    known = {field for one in matchings for field in one.columns}
    return tuple(one.name for one in dataset.fields if one.name not in known)


def check_key(source: str, dataset: Dataset, gone: Sequence[str], columns: Iterable[str]) -> None:
    """Refuse a source that has none of the fields, or not those of the primary key: it is another table.

    Raises:
        SourceError: the text names what is missing and what there is.
    """
    there = "、".join(columns) or "无"
    shown = there.replace("、", ", ").replace("无", "none") if there == "无" else there.replace("、", ", ")
    if dataset.fields and len(gone) == len(dataset.fields):
        raise SourceError(
            Text(
                f"{source} 没有 {dataset.id} 的任何字段；有：{there}",
                f"{source} has no field of {dataset.id}; it has: {shown}",
            )
        )
    lost = [dataset.field(one) for one in dataset.primary_key if one in gone]
    if lost:
        zh = "、".join(f"{one.name}（{one.title.zh}）" for one in lost)
        en = ", ".join(f"{one.name} ({one.title.zh})" for one in lost)
        raise SourceError(
            Text(f"{source} 没有主键字段 {zh}；有：{there}", f"{source} does not have the key {en}; it has: {shown}")
        )
