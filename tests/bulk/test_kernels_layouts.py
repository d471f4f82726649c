"""Texts in every layout that Arrow knows are read alike: slices, nulls, wide offsets, dictionaries, views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from bulk.kernel_texts import NEAR
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.bulk.kernels import KERNELS
from conformance.bulk.kernels.compiled import ENOUGH

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = sorted(NEAR)
LAYOUTS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "plain": lambda array: array,
    "wide": lambda array: array.cast(pa.large_string()),
    "view": lambda array: array.cast(pa.string_view()),
    "dictionary": lambda array: array.dictionary_encode(),
    "chunked": lambda array: pa.chunked_array([array.slice(0, 1), array.slice(1)]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_layouts_and_slices(name: str, layout: str, data: st.DataObject) -> None:
    texts = data.draw(st.lists(NEAR[name] | st.none(), min_size=1, max_size=12))
    begin, size = data.draw(st.integers(0, len(texts))), data.draw(st.integers(0, len(texts)))
    due = [None if one is None else KERNELS[name].value(one) for one in texts]
    array = LAYOUTS[layout](pa.array(texts, pa.string()))
    many = LAYOUTS[layout](pa.array(texts * ENOUGH, pa.string()))

    assert due == KERNELS[name].arrow(array).to_pylist()
    assert due[begin : begin + size] == KERNELS[name].arrow(array.slice(begin, size)).to_pylist()
    assert (due * ENOUGH)[begin:] == KERNELS[name].arrow(many.slice(begin)).to_pylist()


@pytest.mark.parametrize("name", NAMES)
def test_columns_without_values(name: str) -> None:
    shapes = [
        pa.array([], pa.string()),
        pa.array([], pa.large_string()),
        pa.array([""]).slice(1),
        pa.chunked_array([], pa.string()),
    ]
    nothing = [pa.array([None, None], pa.string()), pa.nulls(2)]

    assert [[]] * 4 == [KERNELS[name].arrow(one).to_pylist() for one in shapes]
    assert [[None, None]] * 2 == [KERNELS[name].arrow(one).to_pylist() for one in nothing]


@pytest.mark.parametrize("name", NAMES)
def test_what_lies_under_a_null_is_not_looked_at(name: str) -> None:
    text = b"11500000009275780L\xff\xfe"
    offsets = pa.py_buffer(b"".join(one.to_bytes(4, "little") for one in (0, 18, 20)))
    array = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x01"), offsets, pa.py_buffer(text)])

    assert [KERNELS[name].value("11500000009275780L"), None] == KERNELS[name].arrow(array).to_pylist()
