"""What a district's data are compared with: control points, its boundary, extracts of the municipal level."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_Read = TypeVar("_Read")
_COLUMNS = ("id", "longitude", "latitude")
_AREAS = frozenset({"Polygon", "MultiPolygon"})


class BadReferenceError(Exception):
    """A reference cannot be read; the text names file and row."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A mark whose coordinates are known, in degrees of CGCS2000."""

    id: str
    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class References:
    """Everything that is compared with.

    Attributes:
        boundary: GeoJSON geometry (RFC 7946) of the district in degrees of CGCS2000, None where none was given.
        municipal: path of the municipal extract by dataset; in a replay only the names count.
        remote: the node itself gave them, and the extracts are paths of it: an open test instance.
    """

    control_points: tuple[ControlPoint, ...] = ()
    boundary: Mapping[str, Any] | None = None
    municipal: Mapping[str, str] = field(default_factory=dict)
    remote: bool = False

    def public(self) -> dict[str, Any]:
        """Return what a verdict rests on, as evidence keeps it; the extracts are measured and stay where they are."""
        return {
            "control_points": [[one.id, one.longitude, one.latitude] for one in self.control_points],
            "boundary": self.boundary,
            "municipal": {name: path.rsplit("/", 1)[-1] for name, path in self.municipal.items()},
        }


def from_public(data: Mapping[str, Any]) -> References:
    """Read references back from evidence."""
    points = tuple(ControlPoint(str(one[0]), float(one[1]), float(one[2])) for one in data["control_points"])
    return References(points, data["boundary"], dict(data["municipal"]))


def from_wire(data: Any) -> References:
    """Read the references that an open test instance publishes; what is malformed is left out."""
    found = data if isinstance(data, dict) else {}
    points = found.get("controlPoints")
    municipal, boundary = found.get("municipal"), found.get("boundary")
    return References(
        tuple(_wire_points(points if isinstance(points, list) else [])),
        boundary if isinstance(boundary, dict) and boundary.get("type") in _AREAS else None,
        {name: path for name, path in municipal.items() if isinstance(path, str)}
        if isinstance(municipal, dict)
        else {},
        remote=True,
    )


def _wire_points(rows: list[Any]) -> Iterator[ControlPoint]:
    for one in rows:
        try:
            yield _point(one)
        except (KeyError, TypeError, ValueError):
            continue


def from_profile(profile: Path, data: Mapping[str, Any], line_of: Callable[..., int]) -> References:
    """Read the files that a profile names; they stand relative to it.

    Args:
        profile: file of the profile.
        data: its member `references`.
        line_of: line of a member of the profile.

    Raises:
        BadReferenceError: a file is missing or wrong; the text names the line of the profile, the file and its row.
    """

    def read(name: str, how: Callable[[Path], _Read], default: _Read) -> _Read:
        try:
            return how(profile.parent / data[name]) if name in data else default
        except BadReferenceError as error:
            raise _at(profile, line_of(("references", name), ""), f"references.{name}", error.text) from error

    municipal = {name: profile.parent / file for name, file in data.get("municipal", {}).items()}
    for name, file in municipal.items():
        if not file.exists():
            why = Text(f"{file} 不存在", f"{file} does not exist")
            raise _at(profile, line_of(("references", "municipal", name), ""), f"references.municipal.{name}", why)
    nowhere: dict[str, Any] = {}
    boundary = read("boundary", read_boundary, nowhere)
    return References(
        read("control_points", read_control_points, ()),
        boundary or None,
        {name: str(file.resolve()) for name, file in municipal.items()},
    )


def _at(profile: Path, line: int, member: str, why: Text) -> BadReferenceError:
    return BadReferenceError(
        Text(f"{profile} 第 {line} 行 {member}：{why.zh}", f"{profile}, line {line}, {member}: {why.en}")
    )


def read_control_points(path: Path) -> tuple[ControlPoint, ...]:
    """Read control points from CSV (header id,longitude,latitude) or JSON (a list of objects with these members).

    Raises:
        BadReferenceError: the file cannot be read, or a row is wrong; the text names file and row.
    """
    content = _content(path)
    rows = _csv_rows(path, content) if path.suffix.lower() == ".csv" else enumerate(_json_rows(path, content), 1)
    found: dict[str, ControlPoint] = {}
    for number, row in rows:
        try:
            point = _point(row)
        except (KeyError, TypeError, ValueError) as error:
            raise _wrong_row(path, number, error) from error
        if point.id in found:
            raise _wrong_row(path, number, f"id {point.id}")
        found[point.id] = point
    if not found:
        raise BadReferenceError(Text(f"{path}：没有控制点", f"{path}: no control point"))
    return tuple(found.values())


def read_boundary(path: Path) -> dict[str, Any]:
    """Read a boundary: a GeoJSON Polygon or MultiPolygon, or features of them, which are put together.

    Raises:
        BadReferenceError: the file cannot be read, or holds no area; the text names it.
    """
    data = _json(path, _content(path))
    parts = [polygon for one in _geometries(data) for polygon in _polygons(one)]
    if not parts:
        raise BadReferenceError(
            Text(
                f"{path}：没有 GeoJSON 面要素",
                f"{path}: no GeoJSON polygon in it",
            )
        )
    return {"type": "MultiPolygon", "coordinates": parts}


def _geometries(data: Any) -> Iterator[Any]:
    match data:
        case {"type": "FeatureCollection", "features": [*features]}:
            for one in features:
                yield from _geometries(one)
        case {"type": "Feature", "geometry": geometry}:
            yield geometry
        case _:
            yield data


def _polygons(geometry: Any) -> list[Any]:
    match geometry:
        case {"type": "Polygon", "coordinates": [*rings]}:
            return [rings]
        case {"type": "MultiPolygon", "coordinates": [*polygons]}:
            return list(polygons)
    return []


def _point(row: Any) -> ControlPoint:
    name, longitude, latitude = (row[one] for one in _COLUMNS)
    point = ControlPoint(str(name).strip(), float(longitude), float(latitude))
    if not point.id or not (math.isfinite(point.longitude) and math.isfinite(point.latitude)):
        raise ValueError(f"{name} {longitude} {latitude}")
    if not (-180 <= point.longitude <= 180 and -90 <= point.latitude <= 90):  # noqa: PLR2004 - degrees
        raise ValueError(f"{longitude} {latitude}")
    return point


def _csv_rows(path: Path, content: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    lacking = [one for one in _COLUMNS if one not in (reader.fieldnames or ())]
    if lacking:
        raise BadReferenceError(
            Text(f"{path} 第 1 行：缺少列 {'、'.join(lacking)}", f"{path}, line 1: no column {', '.join(lacking)}")
        )
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise _wrong_row(path, reader.line_num, error) from error


def _json_rows(path: Path, content: str) -> list[Any]:
    data = _json(path, content)
    if not isinstance(data, list):
        raise BadReferenceError(Text(f"{path}：应为数组", f"{path}: an array is due"))
    return data


def _json(path: Path, content: str) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadReferenceError(
            Text(f"{path} 第 {error.lineno} 行不是 JSON：{error.msg}", f"{path}, line {error.lineno}: {error.msg}")
        ) from error


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "UTF-8"
        raise BadReferenceError(Text(f"{path} 无法读取：{why}", f"{path} cannot be read: {why}")) from error


def _wrong_row(path: Path, number: int, why: object) -> BadReferenceError:
    columns = ", ".join(_COLUMNS)
    return BadReferenceError(
        Text(
            f"{path} 第 {number} 行：应有唯一的 {columns}，坐标为度（{why}）",
            f"{path}, row {number}: due is {columns}, the id once, coordinates in degrees ({why})",
        )
    )
