"""The end of a run on the terminal: one table, the conclusion, the first failures in words, where the report is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from conformance.judge.verdict import Conclusion
from conformance.report import words
from conformance.report.clean import line
from conformance.report.labels import LABELS
from conformance.report.plain import failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.console import RenderableType

    from conformance.report.values import RequirementView, View
    from conformance.text import Lang

_COLUMNS = ("passed", "failed", "inapplicable", "untested", "cantTell", "planned")
_REST = ("error", "attest", "untestable")
STYLES = {
    "passed": "green",
    "failed": "bold red",
    "error": "bold magenta",
    "cantTell": "magenta",
    "untested": "yellow",
    "inapplicable": "dim",
    "planned": "dim",
    "attest": "dim",
    "untestable": "dim",
}
_CONCLUSIONS = {
    Conclusion.CONFORMS: "bold green",
    Conclusion.FAILS: "bold red",
    Conclusion.NOT_JUDGED: "bold yellow",
    Conclusion.SUITE_ERROR: "bold magenta",
}
_FAILURES = 3
_SAMPLES = 3
_LONGEST = 500


def summary(view: View, lang: Lang, files: Mapping[str, Path] | None = None) -> RenderableType:
    """Return the summary of a run; `files` are the reports that were written, by name."""
    parts = [scorecard(view, lang), conclusion(view, lang), *_failures(view, lang)]
    if files:
        parts += [where(files, lang)]
    return Group(*parts)


def scorecard(view: View, lang: Lang) -> Table:
    """Return the table of the six standards."""
    rest = [name for name in _REST if view.counts[name]]
    table = Table(show_edge=False, pad_edge=False, show_footer=True, header_style="dim", footer_style="bold")
    table.add_column(LABELS["standard"].pick(lang), LABELS["total"].pick(lang), no_wrap=True)
    for name in (*_COLUMNS, *rest):
        table.add_column(words.STATES[name].pick(lang), _number(name, view.counts[name]), justify="right")
    table.add_column(LABELS["score"].pick(lang), _score(view.verdict.score), justify="right")
    for one in view.standards:
        numbers = [_number(name, one.counts[name]) for name in (*_COLUMNS, *rest)]
        table.add_row(Line(one.title.pick(lang)), *numbers, _score(one.score))
    return table


def conclusion(view: View, lang: Lang) -> RenderableType:
    """Return the conclusion and what it leaves open."""
    head = Line(view.headline.pick(lang), style=_CONCLUSIONS[view.verdict.conclusion])
    head.append(f"  {view.head.node.pick(lang)}  {view.head.url}", style="not bold default")
    if view.verdict.score is not None:
        head.append(f"  {LABELS['score'].pick(lang)} {view.verdict.score:.1f}", style="not bold default")
    if view.verdict.grade:
        head.append(f"  {LABELS['grade'].pick(lang)} {view.verdict.grade}", style="not bold default")
    sentences = [Line(one.pick(lang)) for one in view.sentences]
    notices = [Line(one.pick(lang), style="yellow") for one in view.notices]
    return Padding(Group(head, *sentences, *notices), (1, 0, 0, 0))


def block(row: RequirementView, lang: Lang) -> RenderableType:
    """Return one failure in words."""
    it = row.requirement
    head = Line.assemble(
        (it.id, "bold"),
        f" {it.title.pick(lang)}  {it.obligation} · {it.source.cite.pick(lang)} ({row.tier.name.pick(lang)})  ",
        (words.STATES[row.state].pick(lang), STYLES[row.state]),
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(Line(LABELS["rule"].pick(lang)), Line(it.text.pick(lang)))
    before = ""
    for one in failure(row, lang, findings=1, samples=_SAMPLES):
        label, text = one.titled(lang)
        table.add_row(Line("" if label == before else label), Line(line(text, _LONGEST)))
        before = label
    return Padding(Group(head, Padding(table, (0, 0, 0, 2))), (1, 0, 0, 0))


def _failures(view: View, lang: Lang) -> Iterator[RenderableType]:
    yield from (block(row, lang) for row in view.failures[:_FAILURES])
    left = len(view.failures) - _FAILURES
    if left > 0:
        yield Padding(Line(LABELS["more_console"].fill(n=left).pick(lang), style="dim"), (1, 0, 0, 0))


def where(files: Mapping[str, Path], lang: Lang) -> RenderableType:
    """Return where the reports are."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for number, file in enumerate(files.values()):
        table.add_row(Line("" if number else LABELS["report"].pick(lang)), Line(str(file)))
    return Padding(table, (1, 0, 0, 0))


def _number(state: str, count: int) -> Line:
    return Line(str(count), style=STYLES[state] if count else "dim")


def _score(value: float | None) -> Line:
    return Line("—", style="dim") if value is None else Line(f"{value:.1f}")
