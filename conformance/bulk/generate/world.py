"""What all tables of one generation share: the law, the seed, the anchor date, and how many rows each dataset has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.bulk.generate.chance import Dice, Shuffle
from conformance.bulk.generate.days import number_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from conformance.law.data import CodeList, DataStandard
    from conformance.text import Text


class GenerateError(Exception):
    """What was asked cannot be made; the text says why and what can be."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class World:
    """The frame of a generation. Row i of a dataset depends on nothing but this, the dataset and i.

    Attributes:
        today: no date that has to be past is after it.
        code_lists: by id, with the days that parameters give to their changes.
        default_rows: rows of a referenced dataset that `rows` does not name.
    """

    data: DataStandard
    seed: int
    today: date
    code_lists: Mapping[str, CodeList]
    default_rows: int
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def day(self) -> int:
        """The anchor date as days since 1970-01-01."""
        return number_of(self.today)

    def rows_of(self, dataset: str) -> int:
        """Return how many rows the table of a dataset has that others refer to."""
        return self.rows.get(dataset, self.default_rows)

    def dice(self, *names: object) -> Dice:
        """Return dice of this world."""
        return Dice.of(self.seed, *names)

    def shuffle(self, size: int, *names: object) -> Shuffle:
        """Return a permutation of this world."""
        return Shuffle.of(size, self.seed, *names)
