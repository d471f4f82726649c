"""The service level: measured only where it is asked for, shown over the run, judged again by its counts."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

import pytest

from conformance.checks.interfaces.service.chance import RARE, unlikely
from conformance.run.scope import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Program

    from conformance.law import Law

ASKED = ("--class", "interfaces/service-level")


@pytest.fixture
def profile(node: str, tmp_path: Path) -> Path:
    path = tmp_path / "node.yaml"
    given = "parameters: {interfaces.service-seconds: 1}"
    path.write_text(f"profile: 1\nnode: {{url: '{node}'}}\n{given}\n", "utf-8")
    return path


def test_load_is_measured_shown_and_judged_again(cli: Program, profile: Path, tmp_path: Path) -> None:
    done = cli("--lang", "en", "run", profile, *ASKED, "--out", tmp_path / "runs")
    [run] = (tmp_path / "runs").glob("*/*")
    report = json.loads((run / "report.json").read_text("utf-8"))
    [load] = report["service"]
    page = (run / "report.html").read_text("utf-8")
    again = cli("--lang", "en", "replay", run)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert {"API-044": "passed", "API-071": "passed"} == {one["id"]: one["outcome"] for one in report["requirements"]}
    assert (126, 126, 126) == (load["rate"], load["calls"], load["successful"])
    assert 126 == sum(one["calls"] for one in load["operations"])
    assert load["p50"] <= load["p95"] <= load["p99"] <= load["most"]
    assert 126 > report["evidence"]["exchanges"]
    assert '<svg class="latency"' in page
    assert "The replay reaches the same verdicts" in again.stdout


def test_profile_that_allows_less_is_obeyed(cli: Program, profile: Path, tmp_path: Path) -> None:
    profile.write_text(f"{profile.read_text('utf-8')}access: {{rate: 50}}\n", "utf-8")
    done = cli("--lang", "en", "run", profile, *ASKED, "--out", tmp_path / "runs")
    [report] = (tmp_path / "runs").rglob("report.json")
    data = json.loads(report.read_text("utf-8"))

    assert 3 == done.returncode
    assert ["untested", "untested"] == [one["outcome"] for one in data["requirements"]]
    assert "allows 50 requests/s" in data["requirements"][0]["reason"]["en"]


def test_load_is_never_part_of_a_run_that_did_not_name_it(law: Law) -> None:
    load = {"API-044", "API-071"}

    assert set() == load & set(Scope().judged(law))
    assert set() == load & set(Scope(standards=("interfaces",)).judged(law))
    assert load == set(Scope(classes=("interfaces/service-level",)).judged(law))
    assert ("API-044",) == Scope(requirements=("API-044",)).judged(law)
    assert load < set(Scope().select(law))


@pytest.mark.parametrize(("calls", "share"), [(630, "0.05"), (630, "0.01"), (126, "0.001"), (40, "0.5")])
def test_chance_is_what_arithmetic_says(calls: int, share: str) -> None:
    part = Fraction(share)
    exact = [comb(calls, count) * part**count * (1 - part) ** (calls - count) for count in range(calls + 1)]
    rare = [sum(exact[bad:]) < Fraction(str(RARE)) for bad in range(calls + 1)]

    assert rare == [unlikely(calls, bad, float(part)) for bad in range(calls + 1)]


def test_nothing_is_chance_where_no_failure_is_allowed() -> None:
    assert unlikely(10, 1, 0.0)
    assert not unlikely(10, 0, 0.0)
    assert not unlikely(10, 10, 1.0)
