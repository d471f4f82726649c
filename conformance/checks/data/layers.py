"""The spatial layers of the node: collections of features, each with its first features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.shared import at, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node import Answer, Session

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_PAGE = 500


@dataclass(frozen=True)
class Feature:
    """One feature, with its geometry in the order longitude, latitude.

    Attributes:
        exchange: the exchange that brought it.
    """

    id: str
    geometry: Any
    properties: dict[str, Any]
    exchange: int


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        described: its entry of the collections.
        total: features that it announces, or that came.
    """

    id: str
    described: dict[str, Any]
    features: tuple[Feature, ...]
    total: int
    exchange: int


@dataclass(frozen=True)
class Layers:
    """Every layer; collections of records are none.

    Attributes:
        exchange: the exchange that listed them.
    """

    all: tuple[Layer, ...]
    exchange: int

    def need(self, run: Session) -> tuple[Layer, ...]:
        """Return the layers and say what the current check rests on.

        Raises:
            Untested: there is none, or none has a feature.
        """
        count = sum(len(one.features) for one in self.all)
        if not count:
            raise Untested(Text(f"{len(self.all)} 个图层没有要素", f"{len(self.all)} layers, no feature"))
        total = sum(one.total for one in self.all)
        run.note(
            f"{len(self.all)} 个图层，读取 {count} 个要素（共 {total} 个）",
            f"{len(self.all)} layers, {count} features read of {total}",
        )
        return self.all


def fetch_layers(run: Session) -> Layers:
    """Read the collections and the first features of each layer.

    Raises:
        Failed: an answer is not what OGC API Features says.
    """
    listed = run.node.get("/ogc/collections").expect(200)
    collections = [one for one in listed.member("collections", list) if isinstance(one, dict) and _is_layer(one)]
    return Layers(tuple(_layer(run, one, listed.n) for one in collections), listed.n)


def _is_layer(collection: dict[str, Any]) -> bool:
    return bool(words(collection, "id")) and words(collection, "itemType") in {"feature", ""}


def _layer(run: Session, collection: dict[str, Any], number: int) -> Layer:
    name, left = words(collection, "id"), int(run.param("data.features-per-layer"))
    found: list[Feature] = []
    total: Any = None
    href: str | None = f"/ogc/collections/{name}/items"
    seen: set[str] = set()
    while href is not None and left > len(found) and href not in seen:
        seen.add(href)
        params = {"limit": min(_PAGE, left - len(found))} if len(seen) == 1 else None
        answer = run.node.get(href, params=params, headers={"accept": "application/geo+json"}).expect(200)
        before = len(found)
        found += _features(answer)
        total = at(answer.object, "numberMatched") if total is None else total
        following = next((words(one, "href") for one in answer.object.get("links") or [] if _is_next(one)), None)
        href = following if following and run.node.within(following) and len(found) > before else None
    return Layer(name, collection, tuple(found), total if isinstance(total, int) else len(found), number)


def _is_next(link: Any) -> bool:
    return words(link, "rel") == "next"


def _features(answer: Answer) -> Iterator[Feature]:
    """Yield the features of a page; where the page says that latitude comes first, the axes are turned."""
    told = (answer.header("content-crs") or "").strip("<>")
    for one in answer.member("features", list):
        properties = at(one, "properties")
        geometry = at(one, "geometry")
        yield Feature(
            str(at(one, "id")),
            _turned(geometry) if "EPSG" in told and told.rstrip("/").endswith("4490") else geometry,
            properties if isinstance(properties, dict) else {},
            answer.n,
        )


def _turned(geometry: Any) -> Any:
    if not isinstance(geometry, dict):
        return geometry
    if "geometries" in geometry and isinstance(geometry["geometries"], list):
        return {**geometry, "geometries": [_turned(one) for one in geometry["geometries"]]}
    return {**geometry, "coordinates": _swapped(geometry.get("coordinates"))}


def _swapped(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if len(value) >= 2 and all(isinstance(part, int | float) for part in value):
        return [value[1], value[0], *value[2:]]
    return [_swapped(one) for one in value]
