"""The first failing rows of a rule, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.bulk.masking import shown
from conformance.bulk.values import KEPT, Spot
from conformance.rules.identity_token import is_token, masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.law.data import Dataset, Field

    Texts = Sequence[Any]
    Place = tuple[str, int | None]


class Marks:
    """Collects the first failing rows of one rule.

    Args:
        dataset: tells the primary key, the places of columns in a row of texts, and what is sensitive.
        columns: names of the columns that the rule is about.
    """

    def __init__(self, dataset: Dataset, columns: Sequence[str]) -> None:
        self._fields = {one.name: one for one in dataset.fields}
        self._places = {name: at for at, name in enumerate(self._fields)}
        self._keys, self._columns = dataset.primary_key, columns
        self._found: list[Spot] = []

    def add(self, texts: Texts, place: Place) -> None:
        """Keep a failing row, if it is among the first.

        Args:
            texts: of all fields of the dataset, in their order.
            place: file and position.
        """
        if len(self._found) < KEPT:
            self._found.append(Spot(*place, self._row(self._keys, texts), self._row(self._columns, texts)))

    def add_differences(self, texts: Texts, place: Place, differences: Sequence[tuple[str, str, str]]) -> None:
        """Keep a subject on which two tables differ: (column, value here, value there)."""
        parts = [
            f"{name}={_shown(here, self._fields.get(name))} ≠ {_shown(there, self._fields.get(name))}"
            for name, here, there in differences
        ]
        self._found.append(Spot(*place, self._row(self._keys, texts), ", ".join(parts)))

    def spots(self) -> tuple[Spot, ...]:
        """Return what was kept."""
        return tuple(self._found)

    def _row(self, names: Sequence[str], texts: Texts) -> str:
        parts = [_shown(texts[self._places[name]], self._fields[name]) for name in names]
        if len(parts) == 1:
            return parts[0]
        return ", ".join(f"{name}={part}" for name, part in zip(names, parts, strict=True))


def _shown(text: Any, field: Field | None) -> str:
    if isinstance(text, bytes):
        return shown(text.hex(), field)
    return masked(text) if text is not None and is_token(text) else shown(text and masked(text), field)
