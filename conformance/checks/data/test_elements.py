"""data/elements: the data element directory, and fields bound to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure, names
from conformance.checks.shared import at, hold_schema, words
from conformance.judge import Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.resources import Resources
    from conformance.checks.walking import Walk
    from conformance.law.data import Element
    from conformance.node import Answer, Session

_SAME = ("objectClass", "property", "representation")


@decides("STD-001")
def test_directory_is_published(run: Session, elements: Walk) -> None:
    """The node publishes its data elements, each once and with every attribute."""
    listed = [words(one, "id") for one in elements.items]
    if elements.total != len(listed) or not listed or len(set(listed)) != len(listed):
        raise failure(
            Text(
                f"宣告 {elements.total} 个，得 {len(listed)} 个，其中标识不同的 {len(set(listed))} 个",
                f"{elements.total} announced, {len(listed)} came with {len(set(listed))} different identifiers",
            ),
            Text("非空，与宣告总数一致，标识各不相同", "not empty, as many as announced, each identifier once"),
            elements.pages,
        )
    hold_schema(run, "STD-001", "data/element", elements, "id")


@decides("STD-002")
def test_formats_follow_the_notation(run: Session, elements: Walk) -> None:
    """The format of every data element follows the notation."""
    _some(elements)
    hold_schema(run, "STD-002", "data/element", elements, "id")


@decides("STD-031")
def test_quantities_state_their_unit(run: Session, elements: Walk) -> None:
    """Every numeric element whose representation term is quantity or amount states its unit."""
    _some(elements)
    hold_schema(run, "STD-031", "data/element", elements, "id")


@decides("STD-003")
def test_names_are_unique(elements: Walk) -> None:
    """Within one object class and version no two elements have the same Chinese name."""
    _some(elements)
    known: defaultdict[tuple[str, str, str], list[tuple[str, int]]] = defaultdict(list)
    for one, number in zip(elements.items, elements.exchanges, strict=True):
        if words(one, "status") != "retired":
            place = words(one, "objectClass"), str(at(one, "version")), words(one, "name").strip()
            known[place].append((words(one, "id"), number))
    twice = {place: found for place, found in known.items() if len(found) > 1}
    if twice:
        raise failure(
            Text(
                f"{len(twice)} 个名称被多个数据元使用：{names([place[2] for place in twice])}",
                f"{len(twice)} names are those of several elements: {names([place[2] for place in twice])}",
            ),
            Text("同一对象类、同一版本内名称唯一", "a name once within an object class and version"),
            samples=[
                Sample(
                    place[2],
                    "/name",
                    Text("、".join(name for name, _ in found), ", ".join(name for name, _ in found)),
                    Text("一个数据元", "one element"),
                    found[-1][1],
                )
                for place, found in twice.items()
            ],
        )


@decides("STD-050")
def test_identifiers_keep_their_meaning(run: Session, elements: Walk) -> None:
    """An identifier denotes the same element in every version, and the element that the edition gives it."""
    _some(elements)
    listed = {words(one, "id"): one for one in elements.items if words(one, "id")}
    answers = run.node.ask_all("GET", [f"/standards/elements/{one}/versions" for one in listed])
    wrong = [
        sample
        for (name, current), answer in zip(listed.items(), answers, strict=True)
        for sample in _changed(name, current, answer, run.law.data.elements.get(name))
    ]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 处标识在版本之间或与本规范所指不同，首处 {wrong[0].label}：{wrong[0].came.zh}",
                f"{len(wrong)} places where an identifier denotes something else, first {wrong[0].label}: "
                f"{wrong[0].came.en}",
            ),
            Text("标识始终指同一个数据元", "an identifier that always denotes the same element"),
            samples=wrong,
        )
    run.note(f"比对 {len(listed)} 个标识的各版本", f"the versions of {len(listed)} identifiers compared")


def _changed(name: str, current: dict[str, Any], answer: Answer, due: Element | None) -> Iterator[Sample]:
    versions = [one for one in answer.expect(200).member("items", list) if isinstance(one, dict)]
    if str(at(current, "version")) not in [str(one.get("version")) for one in versions]:
        yield differ(name, "/version", [one.get("version") for one in versions], at(current, "version"), answer.n)
    first = versions[0] if versions else current
    for one in [*versions, current]:
        for member in ("id", *_SAME):
            if one.get(member) != (name if member == "id" else first.get(member)):
                yield differ(f"{name} {one.get('version')}", f"/{member}", one.get(member), first.get(member), answer.n)
    known = {due.name.zh, *due.synonyms} if due is not None else set()
    for one in versions:
        if known and words(one, "name") not in known:
            yield differ(f"{name} {one.get('version')}", "/name", one.get("name"), sorted(known), answer.n)


@decides("STD-004")
def test_fields_are_bound(run: Session, resources: Resources, elements: Walk) -> None:
    """Enough of the served fields are bound to a published data element."""
    published = {words(one, "id") for one in elements.items}
    total = sum(len(each.fields()) for each in resources.all)
    if not total:
        raise Untested(Text("没有可读的数据结构", "no schema of a resource can be read"))
    loose = [
        differ(f"{each.code} {words(one, 'name')}", "/element", one.get("element"), "DE-…", each.schema.n)
        for each in resources.all
        for one in each.fields()
        if words(one, "element") not in published - {""}
    ]
    rate, least = 1 - len(loose) / total, float(run.param("data.bound-fields"))
    run.note(
        f"{len(resources.all)} 个资源的 {total} 个字段，绑定率 {rate:.2%}",
        f"{total} fields of {len(resources.all)} resources, {rate:.2%} of them bound",
    )
    if rate < least:
        raise failure(
            Text(
                f"{len(loose)} 个字段未绑定，绑定率 {rate:.2%}", f"{len(loose)} fields are not bound, rate {rate:.2%}"
            ),
            Text(f"绑定率不低于 {least:.0%}", f"at least {least:.0%} bound to a published element"),
            samples=loose,
        )


def _some(elements: Walk) -> None:
    if not elements.items:
        raise Untested(Text("数据元目录为空", "the directory of data elements is empty"))
