"""A load of reading calls at the stated rate, and the figures that it leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.service.counting import measurement, percentile
from conformance.checks.shared import at
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.node import Answer, Session

_CODES = 20
_ROWS = 20
_SHAPES = (
    (re.compile(r"/catalog/resources/[0-9]+/[0-9]+$"), "/catalog/resources/{code}"),
    (re.compile(r"/data/[0-9]+/[0-9]+\?"), "/data/{code}"),
)


@dataclass(frozen=True)
class Level:
    """What a node declares and what was measured.

    Attributes:
        declared: the answer that holds the descriptor.
        figures: data of the measurement.
    """

    declared: Answer
    figures: dict[str, Any]

    @property
    def calls(self) -> int:
        """Calls of the load."""
        return int(self.figures["calls"])

    @property
    def failed(self) -> int:
        """Calls that did not succeed."""
        return self.calls - int(self.figures["successful"])

    def latencies(self, name: str = "histogram") -> list[float]:
        """Return the latencies of the successful calls in ms, ascending; `sent` counts from when a call was sent."""
        return [float(ms) for ms, count in self.figures[name] for _ in range(count)]

    def p95(self, name: str = "histogram") -> float | None:
        """Return the 95th percentile in ms, None where no call succeeded."""
        return percentile(self.latencies(name), 0.95)

    def promise(self, name: str) -> float:
        """Return a declared figure.

        Raises:
            Failed: the descriptor has none.
        """
        value = _number(at(self.declared.object, "serviceLevel", name))
        if value is not None:
            return value
        raise self.declared.wrong(
            Text(f"描述文件没有 serviceLevel.{name}", f"the descriptor has no serviceLevel.{name}"),
            Text(f"数 serviceLevel.{name}", f"a number serviceLevel.{name}"),
        )


def measure(run: Session) -> Level:
    """Read what is declared, choose reading calls that answer, and put them on the node at the stated rate.

    Raises:
        Untested: no call answers 200, or the profile does not allow the rate.
    """
    declared = run.node.get("/.well-known/district-node", role=None).expect(200)
    rate, seconds = float(run.param("interfaces.service-rate")), float(run.param("interfaces.service-seconds"))
    allowed = run.node.profile.access.rate
    if 0 < allowed < rate:
        raise Untested(
            Text(
                f"配置只允许每秒 {allowed:g} 个请求（access.rate），检验速率为 {rate:g}",
                f"the profile allows {allowed:g} requests/s (access.rate), the level is measured at {rate:g}",
            )
        )
    answers = [run.node.get(path) for path in _paths(run)]
    good = [one for one in answers if one.status == 200]
    if not good:
        raise Untested(Text("没有应答 200 的读取操作", "no reading call answers 200"))
    expected = {one.exchange.url: (_shape(one.exchange.url), one.media_type) for one in good}
    calls = run.rng("service-level").choices(list(expected), k=max(1, round(rate * seconds)))
    told = {name: _number(at(declared.object, "serviceLevel", name)) for name in ("p95Ms", "successRate")}
    figures = run.measured(
        "service-level", lambda: measurement(run.node.barrage(calls, rate), expected, rate, told), "probe"
    )
    return Level(declared, figures)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _paths(run: Session) -> Iterator[str]:
    """Yield calls that read: lists, single entries, rows."""
    listed = run.node.get("/catalog/resources", params={"limit": 100}).expect(200)
    codes = [one["code"] for one in listed.member("items", list) if isinstance(at(one, "code"), str)]
    shared = [at(one, "code") for one in listed.object["items"] if at(one, "share", "type") == "unconditional"]
    yield f"/catalog/resources?limit={_ROWS}"
    yield f"/organizations?limit={_ROWS}"
    yield f"/standards/elements?limit={_ROWS}"
    yield from (f"/catalog/resources/{code}" for code in run.rng("codes").sample(codes, min(_CODES, len(codes))))
    yield from (f"/data/{code}?limit={_ROWS}" for code in shared[:5])


def _shape(url: str) -> str:
    """Return the operation that an address asks for."""
    for pattern, name in _SHAPES:
        if pattern.search(url):
            return name
    return f"/{url.split('/', 3)[3].partition('?')[0]}"
