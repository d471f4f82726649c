"""The committed sample run is not stale: it replays to its verdicts, its report is what is written today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.law import load
from conformance.report import json_report, load_view

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
RUN = ROOT / "reports" / "sample" / "run"


def test_sample_replays_to_the_same_verdicts(cli) -> None:
    done = cli("replay", RUN)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "The replay reaches the same verdicts" in done.stdout


def test_sample_report_is_what_is_written_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    written = json_report.render(load_view(Path("reports/sample/run"), load()))

    assert (RUN / "report.json").read_text(encoding="utf-8") == written
