"""How a share request that a run made comes to an end: withdrawn, or terminated at the requester's wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node.client import Node

_REASON: Final = {"reason": "conformance test"}
_END: Final = {"ground": "requester-asks", **_REASON}
_ENDED: Final = frozenset({"rejected", "withdrawn", "terminated", "expired", None})
#: State to the event that leads on towards an end, who takes the step, and with what body.
_WAY_OUT: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "draft": ("withdraw", "editor-b", _REASON),
    "submitted": ("withdraw", "editor-b", _REASON),
    "supplement-required": ("withdraw", "editor-b", _REASON),
    "in-review": ("withdraw", "editor-b", _REASON),
    "approved": ("provision", "operator", {}),
    "provisioning": ("activate", "operator", {}),
    "active": ("terminate", "head", _END),
    "suspended": ("terminate", "head", _END),
}


def end_share(node: Node, name: str) -> None:
    """Bring a share request to an end, step by step.

    Raises:
        Failed: the node refuses a step.
        Untested: it stays in a state from which no way leads out.
    """
    path = f"/share/requests/{name}"
    answer = node.get(path, role="editor-b")
    state = answer.object.get("state") if answer.status == 200 else None  # noqa: PLR2004
    for _ in _WAY_OUT:
        if state in _ENDED:
            return
        event, role, body = _WAY_OUT.get(str(state), ("", "", {}))
        if not event:
            break
        state = node.post(f"{path}/{event}", body, role=role).expect(200).object.get("state")
    raise Untested(Text("停留在 {state} 状态", "stays in state {state}").fill(state=state))
