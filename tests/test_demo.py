"""The main job at full size: the reference node has zero findings, and the replay says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_demo_conforms_and_replays(cli, tmp_path: Path) -> None:
    done = cli("demo", "--out", "out")

    assert done.returncode == 0, done.stdout + done.stderr
    [folder] = tmp_path.glob("out/*/*")
    report = json.loads((folder / "report.json").read_bytes())
    assert report["conclusion"] == "conforms"
    assert "259" in done.stdout

    again = cli("replay", folder)

    assert again.returncode == 0
    assert again.stdout.endswith("The replay reaches the same verdicts\n")
