"""Live progress of a run: which standard, n of m, elapsed; a plain line now and then where there is no terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from conformance.judge import Outcome
from conformance.report.clean import line
from conformance.text import Text

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from conformance.judge import CheckResult
    from conformance.law import Law
    from conformance.node.doctor import Diagnosis
    from conformance.text import Lang

_EVERY = 10


class Live:
    """Shows diagnoses and results as they come, on standard error."""

    def __init__(self, console: Console, law: Law, lang: Lang) -> None:
        self._console = console
        self._law = law
        self._lang: Lang = lang
        self._failed = 0
        self._done = 0
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task(Text("准备检查", "preparing the checks").pick(lang), total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def diagnosis(self, one: Diagnosis) -> None:
        """Show one diagnosis of the doctor."""
        show_diagnosis(self._console, one, self._lang)

    def result(self, result: CheckResult, total: int) -> None:
        """Show one result."""
        self._done += 1
        self._failed += result.outcome in {Outcome.FAILED, Outcome.ERROR}
        standard = self._law.standard(self._law.requirements[result.requirement].standard).title.pick(self._lang)
        failed = Text(f"失败 {self._failed}", f"{self._failed} failed").pick(self._lang)
        words = f"{standard} {result.requirement} · {failed}"
        self._bar.update(self._task, description=words, completed=self._done, total=total)
        if not self._console.is_terminal and (self._done % _EVERY == 0 or self._done == total):
            self._console.print(f"{words} · {self._done}/{total}", highlight=False)


def show_diagnosis(console: Console, one: Diagnosis, lang: Lang) -> None:
    """Print a diagnosis in a line; a problem with its owner and the remedy."""
    mark = "[green]✓[/]" if one.ok else "[red]✗[/]"
    console.print(f"{mark} {one.name.pick(lang)}", end=": ", highlight=False)
    console.print(line(one.text.pick(lang)), markup=False, highlight=False, soft_wrap=True)
    if not one.ok and one.remedy.pick(lang):
        words = f"  → {one.owner.pick(lang)}: {one.remedy.pick(lang)}"
        console.print(words, markup=False, highlight=False, soft_wrap=True)
