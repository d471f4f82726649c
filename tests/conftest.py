"""What the tests share: the command as a user starts it, and one reference node for all who only read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

import conformance
from conformance.law import Law, load
from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOME = Path(conformance.__file__).parents[1]
SCALE = 150
PATIENCE = 300  # seconds after which a test gives up


class Program(Protocol):
    """Runs a program to its end; nothing of this test run shows in its environment."""

    def __call__(
        self,
        *words: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        encoding: str | None = "utf-8",
    ) -> subprocess.CompletedProcess[Any]: ...


@pytest.fixture(scope="session")
def law() -> Law:
    """The law that ships."""
    return load()


@pytest.fixture(scope="session")
def anywhere() -> Program:
    """Any program, in the folder `cwd`; the package is found from there, the locale is C unless `env` says more."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "LC_", "LANG"))}
    clean = {**kept, "PYTHONPATH": str(HOME), "PYTHONSAFEPATH": "1", "LC_ALL": "C.UTF-8"}

    def run(
        *words: str | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        encoding: str | None = "utf-8",
    ) -> subprocess.CompletedProcess[Any]:
        assert cwd
        return subprocess.run(
            list(map(str, words)),
            env={**clean, **(env or {})},
            cwd=cwd,
            capture_output=True,
            encoding=encoding,
            check=False,
            timeout=PATIENCE,
        )

    return run


@pytest.fixture
def program(anywhere: Program, tmp_path: Path) -> Program:
    """Any program, in the test's own empty folder."""

    def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
        return anywhere(*words, **({"cwd": tmp_path} | options))

    return run


@pytest.fixture
def cli(program: Program) -> Program:
    """The command `conformance`."""

    def run(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[Any]:
        return program(sys.executable, "-m", "conformance", *words, **options)

    return run


@pytest.fixture(scope="session")
def node() -> Iterator[str]:
    """The URL of a reference node of 150 entries; whoever writes leaves only what its sandbox allows."""
    with reference_node(["--scale", str(SCALE)]) as url:
        yield url
