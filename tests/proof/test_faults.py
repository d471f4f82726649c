"""Every fault of the reference node is caught by its requirement, and leaves the others as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.coverage.command import page, render
from conformance.coverage.proof import prove
from conformance.coverage.table import coverage, declared_faults, read_kills
from conformance.law import load

LAW = load()
FAULTS = declared_faults()


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_caught_by_its_requirement(name: str) -> None:
    breaks = FAULTS[name]["breaks"]

    kill = prove(LAW, name, breaks, LAW.requirements[breaks].standard)

    assert kill.applied
    assert kill.caught
    assert set(kill.also) <= set(FAULTS[name]["also"])
    assert read_kills()[name] == kill.as_data()
    assert kill.first


def test_every_checked_requirement_has_check_and_fault() -> None:
    gaps = [row.requirement.id for row in coverage(LAW) if row.gap]

    assert gaps == []


def test_committed_kills_name_exactly_the_faults_there_are() -> None:
    assert set(read_kills()) == set(FAULTS)


def test_committed_table_is_not_stale() -> None:
    committed = Path(__file__).parents[2] / "docs" / page(LAW).name

    assert committed.read_text(encoding="utf-8") == render(LAW, coverage(LAW))
