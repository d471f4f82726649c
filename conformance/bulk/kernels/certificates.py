"""Identifiers of electronic certificates over columns: numpy, no loop over rows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.kernels.pairs import blocks
from conformance.rules.identifiers import (
    CERTIFICATE_CHARACTERS,
    CERTIFICATE_ROOT,
    CERTIFICATE_SERIAL,
    CREDIT_CHARACTERS,
    certificate_step,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.bulk.kernels.base import Bytes, Column, Places, Truths

_DIGITS = "0123456789"
_HEAD = [*CERTIFICATE_ROOT, *[CREDIT_CHARACTERS] * 18, *[_DIGITS] * 3, ".", *[CREDIT_CHARACTERS] * 18, "."]
_TAIL = [".", *[_DIGITS] * 3, ".", CERTIFICATE_CHARACTERS]
_STRANGE = 255


def certificate_id(texts: Column) -> Truths:
    """Tell which texts are certificate identifiers: root, five parts, and MOD 37,36 over the first four of them."""
    good = np.zeros(len(texts.starts), np.bool_)
    serial = np.diff(texts.offsets) - len(_HEAD) - len(_TAIL)
    for block in blocks(np.flatnonzero((serial > 0) & (serial <= CERTIFICATE_SERIAL))):
        good[block] = _right(texts, texts.starts[block], texts.ends[block])
    return good


def _right(texts: Column, starts: Places, ends: Places) -> Truths:
    head = texts.windows(starts, len(_HEAD))
    tail = texts.windows(ends - len(_TAIL), len(_TAIL))
    formed = _formed(head, _HEAD) & _formed(tail, _TAIL)
    fixed = _values()[head[:, len(CERTIFICATE_ROOT) :]]
    state = np.full(len(starts), 36, np.uint8)
    for place in (*range(21), *range(22, 40)):
        state = _stepped(state, fixed[:, place])
    state, known = _through_serial(texts.data, state, starts + len(_HEAD), ends - len(_TAIL))
    for place in (1, 2, 3):
        state = _stepped(state, _values()[tail[:, place]])
    right: Truths = formed & known & ((state + _values()[tail[:, 5]]) % 36 == 1)
    return right


def _through_serial(
    data: Bytes, state: NDArray[np.uint8], starts: Places, ends: Places
) -> tuple[NDArray[np.uint8], Truths]:
    """The state behind the serial, and whether the serial holds digits and capitals only."""
    known = np.ones(len(state), np.bool_)
    for place in range(int((ends - starts).max())):
        inside = starts + place < ends
        value = _values()[data[np.minimum(starts + place, ends)]]
        known &= ~inside | (value != _STRANGE)
        state = np.where(inside, _stepped(state, value), state)
    return state, known


def _stepped(state: NDArray[np.uint8], value: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return _steps().take(state.astype(np.uint16) * 256 + value)


def _formed(rows: Bytes, pattern: list[str]) -> Truths:
    """Whether every character is one of those of its place."""
    right = np.ones(len(rows), np.bool_)
    for place, allowed in enumerate(pattern):
        right &= _among(allowed)[rows[:, place]]
    return right


@cache
def _among(allowed: str) -> Truths:
    return np.isin(np.arange(256), [ord(one) for one in allowed])


@cache
def _values() -> NDArray[np.uint8]:
    found = np.full(256, _STRANGE, np.uint8)
    found[[ord(one) for one in CERTIFICATE_CHARACTERS]] = np.arange(36)
    return found


@cache
def _steps() -> NDArray[np.uint8]:
    """The state after a character, by state and value; characters without a value lead nowhere in particular."""
    found = np.zeros((37, 256), np.uint8)
    found[:, :36] = [[certificate_step(state, value) for value in range(36)] for state in range(37)]
    return found.ravel()
