"""The end of a data run on the terminal: one line a rule, then the first failing rows, then the conclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from conformance.report import words
from conformance.report.labels import LABELS
from conformance.report.plain import counts_of
from conformance.report.terminal import STYLES, conclusion, where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from conformance.report.tables import RuleView, TableView
    from conformance.report.values import View
    from conformance.text import Lang

_COLUMNS = 3
_SPOTS = 5
_PLACES = 5
_WIDE = 110
_NUMBERS = ("counted", "not_good", "unknown", "good", "threshold")


def data_summary(view: View, lang: Lang, files: Mapping[str, Path] | None = None) -> RenderableType:
    """Return the summary of a data run; `files` are the reports that were written, by name."""
    parts = [part for one in view.tables for part in _table(one, lang)]
    parts.append(conclusion(view, lang))
    if files:
        parts.append(where(files, lang))
    return Group(*parts)


def _table(one: TableView, lang: Lang) -> Iterator[RenderableType]:
    if one.rules:
        yield Rules(one, lang)
    failed = [rule for rule in one.rules if rule.state == "failed"]
    for rule in failed:
        yield from _failing(rule, lang)
    if one.undecided:
        pairs = [(f"{each.requirement} {each.rule}", each.reason.pick(lang)) for each in one.undecided]
        yield _block(LABELS["undecided"].pick(lang), pairs)
    if one.unread:
        shown = [(f"{each.place} {each.column}".strip(), each.reason.pick(lang)) for each in one.unread[:_PLACES]]
        yield _block(f"{LABELS['unread'].pick(lang)} ({len(one.unread)})", shown)


class Rules:
    """What was counted: one line a rule of the law, and one for each column that made it fail.

    Where a terminal is too narrow for the table, its numbers stand below the name of the rule.
    """

    def __init__(self, one: TableView, lang: Lang) -> None:
        self._one = one
        self._lang: Lang = lang

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        rows = "—" if self._one.rows is None else f"{self._one.rows:,}"
        one, lang = self._one, self._lang
        yield Line(f"{one.source}  {one.dataset}  {LABELS['rows'].pick(lang)} {rows}  {one.engine}", style="italic")
        if options.max_width >= _WIDE:
            yield _rules(one, lang)
            return
        for rule in one.rules:
            state = Line(words.STATES[rule.state].pick(lang), style=STYLES[rule.state])
            yield Line.assemble(f"{rule.requirement} {rule.title.pick(lang)}  ", state)
            yield Padding(Line(f"{_named(rule.columns)}  {counts_of(rule, lang)}", style="dim"), (0, 0, 0, 2))


def _rules(one: TableView, lang: Lang) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="dim")
    table.add_column(LABELS["rule"].pick(lang).capitalize(), no_wrap=True)
    table.add_column(LABELS["name"].pick(lang))
    table.add_column(LABELS["columns"].pick(lang), overflow="fold")
    for name in _NUMBERS:
        table.add_column(LABELS[name].pick(lang), justify="right", no_wrap=True)
    table.add_column(LABELS["state"].pick(lang), no_wrap=True)
    for rule in one.rules:
        _add(table, rule, lang)
    return table


def _add(table: Table, rule: RuleView, lang: Lang) -> None:
    numbers = [_count(rule.rows), _count(rule.failures), _count(rule.unknown), rule.good, rule.threshold.pick(lang)]
    named = _named(rule.columns)
    state = Line(words.STATES[rule.state].pick(lang), style=STYLES[rule.state])
    style = STYLES[rule.state] if rule.state in {"failed", "inapplicable"} else ""
    table.add_row(rule.requirement, Line(rule.title.pick(lang)), Line(named), *numbers, state, style=style)
    bad = [part for part in rule.parts if part.state == "failed"]
    for part in bad if len(rule.columns) > 1 else ():
        numbers = [_count(part.rows), _count(part.failures), _count(part.unknown), part.good]
        table.add_row("", "", Line(f"· {part.columns}"), *numbers, "", "", style="dim")


def _named(columns: tuple[str, ...]) -> str:
    left = len(columns) - _COLUMNS
    return " ".join(columns[:_COLUMNS]) + (f" +{left}" if left > 0 else "")


def _count(number: int) -> str:
    return f"{number:,}"


def _failing(rule: RuleView, lang: Lang) -> Iterator[RenderableType]:
    shown = rule.spots[:_SPOTS]
    cut = words.announced(len(shown), rule.failures)
    head = f"{rule.requirement} {rule.title.pick(lang)}" + (f"  {cut.pick(lang)}" if cut else "")
    if not shown:
        return
    table = Table.grid(padding=(0, 2))
    table.add_row(*(Line(LABELS[name].pick(lang), style="dim") for name in ("place", "key", "columns", "value")))
    for spot in shown:
        table.add_row(Line(spot.place), Line(spot.key), Line(spot.columns), Line(spot.value.pick(lang)))
    for column in table.columns:
        column.overflow = "fold"
    yield Padding(Group(Line(head, style="bold red"), Padding(table, (0, 0, 0, 2))), (1, 0, 0, 0))


def _block(title: str, pairs: list[tuple[str, str]]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in pairs:
        table.add_row(Line(name), Line(text))
    return Padding(Group(Line(title, style="bold yellow"), Padding(table, (0, 0, 0, 2))), (1, 0, 0, 0))
