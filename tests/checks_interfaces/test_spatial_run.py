"""The spatial class on the reference node: every requirement decided, and decided again from the evidence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Program

ASKED = ("--class", "interfaces/spatial")
DECIDED = {"API-040": "passed", "API-068": "passed", "API-041": "passed"}


def test_reference_node_keeps_the_class_and_replays(cli: Program, node: str, tmp_path: Path) -> None:
    done = cli("run", node, *ASKED, "--out", tmp_path / "runs")
    [run] = (tmp_path / "runs").glob("*/*")
    report = json.loads((run / "report.json").read_text("utf-8"))
    again = cli("--lang", "en", "replay", run)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert DECIDED == {one["id"]: one["outcome"] for one in report["requirements"]}
    assert "The replay reaches the same verdicts" in again.stdout


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/catalog/resources", "links"), ("/no-such-page", "status 404")],
)
def test_wrong_landing_page_is_a_finding_and_no_crash(
    cli: Program, node: str, tmp_path: Path, path: str, reason: str
) -> None:
    profile = tmp_path / "node.yaml"
    profile.write_text(f"profile: 1\nnode: {{url: '{node}'}}\naccess: {{ogc: {path}}}\n", "utf-8")
    done = cli("--lang", "en", "run", profile, "--requirement", "API-040", "--out", tmp_path / "runs")
    [report] = (tmp_path / "runs").rglob("report.json")
    [one] = json.loads(report.read_text("utf-8"))["requirements"]

    assert 1 == done.returncode
    assert "failed" == one["outcome"]
    assert reason in json.dumps(one["findings"])
