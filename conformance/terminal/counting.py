"""Live progress of a count over rows: stage, rows done, rate, time left; plain lines where there is no terminal."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Self

from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from conformance.text import Text

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from conformance.bulk.values import Progress
    from conformance.text import Lang

_EVERY = 10  # seconds between two lines of one stage
_SOON = 0.5  # seconds before which a rate says nothing
_ROWS = Text("共 {n} 行", "{n} rows")
_RATE = Text("{n} 行/秒", "{n} rows/s")
_LEFT = Text("约剩 {n} 秒", "about {n} s left")


class Counting:
    """Shows how far a pass has come, on standard error."""

    def __init__(self, console: Console, lang: Lang) -> None:
        self._console = console
        self._lang: Lang = lang
        self._stage: Text | None = None
        self._began = self._said = 0.0
        self._done = 0
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None, numbers="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, one: Progress) -> None:
        """Show a step."""
        now = monotonic()
        fresh = one.stage != self._stage
        if fresh or one.done < self._done:  # a new stage, or another pass of the same
            self._stage, self._began = one.stage, now
            self._said = now if fresh else self._said
            self._bar.reset(self._task, description=one.stage.pick(self._lang))
        self._done = one.done
        numbers = self._numbers(one, now - self._began)
        self._bar.update(self._task, completed=one.done, total=one.total, numbers=numbers)
        if not self._console.is_terminal and (fresh or now - self._said >= _EVERY):
            self._said = now
            words = f"{one.stage.pick(self._lang)} {numbers}".strip()
            self._console.print(words, markup=False, highlight=False, soft_wrap=True)

    def _numbers(self, one: Progress, seconds: float) -> str:
        """Rows done, rows in all, rows a second and, where no bar tells it, the time left."""
        if not one.done:
            return "" if one.total is None else _ROWS.fill(n=f"{one.total:,}").pick(self._lang)
        words = [f"{one.done:,}" if one.total is None else f"{one.done:,}/{one.total:,}"]
        if seconds >= _SOON:
            rate = one.done / seconds
            words.append(_RATE.fill(n=f"{rate:,.0f}").pick(self._lang))
            if one.total is not None and not self._console.is_terminal:
                words.append(_LEFT.fill(n=f"{(one.total - one.done) / rate:,.0f}").pick(self._lang))
        return "  ".join(words)
