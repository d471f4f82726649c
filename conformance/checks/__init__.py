"""The checks, one folder a standard, one module a class. Each decides exactly one requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

_Check = TypeVar("_Check", bound="Callable[..., object]")


def decides(requirement: str, *, writes: bool = False, last: bool = False) -> Callable[[_Check], _Check]:
    """Bind a check to the one requirement that it decides.

    Args:
        requirement: its id.
        writes: the check writes below the sandbox prefix and is untested in mode observe.
        last: the check judges what all others have seen and comes after them.
    """

    def bind(check: _Check) -> _Check:
        marked: _Check = pytest.mark.requirement(requirement)(check)
        marked = cast("_Check", pytest.mark.last(marked)) if last else marked
        return cast("_Check", pytest.mark.writes(marked)) if writes else marked

    return bind
