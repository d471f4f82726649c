"""The arithmetic of a bar: where each state begins and how wide it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: From left to right: what is good, what is bad, what is open, what does not count.
ORDER = ("passed", "failed", "error", "cantTell", "untested", "inapplicable", "attest", "untestable", "planned")


class Segment(NamedTuple):
    """One part of a bar, in per cent of its length."""

    state: str
    start: float
    width: float


def segments(counts: Mapping[str, int]) -> Iterator[Segment]:
    """Return the parts of a bar over `counts`, without the empty ones."""
    total = sum(counts.values())
    start = 0
    for state in ORDER:
        if counts[state]:
            yield Segment(state, round(100 * start / total, 3), round(100 * counts[state] / total, 3))
            start += counts[state]
