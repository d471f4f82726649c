"""Every fault of the reference node is caught by its requirement, and leaves the others as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.coverage.command import page, render
from conformance.coverage.proof import Kill, prove_all
from conformance.coverage.table import coverage, declared_faults, read_kills
from conformance.law import load

LAW = load()
FAULTS = declared_faults()


@pytest.fixture(scope="module")
def kills(request: pytest.FixtureRequest) -> dict[str, Kill]:
    """What each fault did that the tests of this run ask for."""
    here = (one for one in request.session.items if isinstance(one, pytest.Function) and one.module is request.module)
    asked = {one.callspec.params["fault"] for one in here if "kills" in one.fixturenames}
    return dict(prove_all(LAW, {name: one for name, one in FAULTS.items() if name in asked}, whole=False))


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_caught_by_its_requirement(kills: dict[str, Kill], fault: str) -> None:
    kill = kills[fault]

    assert kill.applied
    assert kill.caught
    assert set(kill.also) <= set(FAULTS[fault]["also"])


@pytest.mark.parametrize("fault", FAULTS)
def test_committed_kill_is_clean(fault: str) -> None:
    kill = read_kills()[fault]

    assert kill["requirement"] == FAULTS[fault]["breaks"]
    assert kill["applied"]
    assert kill["caught"]
    assert kill["first"]
    assert set(kill["also"]) <= set(FAULTS[fault]["also"])


def test_every_checked_requirement_has_check_and_fault() -> None:
    gaps = [row.requirement.id for row in coverage(LAW) if row.gap]

    assert gaps == []


def test_committed_kills_name_exactly_the_faults_there_are() -> None:
    assert set(read_kills()) == set(FAULTS)


def test_committed_table_is_not_stale() -> None:
    committed = Path(__file__).parents[2] / "docs" / page(LAW).name

    assert committed.read_text(encoding="utf-8") == render(LAW, coverage(LAW))
