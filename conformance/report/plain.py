"""A requirement in plain lines, for the terminal and for JUnit: label and text, as a person reads a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.report.clean import ranges
from conformance.report.labels import LABELS
from conformance.report.words import STATES, announced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.report.tables import RuleView, TableView
    from conformance.report.values import FindingView, RequirementView, SampleView
    from conformance.text import Lang


class Line(NamedTuple):
    """One labelled line; `label` is a key of LABELS."""

    label: str
    text: str

    def titled(self, lang: Lang) -> tuple[str, str]:
        """Return the label in words, and the text."""
        return LABELS[self.label].pick(lang), self.text


def failure(row: RequirementView, lang: Lang, *, findings: int, samples: int) -> Iterator[Line]:
    """Yield what was asked, what came, what was due, how to mend it and how to see it again."""
    if row.reason and not row.findings:
        yield Line("reason", row.reason.pick(lang))
    for one in row.findings[:findings]:
        yield from _finding(one, lang, samples)
    left = announced(min(findings, len(row.findings)), len(row.findings))
    if left:
        yield Line("finding", left.pick(lang))
    if row.mend:
        yield Line("mend", row.mend.pick(lang))
    yield Line("again", row.replay)
    if row.curl:
        yield Line("asked_node", row.curl)


def _finding(one: FindingView, lang: Lang, samples: int) -> Iterator[Line]:
    asked = asked_line(one, lang)
    if asked:
        yield Line("asked", asked)
    yield Line("came", one.came.pick(lang))
    yield Line("due", one.due.pick(lang))
    shown = one.samples[:samples]
    left = announced(len(shown), one.count)
    if left and one.count > 1:
        yield Line("samples", left.pick(lang))
    for each in shown:
        yield Line("samples", _sample(each, lang))


def asked_line(one: FindingView, lang: Lang) -> str:
    """Return what was asked in one line: words, then the first request, then all exchange numbers."""
    request = next((f"{each.method} {each.target}" for each in one.requests if not each.missing), "")
    words = [one.asked.pick(lang) if one.asked else "", request]
    if one.exchanges:
        words.append(f"({LABELS['exchange'].pick(lang)} {ranges(one.exchanges)})")
    return "  ".join(word for word in words if word)


def counts(tables: Iterable[TableView], requirement: str, lang: Lang) -> Iterator[str]:
    """Yield a line for every rule that was counted on a table for a requirement, and for every one left undecided."""
    for table in tables:
        for rule in table.rules:
            if rule.requirement == requirement:
                named = f"{rule.title.pick(lang)} ({', '.join(rule.columns)})"
                yield f"{table.name}  {named}  {counts_of(rule, lang)}  {STATES[rule.state].pick(lang)}"
        for one in table.undecided:
            if one.requirement == requirement:
                yield f"{table.name}  {one.rule}  {one.reason.pick(lang)}"


def counts_of(one: RuleView, lang: Lang) -> str:
    """Return the counts of a rule in a line, with the share that is due."""
    numbers = {"counted": one.rows, "not_good": one.failures, "unknown": one.unknown}
    words = [f"{LABELS[name].pick(lang)} {number:,}" for name, number in numbers.items()]
    words += [f"{LABELS['good'].pick(lang)} {one.good}", f"{LABELS['threshold'].pick(lang)} {one.threshold.pick(lang)}"]
    return "  ".join(words)


def _sample(one: SampleView, lang: Lang) -> str:
    place = f"{one.label} {one.pointer}".strip()
    came, due = LABELS["came"].pick(lang), LABELS["due"].pick(lang)
    return f"{place}  {came} {one.came.pick(lang)}  {due} {one.due.pick(lang)}"
