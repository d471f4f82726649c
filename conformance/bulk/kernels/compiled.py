"""Whether a kernel runs as machine code: where numba is installed and there are values enough to be worth it."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.bulk.kernels.base import Column, Truths

#: Values in one array from which loading (half a second, once in a process) is worth it.
ENOUGH = 1024


def judging(name: str, plain: Callable[[Column], Truths], size: int) -> Callable[[Column], Truths]:
    """Return what answers a kernel over so many values: machine code, or numpy as given."""
    return compiled().get(name, plain) if size >= ENOUGH else plain


@cache
def compiled() -> Mapping[str, Callable[[Column], Truths]]:
    """Return the kernels that exist as machine code; none where numba is not installed."""
    if find_spec("numba") is None:
        return MappingProxyType({})
    from conformance.bulk.kernels.fast import FAST  # noqa: PLC0415 - an extra

    return FAST
