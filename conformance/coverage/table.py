"""The table requirement ↔ checks ↔ faults, from the law, the collected checks, the node's faults and the last proof."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import conformance
from conformance.law.model import Disposition
from conformance.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.law import Law, Requirement

KILLS = "kills.json"
_COLLECT = """
import sys, pytest
class Collector:
    def pytest_collection_modifyitems(self, items):
        for item in items:
            for mark in item.iter_markers("requirement"):
                print("CHECK", mark.args[0], item.name, item.path.stem, item.path.parent.name)
        items.clear()
sys.exit(0 if pytest.main(sys.argv[1:], plugins=[Collector()]) in (0, 5) else 1)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement with what decides it and what proves that this bites.

    Attributes:
        faults: the reference node's defects that break it, by name.
        caught: those that the last proof saw caught by this requirement.
    """

    requirement: Requirement
    checks: tuple[str, ...]
    faults: tuple[str, ...]
    caught: tuple[str, ...]

    @property
    def gap(self) -> bool:
        """A checked requirement without a check, without a fault, or with a fault that survives."""
        checked = self.requirement.disposition is Disposition.CHECK
        return checked and (not self.checks or not self.faults or self.faults != self.caught)


def coverage(law: Law) -> tuple[Row, ...]:
    """Return a row for each requirement."""
    checks, faults, kills = collected_checks(), declared_faults(), read_kills()
    by_requirement: defaultdict[str, list[str]] = defaultdict(list)
    for name, one in faults.items():
        by_requirement[one["breaks"]].append(name)
    return tuple(
        Row(
            row,
            tuple(checks.get(row.id, ())),
            tuple(sorted(by_requirement[row.id])),
            tuple(sorted(name for name in by_requirement[row.id] if kills.get(name, {}).get("caught"))),
        )
        for row in law.requirements.values()
    )


def kill_score(rows: Iterable[Row]) -> tuple[int, int]:
    """Return how many faults of checked requirements were caught, and how many there are."""
    checked = [row for row in rows if row.requirement.disposition is Disposition.CHECK]
    return sum(len(row.caught) for row in checked), sum(len(row.faults) for row in checked)


def judged_whole() -> int:
    """Return how many faults the whole standard judged, not only the requirement that they break."""
    return sum(one["whole"] for one in read_kills().values())


def collected_checks() -> dict[str, list[str]]:
    """Return the checks that pytest finds, by the requirement that each decides.

    Raises:
        RuntimeError: pytest could not collect them.
    """
    home = Path(conformance.__file__).parent / "checks"
    options = [
        "--disable-plugin-autoload",
        "-p",
        "no:cacheprovider",
        "-c",
        str(home / "pytest.ini"),
        f"--rootdir={home}",
    ]
    command = [sys.executable, "-P", "-c", _COLLECT, *options, "-q", "--collect-only", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise RuntimeError(done.stdout[-800:] + done.stderr[-800:])
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        match line.split(" "):
            case ["CHECK", requirement, name, module, room]:
                found[requirement].append(f"{room}/{module}::{name}")
    return dict(found)


def declared_faults() -> dict[str, dict[str, Any]]:
    """Return the faults that the reference node knows: name, what it breaks, what breaks along, sentences."""
    command = [sys.executable, "-I", str(folder("fixtures") / "node"), "--list-faults"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


def read_kills() -> Mapping[str, Any]:
    """Return what the last proof measured of each fault; empty where none was."""
    path = folder("fixtures") / "node" / KILLS
    return dict(json.loads(path.read_bytes())["faults"]) if path.exists() else {}
