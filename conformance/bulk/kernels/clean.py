"""Clean text over columns: numpy, no loop over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from conformance.bulk.kernels.pairs import blocks

if TYPE_CHECKING:
    from conformance.bulk.kernels.base import Bytes, Column, Places, Truths

_DELETE = 127
_BLANK = np.isin(np.arange(256), [ord(one) for one in " \t\n\r"])
_CONTROL = np.isin(np.arange(256), [*range(32), _DELETE]) & ~_BLANK
# Lead bytes in UTF-8 and where among their second bytes the bad ones end or begin: C1 controls to U+009F; private use
# from U+E000 to U+F8FF, from U+F0000 on and from U+100000 on; the replacement character U+FFFD
_C1, _C1_END = 0xC2, 0x9F
_PRIVATE, _BORDER, _BORDER_END = 0xEE, 0xEF, 0xA3
_PLANE_15, _PLANE_15_BEGIN, _PLANE_16 = 0xF3, 0xB0, 0xF4
_REPLACEMENT = (0xBF, 0xBD)


def clean_text(texts: Column) -> Truths:
    """Tell which texts hold no replacement or private character, no `??`, no control, and no blank at an end."""
    good = np.ones(len(texts.starts), np.bool_)
    for block in blocks(np.flatnonzero(np.diff(texts.offsets) > 0)):
        starts, ends = texts.starts[block], texts.ends[block]
        good[block] = ~(_blank_begins(texts.data, starts) | _blank_ends(texts.data, starts, ends))
        good[block[_garbled(texts.data, starts, ends)]] = False
    return good


def _garbled(data: Bytes, starts: Places, ends: Places) -> Places:
    """Which texts of a block hold what nobody typed."""
    base = int(starts[0])
    some = data[base : int(ends[-1])]
    suspicious = (some < ord(" ")) | (some == ord("?")) | (some == _DELETE)
    suspicious |= (some == _C1) | (some >= _PRIVATE)
    places = np.flatnonzero(suspicious) + base
    if not len(places):
        return places
    rows = np.searchsorted(ends, places, side="right")
    known = places >= starts[rows]
    places, rows = places[known], rows[known]
    return rows[_bad(data, places, ends[rows])]


def _bad(data: Bytes, places: Places, ends: Places) -> Truths:
    top = len(data) - 1
    lead, second, third = (data[np.minimum(places + ahead, top)] for ahead in (0, 1, 2))
    replaced = (second == _REPLACEMENT[0]) & (third == _REPLACEMENT[1])
    found: Truths = _CONTROL[lead] | (lead == _PRIVATE) | (lead == _PLANE_16)
    found |= (lead == ord("?")) & (second == ord("?")) & (places + 1 < ends)
    found |= (lead == _C1) & (second <= _C1_END)
    found |= (lead == _BORDER) & ((second <= _BORDER_END) | replaced)
    found |= (lead == _PLANE_15) & (second >= _PLANE_15_BEGIN)
    return found


def _blank_begins(data: Bytes, starts: Places) -> Truths:
    first = data[starts]
    found: Truths = _BLANK[first]
    for lead, rest in ((0xE3, (0x80, 0x80)), (0xC2, (0xA0,))):
        here = np.flatnonzero(first == lead)
        if len(here):
            same = [data[starts[here] + ahead] == byte for ahead, byte in enumerate(rest, 1)]
            found[here] |= np.logical_and.reduce(same)
    return found


def _blank_ends(data: Bytes, starts: Places, ends: Places) -> Truths:
    last = data[ends - 1]
    found: Truths = _BLANK[last]
    for final, rest in ((0x80, (0x80, 0xE3)), (0xA0, (0xC2,))):
        here = np.flatnonzero((last == final) & (ends - starts > len(rest)))
        if len(here):
            same = [data[ends[here] - 1 - behind] == byte for behind, byte in enumerate(rest, 1)]
            found[here] |= np.logical_and.reduce(same)
    return found
