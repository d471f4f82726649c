"""Times of features: which property a server filters by, and what an interval has to find."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from conformance.checks.interfaces.moments import moment
from conformance.checks.shared import at
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.checks.interfaces.spatial.featured import Feature

#: Property to the times of the features, by their id; a feature without a time is not named.
Times = dict[str, datetime]
_ANY = datetime(2020, 1, 1, tzinfo=UTC)  # for features without times: no moment changes what is found


@dataclass(frozen=True)
class Span:
    """An instant or an interval, both ends included; None is an open end."""

    first: datetime | None
    last: datetime | None
    why: Text

    @property
    def text(self) -> str:
        """The parameter datetime."""
        if self.first == self.last and self.first is not None:
            return _written(self.first)
        return "/".join(_written(one) if one else ".." for one in (self.first, self.last))

    def finds(self, names: Sequence[str], times: Times) -> set[str]:
        """Return what it has to find; a feature without a time is always found."""
        return {name for name in names if (one := times.get(name)) is None or self._holds(one)}

    def _holds(self, when: datetime) -> bool:
        return (self.first is None or self.first <= when) and (self.last is None or when <= self.last)


def timed(features: Mapping[str, Feature]) -> dict[str, Times]:
    """Return the properties that hold date-times, by name: the server decides by which of them it filters."""
    found: dict[str, Times] = {}
    for name, one in features.items():
        properties = at(one, "properties")
        for key, value in properties.items() if isinstance(properties, dict) else ():
            if (when := _read(value)) is not None:
                found.setdefault(key, {})[name] = when
    return {key: times for key, times in found.items() if 2 * len(times) >= len(features)}


def _read(value: object) -> datetime | None:
    return moment(value) if isinstance(value, str) else None


def _written(when: datetime) -> str:
    precision = "microseconds" if when.microsecond else "seconds"
    return when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def spans(times: Times) -> Iterator[Span]:
    """Yield instants and intervals whose ends are times of features, so that an end left out shows."""
    moments = sorted(set(times.values())) or [_ANY]
    early, middle, late = moments[len(moments) // 4], moments[len(moments) // 2], moments[3 * len(moments) // 4]
    yield Span(middle, middle, Text("一个要素的时刻", "the moment of a feature"))
    yield Span(early, late, Text("闭区间", "a closed interval"))
    yield Span(None, middle, Text("开始不限", "an open beginning"))
    yield Span(middle, None, Text("结束不限", "an open end"))
    yield Span(None, moments[0] - timedelta(seconds=1), Text("全部时刻之前", "before every moment"))
    yield Span(moments[-1] + timedelta(seconds=1), None, Text("全部时刻之后", "after every moment"))
