"""Columns of few distinct values, as Parquet keeps them: each value is judged once and counts as often as it occurs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    Memory = dict[str, Any]


@dataclass(eq=False)
class Distinct:
    """A column by its distinct values.

    Attributes:
        codes: of each row, the position of its value; int32.
        values: the distinct values, null last.
        memory: what was computed of the values, and they themselves under the name of the column.
    """

    codes: Any
    values: pa.Array
    memory: Memory = field(default_factory=dict)

    @cached_property
    def weights(self) -> Any:
        """How often each value occurs."""
        return np.bincount(self.codes, minlength=len(self.values))


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Something computed of each distinct value of a column."""

    column: Distinct
    values: Any

    def rows(self) -> Any:
        """Return it for each row."""
        return self.values if isinstance(self.values, pa.Scalar) else self.values.take(pa.array(self.column.codes))


def distinct(name: str, array: pa.DictionaryArray, known: Memory) -> Distinct:
    """Return a column of a batch; `known` keeps the values, and what was computed of them, from batch to batch."""
    dictionary = array.dictionary
    key = f"{name} {dictionary.buffers()[1].address} {len(dictionary)} {dictionary.offset}"
    if key not in known:
        values = pa.concat_arrays([dictionary, pa.nulls(1, dictionary.type)])
        known[key] = (dictionary, values, {name: values})  # as long as it is kept no other has its address
    _, values, memory = known[key]
    indices = array.indices.fill_null(len(dictionary)) if array.null_count else array.indices
    return Distinct(indices.to_numpy(), values, memory)


def each_row(value: Any) -> Any:
    """Return whatever was computed as one value a row, or as a scalar."""
    if isinstance(value, Distinct):
        return Coded(value, value.values).rows()
    return value.rows() if isinstance(value, Coded) else value


def value_at(column: Any, row: int) -> Any:
    """Return the value of a column in a row."""
    return (column.values[int(column.codes[row])] if isinstance(column, Distinct) else column[row]).as_py()


def by_value(name: str, computed: Callable[[Memory], Any]) -> Callable[[Memory], Any]:
    """Return what computes something of one column: of its distinct values where it comes as such."""

    def value(memory: Memory) -> Any:
        column = memory[name]
        if isinstance(column, Distinct):
            return Coded(column, computed(column.memory))
        return computed(memory)

    return value


def shared(*values: Any) -> Distinct | None:
    """Return the one column of whose distinct values all were computed that are no scalars, None if there is none."""
    columns = {id(one.column): one.column for one in values if isinstance(one, Coded)}
    plain = [one for one in values if not isinstance(one, Coded | pa.Scalar)]
    return next(iter(columns.values())) if len(columns) == 1 and not plain else None
