"""Boxes that tell a server that compares geometries from one that compares less, and what each has to find."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from conformance.bulk.kernels.geometry import meetings, outline, wkb_of_geojson
from conformance.text import Text

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.checks.interfaces.spatial.featured import Feature

Box = tuple[float, float, float, float]
NEAR = 1e-9  # degrees: a tenth of a millimetre
_SMALL = 1e-5


@dataclass(frozen=True)
class Probe:
    """A box (west, south, east, north in degrees) and why it is asked for."""

    box: Box
    why: Text

    @property
    def text(self) -> str:
        """The box as the query has it, longitude first."""
        return ",".join(map(_number, self.box))

    @property
    def turned(self) -> str:
        """The box with latitude first."""
        west, south, east, north = self.box
        return ",".join(map(_number, (south, west, north, east)))


def _number(value: float) -> str:
    """A number with every digit, so that both sides compare with the same one."""
    return format(Decimal(repr(value)), "f")


def shapes(features: Mapping[str, Feature]) -> dict[str, bytes]:
    """Return the geometries that can be read, as WKB, by the id of the feature."""
    found: dict[str, bytes] = {}
    for name, one in features.items():
        try:
            found[name] = wkb_of_geojson(one["geometry"])
        except ValueError:
            continue
    return found


def due(known: Mapping[str, bytes], box: Box) -> tuple[set[str], set[str]]:
    """Return what a box has to find and what it must not find."""
    told = dict(zip(known, meetings(list(known.values()), box, NEAR), strict=True))
    return {name for name, one in told.items() if one}, {name for name, one in told.items() if one is False}


def probes(rng: random.Random, known: Mapping[str, bytes]) -> Iterator[Probe]:
    """Yield boxes around features drawn by chance: the whole, a part, edges, sides, the inside, beside, nothing."""
    names = sorted(known)
    chosen = rng.sample(names, min(2, len(names)))
    extents = [outline(known[name])[0] for name in names]
    west, south = min(one[0] for one in extents), min(one[1] for one in extents)
    east, north = max(one[2] for one in extents), max(one[3] for one in extents)
    yield Probe((west, south, east, north), Text("整个图层的范围", "the extent of the layer"))
    x, y = (west + east) / 2, (south + north) / 2
    yield Probe((west, south, x, y), Text("图层的西南四分之一", "the south-west quarter of the layer"))
    for name in chosen:
        yield from _around(*outline(known[name]), max(east - west, north - south, 10 * _SMALL))
    away = (west - 1.0, south - 1.0, west - 0.9, south - 0.9)
    if away[0] > -180 and away[1] > -90:
        yield Probe(away, Text("图层之外", "beside the layer"))


def _around(
    extent: Box, vertices: Sequence[tuple[float, float]], inside: tuple[float, float], size: float
) -> Iterator[Probe]:
    """Yield boxes by which one feature is found, though not by its first vertex, or not at all."""
    if len(vertices) == 1:
        (x, y), side = vertices[0], size / 50
        yield Probe((x, y, x + side, y + side), Text("点在西南角上", "a point on the south-west corner"))
        yield Probe((x - side, y - side, x, y), Text("点在东北角上", "a point on the north-east corner"))
        return
    middle = len(vertices) // 2
    (x1, y1), (x2, y2) = vertices[middle - 1], vertices[middle]
    side = max(abs(x2 - x1), abs(y2 - y1)) / 50
    yield Probe(_square(((x1 + x2) / 2, (y1 + y2) / 2), side), Text("一条边的中段", "the middle of a side"))
    yield Probe(_square(vertices[middle], side), Text("后面的一个顶点", "a later vertex"))
    yield Probe(_square(inside, side), Text("要素内部", "the inside of a feature"))
    for x, y in ((extent[0], extent[1]), (extent[2], extent[3]), (extent[0], extent[3])):
        yield Probe(_square((x, y), side), Text("要素外接框的一角", "a corner of the extent of a feature"))


def _square(middle: tuple[float, float], side: float) -> Box:
    x, y = middle
    return x - side, y - side, x + side, y + side
