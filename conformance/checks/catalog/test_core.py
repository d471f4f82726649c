"""catalog/core: the published catalog and the content of its entries."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.checks import decides
from conformance.checks.finding import differ, failure, names, of_breaches
from conformance.checks.shared import Catalog, at, hold_schema, steady, words
from conformance.checks.walking import Walk, walk
from conformance.judge import Decision, Inapplicable, Untested
from conformance.rules import RULES_BY_ENTRY, RuleReport
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.catalog.feed import Feed
    from conformance.node import Session

_OTHER_SIZE = 311
_SINGLES = 40
_CODE = re.compile(r"[0-9]{6,40}/[0-9]{1,40}")


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


@decides("CAT-001")
def test_single_view_is_the_listed_entry(run: Session, catalog: Catalog) -> None:
    """An entry read by its code is the entry that the catalog lists."""
    times = Counter(one.get("code") for one in catalog.entries)
    codes = sorted(code for code in catalog.by_code if times[code] == 1)  # a code listed twice is CAT-005's
    chosen = run.rng("single").sample(codes, min(_SINGLES, len(codes)))
    if not chosen:
        raise Untested(Text("目录为空", "the catalog is empty"))
    run.note(f"抽查 {len(chosen)} 条的单条视图", f"single views of {len(chosen)} entries")
    wrong = []
    for code in chosen:
        answer = run.node.get(f"/catalog/resources/{code}").expect(200)
        listed = catalog.by_code[code]
        names = [one for one in sorted({*listed, *answer.object}) if listed.get(one) != answer.object.get(one)]
        wrong += [differ(code, f"/{one}", answer.object.get(one), listed.get(one), answer.n) for one in names]
    if wrong:
        steady(run, catalog)
        raise failure(
            Text(f"{len(wrong)} 处单条与列表不同", f"{len(wrong)} members differ between single view and list"),
            Text("单条与列表一致", "the same entry in both"),
            samples=wrong,
        )


@decides("CAT-001")
def test_nothing_is_served_beside_the_list(run: Session, catalog: Catalog, request: pytest.FixtureRequest) -> None:
    """Whatever the node serves by its code is listed: related codes and codes of the change feed lead nowhere else."""
    related = {code for one in catalog.entries for code in one.get("relatedCodes") or [] if isinstance(code, str)}
    try:
        feed: Feed = request.getfixturevalue("feed")
        known = related | set(feed.active())
    except Decision:
        known = related
    beside = sorted(known - set(catalog.by_code))[:_SINGLES]
    answers = [(code, run.node.get(f"/catalog/resources/{code}")) for code in beside if _CODE.fullmatch(code)]
    hidden = [(code, answer.n) for code, answer in answers if answer.status == 200]
    if hidden:
        steady(run, catalog)
        raise failure(
            Text(
                f"{len(hidden)} 条可按代码访问却未列出：{names([code for code, _ in hidden])}",
                f"{len(hidden)} entries are served by their code but not listed: {names([code for code, _ in hidden])}",
            ),
            Text("全部目录均在列表中", "every entry is in the list"),
            [number for _, number in hidden],
            count=len(hidden),
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
    if not rules.providers:
        raise Untested(Text("目录中没有提供方", "no provider in the catalog"))
