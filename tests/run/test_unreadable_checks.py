"""A module of checks that cannot be read is the suite's own failure, and it says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import conformance

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Program


def test_a_broken_library_is_no_interruption(cli: Program, node: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['hypothesis'] = None\n", encoding="utf-8")
    home = conformance.__path__[0].removesuffix("conformance")

    done = cli(
        "--lang", "en", "run", node, "--requirement", "API-018", env={"PYTHONPATH": f"{tmp_path}:{home}"}, cwd=tmp_path
    )

    assert 4 == done.returncode
    assert "import of hypothesis halted" in done.stderr
    assert "interrupted" not in done.stdout + done.stderr
