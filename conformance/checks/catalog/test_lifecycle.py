"""catalog/lifecycle: approval and review, versions, visibility."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.shared import Catalog, at, words
from conformance.checks.walking import Walk, pages, walk
from conformance.judge import Inapplicable, Sample, Untested
from conformance.node.discover import DESCRIPTOR
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.catalog.feed import Feed
    from conformance.checks.desk import Desk
    from conformance.node import Node, Session

_HISTORIES = 12
_STEP = 0.25


@decides("CAT-031")
def test_entries_were_approved_and_reviewed(run: Session, node: Node, catalog: Catalog) -> None:
    """Every published entry was approved by the head and reviewed by the authority, by two persons."""
    size = run.param("run.page-size")
    approved, reviewed = (
        _actors(walk(node, "/audit/events", {"action": action, "limit": size}, role="auditor"), action, role)
        for action, role in (("catalog.approve", "head"), ("catalog.review", "reviewer"))
    )
    wrong = [one for one in (_unproven(code, approved, reviewed) for code in catalog.by_code) if one is not None]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 条缺少审批或审核，或为同一人",
                f"{len(wrong)} entries without approval or review by two persons",
            ),
            Text(
                "部门负责人审批与主管部门审核，非同一人", "approval by the head, review by the authority, two persons"
            ),
            samples=wrong,
        )


def _actors(events: Walk, action: str, role: str) -> dict[str, dict[str, int]]:
    """Who did `action` in `role` to each object, with the exchange that shows it."""
    found: dict[str, dict[str, int]] = {}
    for event, number in zip(events.items, events.exchanges, strict=True):
        if (at(event, "action"), at(event, "result"), at(event, "actor", "role")) == (action, "ok", role):
            found.setdefault(words(event, "object", "id"), {})[words(event, "actor", "id")] = number
    return found


def _unproven(code: str, approved: dict[str, dict[str, int]], reviewed: dict[str, dict[str, int]]) -> Sample | None:
    heads, reviewers = approved.get(code, {}), reviewed.get(code, {})
    if heads and reviewers and not heads.keys() & reviewers.keys() and "" not in {*heads, *reviewers}:
        return None
    number = next(iter({**heads, **reviewers}.values()), 0)
    return differ(
        code,
        "/actor/id",
        {"approve": sorted(heads), "review": sorted(reviewers)},
        {"approve": ["A"], "review": ["B"]},
        number,
    )


@decides("CAT-031", writes=True)
def test_steps_are_taken_in_order_and_audited(desk: Desk) -> None:
    """Without approval a draft cannot be submitted; approval and review are on record, by two persons."""
    node = desk.run.node
    entry = desk.entry("audited")
    draft = desk.register(entry).expect(201).member("id", str)
    early = desk.act(draft, "submit", "editor")
    state = node.get(f"/catalog/drafts/{draft}", role="editor").expect(200)
    if early.status not in {403, 409, 422} or state.object.get("state") != "draft":
        raise early.wrong(
            Text(
                f"状态 {early.status}，草稿变为 {state.object.get('state')}",
                f"status {early.status}, the draft became {state.object.get('state')}",
            ),
            Text("未经审批的报审被拒绝（409），草稿不变", "refused without approval (409), the draft as it was"),
            others=(state.n,),
        )
    desk.carry(draft)
    size = desk.run.param("run.page-size")
    events = walk(node, "/audit/events", {"object": entry["code"], "limit": size}, role="auditor")
    wrong = _unproven(
        entry["code"], _actors(events, "catalog.approve", "head"), _actors(events, "catalog.review", "reviewer")
    )
    if wrong is not None:
        raise failure(wrong.came, wrong.due, events.pages, samples=[wrong])


@decides("CAT-032")
def test_old_versions_can_be_read(run: Session, node: Node, catalog: Catalog) -> None:
    """An entry of version n lists n versions with time, actor and reason; each can be read."""
    older = [one for one in catalog.by_code.values() if isinstance(one.get("version"), int) and one["version"] > 1]
    chosen = run.rng("versions").sample(older, min(_HISTORIES, len(older)))
    if not chosen:
        raise Untested(Text("没有改版过的目录", "no entry has more than one version"))
    run.note(f"抽查 {len(chosen)} 条的历史版本", f"histories of {len(chosen)} entries out of {len(older)}")
    for entry in chosen:
        answer = node.get(f"/catalog/resources/{entry['code']}/versions").expect(200)
        rows = answer.member("items", list)
        numbers = [at(one, "version") for one in rows]
        if sorted(map(str, numbers)) != sorted(map(str, range(1, entry["version"] + 1))):
            raise answer.wrong(
                Text(f"版本 {numbers}", f"versions {numbers}"),
                Text(f"1 至 {entry['version']}", f"1 to {entry['version']}"),
            )
        for row in rows:
            _row_is_whole(node, entry["code"], row, answer.n)


def _row_is_whole(node: Node, code: str, row: dict[str, Any], number: int) -> None:
    lacking = [one for one in ("time", "reason", "digest") if not words(row, one)]
    lacking += [] if words(row, "actor", "id") else ["actor"]
    if lacking:
        raise failure(
            Text(
                f"{code} 第 {row.get('version')} 版缺 {lacking}", f"{code} version {row.get('version')} lacks {lacking}"
            ),
            Text("时间、人员、原因、摘要", "time, actor, reason, digest"),
            (number,),
        )
    old = node.get(f"/catalog/resources/{code}/versions/{row['version']}").expect(200)
    if (at(old.object, "version"), at(old.object, "digest")) != (row["version"], row["digest"]):
        raise old.wrong(
            Text(
                f"第 {at(old.object, 'version')} 版，摘要 {at(old.object, 'digest')}",
                f"version {at(old.object, 'version')}, digest {at(old.object, 'digest')}",
            ),
            Text(f"第 {row['version']} 版，摘要 {row['digest']}", f"version {row['version']}, digest {row['digest']}"),
            others=(number,),
        )


@decides("CAT-032", writes=True)
def test_change_makes_a_version(desk: Desk) -> None:
    """A change makes a new version; the old one stays as it was."""
    node = desk.run.node
    code = desk.publish("versions")
    first = node.get(f"/catalog/resources/{code}").expect(200)
    changed = desk.change(code, abstract=f"{first.object.get('abstract')}（已修订）")
    second = node.get(f"/catalog/resources/{code}").expect(200)
    if (second.object.get("version"), second.object.get("abstract")) != (
        first.member("version", int) + 1,
        changed["abstract"],
    ):
        raise second.wrong(
            Text(f"第 {second.object.get('version')} 版", f"version {second.object.get('version')}"),
            Text(
                f"第 {first.object['version'] + 1} 版，内容已更新",
                f"version {first.object['version'] + 1} with the change",
            ),
            others=(first.n,),
        )
    old = node.get(f"/catalog/resources/{code}/versions/{first.object['version']}").expect(200)
    if at(old.object, "abstract") != first.object.get("abstract"):
        raise old.wrong(
            Text("旧版内容已变", "the old version has changed"),
            Text("旧版原样可查", "the old version as it was"),
            others=(first.n,),
        )


@decides("CAT-044", writes=True)
def test_published_entry_becomes_visible(desk: Desk) -> None:
    """A published entry can be read and is listed within the announced delay."""
    run = desk.run
    limit = min(_announced(run), float(run.param("catalog.visibility-delay")))
    code = desk.publish("visible")
    start = run.now
    while True:
        single, listed, number = _visible(run, code)
        waited = (run.now - start).total_seconds()
        if single and listed:
            run.note(
                f"{waited:.1f} 秒内可见（限 {limit:g} 秒）", f"visible within {waited:.1f} s ({limit:g} s allowed)"
            )
            return
        if waited > limit:
            raise failure(
                Text(
                    f"{waited:.1f} 秒后：单条{'可见' if single else '不可见'}，列表{'可见' if listed else '不可见'}",
                    f"after {waited:.1f} s: single {'visible' if single else 'hidden'}, "
                    f"list {'visible' if listed else 'hidden'}",
                ),
                Text(f"{limit:g} 秒内单条与列表均可见", f"both within {limit:g} s"),
                (number,),
            )
        run.wire.pause(_STEP)


def _visible(run: Session, code: str) -> tuple[bool, bool, int]:
    """Whether the single entry and the list show a code, and the last exchange that says so."""
    single, number = run.node.get(f"/catalog/resources/{code}").status == 200, 0
    for page in pages(run.node, "/catalog/resources", {"limit": run.param("run.page-size")}):
        number = page.n
        if any(at(one, "code") == code for one in page.object["items"]):
            return single, True, number
    return single, False, number


def _announced(run: Session) -> float:
    """Seconds of the visibility delay that the descriptor announces (ISO 8601, PTnHnMnS)."""
    told = words(run.node.get(DESCRIPTOR, role=None).object, "catalog", "visibilityDelay")
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", told)
    if not match or told == "PT":
        raise Untested(
            Text(
                "节点描述未公告可见时延 catalog.visibilityDelay", "the descriptor announces no catalog.visibilityDelay"
            )
        )
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


@decides("CAT-034")
def test_revoked_codes_stay_gone(feed: Feed, catalog: Catalog) -> None:
    """A code that was revoked is neither listed nor added again."""
    revoked = feed.revoked()
    if not revoked:
        raise Inapplicable(
            Text(f"{len(feed.events)} 个事件中没有撤销", f"no revocation among {len(feed.events)} events")
        )
    again = [
        words(event, "code")
        for index, event in enumerate(feed.events)
        if event.get("op") != "revoke" and index > revoked.get(words(event, "code"), index)
    ]
    back = sorted({*again, *(set(revoked) & set(catalog.by_code))})
    if back:
        raise failure(
            Text(f"已撤销代码重新启用：{'、'.join(back[:5])}", f"revoked codes in use again: {', '.join(back[:5])}"),
            Text("撤销后不再启用", "never again"),
            feed.pages[-1:],
            count=len(back),
        )


@decides("CAT-034", writes=True)
def test_revoked_code_is_refused(desk: Desk) -> None:
    """A code can be registered once; after its revocation the node refuses it with 409."""
    code = desk.publish("reuse")
    desk.revoke(code)
    answer = desk.register(desk.entry("reuse-again") | {"code": code})
    if answer.status != 409:
        raise answer.wrong(Text(f"状态 {answer.status}", f"status {answer.status}"), Text("状态 409", "status 409"))
    single = desk.run.node.get(f"/catalog/resources/{code}")
    if single.status not in {404, 410}:
        raise single.wrong(
            Text(f"状态 {single.status}", f"status {single.status}"), Text("仍为撤销（410）", "still revoked (410)")
        )
