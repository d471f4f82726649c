"""Reference systems and the order of their axes (OGC API Features, Part 2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.checks.shared import at

if TYPE_CHECKING:
    from conformance.checks.interfaces.spatial.ogc import Collection

CRS_CLASS = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
_EPSG_4490 = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[^/]+/4490/?|urn:ogc:def:crs:EPSG:[^:]*:4490")
_TOLERANCE = 2e-5  # degrees: two metres, more than lies between CGCS2000 and WGS 84


def cgcs2000(collection: Collection) -> str | None:
    """Return EPSG:4490 as a collection writes it, None where it is not served in it."""
    offered = at(collection.described, "crs")
    known = [one for one in offered if isinstance(one, str)] if isinstance(offered, list) else []
    return next((one for one in known if _EPSG_4490.fullmatch(one)), None)


def turned(geometry: Any) -> Any:
    """Return a GeoJSON geometry with the other axis first; what is none comes back."""
    if not isinstance(geometry, dict):
        return geometry
    if isinstance(geometry.get("geometries"), list):
        return {**geometry, "geometries": [turned(one) for one in geometry["geometries"]]}
    return {**geometry, "coordinates": _swapped(geometry.get("coordinates"))}


def _swapped(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if len(value) >= 2 and all(isinstance(part, int | float) for part in value):
        return [value[1], value[0], *value[2:]]
    return [_swapped(one) for one in value]


def alike(one: Any, other: Any) -> bool:
    """Tell whether two geometries are the same but for what lies between two reference systems."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.get("type") == other.get("type") and all(
            alike(one.get(name), other.get(name)) for name in ("coordinates", "geometries")
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= _TOLERANCE
    return bool(one == other)
