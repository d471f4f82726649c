"""Places for the boxes of a state diagram, rank below rank: longest path, few crossings, straight lines.

The steps are those of the layered drawing of graphs (Sugiyama, Tagawa and Toda 1981): lines against the stream are
turned, boxes are ranked, ordered by the places of their neighbours, and placed as near to them as the order allows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Layers = list[list[str]]
    Lines = Sequence[tuple[str, str]]

_ROUNDS = 24
_GAP = 26.0  # between boxes of a rank
_RISE = 26.0  # between ranks
_STILL = 0.2  # pixels: nothing moves any more
_STRAIGHT = 6.0  # how much more a long line wants to be straight than a box wants to be near


@dataclass(frozen=True, slots=True)
class Box:
    """Something with a size in pixels and, once placed, the place of its middle; `bend` where a line only passes."""

    id: str
    width: float
    height: float
    bend: bool = False
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes with their places, and the lines between neighbouring ranks, each downwards."""

    boxes: Mapping[str, Box]
    lines: Lines
    width: float
    height: float


@dataclass
class _Chains:
    """Boxes with those that long lines bend at: lines that end at one box share their bends."""

    boxes: dict[str, Box]
    ranks: dict[str, int]
    lines: dict[tuple[str, str], None] = field(default_factory=dict)

    def bend(self, name: str, rank: int) -> str:
        bent = f"{name}@{rank}"
        self.boxes.setdefault(bent, Box(bent, 2, 0, bend=True))
        self.ranks.setdefault(bent, rank)
        return bent

    def add(self, above: str, below: str, trunk: str) -> None:
        """Lead a line from rank to rank; it bends where others to `trunk` bend."""
        here = above
        for rank in range(self.ranks[above] + 1, self.ranks[below]):
            there = self.bend(trunk, rank)
            self.lines[here, there] = None
            here = there
        self.lines[here, below] = None


def plan(boxes: Iterable[Box], lines: Lines, trunks: Mapping[tuple[str, str], str]) -> Plan:
    """Place boxes.

    Args:
        boxes: what is placed.
        lines: which box stands above which; no circle.
        trunks: the box that a long line shares its bends with others for.
    """
    found = {one.id: one for one in boxes}
    chains = _Chains(found, ranked(list(found), lines))
    for above, below in lines:
        chains.add(above, below, trunks[above, below])
    known = list(chains.lines)
    layers = _ordered(chains.ranks, known)
    across = _across(layers, chains.boxes, known)
    down = _down(layers, chains.boxes)
    placed = {one: _placed(box, across[one], *down[one]) for one, box in chains.boxes.items()}
    left = min(box.x - box.width / 2 for box in placed.values())
    placed = {one: replace(box, x=box.x - left) for one, box in placed.items()}
    width = max(box.x + box.width / 2 for box in placed.values())
    return Plan(placed, known, width, max(box.y + box.height / 2 for box in placed.values()))


def ranked(names: Sequence[str], lines: Lines) -> dict[str, int]:
    """Return the rank of every box: below all that stand above it."""
    above = defaultdict(list)
    for one, other in lines:
        above[other].append(one)
    found: dict[str, int] = {}

    def rank(name: str) -> int:
        if name not in found:
            found[name] = 1 + max((rank(one) for one in above[name]), default=-1)
        return found[name]

    for name in names:
        rank(name)
    return found


def _ordered(ranks: Mapping[str, int], lines: Lines) -> Layers:
    """The boxes of each rank from left to right, with few crossings."""
    layers: Layers = [[] for _ in range(max(ranks.values()) + 1)]
    for name, rank in ranks.items():
        layers[rank].append(name)
    up, down = _neighbours(lines)
    best, least = [list(one) for one in layers], _crossings(layers, down)
    for turn in range(_ROUNDS):
        order = range(1, len(layers)) if turn % 2 == 0 else range(len(layers) - 2, -1, -1)
        near = up if turn % 2 == 0 else down
        for rank in order:
            _sort(layers, rank, near)
        crossed = _crossings(layers, down)
        if crossed < least:
            best, least = [list(one) for one in layers], crossed
    return best


def _neighbours(lines: Lines) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    up, down = defaultdict(list), defaultdict(list)
    for above, below in lines:
        down[above].append(below)
        up[below].append(above)
    return up, down


def _sort(layers: Layers, rank: int, near: Mapping[str, list[str]]) -> None:
    place = {name: index for layer in layers for index, name in enumerate(layer)}

    def middle(name: str) -> float:
        found = [place[one] for one in near.get(name, ())]
        return sum(found) / len(found) if found else place[name]

    layers[rank].sort(key=middle)


def _crossings(layers: Layers, down: Mapping[str, list[str]]) -> int:
    total = 0
    for layer, following in pairwise(layers):
        place = {name: index for index, name in enumerate(following)}
        ends = [place[one] for name in layer for one in sorted(down.get(name, ()), key=place.__getitem__)]
        total += sum(1 for index, one in enumerate(ends) for other in ends[index + 1 :] if other < one)
    return total


def _across(layers: Layers, boxes: Mapping[str, Box], lines: Lines) -> dict[str, float]:
    """Each box near the boxes that it is joined to, in its order and without overlap."""
    up, down = _neighbours(lines)
    places = {name: index * 120.0 for layer in layers for index, name in enumerate(layer)}
    for turn in range(10 * _ROUNDS):
        before = dict(places)
        for layer in layers if turn % 2 == 0 else reversed(layers):
            wanted = [_wanted(name, (*up.get(name, ()), *down.get(name, ())), places, boxes) for name in layer]
            places |= dict(zip(layer, _apart([boxes[name] for name in layer], wanted), strict=True))
        if max(abs(places[name] - before[name]) for name in places) < _STILL:
            break
    return places


def _wanted(
    name: str, near: Sequence[str], places: Mapping[str, float], boxes: Mapping[str, Box]
) -> tuple[float, float]:
    """Where a box would be best, and how much it wants that."""
    pulls = [(_STRAIGHT if boxes[name].bend and boxes[one].bend else 1.0, places[one]) for one in near]
    weight = sum(pull for pull, _ in pulls)
    return (sum(pull * place for pull, place in pulls) / weight, weight) if pulls else (places[name], 1.0)


def _apart(layer: Sequence[Box], wanted: Sequence[tuple[float, float]]) -> list[float]:
    """The places nearest to the wanted ones that keep boxes apart (pooling of adjacent violators)."""
    offsets = [0.0]
    for one, other in pairwise(layer):
        offsets.append(offsets[-1] + (one.width + other.width) / 2 + (_GAP / 2 if one.bend or other.bend else _GAP))
    pools: list[tuple[float, float, int]] = []
    for (place, weight), offset in zip(wanted, offsets, strict=True):
        mean, total, size = place - offset, weight, 1
        while pools and pools[-1][0] > mean:
            before, heavy, many = pools.pop()
            mean, total, size = (mean * total + before * heavy) / (total + heavy), total + heavy, size + many
        pools.append((mean, total, size))
    flat = [mean for mean, _, size in pools for _ in range(size)]
    return [one + offset for one, offset in zip(flat, offsets, strict=True)]


def _down(layers: Layers, boxes: Mapping[str, Box]) -> dict[str, tuple[float, float]]:
    """The middle and the height of the rank of every box."""
    found: dict[str, tuple[float, float]] = {}
    y = 0.0
    for layer in layers:
        height = max(boxes[name].height for name in layer)
        found |= dict.fromkeys(layer, (y + height / 2, height))
        y += height + _RISE
    return found


def _placed(box: Box, x: float, y: float, height: float) -> Box:
    """The box at its place; a line passes its rank from top to bottom."""
    return replace(box, x=x, y=y, height=height if box.bend else box.height)
