"""Kernels: yes-no questions about values that SQL alone answers slowly or not at all.

Each has three forms that give the same answer to every value: over an Arrow array, over one Python value, and as plain
SQL for engines without Python. The forms over texts need numpy alone; with numba installed they are machine code.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from conformance.bulk.kernels import certificates, clean, codes, dates, geometry, singly, twins
from conformance.bulk.kernels.base import Kernel, column
from conformance.bulk.kernels.compiled import judging
from conformance.rules import identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.bulk.kernels.base import Column, Truths
    from conformance.bulk.values import Context

__all__ = ["KERNELS", "Kernel", "bound"]


def bound(context: Context) -> Mapping[str, Kernel]:
    """Return the kernels with what they need of a context; `in_boundary` only where a boundary was given.

    `in_box` is that of the first box; `in_box/NAME` is that of the box of this name.
    """
    found = {**KERNELS, "placeholder": _placeholder(context.placeholders)}
    for name, box in context.boxes.items():
        found[f"in_box/{name}"] = geometry.in_box(box)
        found.setdefault("in_box", found[f"in_box/{name}"])
    if context.boundary is not None:
        found["in_boundary"] = geometry.in_boundary(context.boundary, context.boundary_tolerance)
    return MappingProxyType(found)


def _texts(
    name: str, plain: Callable[[Column], Truths], value: Callable[[str], bool], sql: Callable[[], str]
) -> Kernel:
    def arrow(array: pa.Array) -> pa.BooleanArray:
        texts = column(array)
        return texts.answer(judging(name, plain, len(array))(texts))

    return Kernel(name, "text", arrow, value, sql())


def _placeholder(values: frozenset[str]) -> Kernel:
    known = pa.array(sorted(values), pa.large_string())

    def arrow(array: pa.Array) -> pa.BooleanArray:
        found = pc.is_in(array.cast(pa.large_string()), value_set=known)
        return pc.if_else(array.is_valid(), found, pa.scalar(None, pa.bool_())) if array.null_count else found

    return Kernel("placeholder", "text", arrow, values.__contains__, twins.placeholder(values))


KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {
        one.name: one
        for one in (
            _texts("identity_number", codes.identity_number, identifiers.is_identity_number, twins.identity_number),
            _texts("credit_code", codes.credit_code, identifiers.is_uscc, twins.credit_code),
            _texts("certificate_id", certificates.certificate_id, identifiers.is_certificate_id, twins.certificate_id),
            _texts("real_date", dates.real_date, identifiers.is_real_date, twins.real_date),
            _texts("date_time", dates.date_time, singly.date_time, twins.date_time),
            _texts("clean_text", clean.clean_text, singly.clean_text, twins.clean_text),
            geometry.valid_geometry(),
            geometry.right_hand(),
        )
    }
)
"""The kernels that need no context."""
