"""The liveness gate and the negative controls: before a check may pass, the node has shown that it can say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge import Decision
from conformance.node.layered import layers_only
from conformance.run import gate_layers
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.node.answer import Answer
    from conformance.node.session import Session

#: Known-bad requests, and the statuses by which a node refuses them.
CONTROLS: tuple[tuple[str, Text, Callable[[Session], Answer], frozenset[int]], ...] = (
    (
        "unknown-code",
        Text("查询不存在的目录代码", "asks for a code that does not exist"),
        lambda run: run.node.get("/catalog/resources/399000000/0"),
        frozenset({400, 404, 410, 422}),
    ),
    (
        "bad-cursor",
        Text("使用伪造的分页游标", "pages with a forged cursor"),
        lambda run: run.node.get("/catalog/resources", params={"cursor": "forged-cursor"}),
        frozenset({400, 404, 410, 422}),
    ),
    (
        "no-credentials",
        Text("不带凭证读取目录", "reads the catalog without credentials"),
        lambda run: run.node.get("/catalog/resources", params={"limit": 1}, role=None),
        frozenset({401, 403}),
    ),
    (
        "unknown-path",
        Text("请求不存在的路径", "asks for a path that does not exist"),
        lambda run: run.node.get(f"/no-such-path-{run.digits('control', 6)}"),
        frozenset({400, 404, 405, 501}),
    ),
)


def open_gate(session: Session) -> Text | None:
    """Ask the good and the bad; return why nothing may pass, or None.

    The node must list entries, return a listed one by its code, and refuse at least half of the controls; a server of
    spatial layers alone is asked for its features instead.
    """
    with session.wire.owned_by("gate"):
        only = layers_only(session.claims)
        closed = _alive(session, gate_layers.liveness if only else _liveness)
        refused = [_control(session, *one) for one in (gate_layers.CONTROLS if only else CONTROLS)]
    if closed is None and 2 * sum(refused) < len(refused):
        closed = Text(
            f"{len(refused)} 个已知错误的请求只被拒绝 {sum(refused)} 个，节点的肯定回答不可信",
            f"Of {len(refused)} known-bad requests only {sum(refused)} were refused: a yes of this node means nothing",
        )
    return closed


def _alive(session: Session, look: Callable[[Session], Text | None]) -> Text | None:
    before = session.wire.count
    reason = look(session)
    words = reason or Text("列表与单条一致", "the list and the single entry agree")
    numbers = list(range(before + 1, session.wire.count + 1))
    session.sink.event("control", name="liveness", passed=reason is None, text=words, exchanges=numbers)
    return reason


def _liveness(session: Session) -> Text | None:
    try:
        page = session.node.get("/catalog/resources", params={"limit": 3}).expect(200)
        entries = [one for one in page.member("items", list) if isinstance(one, dict)]
        codes = [one["code"] for one in entries if isinstance(one.get("code"), str)]
        if not codes:
            return Text("目录为空，没有可供判断的内容", "The catalog is empty: there is nothing to judge")
        for code in codes:
            single = session.node.get(f"/catalog/resources/{code}").expect(200)
            if single.object.get("code") != code or single.object.get("title") not in {
                one.get("title") for one in entries
            }:
                return Text(f"单条 {code} 与列表不一致", f"The single entry {code} differs from the list")
    except Decision as decision:
        return Text("目录不可读：{why}", "The catalog cannot be read: {why}").fill(why=decision.reason)
    return None


def _control(
    session: Session, name: str, text: Text, ask: Callable[[Session], Answer], refusals: frozenset[int]
) -> bool:
    try:
        answer = ask(session)
    except Decision as decision:
        session.sink.event("control", name=name, passed=False, text=decision.reason, exchanges=[])
        return False
    passed = answer.status in refusals
    words = Text(f"{text.zh} → {answer.status}", f"{text.en} → {answer.status}")
    session.sink.event("control", name=name, passed=passed, text=words, exchanges=[answer.n])
    return passed
