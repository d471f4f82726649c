"""A small law and run folders, written by the suite's own writer."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import yaml
from report_run import ROWS, START, both, fill, manifest

from conformance.evidence import RunWriter
from conformance.law import Law, load
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    """A law of fourteen requirements in the edition that ships."""
    where = tmp_path_factory.mktemp("law")
    shutil.copy(folder("standards") / "edition.yaml", where)
    for name, rows in ROWS.items():
        (where / name).mkdir()
        content = yaml.safe_dump({"standard": name, "requirements": rows}, allow_unicode=True)
        (where / name / "requirements.yaml").write_text(content, encoding="utf-8")
    return load(where)


@pytest.fixture
def run(tmp_path: Path, law: Law) -> Path:
    """A complete run against a hostile node, with every outcome in it."""
    path = tmp_path / "reports" / "500103" / "20261122-093000-7"
    with RunWriter(path, manifest(law)) as writer:
        fill(writer)
        writer.finish(finished=(START + timedelta(seconds=42)).isoformat())
    return path


@pytest.fixture
def broken_off(tmp_path: Path, law: Law) -> Path:
    """A run that was killed: the last exchange is half on the disk, nothing was closed."""
    path = tmp_path / "broken-off"
    with RunWriter(path, manifest(law)) as writer:
        fill(writer)
        writer.event("stopped", reason=both("interrupted from the keyboard"))
    archive = path / "exchanges.har"
    archive.write_bytes(archive.read_bytes()[:-40])
    return path
