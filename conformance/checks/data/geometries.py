"""The features of layers, judged by the rules over geometries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bulk.judging import pools
from conformance.bulk.kernels.geometry import wkb_of_geojson
from conformance.checks.data.served import counts
from conformance.checks.data.standing import Standings
from conformance.law.data import Dataset, Field
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.bulk.values import Measured, Plan, Rule
    from conformance.checks.data.described import Bench
    from conformance.checks.data.layers import Layer, Layers
    from conformance.checks.data.served import Page

_SHAPE = "STD-035"
_SAME = Text("要素", "features")
_FEATURES = Dataset(
    id="features",
    title=_SAME,
    version="1",
    fields=(
        Field(name="id", title=_SAME, element=None, data_type="C"),
        Field(name="geometry", title=_SAME, element=None, data_type="geometry"),
    ),
    primary_key=("id",),
)


def judge_layers(bench: Bench, layers: Layers) -> Standings:
    """Judge the features of every layer."""
    standings, plan = Standings(), bench.plan_of(_FEATURES)
    for one in layers.all:
        pages = _pages(one)
        asked = Text(
            f"GET /ogc/collections/{one.id}/items 前 {len(one.features)} 个要素",
            f"GET /ogc/collections/{one.id}/items, first {len(one.features)} features",
        )
        standings.take(one.id, pools(_counted(plan, pages)), asked, tuple(number for number, _ in pages))
        for rule, why in plan.undecided:
            standings.leave(rule.requirement, why)
    return standings


def _counted(plan: Plan, pages: list[Page]) -> list[tuple[Rule, Measured]]:
    """Count the shape of every feature, and the place of those that can be read: an open ring is no wrong place."""
    read = [(n, [one if _readable(one) else {**one, "geometry": None} for one in rows]) for n, rows in pages]
    shapes = [pair for pair in counts(plan, pages) if pair[0].requirement == _SHAPE]
    return shapes + [pair for pair in counts(plan, read) if pair[0].requirement != _SHAPE]


def _readable(row: dict[str, object]) -> bool:
    try:
        wkb_of_geojson(row["geometry"])
    except ValueError:
        return False
    return True


def _pages(layer: Layer) -> list[Page]:
    found: dict[int, list[dict[str, object]]] = {}
    for one in layer.features:
        found.setdefault(one.exchange, []).append({"id": one.id, "geometry": one.geometry})
    return list(found.items())
