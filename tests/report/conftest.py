"""A small law and run folders, written by the suite's own writer."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from report_run import ROWS, START, both, fill, manifest
from report_table import ROWS as DATA_ROWS
from report_table import TABLE, UNREAD, data_manifest, fill_table

from conformance.evidence import RunWriter
from conformance.law import Law, load
from conformance.resources import folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(scope="session")
def law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    """A law of fourteen requirements in the edition that ships."""
    return law_of(ROWS, tmp_path_factory.mktemp("law"))


def law_of(standards: Mapping[str, list[dict[str, Any]]], where: Path) -> Law:
    """Write and read a law of these requirements in the edition that ships."""
    shutil.copy(folder("standards") / "edition.yaml", where)
    for name, rows in standards.items():
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


@pytest.fixture(scope="session")
def data_law(tmp_path_factory: pytest.TempPathFactory) -> Law:
    """A law of five requirements on tables."""
    return law_of(DATA_ROWS, tmp_path_factory.mktemp("data-law"))


@pytest.fixture
def counted(tmp_path: Path, data_law: Law) -> Path:
    """A data run that came to its end."""
    path = tmp_path / "reports" / "legal-person" / "20261122-093000-8"
    with RunWriter(path, data_manifest(data_law)) as writer:
        fill_table(writer)
        writer.finish(finished=(START + timedelta(seconds=42)).isoformat())
    return path


@pytest.fixture
def cut_short(tmp_path: Path, data_law: Law) -> Path:
    """A data run over a source that could not be read to its end."""
    path = tmp_path / "cut-short"
    with RunWriter(path, data_manifest(data_law)) as writer:
        fill_table(writer, replace(TABLE, unread=UNREAD, rows=None))
        writer.stop(both("rows cannot be read"))
    return path
