"""The checks, one folder a standard, one module a class. Each decides exactly one requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_Check = TypeVar("_Check", bound="Callable[..., object]")


def decides(requirement: str, *, writes: bool = False) -> Callable[[_Check], _Check]:
    """Bind a check to the one requirement that it decides.

    Args:
        requirement: its id.
        writes: the check writes below the sandbox prefix and is untested in mode observe.
    """

    def bind(check: _Check) -> _Check:
        marked: _Check = pytest.mark.requirement(requirement)(check)
        return cast("_Check", pytest.mark.writes(marked)) if writes else marked

    return bind
