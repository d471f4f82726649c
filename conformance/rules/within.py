"""Rules that one entry keeps by itself and a schema cannot say: they compare one member with another or with a day.

Each returns the faults of an entry, an empty list where it keeps the rule, None where the rule does not apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.rules.read import at, day, day_of_moment, listed, pointer, shown, words
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.rules.fold import Fault, Setting
    from conformance.rules.read import Entry


def same(value: object) -> Text:
    """Return a value as a text that reads the same in both languages."""
    return Text(shown(value), shown(value))


def code_follows_classification(entry: Entry, _: Setting) -> list[Fault] | None:
    """CAT-006: the front segment of the code is class, item, object and detail of the classification."""
    parts = [words(entry, "classification", name) for name in ("class", "item", "object", "detail")]
    front, slash, _sequence = words(entry, "code").partition("/")
    if not (slash and front.isdigit() and all(one.isdigit() for one in parts[:3])):
        return None
    stated = "".join(parts)
    whole = at(entry, "classification", "detail") is not None
    if front == stated or (not whole and front.startswith(stated)):
        return []
    return [("/code", same(front), Text(f"以 {stated} 为前段", f"front segment {stated}"))]


def abstract_differs(entry: Entry, _: Setting) -> list[Fault] | None:
    """CAT-012: the abstract says more than the title."""
    title, abstract = words(entry, "title"), words(entry, "abstract")
    if not (title and abstract):
        return None
    due = Text("与名称不同的内容说明", "a description that differs from the name")
    return [("/abstract", same(abstract), due)] if title == abstract else []


def unique_items(entry: Entry, _: Setting) -> list[Fault] | None:
    """CAT-016: item names and field names are unique within a resource."""
    items = list(listed(entry, "items"))
    return [*_repeated(items, "name"), *_repeated(items, "field")] if items else None


def _repeated(items: list[tuple[int, Any]], member: str) -> Iterator[Fault]:
    names = [(index, words(item, member)) for index, item in items]
    seen: dict[str, int] = {}
    for index, name in names:
        if name and seen.setdefault(name, index) != index:
            due = Text(f"与第 {seen[name] + 1} 项不同", f"different from item {seen[name] + 1}")
            yield pointer("items", index, member), same(name), due


def issued_in_order(entry: Entry, setting: Setting) -> list[Fault] | None:
    """CAT-025: the issue date is neither in the future nor later than the last change."""
    issued, modified = day(entry.get("issued")), day_of_moment(entry.get("modified"))
    if not issued:
        return None
    if issued > setting.today:
        due = Text(f"不晚于当前日期 {setting.today}", f"not later than today, {setting.today}")
    elif modified and issued > modified:
        due = Text(f"不晚于最近变更日期 {modified}", f"not later than the last change, {modified}")
    else:
        return []
    return [("/issued", same(entry["issued"]), due)]


def assessed_before_issue(entry: Entry, _: Setting) -> list[Fault] | None:
    """CAT-030: a personal information impact assessment is not later than the issue of the entry."""
    assessed, issued = day(at(entry, "assessments", "pia", "date")), day(entry.get("issued"))
    if not (assessed and issued):
        return None
    due = Text(f"不晚于发布日期 {issued}", f"not later than the issue date {issued}")
    return [("/assessments/pia/date", same(str(assessed)), due)] if assessed > issued else []


def scope_is_real(entry: Entry, setting: Setting) -> list[Fault] | None:
    """CAT-050: division codes exist, and the time span does not end before it starts."""
    divisions = [one for one in listed(entry, "spatial", "divisions") if isinstance(one[1], str)]
    start, end = day(at(entry, "temporal", "start")), day(at(entry, "temporal", "end"))
    if not (divisions or start):
        return None
    known = Text("现行或曾用的行政区划代码", "a division code that is or was valid")
    faults: list[Fault] = [
        (pointer("spatial", "divisions", index), same(code), known)
        for index, code in divisions
        if setting.divisions and code[:6] not in setting.divisions
    ]
    if start and end and end < start:
        faults.append(("/temporal/end", same(str(end)), Text(f"不早于 {start}", f"not earlier than {start}")))
    return faults
