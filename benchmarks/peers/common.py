"""What every peer is asked: six simple rules on a table of legal persons, in the peer's own best way.

A peer's script runs in an environment of its own: `python benchmarks/peers/<peer>.py TABLE.parquet LISTS.json`. It
prints one JSON line: seconds of the check (reading the file included, imports not), the failures by rule, the peer's
version, its peak memory in MB, and `skips` where the peer cannot say a rule.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

PATTERN = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
COLUMNS = ["tyshxydm", "jgmc", "hydm", "jglxdm", "clrq", "zxrq"]
#: pattern of the credit code, name filled, industry and organisation type in their lists, form of a date, order of two
RULES = ["pattern", "filled", "industry", "type", "date", "order"]


def run(package: str, check: Callable[[str, dict[str, list[str]]], dict[str, int]]) -> None:
    """Time a peer's check and print what it found."""
    path, lists = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))  # noqa: PTH123, SIM115
    start = time.perf_counter()
    found: dict[str, Any] = check(path, lists)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    names = [one for one in RULES if one not in found]
    print(
        json.dumps(
            {
                "peer": package,
                "version": version(package),
                "seconds": seconds,
                "memory": memory,
                "failures": found,
                "skips": names,
            }
        )
    )
