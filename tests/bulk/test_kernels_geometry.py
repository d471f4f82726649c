"""Geometries: closed, simple, rings in their direction, inside the box and the boundary."""

from __future__ import annotations

import struct
from math import cos, radians
from typing import Any

import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conformance.bulk.kernels import bound
from conformance.bulk.kernels.geometry import metres_of_a_degree
from conformance.bulk.values import Context

DISTRICT = shapely.box(106.4, 29.4, 106.8, 29.8)
BOX = (105.28, 28.15, 110.20, 32.21)
CONTEXT = Context(
    "2026-11-22",
    {},
    boundary=shapely.to_wkb(DISTRICT),
    boundary_tolerance=100.0,
    boxes={"data.chongqing-box": BOX, "small": (0, 0, 1, 1)},
)
KERNELS = bound(CONTEXT)

OUTER = "(0 0, 4 0, 4 4, 0 4, 0 0)"  # counter-clockwise
TURNED = "(0 0, 0 4, 4 4, 4 0, 0 0)"
HOLE = "(1 1, 1 2, 2 2, 2 1, 1 1)"  # clockwise
TURNED_HOLE = "(1 1, 2 1, 2 2, 1 2, 1 1)"


def ask(name: str, *geometries: Any) -> list[bool | None]:
    """What a kernel says over a column of WKB; the same as one by one."""
    column = [shapely.to_wkb(one) if isinstance(one, shapely.Geometry) else one for one in geometries]
    told = KERNELS[name].arrow(pa.array(column, pa.binary())).to_pylist()

    assert [None if one is None else KERNELS[name].value(one) for one in column] == told
    return told


def wkb(text: str) -> bytes:
    return bytes(shapely.to_wkb(shapely.from_wkt(text)))


def open_ring() -> bytes:
    """A polygon whose ring does not come back, byte for byte."""
    points = [(0, 0), (4, 0), (4, 4), (0, 4)]
    return struct.pack("<BIII", 1, 3, 1, len(points)) + b"".join(struct.pack("<dd", *one) for one in points)


def test_valid_geometries() -> None:
    good = [wkb(f"POLYGON({OUTER}, {HOLE})"), wkb("POINT(106.5 29.5)"), wkb("LINESTRING(0 0, 2 2, 0 2, 2 0)")]
    crossed = wkb("POLYGON((0 0, 4 4, 4 0, 0 4, 0 0))")
    outside_hole = wkb(f"POLYGON({OUTER}, (9 9, 9 10, 10 10, 9 9))")
    unread = [b"", b"\x01", b"not a geometry", wkb("POINT(1 1)")[:-1]]

    assert [True] * 3 == ask("valid_geometry", *good)
    assert [False] * 3 == ask("valid_geometry", crossed, outside_hole, open_ring())
    assert [False] * 4 == ask("valid_geometry", *unread)
    assert [None, True] == ask("valid_geometry", None, good[0])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (f"POLYGON({OUTER})", True),
        (f"POLYGON({TURNED})", False),
        (f"POLYGON({OUTER}, {HOLE})", True),
        (f"POLYGON({OUTER}, {TURNED_HOLE})", False),
        (f"POLYGON({TURNED}, {HOLE})", False),
        (f"MULTIPOLYGON(({OUTER}, {HOLE}), ((9 9, 10 9, 10 10, 9 9)))", True),
        (f"MULTIPOLYGON(({OUTER}), ((9 9, 10 10, 10 9, 9 9)))", False),
        (f"GEOMETRYCOLLECTION(POINT(1 1), GEOMETRYCOLLECTION(POLYGON({TURNED})))", False),
        (f"GEOMETRYCOLLECTION(POINT(1 1), GEOMETRYCOLLECTION(POLYGON({OUTER})))", True),
        ("POLYGON Z((0 0 5, 4 0 5, 4 4 5, 0 0 5))", True),
        ("POINT(1 1)", True),
        ("LINESTRING(0 0, 0 4, 4 4, 0 0)", True),
        ("POLYGON EMPTY", True),
    ],
)
def test_right_hand_rule(text: str, right: bool) -> None:
    assert [right] == ask("right_hand", wkb(text))


def test_right_hand_of_many_at_once() -> None:
    many = [f"POLYGON({OUTER}, {HOLE})", f"POLYGON({TURNED})", "POINT(0 0)", f"POLYGON({OUTER}, {HOLE}, {TURNED_HOLE})"]

    assert [True, False, True, False, False, None] == ask("right_hand", *map(wkb, many), b"broken", None)
    assert [] == ask("right_hand")


def test_in_the_box() -> None:
    inside = [shapely.Point(106.5, 29.5), shapely.Point(105.28, 28.15), shapely.box(*BOX)]
    swapped, metres = shapely.Point(29.5, 106.5), shapely.Point(36_400_000, 3_260_000)
    across = shapely.LineString([(106.5, 29.5), (111, 29.5)])

    assert [True] * 3 == ask("in_box", *inside)
    assert [False] * 5 == ask("in_box", swapped, metres, across, b"broken", shapely.Point())
    assert [False, True] == [KERNELS[f"in_box/{name}"].value(wkb("POINT(0 1)")) for name in CONTEXT.boxes]


@given(metres=st.floats(-400, 400), east=st.booleans())
def test_the_boundary_has_a_tolerance_in_metres(metres: float, east: bool) -> None:
    """A little is left out around the tolerance itself: a sphere is no ellipsoid."""
    shift = metres / 111_195
    point = (106.8 + shift / cos(radians(29.6)), 29.6) if east else (106.6, 29.8 + shift)
    if abs(metres - CONTEXT.boundary_tolerance) > 1:
        assert [metres < CONTEXT.boundary_tolerance] == ask("in_boundary", shapely.Point(point))


def test_in_the_boundary() -> None:
    across = shapely.LineString([(106.5, 29.5), (107, 29.5)])

    assert [True, False, False, None] == ask("in_boundary", DISTRICT, across, b"broken", None)
    assert "in_boundary" not in bound(Context("2026-11-22", {}))


def test_a_degree_in_metres() -> None:
    """As tables of the ellipsoid give it."""
    assert pytest.approx((111_320, 110_574), abs=1) == metres_of_a_degree(0)
    assert pytest.approx((96_486, 110_852), abs=1) == metres_of_a_degree(30)


def test_geometries_written_as_text() -> None:
    point = shapely.Point(106.5, 29.5)
    data = {"type": "Point", "coordinates": [106.5, 29.5]}
    texts = [point.wkt, point.wkb_hex, shapely.to_geojson(point), "POINT(106.5", "{", "", "00xy", '{"type": "Feature"}']

    assert [True] * 3 + [False] * 5 == KERNELS["in_box"].arrow(pa.array(texts)).to_pylist()
    assert [True] * 3 + [False] * 5 == [KERNELS["in_box"].value(one) for one in texts]
    assert KERNELS["in_box"].value(data)
    assert [False] * 3 == [KERNELS["in_box"].value(one) for one in (5, ["POINT(106.5 29.5)"], "\ud800")]
