"""From the calls of a load to its measurement: counts, percentiles, what failed, how it went over time."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.node.load import Barrage, Shot

_FINE = 100.0
_SLICES = 40
_NO_ANSWER = 0


def measurement(
    fired: Barrage, expected: Mapping[str, tuple[str, str]], rate: float, declared: Mapping[str, float | None]
) -> dict[str, Any]:
    """Return the data of a load.

    Args:
        fired: the calls.
        expected: by address, the operation and the media type of its good answer.
        rate: calls a second, as scheduled.
        declared: what the node declares, for whoever draws it.
    """
    good = [one for one in fired.shots if succeeded(one, expected)]
    return {
        "kind": "load",
        "rate": rate,
        "seconds": round(fired.shots[-1].due + 1 / rate, 3),
        "calls": len(fired.shots),
        "successful": len(good),
        "declared": dict(declared),
        "histogram": sorted(Counter(up(one.seconds) for one in good).items()),
        "sent": sorted(Counter(up(one.seconds - one.late) for one in good).items()),
        "errors": [{"what": what, "calls": count} for what, count in _errors(fired.shots, expected)],
        "operations": _operations(fired.shots, expected),
        "slices": _slices(fired.shots, expected),
        "machine": {
            "lateMs": percentile(sorted(up(one.late) for one in fired.shots), 0.99),
            "cpu": round(fired.cpu, 3),
        },
    }


def succeeded(one: Shot, expected: Mapping[str, tuple[str, str]]) -> bool:
    """Tell whether a call got its answer: status 200 in the form that it has at rest."""
    return one.status == 200 and one.media == expected[one.request.url][1]


def up(seconds: float) -> float:
    """Return milliseconds, rounded up to tenths below 100 and to whole ones above: a bound is compared exactly."""
    ms = seconds * 1000
    return math.ceil(ms * 10) / 10 if ms < _FINE else float(math.ceil(ms))


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the least value that such a share does not exceed, None where there is none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def _errors(shots: Sequence[Shot], expected: Mapping[str, tuple[str, str]]) -> list[tuple[str, int]]:
    bad = [one for one in shots if not succeeded(one, expected)]
    return Counter(one.refused or f"{one.status} {one.media}" for one in bad).most_common()


def _operations(shots: Sequence[Shot], expected: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The operations, the slowest first."""
    grouped: defaultdict[str, list[Shot]] = defaultdict(list)
    for one in shots:
        grouped[expected[one.request.url][0]].append(one)
    rows = []
    for name, calls in grouped.items():
        took = sorted(up(one.seconds) for one in calls if succeeded(one, expected))
        rows.append(
            {"name": name, "calls": len(calls), "failed": len(calls) - len(took), "p95Ms": percentile(took, 0.95)}
        )
    return sorted(rows, key=lambda row: -(row["p95Ms"] or math.inf))


def _slices(shots: Sequence[Shot], expected: Mapping[str, tuple[str, str]]) -> list[list[float | None]]:
    """Seconds from the beginning, calls, failed ones, median, p95 and greatest latency, slice by slice."""
    wide = max(len(shots) / _SLICES, 1.0)
    parts = [shots[round(place * wide) : round((place + 1) * wide)] for place in range(math.ceil(len(shots) / wide))]
    rows: list[list[float | None]] = []
    for part in (one for one in parts if one):
        took = sorted(up(one.seconds) for one in part if succeeded(one, expected))
        shares = [percentile(took, share) for share in (0.5, 0.95, 1.0)]
        rows.append([round(part[0].due, 3), len(part), len(part) - len(took), *shares])
    return rows
