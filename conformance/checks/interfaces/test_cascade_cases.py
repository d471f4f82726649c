"""interfaces/cascade: share requests, objections and demands between the node and its parent, in both directions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.interfaces.passed_on import (
    DEMANDS,
    DISPUTES,
    SHARES,
    answered,
    create,
    filed,
    origin,
    reported,
    show,
    step,
    taken,
)
from conformance.checks.interfaces.upper import body_of
from conformance.checks.shared import at, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.upper import Upper
    from conformance.checks.shared import Catalog

_WHY = "一致性测试：上级的办理意见"
_RATING = {"score": 4, "solved": True}
#: How a dispute is handled, with the state from which each step starts.
_HANDLING: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("submitted", "accept", {}),
    ("accepted", "verify", {}),
    ("in-verification", "confirm", {"reason": "经核对原始档案无误"}),
    ("confirmed-correct", "feedback", {"conclusion": "经核对原始档案无误"}),
)


def _application(upper: Upper, entry: dict[str, Any]) -> dict[str, Any]:
    today = upper.run.today
    return {
        "resource": entry["code"],
        "basis": "《失业保险条例》第十六条",
        "scenario": "一致性测试：跨层级共享申请",
        "scope": {"text": "一致性测试"},
        "way": next(iter(at(entry, "share", "ways") or ["service-interface"])),
        "period": {"start": today.isoformat(), "end": (today + timedelta(days=180)).isoformat()},
    }


def _of_parent(upper: Upper, desk: Desk, name: str) -> dict[str, Any]:
    """Return an entry that the parent has registered here: data that the node does not hold itself."""
    entry = upper.entry(desk, name)
    upper.register(entry).expect(201)
    return entry


def _own(desk: Desk, catalog: Catalog, name: str) -> dict[str, Any]:
    """Return an entry of the editor's own department, published for this run.

    Raises:
        Untested: that department shares nothing.
    """
    draft = desk.register(desk.entry(f"{name}-draft")).expect(201)
    org = words(draft.object, "author", "org")
    like = [one for one in catalog.shared if words(one, "provider", "uscc") == org and not one.get("basicDatabase")]
    if not like:
        raise Untested(Text("编制人所在部门没有共享目录", "the editor's department shares no entry"))
    entry = desk.entry(name, like[0])
    desk.carry(desk.register(entry).expect(201).member("id", str), like[0])
    return entry


@decides("API-062", writes=True)
def test_share_requests_go_up(desk: Desk, upper: Upper) -> None:
    """A request for data of the parent is filed with it for the original requester; its number and state are shown."""
    application = _application(upper, _of_parent(upper, desk, "share-up"))
    name = create(upper, SHARES, application).member("id", str)
    step(upper, SHARES, name, "consent", "head")
    step(upper, SHARES, name, "submit", "editor")
    passed = filed(upper, SHARES, name, application)
    answered(upper, passed, "in-review", _WHY)
    answered(upper, passed, "accepted", _WHY)


@decides("API-062", writes=True)
def test_share_requests_come_down(desk: Desk, catalog: Catalog, upper: Upper) -> None:
    """A request that the parent passes down keeps its requester and trace id, and the parent is told the decision."""
    application = _application(upper, _own(desk, catalog, "share-down"))
    name = taken(upper, SHARES, application, origin(upper, "share-down"))
    for event, role in (("consent", "head"), ("submit", "editor"), ("accept", "editor")):
        step(upper, SHARES, name, event, role)
    step(upper, SHARES, name, "reject", "head", {"reasonCode": "conditions-not-met", "reason": _WHY})
    reported(upper, SHARES, name, "rejected", _WHY)


def _handle(upper: Upper, name: str) -> None:
    """Take a dispute to where its reporter may rate it, from wherever it stands."""
    for start, event, body in _HANDLING:
        if words(show(upper, DISPUTES, name).object, "state") == start:
            step(upper, DISPUTES, name, event, "editor", body)


def _objection(code: str) -> dict[str, Any]:
    return {"type": "use-quality", "resource": code, "field": "bz", "description": "一致性测试：跨层级校核申请"}


@decides("API-063", writes=True)
def test_objections_go_up(desk: Desk, upper: Upper) -> None:
    """An objection to data of the parent is filed with it, its result is shown here, and the rating reaches it."""
    objection = _objection(_of_parent(upper, desk, "dispute-up")["code"])
    name = create(upper, DISPUTES, objection).member("id", str)
    step(upper, DISPUTES, name, "submit", "editor")
    passed = filed(upper, DISPUTES, name, objection)
    answered(upper, passed, "accepted", _WHY)
    _handle(upper, name)
    step(upper, DISPUTES, name, "evaluate", "editor", _RATING)
    path = f"/disputes/{passed.number}/evaluate"
    heard = upper.sent("POST", path)
    if any(at(body_of(heard), one) != value for one, value in _RATING.items()):
        raise heard.wrong(Text("评价内容不同", "another rating"), Text(str(_RATING), str(_RATING)))


@decides("API-063", writes=True)
def test_objections_come_down(desk: Desk, upper: Upper) -> None:
    """An objection that the parent passes down is handled here, the parent is told the result, and rates it once."""
    name = taken(upper, DISPUTES, _objection(desk.publish("dispute-down")), origin(upper, "dispute-down"))
    step(upper, DISPUTES, name, "submit", "editor")
    _handle(upper, name)
    reported(upper, DISPUTES, name, "accepted", "经核对原始档案无误")
    step(upper, DISPUTES, name, "evaluate", "editor", _RATING)
    refused = upper.run.node.post(f"/disputes/{name}/evaluate", {"score": 1, "solved": False}, role="editor")
    if refused.status != 409:
        raise refused.wrong(
            Text(f"再次评价得到状态 {refused.status}", f"a second rating got status {refused.status}"),
            Text("状态 409", "status 409"),
        )
    shown = show(upper, DISPUTES, name)
    if any(at(shown.object, "evaluation", one) != value for one, value in _RATING.items()):
        raise shown.wrong(Text("评价未保存", "the rating is not kept"), Text(str(_RATING), str(_RATING)))


def _demand(upper: Upper, code: str, name: str) -> dict[str, Any]:
    return {
        "content": f"一致性测试需求 {upper.run.digits(name, 12)}",
        "scenario": "一致性测试：跨层级数据需求",
        "basis": "《政务数据共享条例》第二十条",
        "resource": code,
    }


@decides("API-064", writes=True)
def test_demands_go_up(desk: Desk, upper: Upper) -> None:
    """A demand of the district is reported to the parent, and the parent's answer is shown with it."""
    demand = _demand(upper, desk.entry("demand-up")["code"], "demand-up")
    name = create(upper, DEMANDS, demand).member("id", str)
    answered(upper, filed(upper, DEMANDS, name, demand), "accepted", _WHY)


@decides("API-064", writes=True)
def test_demands_come_down(desk: Desk, upper: Upper) -> None:
    """A demand that the parent passes down is taken, answered here, and the parent is told the answer."""
    name = taken(upper, DEMANDS, _demand(upper, desk.entry("demand-down")["code"], "demand-down"), origin(upper, "d"))
    step(upper, DEMANDS, name, "answer", "reviewer", {"outcome": _WHY})
    reported(upper, DEMANDS, name, "accepted", _WHY)


@decides("API-036", writes=True)
def test_rejected_cases_keep_their_local_state(desk: Desk, upper: Upper) -> None:
    """After the parent rejects a demand its own state is what it was, and the parent's is readable beside it."""
    demand = _demand(upper, desk.entry("demand-rejected")["code"], "demand-rejected")
    name = create(upper, DEMANDS, demand).member("id", str)
    answered(upper, filed(upper, DEMANDS, name, {"content": demand["content"]}), "rejected", _WHY)
