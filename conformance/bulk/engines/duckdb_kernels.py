"""Kernels as functions of DuckDB."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from conformance.bulk.kernels import bound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.bulk.engines.duckdb_session import Session
    from conformance.bulk.values import Context

    Answer = Callable[[pa.Array], pa.BooleanArray]

_WKB = (b"\x00", b"\x01")


def register(session: Session, context: Context) -> Mapping[str, Answer]:
    """Make every kernel a function of the session and return what answers whole arrays, by kernel."""
    answers: dict[str, Answer] = {}
    connection: Any = session.connection
    for name, kernel in bound(context).items():
        geometry = kernel.argument == "geometry"
        answers[name] = _geometries(kernel.arrow) if geometry else _whole(kernel.arrow)
        if "/" not in name:
            connection.create_function(
                name,
                answers[name],
                ["BLOB" if geometry else "VARCHAR"],
                "BOOLEAN",
                type="arrow",
                null_handling="special",
            )
    return MappingProxyType(answers)


def _whole(answer: Answer) -> Answer:
    def whole(array: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
        return answer(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array)

    return whole


def _geometries(answer: Answer) -> Answer:
    """Give texts that write geometries as texts, though they come as bytes."""

    def whole(array: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
        plain = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        wkb = pc.fill_null(pc.or_(*(pc.starts_with(plain, one) for one in _WKB)), fill_value=True)
        if pc.all(wkb, min_count=0).as_py():
            return answer(plain)
        texts = [one.decode("utf-8", "replace") for one in plain.filter(pc.invert(wkb)).to_pylist()]
        known, written = iter(answer(plain.filter(wkb))), iter(answer(pa.array(texts, pa.string())))
        return pa.array([next(known if one.as_py() else written).as_py() for one in wkb], pa.bool_())

    return whole
