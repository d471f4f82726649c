"""Kernels over geometries, and nothing else of the suite imports shapely.

Geometries are WKB in degrees of CGCS2000, longitude first; texts may also be WKT, GeoJSON or hexadecimal WKB. What
cannot be read is neither valid nor inside of anything.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from conformance.bulk.kernels.base import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from conformance.bulk.kernels.base import Truths

    Geometries = NDArray[np.object_]
    Box = tuple[float, float, float, float]
    Judge = Callable[[Geometries], Truths]

_POINTS = (0, 4)  # points and multipoints
_POLYGONS = (3, 6, 7)  # polygons, multipolygons, collections
_HALF = re.compile("[\ud800-\udfff]")  # half a character: no text in UTF-8
_SEGMENTS = 8  # of a quarter circle around a corner of a boundary


def wkb_of_geojson(geometry: object) -> bytes:
    """Return a GeoJSON geometry (a JSON object or its text, degrees, longitude first) as WKB.

    Raises:
        ValueError: it is none.
    """
    text = geometry if isinstance(geometry, str) else json.dumps(geometry)
    try:
        return bytes(shapely.to_wkb(shapely.from_geojson(text)))
    except (shapely.errors.GEOSException, TypeError) as error:
        raise ValueError(str(error)) from error


def meetings(geometries: Sequence[bytes], box: Box, near: float) -> list[bool | None]:
    """Tell of geometries (WKB) whether each has a point in common with a box (west, south, east, north; edges count).

    Points are compared exactly. Of lines and areas it is None where a box wider or narrower by `near` degrees decides
    otherwise: there engines may differ.
    """
    shapes = shapely.from_wkb(list(geometries))
    exact, wide, narrow = (_meets(shapes, box, by) for by in (0.0, near, -near))
    points = np.isin(shapely.get_type_id(shapes), _POINTS)
    return [bool(one) if sure else None for one, sure in zip(exact, points | (wide == narrow), strict=True)]


def _meets(shapes: Geometries, box: Box, by: float) -> Truths:
    west, south, east, north = box
    found: Truths = shapely.intersects(shapes, shapely.box(west - by, south - by, east + by, north + by))
    return found


def outline(geometry: bytes) -> tuple[Box, list[tuple[float, float]], tuple[float, float]]:
    """Return the extent of a geometry (WKB), its vertices in order, and a point in it that is near its middle."""
    shape = shapely.from_wkb(geometry)
    west, south, east, north = map(float, shapely.bounds(shape))
    inside = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    vertices = [(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]
    return (west, south, east, north), vertices, (float(inside[0]), float(inside[1]))


def valid_geometry() -> Kernel:
    """Return the kernel: rings are closed and do not cross themselves (RFC 7946, STD-035)."""
    return _kernel("valid_geometry", shapely.is_valid)


def right_hand() -> Kernel:
    """Return the kernel: outer rings run counter-clockwise and inner rings clockwise (RFC 7946, 3.1.6)."""
    return _kernel("right_hand", _right_hand)


def in_box(box: tuple[float, float, float, float]) -> Kernel:
    """Return the kernel: nothing reaches beyond a box.

    Args:
        box: west, south, east and north in degrees; its edge is inside.
    """
    west, south, east, north = box

    def inside(geometries: Geometries) -> Truths:
        bounds = shapely.bounds(geometries)
        corner = (bounds[:, 0] >= west) & (bounds[:, 1] >= south)
        found: Truths = corner & (bounds[:, 2] <= east) & (bounds[:, 3] <= north)
        return found

    return _kernel("in_box", inside)


def in_boundary(boundary: bytes, tolerance: float) -> Kernel:
    """Return the kernel: a geometry lies within a boundary and some metres around it.

    Args:
        boundary: WKB of polygons in degrees.
        tolerance: metres that a geometry may reach beyond the boundary; degrees are converted at its middle.
    """
    area = _widened(shapely.from_wkb(boundary), tolerance)
    shapely.prepare(area)
    return _kernel("in_boundary", lambda geometries: shapely.covers(area, geometries))


def _widened(boundary: Any, tolerance: float) -> Any:
    """A boundary and so many metres around it, computed in metres of its own latitude."""
    _, south, _, north = shapely.bounds(boundary)
    scale = np.array(metres_of_a_degree((south + north) / 2))
    around = shapely.buffer(shapely.transform(boundary, lambda points: points * scale), tolerance, quad_segs=_SEGMENTS)
    return shapely.transform(around, lambda points: points / scale)


def metres_of_a_degree(latitude: float) -> tuple[float, float]:
    """Return the metres of a degree of longitude and of latitude on the ellipsoid of CGCS2000 (GRS 80)."""
    phi = radians(latitude)
    east = 111412.84 * cos(phi) - 93.5 * cos(3 * phi) + 0.118 * cos(5 * phi)
    north = 111132.92 - 559.82 * cos(2 * phi) + 1.175 * cos(4 * phi) - 0.0023 * cos(6 * phi)
    return east, north


def _right_hand(geometries: Geometries) -> Truths:
    good = np.array(shapely.get_type_id(geometries) >= 0)
    areal = np.flatnonzero(np.isin(shapely.get_type_id(geometries), _POLYGONS))
    polygons, owners = _polygons(geometries[areal])
    wrong = ~_counter_clockwise(shapely.get_exterior_ring(polygons))
    good[areal[owners[wrong]]] = False
    counts = shapely.get_num_interior_rings(polygons)
    holes = np.repeat(np.arange(len(polygons)), counts)
    within = np.arange(len(holes)) - np.repeat(np.cumsum(counts) - counts, counts)
    wrong = _counter_clockwise(shapely.get_interior_ring(polygons[holes], within))
    good[areal[owners[holes[wrong]]]] = False
    return good


def _polygons(geometries: Geometries) -> tuple[Geometries, NDArray[np.intp]]:
    """All polygons that are not empty, and to which geometry each belongs; collections may hold collections."""
    owners = np.arange(len(geometries))
    while np.isin(shapely.get_type_id(geometries), _POLYGONS[1:]).any():
        geometries, places = shapely.get_parts(geometries, return_index=True)
        owners = owners[places]
    areal = (shapely.get_type_id(geometries) == _POLYGONS[0]) & ~shapely.is_empty(geometries)
    return geometries[areal], owners[areal]


def _counter_clockwise(rings: Geometries) -> Truths:
    found: Truths = shapely.is_ccw(rings)
    return found


def _kernel(name: str, judge: Judge) -> Kernel:
    made = _Judging(judge)
    return Kernel(name, "geometry", made.arrow, made.value)


@dataclass(frozen=True, slots=True)
class _Judging:
    judge: Judge

    def arrow(self, array: pa.Array) -> pa.BooleanArray:
        if isinstance(array, pa.ExtensionArray):
            array = array.storage
        values = array.to_numpy(zero_copy_only=False)
        nulls = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
        return pa.array(np.asarray(self.judge(_read(values)), np.bool_), mask=nulls)

    def value(self, value: Any) -> bool:
        values = np.empty(1, np.object_)
        values[0] = value
        return bool(self.judge(_read(values))[0])


def _read(values: Geometries) -> Geometries:
    """Geometries from WKB or texts; None where there is none or it cannot be read."""
    found = np.full(len(values), None, np.object_)
    if all(one is None or isinstance(one, bytes) for one in values):
        return _forms(found, values, slice(None), shapely.from_wkb)
    kinds = np.array([_form(one) for one in values])
    for form, read in _READERS.items():
        here = np.flatnonzero(kinds == form)
        if len(here):
            _forms(found, values, here, read)
    return found


_READERS = {
    "wkb": shapely.from_wkb,
    "wkt": shapely.from_wkt,
    "geojson": shapely.from_geojson,
}


def _forms(found: Geometries, values: Geometries, here: Any, read: Callable[..., Any]) -> Geometries:
    texts = values[here]
    if read is shapely.from_geojson:
        texts = np.array([json.dumps(one) if isinstance(one, dict) else one for one in texts], np.object_)
    found[here] = read(texts, on_invalid="ignore")
    return found


def _form(value: object) -> str:
    """How a geometry is written."""
    if isinstance(value, dict):
        return "geojson"
    if not isinstance(value, str):
        return "wkb" if isinstance(value, bytes) else ""
    text = value.lstrip()
    if _HALF.search(text):
        return ""
    if text.startswith("{"):
        return "geojson"
    return "wkb" if text[:2] in {"00", "01"} else "wkt"
