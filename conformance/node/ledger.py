"""What a run wrote on a node: kept, cleaned up, and what stays reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge import Decision, Untested
from conformance.node.closing import end_share
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node.answer import Answer
    from conformance.node.client import Node
    from conformance.node.wire import Sink

_OPEN_STATES = frozenset({"draft", "returned"})
_DONE_STATES = frozenset({None, "published", "revoked"})


class Ledger:
    """Drafts, published codes, batches and share requests that this run made."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._drafts: dict[str, str] = {}
        self._codes: dict[str, None] = {}
        self._batches: dict[str, None] = {}
        self._shares: dict[str, None] = {}
        self._subscriptions: dict[str, None] = {}

    def draft(self, name: str, code: str, answer: Answer) -> None:
        """Enter a draft that the node has accepted."""
        self._drafts[name] = code
        self._codes[code] = None
        self._sink.event("write", method="POST", path=answer.exchange.target, exchange=answer.n, object=name)

    def batch(self, name: str, answer: Answer) -> None:
        """Enter a batch that the node has accepted; its rows go with the entry that they were sent to."""
        self._batches[name] = None
        self._sink.event("write", method="POST", path=answer.exchange.target, exchange=answer.n, object=name)

    def subscription(self, name: str, answer: Answer) -> None:
        """Enter a subscription to events that the node has accepted."""
        self._subscriptions[name] = None
        self._sink.event("write", method="POST", path=answer.exchange.target, exchange=answer.n, object=name)

    def share(self, name: str, answer: Answer) -> None:
        """Enter a share request that the node has accepted."""
        self._shares[name] = None
        self._sink.event("write", method="POST", path=answer.exchange.target, exchange=answer.n, object=name)

    def clean_up(self, node: Node) -> list[dict[str, Any]]:
        """Delete open drafts, revoke published entries, and return what is still there, by kind.

        A revoked entry leaves a tombstone and its audit records: the law wants them kept. The sandbox as a whole is
        reset only where the profile offers it and something else would stay.
        """
        if not self._drafts and not self._subscriptions:
            return []
        trouble: list[dict[str, Any]] = []
        area = node.profile.access.sandbox
        with node.wire.owned_by("clean-up"):
            for name in self._shares:
                _quietly(lambda name=name: end_share(node, name), trouble, name)
            for name in self._drafts:
                _quietly(lambda name=name: _remove_draft(node, name), trouble, name)
            for name in self._subscriptions:
                _quietly(lambda name=name: _unsubscribe(node, name), trouble, name)
            for name in self._batches:
                _quietly(lambda name=name: _cancel(node, name), trouble, name)
            for code in self._codes:
                _quietly(lambda code=code: _revoke(node, code), trouble, code)
            left = self._left(node, trouble)
            if area and area.reset and any(one["kind"] == "left" for one in left):
                _quietly(lambda: node.post("/sandbox/reset", {}, role="operator"), trouble, "sandbox")
                left = self._left(node, trouble)
        return left

    def _left(self, node: Node, trouble: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for code in self._codes:
            _quietly(lambda code=code: found.extend(_still_there(node, code)), found, code)
        known = {one["object"] for one in found}
        return [*found, *(one for one in trouble if one["object"] not in known and one["object"] not in self._codes)]


def _quietly(action: Any, left: list[dict[str, Any]], name: str) -> None:
    try:
        action()
    except Decision as decision:
        left.append({"object": name, "kind": "left", "text": decision.reason})


def _remove_draft(node: Node, name: str) -> None:
    """Delete a draft, after having one that waits for review returned; what was published is dealt with by its code."""
    path = f"/catalog/drafts/{name}"
    answer = node.get(path, role="editor")
    state = answer.object.get("state") if answer.status == 200 else None  # noqa: PLR2004
    if state == "pending-review":
        comment = {"decision": "return", "comment": "conformance test"}
        state = node.post(f"{path}/review", comment, role="reviewer").object.get("state")
    if state in _OPEN_STATES:
        node.ask("DELETE", path, role="editor").expect(200, 204)
    elif state not in _DONE_STATES:
        raise Untested(Text("停留在 {state} 状态", "stays in state {state}").fill(state=state))


def _cancel(node: Node, name: str) -> None:
    """Cancel a batch that never came to its end; one that was completed is history."""
    path = f"/exchange/batches/{name}"
    answer = node.get(path, role="editor")
    if answer.status == 200 and answer.object.get("state") == "receiving":  # noqa: PLR2004
        node.ask("DELETE", path, role="editor").expect(200, 204)


def _unsubscribe(node: Node, name: str) -> None:
    """End a subscription that no check has ended."""
    path = f"/events/subscriptions/{name}"
    if node.get(path, role="editor").status == 200:  # noqa: PLR2004
        node.ask("DELETE", path, role="editor").expect(204)


def _revoke(node: Node, code: str) -> None:
    """Take back what is still published, by the roles that the law names."""
    if node.get(f"/catalog/resources/{code}").status != 200:  # noqa: PLR2004
        return
    asked = node.post(f"/catalog/resources/{code}/revoke", {"reason": "conformance test"}, role="editor").expect(202)
    approval = {"decision": "approve", "comment": "conformance test"}
    node.post(f"/catalog/drafts/{asked.member('id', str)}/review", approval, role="reviewer").expect(200)


def _still_there(node: Node, code: str) -> list[dict[str, Any]]:
    status = node.get(f"/catalog/resources/{code}").status
    known = {
        200: ("left", Text("仍处于发布状态", "still published")),
        410: ("tombstone", Text("已撤销，保留墓碑记录", "revoked; its tombstone stays")),
    }
    return [{"object": code, "kind": known[status][0], "text": known[status][1]}] if status in known else []
