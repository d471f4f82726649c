"""The report opens in a real browser without an error and without a request to anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
    "--virtual-time-budget=3000",
]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="needs chromium; in CI it has to be there"
)


def opened(report: Path, fragment: str, tmp_path: Path) -> tuple[str, str]:
    """The document after its script ran, and what the browser logged."""
    command = [
        str(CHROMIUM),
        *QUIET,
        f"--user-data-dir={tmp_path / 'browser'}",
        "--dump-dom",
        f"file://{report}#{fragment}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True, timeout=120)
    return done.stdout, done.stderr


@pytest.mark.parametrize(("fragment", "word"), [("lang=zh", "不符合"), ("lang=en&theme=dark", "Does not conform")])
def test_report_opens_without_errors(cli, tmp_path: Path, fragment: str, word: str) -> None:
    cli("demo", "--scale", "60", "--fault", "conditional-without-purpose", "--standard", "catalog", "--out", "out")
    [report] = tmp_path.glob("out/*/*/report.html")

    document, log = opened(report, fragment, tmp_path)

    assert word in document
    assert [line for line in log.splitlines() if "CONSOLE" in line or "Refused to" in line] == []
    assert "net::ERR" not in log
