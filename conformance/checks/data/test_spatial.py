"""data/spatial: reference system, place and shape of what is on the map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from conformance.checks import decides
from conformance.checks.data.geometries import judge_layers
from conformance.checks.data.offsets import Place, cause, metres
from conformance.checks.data.rows import by_rows
from conformance.checks.data.standing import decide
from conformance.checks.finding import differ, failure, names
from conformance.checks.shared import at, words
from conformance.judge import Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.data.described import Bench
    from conformance.checks.data.layers import Feature, Layers
    from conformance.checks.data.served import Served
    from conformance.checks.data.standing import Standings
    from conformance.node import Session
    from conformance.node.references import ControlPoint, References

_EPSG = re.compile(r"(?:https?://www\.opengis\.net/def/crs/EPSG/[^/]+/|urn:ogc:def:crs:EPSG:[^:]*:)([0-9]{4,5})/?")
_CGCS2000 = frozenset({4490, 4480, *range(4491, 4555)})  # geographic 2D and 3D, Gauss-Krüger by 6 and 3 degrees


@decides("STD-032")
def test_layers_declare_cgcs2000(layers: Layers) -> None:
    """Every layer declares CGCS2000: as the system in which it is stored, and among those in which it is served."""
    if not layers.all:
        raise Untested(Text("没有空间图层", "there is no layer"))
    wrong: list[Sample] = []
    for one in layers.all:
        told = at(one.described, "crs")
        offered = told if isinstance(told, list) else []
        if _code(words(one.described, "storageCrs")) not in _CGCS2000:
            wrong.append(differ(one.id, "/storageCrs", one.described.get("storageCrs"), "…/EPSG/0/4490", one.exchange))
        if not any(_code(each) in _CGCS2000 for each in offered if isinstance(each, str)):
            wrong.append(differ(one.id, "/crs", offered, ["…/EPSG/0/4490"], one.exchange))
    if wrong:
        raise failure(
            Text(
                f"{len({one.label for one in wrong})} 个图层未声明 CGCS2000：{names([one.label for one in wrong])}",
                f"{len({one.label for one in wrong})} layers do not declare CGCS2000: "
                f"{names([one.label for one in wrong])}",
            ),
            Text(
                "storageCrs 和 crs 声明 CGCS2000（如 EPSG:4490）", "CGCS2000 in storageCrs and crs, such as EPSG:4490"
            ),
            samples=wrong,
        )


def _code(uri: str) -> int:
    match = _EPSG.fullmatch(uri.strip())
    return int(match[1]) if match else 0


@pytest.fixture(scope="session")
def shapes(bench: Bench, layers: Layers) -> Standings:
    """The geometries of every layer, judged."""
    return judge_layers(bench, layers)


@by_rows(("STD-033", "STD-035", "STD-056"))
def test_geometries_are_in_order(
    requirement: str, run: Session, layers: Layers, shapes: Standings, served: Served
) -> None:
    """The geometries of every layer, and those in the rows, keep the rule of the requirement."""
    layers.need(run)
    words_ = decide(
        requirement,
        shapes.of(requirement),
        served.standings.of(requirement),
        served.exports.standings.of(requirement),
    )
    run.note(words_.zh, words_.en)


@decides("STD-034")
def test_control_points_are_where_they_are_due(run: Session, layers: Layers, references: References) -> None:
    """Control points differ from their reference by less than the tolerance."""
    if not references.control_points:
        raise Untested(
            Text("未提供控制点（配置 references.control_points）", "no control points (references.control_points)")
        )
    layers.need(run)
    due = {one.id: one for one in references.control_points}
    met = [(one, point) for layer in layers.all for one in layer.features if (point := due.get(_mark(one)))]
    if not met:
        raise Untested(
            Text(f"图层中没有所给 {len(due)} 个控制点", f"no layer holds one of the {len(due)} control points given")
        )
    tolerance = float(run.param("data.control-point-tolerance"))
    wrong = [sample for one, point in met if (sample := _off(one, point, tolerance))]
    run.note(
        f"比对 {len(met)} 个控制点，容差 {tolerance:g} 米", f"{len(met)} control points, tolerance {tolerance:g} m"
    )
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个控制点超出容差，首个 {wrong[0].label} {wrong[0].came.zh}",
                f"{len(wrong)} control points are off, first {wrong[0].label} {wrong[0].came.en}",
            ),
            Text(f"偏差小于 {tolerance:g} 米", f"less than {tolerance:g} m off"),
            samples=wrong,
        )


def _mark(feature: Feature) -> str:
    return words(feature.properties, "bh") or feature.id


def _off(feature: Feature, point: ControlPoint, tolerance: float) -> Sample | None:
    due: Place = (point.longitude, point.latitude)
    came = _place(feature.geometry)
    if came is None:
        return differ(point.id, "/geometry", feature.geometry, due, feature.exchange)
    far = metres(came, due)
    if far < tolerance:
        return None
    why = cause(came, due)
    return Sample(
        point.id,
        "/geometry/coordinates",
        Text(f"{came}，偏差 {far:,.0f} 米，{why.zh}", f"{came}, {far:,.0f} m off, {why.en}"),
        Text(str(due), str(due)),
        feature.exchange,
    )


def _place(geometry: Any) -> Place | None:
    match geometry:
        case {"type": "Point", "coordinates": [int() | float() as x, int() | float() as y, *_]}:
            return float(x), float(y)
    return None
