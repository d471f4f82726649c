"""interfaces/events: events of the catalog as a receiver gets them: form, signature, identity, retry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import differ, failure
from conformance.checks.interfaces.events import CHANGED, NOISE, Telling, Told
from conformance.checks.shared import at
from conformance.hub.receiver import worth
from conformance.hub.receiver_signature import Signature
from conformance.judge import CantTell, Sample, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.hub.receiver_events import Event
    from conformance.judge import Decision
    from conformance.node import Session
    from conformance.rules.breach import Breach

_SCHEMA = "/components/schemas/CloudEvent"
_WORTH = {
    Signature.ABSENT: Text("没有签名", "no signature"),
    Signature.UNREADABLE: Text("签名头无法解析", "signature headers that cannot be read"),
    Signature.UNCOVERED: Text(
        "签名未覆盖 @method、@target-uri 和 content-digest",
        "a signature that does not cover @method, @target-uri and content-digest",
    ),
    Signature.INCOMPLETE: Text("签名缺少 created、nonce 或 keyid", "a signature without created, nonce or keyid"),
    Signature.DIGEST: Text("Content-Digest 与整个报文不符", "a Content-Digest that is not of the whole body"),
    Signature.KEY: Text("订阅应答未给出密钥", "no secret in the answer to the subscription"),
    Signature.ALGORITHM: Text("签名算法不是订阅所定", "another algorithm than the subscription's"),
    Signature.WRONG: Text("签名验证不通过", "a signature that does not verify"),
    Signature.REPLAYED: Text("重复使用 nonce", "a nonce that was used before"),
    Signature.LOOSE: Text("报文被改动后签名仍通过", "a signature that verifies over altered bytes"),
}
_SIGNED = Text(
    "以订阅密钥验证通过、覆盖整个报文的签名（RFC 9421）",
    "a signature over the whole body that verifies with the subscription's secret (RFC 9421)",
)


@decides("API-038", writes=True)
def test_events_are_cloud_events(run: Session, told: Told) -> None:
    """Each delivery is a CloudEvent 1.0 with id, source, specversion and type, of a change that has been made."""
    if not told.events:
        raise _nothing(run, told)
    wrong = [one for event in told.events for one in _misformed(run, event)]
    wrong += [_too_early(event) for event in told.events if event.id[0] in told.early]
    wrong += [_strange(event) for event in told.strange]
    if wrong:
        first = wrong[0]
        raise failure(
            Text(
                f"{len(told.events)} 次投递中有 {len(wrong)} 处不符，"
                f"首处 {first.label} {first.pointer}：{first.came.zh}",
                f"{len(wrong)} places in {len(told.events)} deliveries, "
                f"first {first.label} {first.pointer}: {first.came.en}",
            ),
            first.due,
            samples=wrong,
        )
    missing = [one for one in (*told.refused, *told.taken) if not one.events]
    if missing:
        raise _untold(missing, told)
    modes = {event.structured for event in told.events}
    run.note(f"{len(told.events)} 次投递", f"{len(told.events)} deliveries")
    if modes != {True}:
        run.note("事件以二进制模式投递", "events came in binary mode")
    if not told.asked:
        run.note(
            "节点投递前未以 OPTIONS 询问接收方", "the node did not ask the receiver by OPTIONS before it delivered"
        )


def _nothing(run: Session, told: Told) -> Decision:
    seconds = run.param("interfaces.event-wait")
    came = Text(f"{seconds} 秒内没有事件到达", f"no event came within {seconds} seconds")
    if told.asked:
        return failure(came, Text("目录变更后收到事件", "an event after a change of the catalog"), told.pages)
    return Untested(
        Text(
            f"{came.zh} {told.sink}，节点也未曾连接该地址", f"{came.en} at {told.sink}, nor did the node connect there"
        )
    )


def _misformed(run: Session, event: Event) -> Iterator[Sample]:
    label = f"{event.about or '#'}@{event.n}"
    if not event.attributes:
        media = dict(event.heard.exchange.request_headers).get("content-type", "")
        due = Text("application/cloudevents+json 或 ce- 头", "application/cloudevents+json or ce- headers")
        yield Sample(label, "", Text(f"媒体类型 {media}", f"media type {media}"), due, event.n)
        return
    for _, breach in run.contract.schemas.breaches(_SCHEMA, event.attributes, "API-038"):
        yield _sample(label, breach, event.n)
    if "type" in event.attributes and event.attributes["type"] != CHANGED:
        yield differ(label, "/type", event.attributes["type"], CHANGED, event.n)


def _sample(label: str, breach: Breach, exchange: int) -> Sample:
    return Sample(label, breach.pointer, breach.came, breach.due, exchange)


def _too_early(event: Event) -> Sample:
    came = Text("目录发布之前已生成事件", "an event that was made before the entry was published")
    return Sample(event.about, "/id", came, Text("变更之后的事件", "an event after the change"), event.n)


def _strange(event: Event) -> Sample:
    came = Text(f"关于 {event.about or '（无）'} 的事件", f"an event about {event.about or '(nothing)'}")
    due = Text("subject 或 data.code 为所变更的目录代码", "subject or data.code is the code of a changed entry")
    return Sample(event.about or "#", "/subject", came, due, event.n)


def _untold(missing: list[Telling], told: Told) -> Decision:
    names = {"refused": ("发布", "published"), "published": ("发布", "published"), "revoked": ("撤销", "revoked")}
    code, (zh, en) = missing[0].code, names[missing[0].what]
    return failure(
        Text(
            f"{code} 已{zh}，没有事件到达（共 {len(missing)} 个变更）",
            f"{code} was {en}, and no event came ({len(missing)} changes)",
        ),
        Text("每次变更一个事件", "an event of each change"),
        told.pages,
        count=len(missing),
    )


@decides("API-039", writes=True)
def test_refused_events_are_delivered_again(run: Session, told: Told) -> None:
    """An event that the receiver refused with 503 twice is delivered again at growing intervals until it is taken."""
    tellings = [_timely(told, one) for one in told.refused if one.events]
    if not tellings:
        raise Untested(Text("没有可拒收的事件", "there was no event to refuse"))
    for one in tellings:
        _hold_retried(run, told, one)
    if all(len(one.intervals) < 2 for one in tellings):
        raise Untested(
            Text(
                "声明的投递次数不足三次，间隔无法比较",
                "Fewer than three attempts are declared: no intervals to compare",
            )
        )
    if not any(one.grows for one in tellings):
        raise _even(tellings[0])
    shown = _shown(tellings[0])
    run.note(f"重投间隔 {shown.zh} 秒", f"intervals of {shown.en} seconds")


def _timely(told: Told, one: Telling) -> Telling:
    """Leave out what came before its time, if the change was told again after it: that is another defect."""
    kept = tuple(event for event in one.events if event.id[0] not in told.early)
    return Telling(one.code, one.what, kept or one.events)


def _hold_retried(run: Session, told: Told, one: Telling) -> None:
    listed = told.listed.get(one.events[0].id[0] if one.events else "", {})
    state, attempts = at(listed, "state"), at(listed, "attempts")
    numbers = [event.n for event in one.events]
    most = at(told.subscription.object, "maxAttempts")
    if not one.taken and isinstance(most, int) and len(numbers) >= most:
        return
    if not one.taken:
        if state == "retrying":
            raise _waiting(run, one, at(listed, "nextAttempt"))
        raise failure(
            Text(
                f"回应 {len(numbers)} 次 503 后不再投递（投递记录：{state or '无'}，{attempts or 0} 次）",
                f"after {len(numbers)} answers of 503 it came no more (the node lists: {state or 'nothing'}, "
                f"{attempts or 0} attempts)",
            ),
            Text("重投直至成功", "delivered again until it succeeds"),
            (*numbers, *told.pages),
        )
    if (state, attempts) != ("delivered", len(numbers)):
        raise failure(
            Text(
                f"投递记录：{state or '无'}，{attempts or 0} 次",
                f"listed as {state or 'nothing'} with {attempts or 0} attempts",
            ),
            Text(f"已送达，{len(numbers)} 次", f"delivered with {len(numbers)} attempts"),
            (*numbers, *told.pages),
        )


def _waiting(run: Session, one: Telling, due: object) -> CantTell:
    seconds = run.param("interfaces.event-wait")
    return CantTell(
        Text(
            f"{one.code} 的下次投递定于 {due}，超出等待的 {seconds} 秒（参数 interfaces.event-wait）",
            f"The next attempt for {one.code} is due at {due}, beyond the wait of {seconds} seconds "
            "(parameter interfaces.event-wait)",
        )
    )


def _shown(one: Telling) -> Text:
    seconds = [f"{seconds:.2f}" for seconds in one.intervals]
    return Text("、".join(seconds), ", ".join(seconds))


def _even(one: Telling) -> Decision:
    shown = _shown(one)
    if max(one.intervals) < NOISE:
        return CantTell(
            Text(
                f"重投间隔 {shown.zh} 秒，过短，无法比较",
                f"Intervals of {shown.en} seconds are too short to be compared",
            )
        )
    return failure(
        Text(f"重投间隔 {shown.zh} 秒", f"intervals of {shown.en} seconds"),
        Text("间隔递增", "growing intervals"),
        [event.n for event in one.events],
    )


@decides("API-066", writes=True)
def test_deliveries_are_signed(run: Session, told: Told) -> None:
    """Each delivery has a signature that verifies with the subscription's secret, and not over altered bytes."""
    if not told.events:
        raise Untested(Text("没有收到事件", "no event came"))
    wrong = [
        Sample(event.about, "", _WORTH[worth(event.heard)], _SIGNED, event.n)
        for event in told.events
        if worth(event.heard) is not Signature.VERIFIED
    ]
    if wrong:
        raise failure(
            Text(
                f"{len(told.events)} 次投递中 {len(wrong)} 次：{wrong[0].came.zh}",
                f"{len(wrong)} of {len(told.events)} deliveries: {wrong[0].came.en}",
            ),
            _SIGNED,
            samples=wrong,
        )
    run.note(
        f"{len(told.events)} 个签名通过验证，改动报文后均不通过",
        f"{len(told.events)} signatures verify, and none of them over an altered body",
    )


@decides("API-067", writes=True)
def test_redelivered_events_keep_their_id(told: Told) -> None:
    """A redelivered event keeps its id and source; different events have different ids."""
    tellings = [_timely(told, one) for one in (*told.refused, *told.taken) if one.events]
    again = [one for one in tellings if len(one.events) > 1]
    if not again:
        raise Untested(Text("没有事件被重投", "no event was delivered again"))
    wrong = [one for telling in again for one in _renamed(telling)]
    if wrong:
        raise failure(wrong[0].came, wrong[0].due, samples=wrong)
    seen: dict[tuple[str, str], Telling] = {}
    for one in tellings:
        other = seen.setdefault(one.events[0].id, one)
        if other is not one:
            raise _same(one, other)


def _renamed(telling: Telling) -> Iterator[Sample]:
    first = telling.events[0]
    for event in telling.events[1:]:
        for name, came, due in zip(("id", "source"), event.id, first.id, strict=True):
            if came != due:
                yield differ(telling.code, f"/{name}", came, due, event.n)


def _same(one: Telling, other: Telling) -> Decision:
    name = one.events[0].id[0]
    return failure(
        Text(
            f"{other.code} 与 {one.code} 的事件标识同为 {name}",
            f"the events of {other.code} and {one.code} have the same id {name}",
        ),
        Text("不同事件的 id 不同", "different ids of different events"),
        (other.events[0].n, one.events[0].n),
    )
