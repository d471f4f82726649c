"""GeoParquet: which column is the geometry, as the file itself says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path


def geometry_column(path: Path) -> str | None:
    """Return the primary geometry column; None where the file speaks of none, or cannot be read."""
    try:
        said = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    except (pa.ArrowException, OSError, ValueError):
        return None
    found = said.get("primary_column") if isinstance(said, dict) else None
    return found if isinstance(found, str) else None
