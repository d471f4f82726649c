"""Whether too many bad calls can be mere chance."""

from __future__ import annotations

from math import exp, lgamma, log

#: Below this probability chance is no explanation.
RARE = 0.01


def unlikely(calls: int, bad: int, share: float) -> bool:
    """Tell whether so many bad calls or more are rarer than 1 in 100 on a node that keeps its word.

    Args:
        calls: how many there were.
        bad: how many were bad.
        share: of bad calls that the node allows itself, 0 to 1.
    """
    if share <= 0:
        return bad > 0
    if share >= 1:
        return False
    fewer = sum(exp(_log_of(calls, count, share)) for count in range(bad))
    return 1 - fewer < RARE


def _log_of(calls: int, count: int, share: float) -> float:
    """The logarithm of the probability of exactly so many."""
    ways = lgamma(calls + 1) - lgamma(count + 1) - lgamma(calls - count + 1)
    return ways + count * log(share) + (calls - count) * log(1 - share)
