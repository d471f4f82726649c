"""Spatial features in the municipality's box: points, lines and polygons as WKB, simple, closed, right-handed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from conformance.bulk.generate.letters import cells, digits, picked, strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.bulk.generate.chance import Rows
    from conformance.bulk.generate.table import Slice
    from conformance.law.data import Field

POINT, LINE, POLYGON = 1, 2, 3
LAYERS = 53

#: Degrees between which features lie, well inside the box of the municipality: west, south, east, north.
ROOM = (105.5, 28.4, 110.0, 32.0)

_MICRO = 1_000_000
_SIZE = 0.004
_ANGLES = np.deg2rad(np.arange(5) * 72.0)
_LINE_STEPS = np.array([0.0, 0.001, 0.002, 0.003])

POINT_FORM = np.dtype([("order", "u1"), ("kind", "<u4"), ("xy", "<f8", (2,))])
LINE_FORM = np.dtype([("order", "u1"), ("kind", "<u4"), ("count", "<u4"), ("xy", "<f8", (4, 2))])
POLYGON_FORM = np.dtype([("order", "u1"), ("kind", "<u4"), ("rings", "<u4"), ("count", "<u4"), ("xy", "<f8", (6, 2))])

#: WKB records by type.
FORMS = {POINT: POINT_FORM, LINE: LINE_FORM, POLYGON: POLYGON_FORM}


def layer(part: Slice) -> Rows:
    """Return the layer of each feature by its number."""
    found: Rows = part.once("layer", lambda: part.dice("layer").below(part.rows, LAYERS))
    return found


def kinds(part: Slice) -> Rows:
    """Return the WKB type of each feature; a layer has one."""
    return layer(part) % 3 + 1


def centres(part: Slice) -> tuple[Rows, Rows]:
    """Return longitude and latitude of each feature in millionths of a degree."""
    west, south, east, north = (round(one * _MICRO) for one in ROOM)
    found: tuple[Rows, Rows] = part.once(
        "centre",
        lambda: (
            part.dice("longitude").below(part.rows, east - west) + west,
            part.dice("latitude").below(part.rows, north - south) + south,
        ),
    )
    return found


def _degrees(micro: Rows, width: int) -> pa.Array:
    whole, rest = np.divmod(micro, _MICRO)
    words = cells([f"{one:0{width}d}" for one in range(10**width)])
    return strings(len(micro), words[whole], b".", *digits(rest, 6))


def longitude(part: Slice, _: Field) -> pa.Array:
    """Return longitudes in degrees with six decimals."""
    return _degrees(centres(part)[0], 3)


def latitude(part: Slice, _: Field) -> pa.Array:
    """Return latitudes in degrees with six decimals."""
    return _degrees(centres(part)[1], 2)


def layer_code(part: Slice, _: Field) -> pa.Array:
    """Return the codes of the layers."""
    return picked(pa.array([f"L{one + 1:02d}" for one in range(LAYERS)]), layer(part))


def feature_code(part: Slice, _: Field) -> pa.Array:
    """Return the codes of features, of different rows different ones."""
    return strings(len(part), b"YS", *digits(part.rows, 12))


def feature_name(part: Slice, _: Field) -> pa.Array:
    """Return the names of features."""
    word = cells(["示例点位", "示例路段", "示例地块"])[kinds(part) - 1]
    return strings(len(part), word, *digits(part.rows, 12))


def _lines(part: Slice, centre: NDArray[np.float64]) -> NDArray[np.float64]:
    rise = (part.dice("line").below(part.rows, 1000) - 500)[:, None] * 2e-6
    return np.stack([centre[:, :1] + _LINE_STEPS, centre[:, 1:] + rise * [0, 1, 0, 1]], axis=2)


def _rings(part: Slice, centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stars around the centre, counterclockwise and closed, so that they cannot cross themselves."""
    radius = np.stack(
        [_SIZE * (part.dice("radius", one).below(part.rows, 500) + 500) / 1000 for one in range(5)], axis=1
    )
    ring = np.stack([centre[:, :1] + radius * np.cos(_ANGLES), centre[:, 1:] + radius * np.sin(_ANGLES)], axis=2)
    return np.concatenate([ring, ring[:, :1]], axis=1)


def geometry(part: Slice, _: Field) -> pa.Array:
    """Return geometries as WKB."""
    kind = kinds(part)
    centre = np.stack(centres(part), axis=1) / _MICRO
    bodies = {POINT: centre, LINE: _lines(part, centre), POLYGON: _rings(part, centre)}
    sizes = np.array([0, *(one.itemsize for one in FORMS.values())])[kind]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(offsets[-1], dtype=np.uint8)
    for code, form in FORMS.items():
        rows = np.flatnonzero(kind == code)
        records = wkb(form, code, bodies[code][rows]).view(np.uint8).reshape(len(rows), form.itemsize)
        data[offsets[rows, None] + np.arange(form.itemsize)] = records
    return pa.Array.from_buffers(
        pa.binary(), len(part), [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)]
    )


def wkb(form: np.dtype[np.void], kind: int, places: NDArray[np.float64]) -> NDArray[np.void]:
    """Return geometries of one form as WKB records with their coordinates put in."""
    table = np.zeros(len(places), dtype=form)
    table["order"], table["kind"], table["xy"] = 1, kind, places
    if "count" in (form.names or ()):
        table["count"] = places.shape[1]
    if "rings" in (form.names or ()):
        table["rings"] = 1
    return table


def coordinates(blob: bytes) -> tuple[int, list[list[float]]]:
    """Return the type and the points of a geometry that this module made."""
    kind = blob[1]
    return kind, np.frombuffer(blob, FORMS[kind])["xy"][0].reshape(-1, 2).tolist()


def as_wkt(blob: bytes) -> str:
    """Return a geometry that this module made as WKT."""
    kind, places = coordinates(blob)
    points = ", ".join(f"{x!r} {y!r}" for x, y in places)
    return {POINT: f"POINT ({points})", LINE: f"LINESTRING ({points})", POLYGON: f"POLYGON (({points}))"}[kind]


def as_geojson(blob: bytes) -> str:
    """Return a geometry that this module made as GeoJSON."""
    kind, places = coordinates(blob)
    name, body = {POINT: ("Point", places[0]), LINE: ("LineString", places), POLYGON: ("Polygon", [places])}[kind]
    return json.dumps({"type": name, "coordinates": body})
