"""The latency of a load over the run, as a report shows it: time against milliseconds, on a logarithmic scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.evidence import EvidenceError
from conformance.report.clean import line
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.evidence import RunFolder

WIDTH, HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 560, 12, 250
_HISTOGRAM = 576, 708
_FAILED = 262, 280
_BINS = 48
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of the plot, and what it says."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place and its number."""

    at: float
    says: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the load; `p95` is None where no call of it succeeded."""

    name: str
    calls: int
    failed: int
    p95: float | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One load.

    Attributes:
        p50: percentiles of the latency of successful calls in ms, None where there is none.
        declared: the latency in ms that the node declares, None where it declares none.
        line: height of the declared latency in the plot, None where it lies outside.
    """

    rate: float
    seconds: float
    calls: int
    successful: int
    p50: float | None
    p95: float | None
    p99: float | None
    most: float | None
    declared: float | None
    promised: float | None
    late: float
    operations: tuple[Operation, ...]
    errors: tuple[tuple[str, int], ...]
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    line: float | None

    @property
    def share(self) -> float:
        """Share of successful calls."""
        return self.successful / self.calls


def service_levels(folder: RunFolder) -> tuple[ServiceView, ...]:
    """Return the loads of a run.

    Raises:
        EvidenceError: one cannot be read.
    """
    loads = [one["data"] for one in folder.of_kind("probe") if one["data"].get("kind") == "load"]
    try:
        return tuple(_view(one) for one in loads)
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise EvidenceError(
            Text(
                f"服务水平的测量无法读取：{error!r}", f"The measurement of the service level cannot be read: {error!r}"
            )
        ) from error


def _view(data: Mapping[str, Any]) -> ServiceView:
    took = [(float(ms), int(count)) for ms, count in data["histogram"]]
    declared = _number(data["declared"].get("p95Ms"))
    scale = _Scale.over([ms for ms, _ in took], declared)
    seconds, calls = float(data["seconds"]), int(data["calls"])
    slices = [[None if part is None else float(part) for part in one] for one in data["slices"]]
    return ServiceView(
        rate=float(data["rate"]),
        seconds=seconds,
        calls=calls,
        successful=int(data["successful"]),
        p50=_percentile(took, 0.5),
        p95=_percentile(took, 0.95),
        p99=_percentile(took, 0.99),
        most=took[-1][0] if took else None,
        declared=declared,
        promised=_number(data["declared"].get("successRate")),
        late=float(data["machine"]["lateMs"]),
        operations=tuple(
            Operation(line(one["name"]), int(one["calls"]), int(one["failed"]), _number(one["p95Ms"]))
            for one in data["operations"]
        ),
        errors=tuple((line(one["what"]), int(one["calls"])) for one in data["errors"]),
        bars=(*_slices(slices, seconds, scale), *_histogram(took, scale)),
        across=tuple(_across(seconds)),
        up=tuple(scale.ticks()),
        line=scale.y(declared) if declared and scale.low <= declared <= scale.high else None,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _percentile(took: Sequence[tuple[float, int]], share: float) -> float | None:
    due, seen = share * sum(count for _, count in took), 0
    for ms, count in took:
        seen += count
        if seen >= due:
            return ms
    return None


@dataclass(frozen=True, slots=True)
class _Scale:
    """Milliseconds to heights, on a logarithmic scale."""

    low: float
    high: float

    @classmethod
    def over(cls, took: Sequence[float], declared: float | None) -> _Scale:
        """A scale that holds every latency, and the declared one where it is not far off."""
        low, high = max(0.1, min(took, default=1.0)), max(took, default=1000.0)
        if declared and low / 100 <= declared <= high * 100:
            low, high = min(low, declared), max(high, declared)
        return cls(low / 1.25, max(high * 1.25, low * 4))

    def y(self, ms: float) -> float:
        """The height of a latency."""
        share = math.log(max(ms, self.low) / self.low) / math.log(self.high / self.low)
        return round(_BOTTOM - share * (_BOTTOM - _TOP), 2)

    def ticks(self) -> Iterator[Tick]:
        """Yield 1, 2 and 5 of each power of ten."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        steps = _STEPS if last - first < 4 else _STEPS[:1]  # noqa: PLR2004
        for value in (step * 10.0**power for power in range(first, last + 1) for step in steps):
            if self.low <= value <= self.high:
                yield Tick(self.y(value), f"{value:g}")


def _slices(slices: Sequence[Sequence[float | None]], seconds: float, scale: _Scale) -> Iterator[Bar]:
    """From the median to the 95th percentile a bar, the greatest a mark; failed calls below."""
    wide = (_RIGHT - _LEFT) / max(1, len(slices))
    worst = max((failed or 0.0 for _, _, failed, *_ in slices), default=0.0)
    for begin, calls, failed, p50, p95, most in slices:
        x = round(_LEFT + (begin or 0.0) / seconds * (_RIGHT - _LEFT), 2)
        says = f"{begin:g} s: {calls:g}"
        if p50 is not None and p95 is not None and most is not None:
            says = f"{says}, p50 {p50:g} ms, p95 {p95:g} ms, max {most:g} ms"
            top, low = scale.y(p95), scale.y(p50)
            yield Bar(x, top, round(wide * 0.8, 2), max(1.5, round(low - top, 2)), "span", says)
            yield Bar(x, scale.y(most) - 1, round(wide * 0.8, 2), 2, "most", says)
        if failed:
            tall = round((_FAILED[1] - _FAILED[0]) * failed / worst, 2)
            yield Bar(x, _FAILED[1] - tall, round(wide * 0.8, 2), tall, "lost", f"{begin:g} s: {failed:g}/{calls:g}")


def _histogram(took: Sequence[tuple[float, int]], scale: _Scale) -> Iterator[Bar]:
    """How many calls took how long, on the same heights."""
    tall = (_BOTTOM - _TOP) / _BINS
    bins: dict[int, int] = {}
    for ms, count in took:
        place = min(_BINS - 1, int((_BOTTOM - scale.y(ms)) / tall))
        bins[place] = bins.get(place, 0) + count
    for place, count in sorted(bins.items()):
        wide = (_HISTOGRAM[1] - _HISTOGRAM[0]) * count / max(bins.values())
        yield Bar(
            _HISTOGRAM[0],
            round(_BOTTOM - (place + 1) * tall, 2),
            round(wide, 2),
            round(tall - 0.8, 2),
            "count",
            f"{count}",
        )


def _across(seconds: float) -> Iterator[Tick]:
    raw = seconds / 6
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= raw)
    place = 0.0
    while place <= seconds + 1e-9:
        yield Tick(round(_LEFT + place / seconds * (_RIGHT - _LEFT), 2), f"{place:g}")
        place += step
