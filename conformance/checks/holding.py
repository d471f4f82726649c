"""Hypothesis properties against a live node: drawn from the run's seed, shrunk, the same in every replay."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from conformance.node import Session


def holds(
    run: Session,
    name: str,
    strategy: SearchStrategy[Any],
    property_: Callable[[Any], None],
    *,
    most: int | None = None,
) -> None:
    """Try a property on as many examples as the run's parameters say.

    Args:
        run: gives the seed and the number of examples.
        name: the property's own name; its draws depend on nothing else.
        strategy: what is drawn.
        property_: raises Failed where an example does not hold; the smallest such example is what is reported.
        most: examples at most, where each one is dear.

    Raises:
        Failed: the property does not hold.
    """
    examples = min(int(run.param("run.examples")), most or sys.maxsize)
    bounded = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )

    @seed(run.number(name))
    @bounded
    @given(strategy)
    def tried(example: Any) -> None:
        property_(example)

    tried()
    run.note(f"性质“{name}”以 {examples} 个样例检验", f"property “{name}” tried on {examples} examples")
