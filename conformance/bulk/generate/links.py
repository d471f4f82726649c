"""Fields that repeat rows of another table: foreign keys, and the attributes that have to agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.bulk.generate.chance import Dice, Flags, Rows, Shuffle
    from conformance.bulk.generate.world import World
    from conformance.law.data import Dataset

_TURNS = 20


@dataclass(frozen=True, slots=True)
class Absence:
    """In which rows a link is missing: it is there in so many of twenty turns, each link beginning with another."""

    dice: Dice
    turn: int
    present: int

    def of(self, rows: Rows) -> Flags:
        """Return the rows that have no link."""
        return (self.dice.below(rows, _TURNS) + self.turn) % _TURNS >= self.present


@dataclass(frozen=True, slots=True)
class Link:
    """Fields that repeat a row of another table.

    Attributes:
        keys: the fields that name the row.
        fields: these and the attributes that agree, name here to name there.
        absence: None where every row has the link.
    """

    dataset: str
    keys: tuple[str, ...]
    fields: Mapping[str, str]
    shuffle: Shuffle
    absence: Absence | None

    def there(self, rows: Rows) -> Rows:
        """Return the rows of the other table; where it has enough of them no row is repeated twice."""
        return self.shuffle(rows % self.shuffle.size)

    def absent(self, rows: Rows) -> Flags | None:
        """Return the rows that have no link."""
        return None if self.absence is None else self.absence.of(rows)


def links_of(world: World, dataset: Dataset) -> Iterator[Link]:
    """Return the links of a table to datasets that are known."""
    fields = {one.name: one for one in dataset.fields}
    known = {(there, keys): pairs for (there, keys), pairs in _pairs(dataset).items() if _is_known(world, there, pairs)}
    loose = [keys for _, keys in known if all(fields[one].nullable for one in keys)]
    for (there, keys), pairs in known.items():
        shuffle = world.shuffle(world.rows_of(there), dataset.id, *keys, there)
        yield Link(there, keys, pairs, shuffle, _absence(world, dataset, keys, loose))


def _pairs(dataset: Dataset) -> dict[tuple[str, tuple[str, ...]], dict[str, str]]:
    pairs = {
        (key.dataset, key.fields): dict(zip(key.fields, key.references, strict=True)) for key in dataset.foreign_keys
    }
    for shared in dataset.agreements:
        here = tuple(one for one, _ in shared.key)
        pairs.setdefault((shared.dataset, here), dict(shared.key)).update(shared.attributes)
    return pairs


def _is_known(world: World, dataset: str, pairs: Mapping[str, str]) -> bool:
    there = world.data.datasets.get(dataset)
    return there is not None and set(pairs.values()) <= {one.name for one in there.fields}


def _absence(world: World, dataset: Dataset, keys: tuple[str, ...], loose: list[tuple[str, ...]]) -> Absence | None:
    """One optional link is there nearly always; of several each row has at least one."""
    if keys not in loose:
        return None
    if len(loose) == 1:
        return Absence(world.dice(dataset.id, "link", *keys), 0, _TURNS - 1)
    share = _TURNS // len(loose)
    return Absence(world.dice(dataset.id, "links"), share * loose.index(keys), share + 2)
