"""A result as text: for each broken requirement the places, what came, what was due; then what the file cannot tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.lint.records import spot
from conformance.lint.result import partly, undecided
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.law import Law
    from conformance.lint.fields import Fields, Spot
    from conformance.lint.records import Place
    from conformance.lint.result import Result
    from conformance.rules import Breach
    from conformance.text import Lang

_IDEOGRAPHIC_SPACE = "\u3000"
_WHOLE = Text("全部条目", "all entries")


def lines(law: Law, result: Result, fields: Fields, shown: int, lang: Lang) -> Iterator[str]:
    """Yield the lines of a result, `shown` samples a requirement at most."""
    for one in _texts(law, result, fields, shown):
        yield clean(one.pick(lang))


def clean(words: str) -> str:
    """Return text without characters that steer a terminal or turn the direction of writing."""
    return "".join(one if one.isprintable() or one == _IDEOGRAPHIC_SPACE else f"\\u{ord(one):04x}" for one in words)


def _texts(law: Law, result: Result, fields: Fields, shown: int) -> Iterator[Text]:
    for name, tally in result.report.tallies.items():
        row, count = law.requirements[name], tally.count
        yield Text(
            f"{name}  {row.obligation}  {row.title.zh}  {count} 处",
            f"{name}  {row.obligation}  {row.title.en}  {count} found",
        )
        for breach in tally.samples[:shown]:
            yield from _breach(result.places.get(breach.label), breach, fields)
        yield from _more(count - len(tally.samples[:shown]))
    yield from _oddities(result, shown)
    yield from (Text(f"说明：{one.zh}", f"Note: {one.en}") for one in result.remarks.notes)
    yield from _limits(law)
    yield _total(result)


def _breach(place: Place | None, breach: Breach, fields: Fields) -> Iterator[Text]:
    at = fields.spot(place, breach.pointer)
    came, due = (fields.say(place, breach.pointer, one) for one in (breach.came, breach.due))
    where = _where(place, at)
    yield Text(f"  {where.zh}", f"  {where.en}")
    yield Text(f"    实际 {came.zh}", f"    came {came.en}")
    yield Text(f"    应为 {due.zh}", f"    due  {due.en}")


def _where(place: Place | None, spot: Spot) -> Text:
    field = Text(_field(spot, "列", "zh"), _field(spot, "column", "en"))
    if place is None:
        return Text(f"{_WHOLE.zh} {field.zh}", f"{_WHOLE.en} {field.en}")
    label = row_label(place, spot.row)
    code = f" {place.code}" if place.code and place.code not in label.en else ""
    return Text(f"{label.zh}{code} {field.zh}", f"{label.en}{code} {field.en}")


def row_label(place: Place, row: int) -> Text:
    """Return the name of a place, at a row of its items where it has rows."""
    return spot(place.sheet, row) if row else place.label


def _field(spot: Spot, word: str, lang: Lang) -> str:
    column = {"zh": f"{spot.letter} {word}", "en": f"{word} {spot.letter}"}[lang] if spot.letter else ""
    heading = f"“{spot.heading.pick(lang)}”" if spot.heading.pick(lang) else ""
    return " ".join(one for one in (column, heading, spot.pointer or "/") if one)


def _more(count: int) -> Iterator[Text]:
    if count > 0:
        yield Text(f"  …另有 {count} 处未列出", f"  … {count} more not listed")


def _oddities(result: Result, shown: int) -> Iterator[Text]:
    if result.remarks.odd:
        count = result.remarks.odd
        yield Text(f"同一资源代码各行不一致  {count} 处", f"Rows of one resource code that differ  {count} found")
        for one in result.remarks.oddities[:shown]:
            where = spot(one.sheet, one.row)
            yield Text(f"  {where.zh} “{one.column}”", f"  {where.en} “{one.column}”")
            yield Text(f"    实际 {one.came.zh}", f"    came {one.came.en}")
            yield Text(f"    应为 {one.due.zh}", f"    due  {one.due.en}")
        yield from _more(count - len(result.remarks.oddities[:shown]))


def _limits(law: Law) -> Iterator[Text]:
    for row, where in partly(law):
        yield Text(
            f"仅凭文件只判定一部分：{row.id} {row.title.zh}（其余需节点的 {where}）",
            f"Decided in part by a file: {row.id} {row.title.en} (the rest needs {where} of the node)",
        )
    names = [one.id for one in undecided(law)]
    yield Text(
        f"仅凭文件不能判定，需连接节点运行 conformance run：{'、'.join(names)}",
        f"Not decided by a file, run conformance run on the node: {', '.join(names)}",
    )


def _total(result: Result) -> Text:
    entries, total, broken = result.report.entries, result.total, len(result.report.tallies)
    if not total:
        return Text(f"共 {entries} 条目录，未发现问题", f"{_some(entries, 'entry', 'entries')}, nothing found")
    return Text(
        f"共 {entries} 条目录，{broken} 项要求有问题，合计 {total} 处",
        f"{_some(entries, 'entry', 'entries')}, {_some(broken, 'requirement', 'requirements')} broken, "
        f"{_some(total, 'place', 'places')} in all",
    )


def _some(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
