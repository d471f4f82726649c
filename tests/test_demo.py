"""The main job on a node of full size: zero findings, and the replay says the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import conformance


def test_demo_conforms_and_replays(cli, tmp_path: Path) -> None:
    done = cli("demo", "--depth", "smoke", "--out", "out")

    assert done.returncode == 0, done.stdout + done.stderr
    [folder] = tmp_path.glob("out/*/*")
    report = json.loads((folder / "report.json").read_bytes())
    assert report["conclusion"] == "conforms"
    assert "125" in done.stdout

    again = cli("replay", folder)

    assert again.returncode == 0
    assert again.stdout.endswith("The replay reaches the same verdicts\n")


def test_readme_line_starts_a_node_with_a_fault(tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": str(Path(conformance.__file__).parents[1]), "PYTHONSAFEPATH": "1"}
    command = [
        sys.executable,
        "-m",
        "conformance",
        "node",
        "--port",
        "0",
        "--scale",
        "60",
        "--fault",
        "demand-list-empty",
    ]
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)

    assert ready["url"].startswith("http://127.0.0.1:")
    assert process.returncode == 0
