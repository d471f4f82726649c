"""Geometries as WKB, good, bad and unreadable."""

from __future__ import annotations

import struct


def _wkb(kind: int, body: bytes) -> bytes:
    return struct.pack("<BI", 1, kind) + body


def _rings(*rings: tuple[tuple[float, float], ...]) -> bytes:
    parts = [struct.pack("<I", len(ring)) + b"".join(struct.pack("<dd", *one) for one in ring) for ring in rings]
    return struct.pack("<I", len(rings)) + b"".join(parts)


SHAPES = (
    None,
    _wkb(1, struct.pack("<dd", 106.55, 29.56)),
    _wkb(1, struct.pack("<dd", 29.56, 106.55)),
    _wkb(1, struct.pack("<dd", float("nan"), float("nan"))),
    _wkb(1001, struct.pack("<ddd", 106.55, 29.56, 200.0)),
    _wkb(2, struct.pack("<I", 2) + struct.pack("<dddd", 106.5, 29.5, 106.6, 29.6)),
    _wkb(3, _rings(((106.5, 29.5), (106.6, 29.5), (106.6, 29.6), (106.5, 29.6), (106.5, 29.5)))),
    _wkb(3, _rings(((106.5, 29.5), (106.5, 29.6), (106.6, 29.6), (106.6, 29.5), (106.5, 29.5)))),
    _wkb(3, _rings(((106.5, 29.5), (106.6, 29.6), (106.6, 29.5), (106.5, 29.6), (106.5, 29.5)))),
    _wkb(3, _rings(((106.5, 29.5), (106.6, 29.5), (106.6, 29.6), (106.5, 29.6)))),
    _wkb(3, _rings(((100.0, 20.0), (101.0, 20.0), (101.0, 21.0), (100.0, 20.0)))),
    _wkb(3, struct.pack("<I", 0)),
    b"",
    b"\x01\x03",
    b"not a geometry",
)
