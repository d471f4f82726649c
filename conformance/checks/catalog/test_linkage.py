"""catalog/linkage: bound resources, service items, source departments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure, of_breaches
from conformance.checks.shared import Catalog, hold_schema, sample, words
from conformance.checks.walking import walk
from conformance.judge import Inapplicable, Sample, Untested
from conformance.rules import RuleReport, undesignated
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.resources import Resources
    from conformance.node import Answer, Node, Session

_GONE = {404, 410}


@decides("CAT-037")
def test_service_items_resolve(run: Session, catalog: Catalog) -> None:
    """Every service item that an entry names is in the list of service items."""
    found = walk(run.node, "/catalog/service-items", {"limit": run.param("run.page-size")})
    hold_schema(run, "CAT-037", "service-item", found, "code")
    known = {words(one, "code") for one in found.items}
    linked = [(code, one.get("serviceItems")) for code, one in catalog.by_code.items()]
    used = [(code, name) for code, items in linked for name in items or [] if name != "*"]
    if not used:
        raise Inapplicable(Text("没有目录关联事项", "no entry is linked to a service item"))
    wrong = [differ(code, "/serviceItems", name, "…", found.pages[0]) for code, name in used if name not in known]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 个事项编码不在事项清单中",
                f"{len(wrong)} item codes are not in the list of service items",
            ),
            Text("事项清单中的编码或“*”", "a code of the list, or “*”"),
            samples=wrong,
        )


@decides("CAT-040")
def test_shared_elements_have_one_source(run: Session, rules: RuleReport) -> None:
    """Every data element that several departments collect has one designated source department among them."""
    found = walk(run.node, "/catalog/source-designations", {"limit": run.param("run.page-size")})
    hold_schema(run, "CAT-040", "source-designation", found, "element")
    breaches = list(undesignated(rules.shared_elements, [one for one in found.items if isinstance(one, dict)]))
    if breaches:
        numbers = dict.fromkeys((one.label for one in breaches), found.pages[0])
        raise of_breaches(breaches, len(breaches), numbers, len(rules.shared_elements))
    if not rules.shared_elements:
        raise Inapplicable(Text("没有多部门共同收集的数据元", "no element is collected by several departments"))


@decides("CAT-035")
def test_shared_entries_are_bound(run: Session, node: Node, catalog: Catalog) -> None:
    """Every shared entry is bound to a resource that answers."""
    entries = sample(run, "bindings", catalog.shared)
    if not entries:
        raise Untested(Text("没有可共享的目录", "no shared entry"))
    doubtful = _beyond_first(node, entries)
    loose = [one for one in (_unreachable(node, entry) for entry in doubtful) if one is not None]
    rate = 1 - len(loose) / len(entries)
    least = float(run.param("catalog.binding-rate"))
    run.note(
        f"挂接率 {len(entries) - len(loose)}/{len(entries)} = {rate:.2%}",
        f"binding rate {len(entries) - len(loose)}/{len(entries)} = {rate:.2%}",
    )
    if rate < least:
        raise failure(
            Text(
                f"{len(loose)} 条未挂接或不可达，挂接率 {rate:.2%}",
                f"{len(loose)} unbound or unreachable, rate {rate:.2%}",
            ),
            Text(f"挂接率不低于 {least:.0%}", f"a binding rate of at least {least:.0%}"),
            samples=loose,
        )


def _beyond_first(node: Node, entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Call the first binding of every entry, several at once; return the entries for which that was not enough."""
    first = [(entry, next((words(one, "href") for one in entry.get("bindings") or []), "")) for entry in entries]
    called = [(entry, href) for entry, href in first if href and node.within(href)]
    answers = node.ask_all("HEAD", [href for _, href in called])
    reached = {id(entry) for (entry, _), answer in zip(called, answers, strict=True) if _answers(answer)}
    return [entry for entry in entries if id(entry) not in reached]


def _answers(answer: Answer) -> bool:
    return answer.status not in {*_GONE, 405, 501} and answer.status < 500


def _unreachable(node: Node, entry: dict[str, Any]) -> Sample | None:
    due = Text("至少一个可达的挂接资源", "at least one binding that answers")
    seen: list[str] = []
    number = 0
    for binding in entry.get("bindings") or []:
        href = words(binding, "href")
        if not href or not node.within(href):
            seen.append(f"{href or binding} (?)")
            continue
        answer = node.ask("HEAD", href)
        if answer.status in {405, 501}:
            answer = node.get(href, params={"limit": 1})
        if answer.status not in _GONE and answer.status < 500:
            return None
        seen, number = [*seen, f"{href} → {answer.status}"], answer.n
    came = Text("、".join(seen) or "无挂接", ", ".join(seen) or "no binding")
    return Sample(entry["code"], "/bindings", came, due, number)


@decides("CAT-036")
def test_bound_structure_equals_items(resources: Resources) -> None:
    """The structure of a bound resource equals the items of its entry, names and types, both ways."""
    wrong: list[Sample] = []
    for one in resources.all:
        served = {words(each, "name"): words(each, "dataType") for each in one.structure()["fields"]}
        listed = {words(each, "field"): words(each, "dataType") for each in one.entry["items"]}
        if served != listed:
            came, due = dict(served.items() - listed.items()), dict(listed.items() - served.items())
            wrong.append(differ(one.code, "/items", came, due, one.schema.n))
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 条的资源结构与目录不符", f"{len(wrong)} entries whose resource has another structure"),
            Text("字段名与类型双向一致", "the same field names and types, both ways"),
            samples=wrong,
        )
    if not resources.all:
        raise Untested(Text("没有可比对结构的挂接资源", "no bound resource with a structure"))


@decides("CAT-036")
def test_rows_have_the_served_structure(run: Session, resources: Resources) -> None:
    """The rows of a bound resource have exactly the fields of its structure."""
    resources.announce(run)
    wrong: list[Sample] = []
    for one in resources.readable:
        due = {words(each, "name") for each in one.fields()}
        other = next((row.keys() for row in one.rows() if row.keys() != due), None)
        if other is not None and one.page is not None:
            wrong.append(differ(one.code, "/items", sorted(other - due), sorted(due - other), one.page.n))
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 个资源的数据行与其结构不符", f"{len(wrong)} resources whose rows have other fields"),
            Text("数据行的成员即结构中的字段", "the fields of the structure, no more and no fewer"),
            samples=wrong,
        )
    if not any(one.rows() for one in resources.readable):
        raise Untested(Text("没有可读的数据行", "there are no rows to read"))
