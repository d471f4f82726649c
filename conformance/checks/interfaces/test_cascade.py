"""interfaces/cascade: catalog and resources between the node and its parent, and both states of what was passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.passed_on import hold_members
from conformance.checks.interfaces.upper import body_of, digest
from conformance.checks.shared import at, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.upper import Upper
    from conformance.node import Answer

_WHY = "conformance test: rejected by the parent"


def _sent(upper: Upper, code: str, version: int) -> Answer:
    """Return how the node told its parent of a version of an entry."""
    return upper.sent("PUT", f"/cascade/catalog/{code}", lambda body: at(body, "entry", "version") == version)


@decides("API-035", writes=True)
def test_catalog_goes_up(desk: Desk, upper: Upper) -> None:
    """An entry that is published, changed or revoked is registered, changed and revoked with the parent."""
    node = desk.run.node
    code = desk.publish("cascade-up")
    path = f"/cascade/catalog/{code}"
    for version in (1, 2):
        listed = node.get(f"/catalog/resources/{code}").expect(200)
        heard = _sent(upper, code, version)
        due = {f"entry/{name}": listed.object.get(name) for name in ("code", "version", "digest", "title")}
        hold_members(heard, body_of(heard), {**due, "node": upper.node})
        if version == 1:
            desk.change(code, abstract="一致性测试变更后的摘要，用于检验变更上报。")
    desk.revoke(code)
    upper.sent("DELETE", path)


@decides("API-035", writes=True)
def test_catalog_comes_down(desk: Desk, upper: Upper) -> None:
    """The parent registers, changes, queries and revokes an entry here; an older version is refused."""
    first = upper.entry(desk, "cascade-down")
    second = upper.entry(desk, "cascade-down", 2, title=f"{first['title']}（第二版）")
    path = f"/cascade/catalog/{first['code']}"
    upper.register(first).expect(201)
    _hold_state(upper, path, first)
    upper.register(second).expect(200)
    _hold_state(upper, path, second)
    refused = upper.register(first)
    if refused.status != 409:
        raise refused.wrong(
            Text(f"旧版本得到状态 {refused.status}", f"an older version got status {refused.status}"),
            Text("状态 409", "status 409"),
        )
    _hold_state(upper, path, second)
    gone = upper.ask("DELETE", path).expect(200)
    hold_members(gone, gone.object, {"state": "revoked"})
    after = upper.ask("GET", path).expect(200, 404, 410)
    if after.status == 200:
        hold_members(after, after.object, {"state": "revoked"})


def _hold_state(upper: Upper, path: str, entry: dict[str, Any]) -> None:
    """The node shows of an entry what the parent registered: code, version and digest stay as they are."""
    shown = upper.ask("GET", path).expect(200)
    due = {"object/id": entry["code"], "object/type": "catalog", "version": entry["version"]}
    hold_members(shown, shown.object, {**due, "digest": entry["digest"]})
    if words(shown.object, "state") not in {"received", "in-review", "accepted"}:
        state = words(shown.object, "state")
        raise shown.wrong(Text(f"状态为 {state}", f"the state is {state}"), Text("已接收", "received"))


@decides("API-061", writes=True)
def test_resources_go_up(desk: Desk, upper: Upper) -> None:
    """The resources of an entry are registered, changed and revoked with the parent, and changed as resources."""
    node = desk.run.node
    code = desk.publish("bindings-up")
    path = f"/cascade/bindings/{code}"
    before = _bindings(node.get(f"/catalog/resources/{code}").expect(200))
    _hold_bound(upper, path, code, before)
    changed = [{**one, "id": f"{one['id']}-2"} for one in before]
    desk.change(code, bindings=changed)
    now = _bindings(node.get(f"/catalog/resources/{code}").expect(200))
    if now == before:
        raise Untested(Text("节点不接受资源挂接的变更", "the node takes no change of bindings"))
    _hold_bound(upper, path, code, now)
    desk.revoke(code)
    upper.sent("DELETE", path)


def _bindings(answer: Answer) -> list[dict[str, Any]]:
    found = [one for one in answer.member("bindings", list) if isinstance(one, dict)]
    if not found:
        raise Untested(Text("目录没有挂接资源", "the entry has no resource"))
    return found


def _hold_bound(upper: Upper, path: str, code: str, due: list[dict[str, Any]]) -> None:
    ids = [one.get("id") for one in due]

    def same(body: Any) -> bool:
        listed = at(body, "bindings")
        return isinstance(listed, list) and [at(one, "id") for one in listed] == ids

    heard = upper.sent("PUT", path, same)
    hold_members(heard, body_of(heard), {"code": code, "bindings": due})


@decides("API-061", writes=True)
def test_resources_come_down(desk: Desk, upper: Upper) -> None:
    """The parent registers, changes and revokes resources of its entries here; those of another code are refused."""
    entry, other = upper.entry(desk, "bindings-down"), upper.entry(desk, "bindings-unknown")
    upper.register(entry).expect(201)
    code, path = entry["code"], f"/cascade/bindings/{entry['code']}"
    first = {"code": code, "bindings": entry["bindings"]}
    second = {"code": code, "bindings": [{**entry["bindings"][0], "id": "b2", "way": "bulk-exchange"}]}
    states = [upper.ask("PUT", path, body).expect(200, 201) for body in (first, second, second)]
    for one in states:
        hold_members(one, one.object, {"object/type": "binding", "object/id": code})
    marks = [one.object.get("digest") for one in states]
    if marks[0] == marks[1] or marks[1] != marks[2]:
        raise states[1].wrong(
            Text("摘要未随资源变化", "the digest does not follow the resources"),
            Text("资源变更后摘要改变，相同资源摘要相同", "another digest for other resources, the same for the same"),
            others=(states[0].n,),
        )
    for refused in (upper.ask("PUT", path, {**second, "code": other["code"]}), _unknown(upper, other)):
        if refused.status not in {400, 404, 409, 422}:
            raise refused.wrong(
                Text(f"状态 {refused.status}", f"status {refused.status}"),
                Text("代码不符或未登记的目录被拒绝", "another code, or an entry that is not registered, is refused"),
            )
    gone = upper.ask("DELETE", path).expect(200)
    hold_members(gone, gone.object, {"state": "revoked", "object/id": code})
    upper.ask("DELETE", f"/cascade/catalog/{code}").expect(200)


def _unknown(upper: Upper, entry: dict[str, Any]) -> Answer:
    body = {"code": entry["code"], "bindings": entry["bindings"]}
    return upper.ask("PUT", f"/cascade/bindings/{entry['code']}", body)


@decides("API-036", writes=True)
def test_rejection_leaves_the_local_state(desk: Desk, upper: Upper) -> None:
    """After the parent rejects an entry its local and upstream states can both be read; other entries keep theirs."""
    codes = [desk.publish("rejected-above"), desk.publish("accepted-above")]
    shown = [_registered(upper, desk, code) for code in codes]
    upper.told("catalog", codes[1], "accepted", **_mark(shown[1]))
    upper.told("catalog", codes[0], "rejected", reason=_WHY, **_mark(shown[0]))
    after = desk.run.node.get(f"/catalog/resources/{codes[0]}").expect(200)
    hold_members(after, after.object, {"status": "published", **_mark(shown[0])})
    due = {"local/state": shown[0].object.get("status"), "upstream/state": "rejected", "upstream/reason": _WHY}
    _hold_compared(upper, codes[0], {**due, "agrees": False})
    kept = upper.compared("catalog", codes[1])
    if kept is not None:
        _hold_compared(upper, codes[1], {"upstream/state": "accepted"})
    again = upper.report("catalog", codes[0], "accepted", time="2020-01-01T00:00:00+08:00", **_mark(shown[0]))
    if again.member("accepted", int) != 0:
        raise again.wrong(Text("接收了更早的状态", "an older state was taken in"), Text("予以忽略", "ignored"))
    _hold_compared(upper, codes[0], due)


def _registered(upper: Upper, desk: Desk, code: str) -> Answer:
    """Return the entry after the parent was told of it and the node knows the parent's answer."""
    _sent(upper, code, 1)
    upper.until(lambda: at(upper.compared("catalog", code), "upstream"))
    return desk.run.node.get(f"/catalog/resources/{code}").expect(200)


def _mark(entry: Answer) -> dict[str, Any]:
    return {"version": entry.object.get("version"), "digest": entry.object.get("digest")}


def _hold_compared(upper: Upper, code: str, due: dict[str, Any]) -> None:
    """Hold what the reconciliation says of an entry.

    Raises:
        Failed: it does not list the entry, or says something else.
    """
    found = upper.compared("catalog", code)
    number = upper.run.wire.count
    if found is None:
        raise failure(
            Text(f"对账结果未列出 {code}", f"the reconciliation does not list {code}"),
            Text("列出该事项的本地和上级状态", "its local and its upstream state"),
            [number],
        )
    wrong = [
        differ(code, f"/{name}", at(found, *name.split("/")), value, number)
        for name, value in due.items()
        if at(found, *name.split("/")) != value
    ]
    if wrong:
        first = wrong[0]
        raise failure(
            Text(f"{code} {first.pointer} 为 {first.came.zh}", f"{code} {first.pointer} is {first.came.en}"),
            Text(f"{first.pointer} 为 {first.due.zh}", f"{first.pointer} is {first.due.en}"),
            samples=wrong,
        )


@decides("API-065", writes=True)
def test_reconciliation_lists_what_differs(desk: Desk, upper: Upper) -> None:
    """An entry of which the parent has another version or content is listed, and no longer after it is synchronised."""
    code = desk.publish("reconciled")
    first = _registered(upper, desk, code)
    upper.told("catalog", code, "accepted", **_mark(first))
    _hold_agreed(upper, code)
    path = f"/cascade/catalog/{code}"
    upper.refuse(lambda asked: (asked.method, asked.path) == ("PUT", path))
    desk.change(code, abstract="一致性测试变更后的摘要，用于检验两级对账。")
    upper.heard("PUT", path)  # and is refused; whether it comes at all is API-035's
    _hold_compared(upper, code, {"local/version": 2, "agrees": False})
    second = desk.run.node.get(f"/catalog/resources/{code}").expect(200)
    upper.told("catalog", code, "accepted", version=2, digest=digest({"another": "content"}))
    _hold_compared(upper, code, {"agrees": False})
    upper.told("catalog", code, "accepted", **_mark(second))
    _hold_agreed(upper, code)


def _hold_agreed(upper: Upper, code: str) -> None:
    """Once both levels say the same of an entry it is listed as agreeing, or no longer."""
    found = upper.compared("catalog", code)
    if at(found, "agrees") is False:
        raise failure(
            Text(f"同步后仍列出 {code}", f"{code} is listed still, although both levels agree"),
            Text("重新同步后不再列为不一致", "no difference after the synchronisation"),
            [upper.run.wire.count],
        )
