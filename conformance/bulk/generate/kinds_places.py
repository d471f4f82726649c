"""Kinds of errors that geometries can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.generate.kind import FAIL, GOOD, OUT, VALUE, Kind, Victims
from conformance.bulk.generate.places import FORMS, POLYGON, wkb
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.chance import Flags
    from conformance.bulk.generate.kind import Value
    from conformance.law.data import Field

Places = "NDArray[np.float64]"

_EAST = np.array([20.0, 0.0])
_BOWTIE = np.array([[-1, -1], [1, 1], [1, -1], [-1, 1], [-1.5, 0], [-1, -1]]) * 0.002
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323


def _geometry(_: BoundPlan, field: Field) -> bool:
    return field.data_type == "geometry"


def _kind_of(blob: bytes) -> int:
    return blob[1]


def _polygons(rows: Victims) -> Flags:
    return np.array([_kind_of(one) == POLYGON for one in rows.blobs()], dtype=bool)


def _moved(change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Callable[[Victims], dict[str, list[Value]]]:
    """Return a change of the coordinates of every geometry; it gets and gives the points of one geometry."""

    def write(rows: Victims) -> dict[str, list[Value]]:
        return {rows.field.name: [_rewritten(one, change) for one in rows.blobs()]}

    return write


def _rewritten(blob: bytes, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> bytes:
    kind = _kind_of(blob)
    places = np.frombuffer(blob, FORMS[kind])["xy"][0]
    return wkb(FORMS[kind], kind, change(places.reshape(-1, 2)).reshape(1, *places.shape)).tobytes()


def _open(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([ring[:-1], (ring[:1] + ring[-2:-1]) / 2])


def gcj02(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points moved as the offset of GCJ-02 moves them, by 300 to 600 metres (published formula)."""
    x, y = places[:, 0] - 105.0, places[:, 1] - 35.0
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    latitude = np.deg2rad(places[:, 1])
    bend = 1 - _ECCENTRICITY * np.sin(latitude) ** 2
    up = np.rad2deg(north / (_AXIS * (1 - _ECCENTRICITY) / (bend * np.sqrt(bend))))
    right = np.rad2deg(east / (_AXIS / np.sqrt(bend) * np.cos(latitude)))
    moved: NDArray[np.float64] = places + np.stack([right, up], axis=1)
    return moved


_BROKEN = {**VALUE, "valid-geometry": FAIL, "right-hand-rule": OUT}

KINDS = (
    Kind(
        "self-crossing",
        Text("面自相交", "a polygon that crosses itself"),
        _geometry,
        _moved(lambda ring: ring.mean(axis=0) + _BOWTIE),
        _BROKEN,
        _polygons,
    ),
    Kind(
        "unclosed-ring",
        Text("环不闭合，无法读取", "a ring that is not closed, which no reader takes"),
        _geometry,
        _moved(_open),
        {**_BROKEN, "in-the-box": FAIL},
        _polygons,
    ),
    Kind(
        "left-hand-ring",
        Text("环的方向相反", "a ring in the wrong direction"),
        _geometry,
        _moved(lambda ring: ring[::-1]),
        {**VALUE, "right-hand-rule": FAIL},
        _polygons,
    ),
    Kind(
        "swapped-axes",
        Text("坐标轴颠倒", "swapped axes"),
        _geometry,
        _moved(lambda places: places[:, ::-1]),
        {**VALUE, "in-the-box": FAIL, "right-hand-rule": FAIL},
        _polygons,
    ),
    Kind(
        "gcj02-offset",
        Text("GCJ-02 偏移（行规则看不出，须用控制点）", "the offset of GCJ-02: seen by control points only"),
        _geometry,
        _moved(gcj02),
        {**VALUE, "in-the-box": GOOD},
    ),
    Kind(
        "outside-the-box",
        Text("几何在范围之外", "a geometry far outside"),
        _geometry,
        _moved(lambda places: places + _EAST),
        {**VALUE, "in-the-box": FAIL},
    ),
)
