"""interfaces/spatial: layers in CGCS2000, with the axes in the order of EPSG:4490."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.spatial.axes import alike, cgcs2000, turned
from conformance.checks.interfaces.spatial.featured import name_of, walk_features
from conformance.checks.interfaces.spatial.ogc import fetch, shaped
from conformance.checks.shared import at, words
from conformance.judge import Inapplicable
from conformance.node.links import GEOJSON
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.interfaces.spatial.featured import Walked
    from conformance.checks.interfaces.spatial.ogc import Collection
    from conformance.judge import Sample
    from conformance.node import Answer, Session
    from conformance.node.references import ControlPoint, References

_NEAR = 0.005  # degrees, half a kilometre: this is about the order of axes; STD-034 is about places
_UNKNOWN = "http://www.opengis.net/def/crs/EPSG/0/999999"
_DUE = Text("纬度在前、经度在后", "latitude first, longitude second")


def offering(layers: tuple[Walked, ...]) -> list[tuple[Walked, str]]:
    """Return the layers that are served in EPSG:4490, each with its way to write it.

    Raises:
        Failed: none is.
    """
    found = [(one, crs) for one in layers if (crs := cgcs2000(one.collection))]
    if not found:
        raise failure(
            Text(f"{len(layers)} 个图层均未列出 EPSG:4490", f"none of {len(layers)} layers lists EPSG:4490 under crs"),
            Text("crs 列出 http://www.opengis.net/def/crs/EPSG/0/4490", "http://www.opengis.net/def/crs/EPSG/0/4490"),
            [one.collection.exchange for one in layers],
        )
    return found


@decides("API-041")
def test_answers_in_cgcs2000_say_so(run: Session, ogc_layers: tuple[Walked, ...]) -> None:
    """Asked for EPSG:4490, every page and single feature names it in Content-Crs; an unknown system is refused."""
    wrong: list[Sample] = []
    for one, crs in offering(ogc_layers):
        size = max(1, -(-len(one.features) // 2))
        pages = walk_features(run, one.collection, {"crs": crs}, page=size, most=len(one.features))
        if pages.problem is not None:
            raise pages.problem
        wrong += [sample for answer in pages.pages for sample in _unnamed(one.collection, answer, crs)]
        first = one.collection.item(name_of(one.features[0]))
        single = shaped(run, "feature", fetch(run, first, {"crs": crs}, GEOJSON))
        wrong += _unnamed(one.collection, single, crs)
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 个响应的 Content-Crs 不对", f"Content-Crs is wrong in {len(wrong)} answers"),
            wrong[0].due,
            samples=wrong,
        )
    fetch(run, ogc_layers[0].collection.items, {"crs": _UNKNOWN, "limit": 1}, GEOJSON).expect(400)


def _unnamed(collection: Collection, answer: Answer, crs: str) -> list[Sample]:
    told = answer.header("content-crs")
    return [] if told == f"<{crs}>" else [differ(collection.id, "content-crs", told, f"<{crs}>", answer.n)]


@decides("API-041")
def test_every_geometry_is_turned(run: Session, ogc_layers: tuple[Walked, ...]) -> None:
    """Asked for EPSG:4490, every geometry is the one of CRS84 with its axes turned, in a list and by itself."""
    wrong: list[Sample] = []
    count = 0
    for one, crs in offering(ogc_layers):
        for feature, number in _in(run, one, crs):
            listed = one.by_id.get(name_of(feature))
            if listed is None or at(listed, "geometry") is None:
                continue
            count += 1
            came, due = at(feature, "geometry"), turned(listed["geometry"])
            wrong += [] if alike(came, due) else [differ(name_of(feature), "/geometry", came, due, number)]
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 个几何的坐标次序不对", f"the axes of {len(wrong)} geometries are not in order"),
            _DUE,
            samples=wrong,
        )
    if not count:
        raise Inapplicable(Text("图层没有几何", "no layer has a geometry"))
    run.note(f"比对 {count} 个几何", f"{count} geometries compared")


def _in(run: Session, one: Walked, crs: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the features of a layer in a reference system, and some of them read singly."""
    pages = walk_features(run, one.collection, {"crs": crs})
    if pages.problem is not None:
        raise pages.problem
    for feature in pages.features:
        yield feature, pages.exchange_of[name_of(feature)]
    for name in run.rng(f"axes/{one.collection.id}").sample(sorted(one.by_id), min(3, len(one.by_id))):
        answer = shaped(run, "feature", fetch(run, one.collection.item(name), {"crs": crs}, GEOJSON))
        yield answer.object, answer.n


@decides("API-041")
def test_known_points_come_latitude_first(run: Session, ogc_layers: tuple[Walked, ...], references: References) -> None:
    """Asked for EPSG:4490, a point whose place is known comes as latitude, longitude."""
    known = {one.id: one for one in references.control_points}
    if not known:
        why = Text("未提供控制点，以节点自己的 CRS84 坐标为准", "no control points: held to the node's own CRS84")
        raise Inapplicable(why)
    wrong: list[Sample] = []
    met = 0
    for one, crs in offering(ogc_layers):
        due = {name: point for name, each in one.by_id.items() if (point := known.get(_mark(each)))}
        pages = walk_features(run, one.collection, {"crs": crs}) if due else None
        for feature in pages.features if pages else ():
            point = due.get(name_of(feature))
            met += point is not None
            wrong += [] if point is None or _at(feature, point) else [_off(feature, point, pages)]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个控制点不在应在之处，首个 {wrong[0].came.zh}",
                f"{len(wrong)} control points: {wrong[0].came.en}",
            ),
            _DUE,
            samples=wrong,
        )
    if not met:
        raise Inapplicable(Text("图层中没有所给的控制点", "no layer holds one of the control points"))
    run.note(f"{met} 个控制点按纬度、经度给出", f"{met} control points came as latitude, longitude")


def _mark(feature: dict[str, Any]) -> str:
    return words(feature, "properties", "bh") or name_of(feature)


def _at(feature: dict[str, Any], point: ControlPoint) -> bool:
    match at(feature, "geometry"):
        case {"type": "Point", "coordinates": [int() | float() as first, int() | float() as second, *_]}:
            return abs(first - point.latitude) < _NEAR and abs(second - point.longitude) < _NEAR
    return False


def _off(feature: dict[str, Any], point: ControlPoint, pages: Walked | None) -> Sample:
    number = pages.exchange_of[name_of(feature)] if pages else 0
    due = [point.latitude, point.longitude]
    return differ(point.id, "/geometry/coordinates", at(feature, "geometry", "coordinates"), due, number)
