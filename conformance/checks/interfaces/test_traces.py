"""interfaces/contract: the trace context of a request comes back in errors and stands in the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.shared import at, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.node import Answer, Session

_LOST = "0" * 32


def _context(run: Session, name: str) -> tuple[str, dict[str, str]]:
    """Return a new trace id of this run, and the header that carries it."""
    trace = f"{run.rng(f'{run.run}:{name}').getrandbits(128):032x}"
    return trace, {"traceparent": f"00-{trace}-{run.rng(f'span:{name}').getrandbits(64) | 1:016x}-01"}


@decides("API-070")
def test_errors_carry_the_trace(run: Session) -> None:
    """The traceId of problem details is the trace id that the request carried, whatever the error."""
    asked: tuple[tuple[str, dict[str, str], str | None], ...] = (
        ("/catalog/resources/399000000/0", {}, "reader"),
        ("/catalog/resources", {"limit": "0"}, "reader"),
        ("/catalog/resources", {"cursor": "forged-cursor"}, "reader"),
        (f"/no-such-path-{run.digits('trace', 6)}", {}, "reader"),
        ("/catalog/resources", {"limit": "1"}, None),
    )
    errors = 0
    for place, (path, params, role) in enumerate(asked):
        trace, headers = _context(run, f"error-{place}")
        answer = run.node.get(path, params=params, role=role, headers=headers)
        if answer.status >= 400:
            errors += 1
            _hold(answer, trace)
    if not errors:
        raise Untested(Text("没有得到任何错误响应", "no error came"))
    _malformed(run)


def _hold(answer: Answer, trace: str) -> None:
    came = at(answer.json, "traceId")
    if came != trace:
        raise answer.wrong(
            Text(f"traceId 为 {came}", f"traceId is {came}"),
            Text(f"请求所带的 {trace}", f"{trace}, as the request has it"),
        )


def _malformed(run: Session) -> None:
    """An invalid context is not honoured: the node makes an id of its own."""
    headers = {"traceparent": f"00-{_LOST}-{'0' * 16}-01"}
    answer = run.node.get("/catalog/resources/399000000/0", headers=headers)
    if answer.status >= 400 and words(answer.json, "traceId") in {"", _LOST}:
        raise answer.wrong(
            Text("沿用了非法的 traceparent", "an invalid traceparent was taken over"),
            Text("节点自行生成的 traceId", "a traceId of the node's own"),
        )


@decides("API-070", writes=True)
def test_audit_carries_the_trace(desk: Desk) -> None:
    """The audit events of a request carry the trace id that the request carried."""
    run = desk.run
    trace, headers = _context(run, "audit")
    entry = desk.entry("trace")
    body = {"entry": entry, "reason": "conformance test"}
    made = run.node.post("/catalog/drafts", body, role="editor", headers=headers).expect(201)
    run.ledger.draft(made.member("id", str), entry["code"], made)
    answer = run.node.get("/audit/events", params={"object": entry["code"]}, role="auditor").expect(200)
    events = answer.member("items", list)
    if not events:
        answer = run.node.get("/audit/events", params={"object": made.member("id", str)}, role="auditor").expect(200)
        events = answer.member("items", list)
    if not events:
        raise Untested(Text("该请求没有审计记录", "the request left no audit event"))
    came = {words(one, "traceId") for one in events}
    if trace not in came:
        shown = ", ".join(sorted(came))[:80]
        raise answer.wrong(
            Text(f"审计记录的 traceId 为 {shown}", f"the audit events have the traceId {shown}"),
            Text(f"请求所带的 {trace}", f"{trace}, as the request has it"),
            others=(made.n,),
        )
