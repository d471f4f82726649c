"""Runs recorded once, copied by those who change them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import the_run

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.quick import Quick


@pytest.fixture(scope="session")
def whole(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the whole catalog standard in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("whole")
    done = quick.run(["--lang", "en", "run", node, "--standard", "catalog", "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


@pytest.fixture(scope="session")
def brief(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three requirements, small enough to be changed a hundred times."""
    here = tmp_path_factory.mktemp("brief")
    some = [word for name in ("CAT-001", "CAT-031", "CAT-043") for word in ("--requirement", name)]
    done = quick.run(["--lang", "en", "run", node, *some, "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


@pytest.fixture
def copy(brief: Path, tmp_path: Path) -> Path:
    """A copy of the brief run elsewhere, to be changed."""
    return shutil.copytree(brief, tmp_path / "elsewhere")
