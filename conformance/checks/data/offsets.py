"""Why a coordinate is not where it is due: the offsets of map services, swapped axes, projected metres.

GCJ-02 and BD-09 as they are known in public implementations (secondary, C): good to a few metres, which is enough to
name the cause of an offset of hundreds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

Place = tuple[float, float]

_RADIUS = 6_371_008.8
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
_BAIDU = math.pi * 3000 / 180
_NEAR = 30.0  # metres within which a cause explains an offset


def metres(one: Place, other: Place) -> float:
    """Return the distance of two places (longitude, latitude in degrees) on a sphere, in metres."""
    (lon1, lat1), (lon2, lat2) = ([math.radians(part) for part in place] for place in (one, other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _RADIUS * math.asin(min(1.0, math.sqrt(half)))


def gcj02(place: Place) -> Place:
    """Return where GCJ-02 puts a place of CGCS2000, in degrees."""
    lon, lat = place
    east, north = _east(lon - 105, lat - 35), _north(lon - 105, lat - 35)
    rad = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(rad) ** 2
    north *= 180 / ((_AXIS * (1 - _ECCENTRICITY)) / (magic * math.sqrt(magic)) * math.pi)
    east *= 180 / (_AXIS / math.sqrt(magic) * math.cos(rad) * math.pi)
    return lon + east, lat + north


def bd09(place: Place) -> Place:
    """Return where BD-09 puts a place of CGCS2000, in degrees."""
    x, y = gcj02(place)
    far = math.hypot(x, y) + 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) + 0.000003 * math.cos(x * _BAIDU)
    return far * math.cos(angle) + 0.0065, far * math.sin(angle) + 0.006


def _east(x: float, y: float) -> float:
    found = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    found += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    found += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    return found + (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3


def _north(x: float, y: float) -> float:
    found = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    found += (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    found += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    return found + (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3


def cause(came: Place, due: Place) -> Text:
    """Return the likely cause of an offset, in words."""
    if not all(map(math.isfinite, came)) or max(map(abs, came)) > 360:
        return Text("数值超出经纬度范围，可能为投影坐标（米）", "beyond any degrees: projected metres, it seems")
    near = min(_candidates(due), key=lambda one: metres(came, one[0]))
    return near[1] if metres(came, near[0]) <= _NEAR else Text("原因不明", "of no known cause")


def _candidates(due: Place) -> Iterator[tuple[Place, Text]]:
    yield gcj02(due), Text("符合 GCJ-02 偏移", "it is the offset of GCJ-02")
    yield bd09(due), Text("符合 BD-09 偏移", "it is the offset of BD-09")
    yield (due[1], due[0]), Text("经纬度轴序颠倒", "the axes are swapped")
