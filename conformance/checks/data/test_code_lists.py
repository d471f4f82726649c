"""data/code-lists: code lists as published, and coded values in the rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.data.rows import by_rows
from conformance.checks.finding import differ, failure, names
from conformance.checks.shared import at, schema, words
from conformance.judge import Inapplicable, Sample
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.data.published import CodeLists, Published
    from conformance.checks.data.served import Served
    from conformance.law.data import CodeList
    from conformance.node import Session
    from conformance.rules import SchemaRules

_ROWS = (
    *("STD-012", "STD-014", "STD-015", "STD-016", "STD-017", "STD-018", "STD-019", "STD-020", "STD-021"),
    *("STD-022", "STD-023", "STD-024", "STD-052"),
)


@by_rows(_ROWS)
def test_codes_in_rows(requirement: str, run: Session, served: Served) -> None:
    """The coded values of the rows keep the rule of the requirement."""
    served.hold(run, requirement)


@decides("STD-005")
def test_referenced_lists_are_published(run: Session, code_lists: CodeLists) -> None:
    """Every code list that an item refers to is published with its version and the validity of each code."""
    if not code_lists.all:
        raise Inapplicable(Text("没有信息项引用代码表", "no item refers to a code list"))
    rules = schema(run, "data/code-list")
    wrong = [one for found in code_lists.all for one in _unpublished(rules, found)]
    if wrong:
        lists = list(dict.fromkeys(one.label.split()[0] for one in wrong))
        raise failure(
            Text(
                f"{len(lists)} 张代码表未发布或不完整：{names(lists)}；首处 {wrong[0].came.zh}",
                f"{len(lists)} code lists are not published in full: {names(lists)}; first {wrong[0].came.en}",
            ),
            Text("已发布，载明版本和每个代码的有效期", "published, with version and the validity of each code"),
            samples=wrong,
        )
    codes = sum(len(one.items) for one in code_lists.all)
    run.note(f"{len(code_lists.all)} 张代码表，{codes} 个代码", f"{len(code_lists.all)} code lists, {codes} codes")


def _unpublished(rules: SchemaRules, found: Published) -> Iterator[Sample]:
    if found.lost is not None:
        number = next((n for one in found.lost.findings for n in one.exchanges), 0)
        yield Sample(found.id, "", found.lost.reason, Text("可读取的代码表", "a code list that can be read"), number)
        return
    number = found.exchanges[0]
    for one in rules.breaches(found.id, {**found.header, "items": list(found.items)}):
        yield Sample(one.label, one.pointer, one.came, one.due, number)
    if not found.items:
        yield differ(found.id, "/items", [], ["…"], number)
    if words(found.header, "id") != found.id:
        yield differ(found.id, "/id", found.header.get("id"), found.id, number)
    for one in found.items:
        start, end = words(one, "validFrom"), words(one, "validTo")
        if start and end and start > end:
            yield differ(f"{found.id} {words(one, 'code')}", "/validTo", end, f">= {start}", number)


@decides("STD-006")
def test_national_codes_keep_their_names(run: Session, code_lists: CodeLists) -> None:
    """In a list that bears a national number each national code has the name that the standard gives it."""
    lists = [(one, due) for one in code_lists.all if one.lost is None for due in [_national(run, one)] if due]
    compared = 0
    wrong: list[Sample] = []
    for found, due in lists:
        for one in found.items:
            names_ = _names_of(due, one)
            compared += bool(names_)
            if names_ and words(one, "name").strip() not in names_:
                label = f"{found.id} {words(one, 'code')}"
                wrong.append(differ(label, "/name", at(one, "name"), " / ".join(sorted(names_)), found.exchanges[0]))
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个国家标准代码的名称不同，首个 {wrong[0].label}：{wrong[0].came.zh}",
                f"{len(wrong)} national codes have another name, first {wrong[0].label}: {wrong[0].came.en}",
            ),
            Text("与国家标准的名称一致", "the name that the standard gives"),
            samples=wrong,
        )
    if not compared:
        raise Inapplicable(Text("没有可比对的国家标准代码", "no national code to compare"))
    run.note(f"{len(lists)} 张代码表，比对 {compared} 个代码", f"{len(lists)} lists, {compared} codes compared")


def _national(run: Session, found: Published) -> list[CodeList]:
    """Return the lists of the law that a published list claims to be: by its id, else by the number that it bears."""
    known: Mapping[str, CodeList] = run.law.data.code_lists
    by_id = known.get(found.id) or known.get(found.id.replace("_", "-"))
    if by_id is not None:
        return [by_id] if by_id.standard else []
    number = _number(words(found.header, "standard"))
    return [one for one in known.values() if number and one.standard and _number(one.standard) == number]


def _number(standard: str) -> str:
    """Return the number of a standard without blanks and year."""
    return re.sub(r"[-—–]\d{4}$", "", standard.replace(" ", "").upper())


def _names_of(due: list[CodeList], one: Any) -> set[str]:
    """Return the names that the law has for a code in the time in which the node says that it is valid."""
    code, start, end = words(one, "code"), words(one, "validFrom"), words(one, "validTo")
    return {
        name
        for known in due
        for name, span in zip(known.names.get(code, ()), known.codes.get(code, ()), strict=True)
        if name
        and (not end or span.start is None or span.start.isoformat() <= end)
        and (not start or span.end is None or start <= span.end.isoformat())
    }
