"""What a run wrote on a node: kept, cleaned up, and what stays reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge import Decision
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node.answer import Answer
    from conformance.node.client import Node
    from conformance.node.wire import Sink

_OPEN_STATES = frozenset({"draft", "returned"})


class Ledger:
    """Drafts and published codes that this run made."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._drafts: dict[str, str] = {}
        self._codes: dict[str, None] = {}

    def draft(self, name: str, code: str, answer: Answer) -> None:
        """Enter a draft that the node has accepted."""
        self._drafts[name] = code
        self._codes[code] = None
        self._sink.event("write", method="POST", path=answer.exchange.target, exchange=answer.n, object=name)

    def clean_up(self, node: Node) -> list[dict[str, Any]]:
        """Delete open drafts, revoke published entries, and return what is still there.

        A revoked entry leaves its tombstone and its audit records: the law wants them kept.
        """
        if not self._drafts:
            return []
        left: list[dict[str, Any]] = []
        with node.wire.owned_by("clean-up"):
            for name in self._drafts:
                _quietly(lambda name=name: _remove_draft(node, name), left, name)
            if node.profile.access.sandbox and node.profile.access.sandbox.reset:
                _quietly(lambda: node.post("/sandbox/reset", {}, role="operator"), left, "sandbox")
            for code in self._codes:
                _quietly(lambda code=code: left.extend(_still_there(node, code)), left, code)
        return left


def _quietly(action: Any, left: list[dict[str, Any]], name: str) -> None:
    try:
        action()
    except Decision as decision:
        left.append({"object": name, "text": decision.reason})


def _remove_draft(node: Node, name: str) -> None:
    answer = node.get(f"/catalog/drafts/{name}", role="editor")
    if answer.status == 200 and answer.object.get("state") in _OPEN_STATES:  # noqa: PLR2004
        node.ask("DELETE", f"/catalog/drafts/{name}", role="editor")


def _still_there(node: Node, code: str) -> list[dict[str, Any]]:
    status = node.get(f"/catalog/resources/{code}").status
    words = {
        200: Text("仍处于发布状态", "still published"),
        410: Text("已撤销，保留墓碑记录", "revoked; its tombstone stays"),
    }
    return [{"object": code, "text": words[status]}] if status in words else []
