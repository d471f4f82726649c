"""Code lists of the law, valid in time."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from conformance.law.model import Law


def divisions(law: Law, on: date) -> frozenset[str]:
    """Return the division codes of the city (GB/T 2260) that are valid on a day."""
    rows = read_codes(law.folder / "data" / "code-lists" / "cq-divisions-gbt2260.csv")
    return frozenset(
        row["code"]
        for row in rows
        if (row["valid_from"] or "0") <= on.isoformat() and on.isoformat() <= (row["valid_to"] or "9")
    )


@cache
def read_codes(path: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a code list; `valid_from` and `valid_to` are inclusive, empty is open."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
