"""Small words in which checks speak: failures with samples, differences of sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge import Failed, Finding, Sample
from conformance.node.answer import came
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from conformance.rules import Breach

_KEPT = 20


def failure(
    came_: Text, due: Text, exchanges: Iterable[int] = (), *, samples: Sequence[Sample] = (), count: int | None = None
) -> Failed:
    """Return a failure with one finding.

    Args:
        came_: what came.
        due: what was due.
        exchanges: numbers of the exchanges that show it.
        samples: places; the first 20 are kept, the count is announced.
        count: how many places, where `samples` holds only some.
    """
    numbers = tuple(dict.fromkeys([*exchanges, *(one.exchange for one in samples[:_KEPT] if one.exchange)]))
    total = count if count is not None else max(1, len(samples))
    return Failed(came_, (Finding("", came_, due, None, numbers[:_KEPT], total, tuple(samples[:_KEPT])),))


def of_breaches(breaches: Sequence[Breach], count: int, exchanges: dict[str, int], among: int) -> Failed:
    """Return the failure that breaches of a rule amount to; `exchanges` tells which exchange brought a label."""
    samples = [Sample(one.label, one.pointer, one.came, one.due, exchanges.get(one.label, 0)) for one in breaches]
    first = samples[0]
    head = Text(
        f"{among} 条中有 {count} 处不符，首处 {first.label} {first.pointer}：{first.came.zh}",
        f"{count} places in {among} entries, first {first.label} {first.pointer}: {first.came.en}",
    )
    return failure(head, first.due, samples=samples, count=count)


def missing(due: Collection[str], came_: Collection[str]) -> tuple[list[str], list[str]]:
    """Return what is missing and what is too much, both sorted."""
    return sorted(set(due) - set(came_)), sorted(set(came_) - set(due))


def differ(label: str, pointer: str, came_: Any, due: Any, exchange: int = 0) -> Sample:
    """Return a place where one value came and another was due."""
    return Sample(label, pointer, came(came_), came(due), exchange)


def names(values: Sequence[str], most: int = 5) -> str:
    """Return the first of some names, with the number of the rest."""
    rest = len(values) - most
    return "、".join(values[:most]) + (f" … (+{rest})" if rest > 0 else "")
