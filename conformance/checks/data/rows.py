"""Makes the checks of requirements that rules over rows decide: the rules are data, the checks differ in name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def by_rows(requirements: Iterable[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make one check for each requirement; the check takes its id as `requirement`."""
    cases = [pytest.param(one, marks=pytest.mark.requirement(one)) for one in requirements]
    return pytest.mark.parametrize("requirement", cases)
