"""Queries for certificates with a use cause, and what the audit has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.checks.shared import at
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Answer, Session

_PATH: Final = "/certificates/query"
#: Well formed, with the right check character, of a fictitious issuer: a node may hold it or not.
_CERTIFICATE: Final = "1.2.156.3005.2.11100000MB0000000P001.11500103MB99990410.2024000001.001.R"
CAUSE_MOST: Final = 200


def causes(run: Session) -> tuple[str, str, str]:
    """Return three good causes of this run's own: a short one, one of several clauses, and one of 200 characters."""
    mark = run.digits("use-cause", 10)
    short = f"一致性测试{mark}"
    return short, f"办理食品经营许可；核验“持证主体”，编号{mark}", short + "办" * (CAUSE_MOST - len(short))


def query(run: Session, cause: str | None) -> Answer:
    """Query a certificate, with a cause or with none."""
    body = {"certificateId": _CERTIFICATE}
    return run.node.post(_PATH, body if cause is None else {**body, "useCause": cause})


def events_of(run: Session, answer: Answer) -> list[dict[str, Any]]:
    """Return the audit events of the trace of an answer.

    Raises:
        Failed: the audit cannot be read.
        Untested: the answer tells no trace, or there is no auditor.
    """
    if not run.node.has("auditor"):
        raise Untested(Text("配置中没有 auditor 的身份", "The profile has no identity auditor"))
    parts = (answer.header("traceparent") or "").split("-")
    if len(parts) != 4:
        raise Untested(
            Text("响应没有 traceparent，无法找到其审计记录", "no traceparent: the audit event cannot be found")
        )
    listed = run.node.get("/audit/events", params={"traceId": parts[1], "limit": 100}, role="auditor").expect(200)
    found = [one for one in listed.member("items", list) if isinstance(one, dict)]
    return [one for one in found if "certificate" in str(one.get("action"))]


def cause_of(event: dict[str, Any]) -> str:
    """Return the use cause that an audit event holds: in its basis, or where the node keeps reasons."""
    return next((value for name in ("basis", "reason") if isinstance(value := at(event, name), str) and value), "")
