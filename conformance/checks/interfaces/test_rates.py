"""interfaces/errors: above the rate limit a request is put off, and may come when it was told to."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.shared import at, words
from conformance.judge import Inapplicable, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Answer, Session

_ROLE, _PATH = "burst", "/catalog/resources"
_MOST, _LONGEST = 400, 60.0


@decides("API-026")
def test_bursts_are_put_off(run: Session) -> None:
    """A request above the rate limit gets 429 with Retry-After, and the same request succeeds after that time."""
    if not run.node.has(_ROLE):
        raise Untested(
            Text(
                "配置中没有供突发请求使用的身份 burst",
                "the profile has no identity burst, which bursts need: others would be disturbed",
            )
        )
    limit = _declared(run)
    before = run.node.get(_PATH, params={"limit": 1}, role=_ROLE).expect(200)
    run.wire.yielding = False
    try:
        _burst(run, min(limit + 12, _MOST), before)
    finally:
        run.wire.yielding = True


def _declared(run: Session) -> int:
    """Return how many requests the descriptor allows the identity; a node without any limit has none to keep.

    Raises:
        Inapplicable: the descriptor declares no limit.
    """
    described = run.node.get("/.well-known/district-node", role=None).expect(200).object
    rates = at(described, "limits", "rates")
    fitting = [one for one in rates if words(one, "client") in {"", _ROLE}] if isinstance(rates, list) else []
    stated = [at(one, "requests") for one in fitting]
    known = [one for one in stated if isinstance(one, int) and one > 0]
    if not known:
        raise Inapplicable(Text("描述文件未声明限流", "the descriptor declares no rate limit"))
    if min(known) > _MOST - 12:
        raise Untested(
            Text(
                f"声明的限流 {min(known)} 次过高，未作突发", f"a declared limit of {min(known)} is too high for a burst"
            )
        )
    return min(known)


def _burst(run: Session, count: int, before: Answer) -> None:
    answers = list(run.node.ask_all("GET", [_PATH] * count, role=_ROLE, params={"limit": 1}))
    over = [one for one in answers if one.status == 429]
    others = [one for one in answers if one.status not in {200, 429}]
    if others:
        others[0].expect(200, 429)
    if not over:
        raise answers[-1].wrong(
            Text(f"{count} 个连续请求无一得到 429", f"none of {count} requests in a row got 429"),
            Text("超出限流的请求得到 429", "429 for requests above the limit"),
            others=(before.n,),
        )
    seconds = max(_wait(one) for one in over)
    run.wire.pause(seconds)
    again = run.node.get(_PATH, params={"limit": 1}, role=_ROLE)
    if again.status != 200:
        raise again.wrong(
            Text(f"等待 {seconds:g} 秒后仍为 {again.status}", f"still {again.status} after {seconds:g} s"),
            Text("等待 Retry-After 的时长后成功", "success after the time of Retry-After"),
            others=(over[-1].n,),
        )
    run.note(
        f"{count} 个请求中 {len(over)} 个得到 429，等待 {seconds:g} 秒",
        f"{len(over)} of {count} got 429; waited {seconds:g} s",
    )


def _wait(answer: Answer) -> float:
    """Return the seconds to wait that a 429 states.

    Raises:
        Failed: it states none that can be read.
    """
    stated = answer.header("retry-after") or ""
    due = Text("Retry-After：秒数或日期", "Retry-After: seconds, or a date")
    if stated.isascii() and stated.isdigit():
        return min(float(stated), _LONGEST)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        raise answer.wrong(Text(f"Retry-After：{stated or '—'}", f"Retry-After: {stated or '—'}"), due) from None
    return min(max(0.0, (until - answer.exchange.ended).total_seconds()), _LONGEST)
