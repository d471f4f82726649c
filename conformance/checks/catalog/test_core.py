"""catalog/core: the published catalog and the content of its entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.checks import decides
from conformance.checks.catalog.shared import Catalog, at, hold_schema, sample, steady, words
from conformance.checks.finding import differ, failure, names, of_breaches
from conformance.checks.walking import Walk, walk
from conformance.judge import Inapplicable, Sample, Untested
from conformance.rules import RULES_BY_ENTRY, RuleReport
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Node, Session

_GONE = {404, 410}
_OTHER_SIZE = 311


@decides("CAT-001")
def test_catalog_is_whole(run: Session, catalog: Catalog) -> None:
    """The catalog lists every entry once, as many as it announces, whatever the page size."""
    listed = [one.get("code") for one in catalog.entries]
    if catalog.walk.total != len(catalog.walk.items) or not listed:
        raise failure(
            Text(
                f"宣告 {catalog.walk.total} 条，遍历得 {len(listed)} 条",
                f"{catalog.walk.total} announced, {len(listed)} listed",
            ),
            Text("宣告总数与遍历条数相等且大于 0", "as many as announced, and more than none"),
            catalog.walk.pages,
        )
    again = walk(run.node, "/catalog/resources", {"limit": min(_OTHER_SIZE, max(1, len(listed) // 7))})
    if [at(one, "code") for one in again.items] != listed:
        steady(run, catalog)
        raise failure(
            Text("不同页大小遍历的结果不同", "another page size gives another sequence"),
            Text("同一序列", "the same sequence"),
            (*catalog.walk.pages[:3], *again.pages[:3]),
        )


@pytest.mark.parametrize(
    "requirement", [pytest.param(one, marks=pytest.mark.requirement(one)) for one in sorted(RULES_BY_ENTRY)]
)
def test_entries_keep(requirement: str, rules: RuleReport, catalog: Catalog) -> None:
    """Every entry keeps the rule of the requirement."""
    tally = rules.tallies.get(requirement)
    if tally is not None:
        raise of_breaches(tally.samples, tally.count, catalog.exchange_of, rules.entries)
    if not rules.met.get(requirement):
        why = Text(f"{rules.entries} 条目录中没有适用的条目", f"it applies to none of {rules.entries} entries")
        raise (Inapplicable if rules.entries else Untested)(why)


@decides("CAT-009")
def test_providers_are_registered(run: Session, rules: RuleReport, organizations: Walk) -> None:
    """Every provider of an entry is in the register of organisations under the same name."""
    registered = {words(one, "uscc"): words(one, "name") for one in organizations.items}
    wrong = [
        differ(code, "/provider/name", name, registered.get(code), organizations.pages[0])
        for code, name in rules.providers.items()
        if registered.get(code) != name
    ]
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 个提供方与机构名录不符", f"{len(wrong)} providers differ from the register"),
            Text("名称与机构名录一致", "the name in the register"),
            samples=wrong,
        )
    hold_schema(run, "CAT-009", "organization", organizations, "uscc")
    if not rules.providers:
        raise Untested(Text("目录中没有提供方", "no provider in the catalog"))


@decides("CAT-010")
def test_sharing_bodies_are_named(run: Session, rules: RuleReport, organizations: Walk) -> None:
    """Every department of the catalog has a named sharing body with a contact."""
    present = {words(one, "uscc") for one in organizations.items}
    absent = sorted(set(rules.providers) - present)
    if absent:
        raise failure(
            Text(f"机构名录缺少 {names(absent)}", f"not in the register: {names(absent)}"),
            Text("每个提供方都有共享工作机构记录", "a record of the sharing body of every provider"),
            organizations.pages,
            count=len(absent),
        )
    hold_schema(run, "CAT-010", "organization", organizations, "uscc")


@decides("CAT-035")
def test_shared_entries_are_bound(run: Session, node: Node, catalog: Catalog) -> None:
    """Every shared entry is bound to a resource that answers."""
    entries = sample(run, "bindings", catalog.shared)
    if not entries:
        raise Untested(Text("没有可共享的目录", "no shared entry"))
    loose = [one for one in (_unreachable(node, entry) for entry in entries) if one is not None]
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
def test_bound_structure_equals_items(run: Session, node: Node, catalog: Catalog) -> None:
    """The structure of a bound resource equals the items of its entry, names and types, both ways."""
    entries = [one for one in catalog.shared if one.get("items") and one.get("bindings")]
    wrong: list[Sample] = []
    for entry in sample(run, "structures", entries):
        answer = node.get(f"/data/{entry['code']}/schema").expect(200)
        served = {words(one, "name"): words(one, "dataType") for one in answer.member("fields", list)}
        listed = {words(one, "field"): words(one, "dataType") for one in entry["items"]}
        if served != listed:
            wrong.append(
                differ(
                    entry["code"],
                    "/items",
                    dict(served.items() - listed.items()),
                    dict(listed.items() - served.items()),
                    answer.n,
                )
            )
    if wrong:
        raise failure(
            Text(f"{len(wrong)} 条的资源结构与目录不符", f"{len(wrong)} entries whose resource has another structure"),
            Text("字段名与类型双向一致", "the same field names and types, both ways"),
            samples=wrong,
        )
    if not entries:
        raise Untested(Text("没有可比对结构的挂接资源", "no bound resource with a structure"))
