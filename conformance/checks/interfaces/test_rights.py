"""interfaces/security: a refusal for want of the right leaves everything as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.desk import Desk
    from conformance.node import Answer, Session

_COMMENT = {"decision": "approve", "comment": "conformance test"}


class Held:
    """A draft of this run, as its editor sees it, that strangers are to leave alone."""

    def __init__(self, desk: Desk) -> None:
        entry = desk.entry("rights")
        self.desk = desk
        self.run: Session = desk.run
        self.entry = entry
        self.id = desk.register(entry).expect(201).member("id", str)
        self.tried: list[str] = []

    @property
    def path(self) -> str:
        """Path of the draft."""
        return f"/catalog/drafts/{self.id}"

    def seen(self) -> Answer:
        """Return the draft as its editor sees it."""
        return self.run.node.get(self.path, role="editor").expect(200)

    def strange(self, method: str, action: str, roles: Sequence[str], body: Any = None) -> None:
        """Let roles without the right try an act that would be possible now.

        Raises:
            Failed: one is not refused with 403, or the draft is not as it was.
        """
        for role in roles:
            if not self.run.node.has(role):
                continue
            before = self.seen()
            tag = {"if-match": before.header("etag") or "*"} if method != "POST" else {}
            answer = self.run.node.ask(method, f"{self.path}{action}", json=body, role=role, headers=tag)
            label = f"{role} {method} {action or '/'}"
            self.tried.append(label)
            if answer.status != 403:
                raise answer.wrong(
                    Text(f"{label} 得到 {answer.status}", f"{label} got {answer.status}"),
                    Text("状态 403", "status 403"),
                )
            after = self.run.node.get(self.path, role="editor")
            if after.status != 200 or after.object != before.object:
                raise failure(
                    Text(f"{label} 得到 403，草稿却已改变", f"{label} got 403, and yet the draft has changed"),
                    Text("拒绝后状态不变", "nothing changed by what was refused"),
                    [before.n, answer.n, after.n],
                )


@decides("API-076", writes=True)
def test_refused_acts_change_nothing(run: Session, desk: Desk) -> None:
    """Acts on a draft by a role or a department without the right get 403, and the draft stays as it was."""
    draft = Held(desk)
    changed = {"entry": {**draft.entry, "title": f"{draft.entry['title']}改"}, "reason": "conformance test"}
    draft.strange("PUT", "", ("reader", "head", "reviewer", "editor-b"), changed)
    draft.strange("POST", "/approve", ("editor", "reviewer"), {"comment": "同意", "assessments": desk.assessments})
    draft.strange("DELETE", "", ("reader", "head", "auditor", "editor-b"))
    desk.act(draft.id, "approve", "head", {"comment": "同意", "assessments": desk.assessments}).expect(200)
    draft.strange("POST", "/submit", ("reader", "head", "editor-b"), {})
    desk.act(draft.id, "submit", "editor").expect(200)
    draft.strange("POST", "/review", ("reader", "editor", "head"), _COMMENT)
    desk.act(draft.id, "review", "reviewer", {"decision": "approve", "comment": "通过"}).expect(200)
    draft.strange("POST", "/publish", ("reader", "editor", "head"), {})
    desk.act(draft.id, "publish", "reviewer").expect(200)
    run.note(f"试过 {names(draft.tried, 20)}", f"tried: {names(draft.tried, 20)}")


@decides("API-076", writes=True)
def test_secret_of_another_client_is_not_replaced(run: Session) -> None:
    """Replacing the secret of another client gets 403, and its secret stays good."""
    run.node.credentials.grant("reader").expect(200)
    others = [role for role in ("editor", "reader-b") if run.node.has(role)]
    for role in others:
        answer = run.node.ask("POST", run.node.secret_path("reader"), role=role)
        if answer.status != 403:
            raise answer.wrong(
                Text(
                    f"{role} 更换他人密钥得到 {answer.status}",
                    f"{role} replacing another client's secret got {answer.status}",
                ),
                Text("状态 403", "status 403"),
            )
        run.node.credentials.grant("reader").expect(200)
