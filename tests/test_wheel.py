"""What the wheel carries: every tracked file of standards/ and fixtures/, byte for byte, and nothing else."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conformance.resources import folder

ROOT = Path(__file__).parents[1]
INSTALLED = "_data" in folder("standards").parts


@pytest.mark.skipif(not INSTALLED, reason="an editable install reads the checkout itself")
@pytest.mark.parametrize("name", ["standards", "fixtures"])
def test_wheel_carries_the_tracked_files(name: str) -> None:
    listed = subprocess.run(["git", "ls-files", name], cwd=ROOT, capture_output=True, text=True, check=True)
    due = {line: (ROOT / line).read_bytes() for line in listed.stdout.splitlines()}

    home = folder(name)
    came = {
        f"{name}/{path.relative_to(home).as_posix()}": path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert set(due) == set(came)
    assert due == came
