"""The end of a run on the terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from report_run import SCRIPT, finding, manifest, result
from rich.console import Console

from conformance.evidence import RunWriter
from conformance.judge import Outcome
from conformance.report import load_view, summary, write_reports
from conformance.text import Lang, Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law


def shown(path: Path, law: Law, lang: Lang) -> str:
    console = Console(file=io.StringIO(), width=240, legacy_windows=False)
    console.print(summary(load_view(path, law), lang, write_reports(path, law, lang)))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_table_has_the_six_standards_and_the_planned_ones(run: Path, law: Law) -> None:
    lines = [line.replace("│", " ").split() for line in shown(run, law, "zh").splitlines()]

    assert ["数据目录", "2", "1", "1", "1", "1", "0", "1", "1", "37.5"] in lines
    assert ["数据标准", "0", "0", "0", "0", "0", "2", "0", "0", "—"] in lines
    assert ["合计", "2", "1", "1", "1", "1", "6", "1", "1", "37.5"] in lines


def test_the_first_failure_is_told_in_words(run: Path, law: Law) -> None:
    words = shown(run, law, "en")

    for one in (
        "Suite error",
        "Planned: 6 more, not checked and not counted as passed.",
        "CAT-002 Item 2  MUST · This profile (Decided here)  failed",
        "  rule       Rule 2 holds.",
        "  asked      every entry (English)  GET /catalog/changes?since=3&q='quoted'  (exchange 3–4)",
        f"  came       197 events {SCRIPT}",
        "  due        op=revoke (English)",
        "  samples    first 3 of 312",
        "  finding    first 1 of 2",
        "  mend       Fill it in.",
        "report.html",
    ):
        assert one in words


def test_a_node_cannot_paint_the_terminal(tmp_path: Path, law: Law) -> None:
    words = Text("[bold red]\x1b[2J坏", "[bold red]\x1b[2Jbad" + " x" * 2000)
    with RunWriter(tmp_path / "run", manifest(law, selected=["CAT-001"])) as writer:
        writer.result(result("CAT-001", Outcome.FAILED, findings=(finding("CAT-001", came=words),)))
    printed = shown(tmp_path / "run", law, "en")

    assert "\x1b" not in printed
    assert "[bold red]␛[2Jbad" in printed
    assert "截断 cut" in printed


def test_a_run_that_conforms_where_it_was_checked_says_so(tmp_path: Path, law: Law) -> None:
    with RunWriter(tmp_path / "run", manifest(law, selected=["CAT-001", "STD-001"])) as writer:
        writer.event("control", name="c", passed=True, text=Text("拒绝", "refused"), exchanges=[])
        writer.result(result("CAT-001", Outcome.PASSED))
        writer.finish(finished="2026-11-22T09:31:00+08:00")

    assert "已检查部分符合" in shown(tmp_path / "run", law, "zh")
    assert "Conforms as far as checked" in shown(tmp_path / "run", law, "en")
