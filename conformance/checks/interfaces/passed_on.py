"""Cases that pass between levels: filed with the parent, taken from it, and what each side says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.upper import body_of
from conformance.checks.shared import at, words
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.interfaces.upper import Upper
    from conformance.node import Answer

#: Who asks in a case that the parent passes down.
ASKER = {"name": "重庆市人力资源和社会保障局", "uscc": "11500000MB99993082"}
UNKNOWN = "UP-UNKNOWN-000000"


@dataclass(frozen=True)
class Kind:
    """One kind of case: how the cascade names it, where it lives, which member names who asks."""

    name: str
    path: str
    asker: str


SHARES = Kind("share-request", "/share/requests", "requester")
DISPUTES = Kind("dispute", "/disputes", "reporter")
DEMANDS = Kind("demand", "/demands", "requester")


@dataclass(frozen=True)
class Passed:
    """A case at the node, and its number at the parent."""

    kind: Kind
    id: str
    number: str


def create(upper: Upper, kind: Kind, body: dict[str, Any]) -> Answer:
    """Make a case at the node as its editor."""
    keyed = {"idempotency-key": f"CASE-{upper.run.digits(f'{kind.name}:{upper.run.wire.count}', 16)}"}
    made = upper.run.node.post(kind.path, body, role="editor", headers=keyed).expect(201)
    path = f"{kind.path}/{made.member('id', str)}/withdraw"
    if kind is not DEMANDS:  # a demand has no end but its answer
        upper.later.append(lambda: upper.run.node.post(path, {"reason": "conformance test"}, role="editor"))
    return made


def show(upper: Upper, kind: Kind, name: str) -> Answer:
    """Return a case as the node shows it."""
    return upper.run.node.get(f"{kind.path}/{name}", role="editor").expect(200)


def step(upper: Upper, kind: Kind, name: str, event: str, role: str, body: dict[str, Any] | None = None) -> Answer:
    """Take one step with a case."""
    return upper.run.node.post(f"{kind.path}/{name}/{event}", body or {}, role=role).expect(200)


def filed(upper: Upper, kind: Kind, name: str, sent: dict[str, Any]) -> Passed:
    """Hold that the parent got a case as it was filed, from its original requester, and that its number is kept.

    Raises:
        Failed: it did not come, came changed, or the node does not show the parent's number.
    """
    case = show(upper, kind, name)
    heard = upper.sent("POST", kind.path, lambda body: all(at(body, one) == value for one, value in sent.items()))
    asker = case.object.get(kind.asker)
    origin = {"node": upper.node, "requester/uscc": at(asker, "uscc"), "requester/name": at(asker, "name")}
    origin |= {"traceId": case.object.get("traceId")}
    came = at(body_of(heard), "origin")
    hold_members(heard, came, {one: value for one, value in origin.items() if value is not None}, "/origin")
    number = heard.member("id", str)
    upper.run.node.lend(number)
    if upper.until(lambda: at(show(upper, kind, name).object, "upstream", "id") or None) != number:
        shown = show(upper, kind, name)
        raise shown.wrong(
            Text("未保存上级的编号", "the parent's number is not kept"),
            Text(f"upstream.id 为 {number}", f"upstream.id is {number}"),
            others=(heard.n,),
        )
    return Passed(kind, name, number)


def answered(upper: Upper, passed: Passed, state: str, reason: str) -> None:
    """The parent says how a case stands; the node shows it beside its own state, and takes it in once.

    Raises:
        Failed: it shows something else, its own state changed, or an older or unknown state is taken in.
    """
    kind, before = passed.kind, show(upper, passed.kind, passed.id)
    told = upper.told(kind.name, passed.number, state, reason=reason, receipt=passed.number)
    after = show(upper, kind, passed.id)
    due = {"upstream/state": state, "upstream/reason": reason, "upstream/id": passed.number}
    hold_members(after, after.object, {**due, "upstream/node": upper.code, "state": before.object.get("state")})
    upper.run.node.lend(UNKNOWN)
    old = {"time": "2020-01-01T00:00:00+08:00"}
    for ignored in (
        upper.report(kind.name, passed.number, "revoked", **old),
        upper.report(kind.name, UNKNOWN, "revoked", receipt=UNKNOWN),
    ):
        if ignored.member("accepted", int) != 0:
            raise ignored.wrong(
                Text("接收了更早的或未知事项的状态", "an older state, or one of an unknown case, was taken in"),
                Text("予以忽略", "ignored"),
                others=(told.n,),
            )
    hold_members(again := show(upper, kind, passed.id), again.object, due)


def taken(upper: Upper, kind: Kind, body: dict[str, Any], origin: dict[str, Any]) -> str:
    """Pass a case down to the node and hold that it keeps where the case began; one with a broken trace is refused.

    Raises:
        Failed: the case is not taken, or its origin is lost or changed.
    """
    broken = {**body, "origin": {**origin, "traceId": "no-trace"}}
    refused = upper.run.node.post(kind.path, broken, role="editor")
    if refused.status not in {400, 422}:
        raise refused.wrong(
            Text(f"状态 {refused.status}", f"status {refused.status}"),
            Text(
                "链路标识不合规的转办件被拒绝（400 或 422）", "a case with a malformed trace id is refused (400 or 422)"
            ),
        )
    made = create(upper, kind, {**body, "origin": origin})
    name = str(made.member("id", str))
    shown = show(upper, kind, name)
    due = {f"origin/{one}": value for one, value in _flat(origin).items()}
    hold_members(shown, shown.object, due)
    return name


def reported(upper: Upper, kind: Kind, name: str, state: str, reason: str) -> None:
    """Hold that the node told its parent how a case stands that came from it.

    Raises:
        Failed: it did not, or not with the reason.
    """

    def states(body: Any) -> list[Any]:
        items = at(body, "items")
        about = {"type": kind.name, "id": name}
        return [one for one in items if at(one, "object") == about] if isinstance(items, list) else []

    heard = upper.sent(
        "POST", "/cascade/status", lambda body: any(words(one, "state") == state for one in states(body))
    )
    item = next(one for one in states(body_of(heard)) if words(one, "state") == state)
    hold_members(heard, item, {"node": upper.node, "reason": reason}, "/items/0")


def origin(upper: Upper, name: str) -> dict[str, Any]:
    """Return where a case began that the parent passes down."""
    value = upper.run.number(f"trace:{upper.run.run}:{name}")
    return {"node": upper.code, "requester": ASKER, "traceId": f"{value:032x}"}


def _flat(origin_: dict[str, Any]) -> dict[str, Any]:
    asker = origin_["requester"]
    rest = {name: value for name, value in origin_.items() if name != "requester"}
    return {**rest, "requester/name": asker["name"], "requester/uscc": asker["uscc"]}


def hold_members(answer: Answer, came: Any, due: dict[str, Any], below: str = "") -> None:
    """Hold what was sent, or answered, to what is due of some members.

    Args:
        answer: that it came with.
        came: the value.
        due: by path of a member (`upstream/node`), its value.
        below: pointer of the value within the body.

    Raises:
        Failed: some differ.
    """
    wrong = [
        differ("", f"{below}/{name}", at(came, *name.split("/")), value, answer.n)
        for name, value in due.items()
        if at(came, *name.split("/")) != value
    ]
    if wrong:
        first = wrong[0]
        raise failure(
            Text(f"{first.pointer} 为 {first.came.zh}", f"{first.pointer} is {first.came.en}"),
            Text(f"{first.pointer} 为 {first.due.zh}", f"{first.pointer} is {first.due.en}"),
            samples=wrong,
        )
