"""The desk at which an entry goes from draft to published to revoked, each step by the role that the law names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session

_MADE_BY_NODE = ("digest", "version", "status", "modified")


class Desk:
    """Writes below the sandbox prefix; whatever it makes is entered in the ledger.

    Its entries are copies of a published one under a code and title of the run's own, so that they are as right as
    the node's own.
    """

    def __init__(self, run: Session, catalog: Catalog) -> None:
        """Choose the entry that is copied.

        Raises:
            Untested: the profile declares no sandbox, or no published entry can serve as a model.
        """
        area = run.node.profile.access.sandbox
        models = [one for one in catalog.shared if not one.get("basicDatabase") and one.get("items")]
        if area is None or not models:
            raise Untested(Text("没有沙箱或可作样板的目录", "no sandbox, or no entry to copy"))
        self.run = run
        self._prefix = area.prefix
        self._model = models[0]

    def entry(self, name: str, like: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return a valid entry under a new code: a copy of `like`, or of the desk's own model."""
        model = {key: value for key, value in (like or self._model).items() if key not in _MADE_BY_NODE}
        code = f"{self._prefix}/{self.run.digits(name, 12)}"
        class_, item, object_, detail = code[0], code[1:3], code[3:6], self._prefix[6:]
        return model | {
            "code": code,
            "title": f"一致性测试目录{self.run.digits(name, 8)}",
            "classification": {"class": class_, "item": item, "object": object_, "detail": detail},
            "relatedCodes": [],
            "items": [{**one, "authoritative": False} if "authoritative" in one else one for one in model["items"]],
        }

    @property
    def assessments(self) -> Any:
        """The assessments on which the approval of the desk's own model rests."""
        return self._model.get("assessments")

    def register(self, entry: dict[str, Any], **more: Any) -> Answer:
        """Ask for a draft, whatever the node says to it."""
        answer = self.run.node.post(
            "/catalog/drafts", {"entry": entry, "reason": "conformance test", **more}, role="editor"
        )
        if answer.status == 201:
            self.run.ledger.draft(str(answer.object.get("id")), entry["code"], answer)
        return answer

    def act(self, draft: str, action: str, role: str, body: dict[str, Any] | None = None) -> Answer:
        """Take one step with a draft, whatever the node says to it."""
        return self.run.node.post(f"/catalog/drafts/{draft}/{action}", body or {}, role=role)

    def carry(self, draft: str, like: dict[str, Any] | None = None) -> Answer:
        """Take a draft through approval, submission, review and publication."""
        self.prepare(draft, like)
        return self.act(draft, "publish", "reviewer").expect(200)

    def prepare(self, draft: str, like: dict[str, Any] | None = None) -> None:
        """Take a draft through approval, submission and review: it may be published."""
        assessments = (like or self._model).get("assessments")
        self.act(draft, "approve", "head", {"comment": "同意", "assessments": assessments}).expect(200)
        self.act(draft, "submit", "editor").expect(200)
        self.act(draft, "review", "reviewer", {"decision": "approve", "comment": "通过"}).expect(200)

    def publish(self, name: str) -> str:
        """Publish a new entry and return its code.

        Raises:
            Failed: a step of the lawful way is refused.
        """
        entry = self.entry(name)
        self.carry(self.register(entry).expect(201).member("id", str))
        return str(entry["code"])

    def change(self, code: str, **members: Any) -> dict[str, Any]:
        """Publish a new version of an entry with other members and return what was sent."""
        now = self.run.node.get(f"/catalog/resources/{code}").expect(200)
        entry = {key: value for key, value in now.object.items() if key not in _MADE_BY_NODE} | members
        based = {"code": code, "version": now.object.get("version")}
        self.carry(self.register(entry, basedOn=based).expect(201).member("id", str))
        return entry

    def revoke(self, code: str) -> None:
        """Revoke a published entry."""
        asked = self.run.node.post(f"/catalog/resources/{code}/revoke", {"reason": "conformance test"}, role="editor")
        draft = asked.expect(202).member("id", str)
        self.act(draft, "review", "reviewer", {"decision": "approve", "comment": "同意撤销"}).expect(200)
