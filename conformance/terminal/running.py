"""Commands that meet a node or a run folder: they show what happens and return the exit code."""

from __future__ import annotations

import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from conformance.judge.exits import Exit, exit_code
from conformance.report import load_view, summary, write_view
from conformance.report.clean import line
from conformance.run.course import replay, run_live
from conformance.run.opening import Request, open_live
from conformance.terminal.progress import Live, show_diagnosis
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.law import Law
    from conformance.text import Lang


def judge_and_show(request: Request, lang: Lang, fail_on: str) -> int:
    """Run, report, print the verdict."""
    notes = Console(file=sys.stderr)
    signal.signal(signal.SIGTERM, _interrupt)
    with Live(notes, request.law, lang) as live:
        finished = run_live(replace(request, tell=live.diagnosis), live.result)
    view = load_view(finished.folder, request.law)
    reports: dict[str, Path] = {}
    try:
        reports = write_view(view, finished.folder, lang)
    except OSError as error:
        words = Text(f"报告无法写入：{error.strerror}", f"The reports cannot be written: {error.strerror}")
        notes.print(words.pick(lang), markup=False, highlight=False)
    Console(width=None if sys.stdout.isatty() else 120).print(summary(view, lang, reports))
    if finished.stopped is not None:
        notes.print(finished.stopped.pick(lang), markup=False, highlight=False, soft_wrap=True)
        return Exit.NOT_JUDGED
    if not reports:
        return Exit.NOT_JUDGED
    return exit_code(view.verdict, fail_on=fail_on)


def examine_and_show(law: Law, target: str, mode: str | None, lang: Lang) -> int:
    """Run the doctor alone; nothing is left behind."""
    console = Console()
    problems: list[Any] = []

    def tell(one: Any) -> None:
        show_diagnosis(console, one, lang)
        problems.extend([] if one.ok else [one])

    with tempfile.TemporaryDirectory() as folder:
        session, writer = open_live(Request(law, target, Path(folder), mode, tell=tell))
        with writer:
            session.wire.sender.close()
    words = (
        Text(f"发现 {len(problems)} 个问题", f"{len(problems)} problems")
        if problems
        else Text("一切就绪", "All is ready")
    )
    console.print(words.pick(lang))
    return Exit.NOT_JUDGED if problems else Exit.CONFORMS


def replay_and_show(law: Law, folder: Path, selected: tuple[str, ...], lang: Lang) -> int:
    """Replay a run folder, print the verdict and whether it is the same."""
    notes = Console(file=sys.stderr)
    with Live(notes, law, lang) as live:
        done = replay(law, folder, selected, live.result)
    for note in (done.other_law, done.incomplete):
        if note is not None:
            notes.print(note.pick(lang), markup=False, highlight=False, soft_wrap=True)
    console = Console(width=None if sys.stdout.isatty() else 120)
    for row in done.replayed.rows:
        if row.outcome is not None:
            reason = line(row.reason.pick(lang)) if row.reason else ""
            shown = f"{row.requirement.id} {row.outcome} {reason}"
            console.print(shown, markup=False, highlight=False, soft_wrap=True)
    for name, before, after in done.differences:
        words = Text(f"{name}：记录为 {before}，重放为 {after}", f"{name}: recorded {before}, replayed {after}")
        console.print(words.pick(lang), style="red", highlight=False)
    same = Text("重放结论与记录一致", "The replay reaches the same verdicts")
    other = Text(
        f"重放有 {len(done.differences)} 条要求结论不同", f"{len(done.differences)} requirements came out otherwise"
    )
    console.print((other if done.differences else same).pick(lang))
    return Exit.SUITE if done.differences and done.other_law is None else exit_code(done.replayed)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
