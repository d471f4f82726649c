"""interfaces/writes: members of a request body that the operation does not know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.interfaces import making
from conformance.checks.interfaces.delivery import BATCHES, parcel
from conformance.checks.interfaces.depot import open_depot
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.interfaces.depot import Depot
    from conformance.checks.shared import Catalog
    from conformance.node import Answer

_NAME = "conformanceUnknown"
_REFUSED = frozenset({400, 422})
_IGNORED = frozenset({200, 201, 202, 204})


@dataclass
class _Probe:
    """What each operation made of an unknown member."""

    desk: Desk
    refused: dict[str, int] = field(default_factory=dict)
    ignored: dict[str, int] = field(default_factory=dict)

    def step(self, name: str, method: str, path: str, role: str, body: dict[str, Any], **headers: str) -> Answer:
        """Send a body with an unknown member, and without it where that was refused; return the answer that counts.

        Raises:
            Failed: the unknown member gets another status, or comes back; or the body is refused without it too.
        """
        answer = self._ask(method, path, role, {**body, _NAME: name}, headers)
        if answer.status in _REFUSED:
            self.refused[name] = answer.n
            return self._ask(method, path, role, body, headers).expect(*_IGNORED)
        if answer.status not in _IGNORED or _NAME.encode() in answer.body:
            raise answer.wrong(
                Text(f"{name}：状态 {answer.status}", f"{name}: status {answer.status}"),
                Text("忽略未知成员，或以 400、422 拒绝", "the unknown member is ignored, or refused with 400 or 422"),
            )
        self.ignored[name] = answer.n
        return answer

    def _ask(self, method: str, path: str, role: str, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        node, given = self.desk.run.node, {key.replace("_", "-"): value for key, value in headers.items()}
        if method == "POST":
            return node.post(path, body, role=role, headers=given)
        return node.ask(method, path, json=body, role=role, headers=given)

    def alike(self) -> None:
        """Hold all operations to one policy.

        Raises:
            Failed: some refuse and some ignore.
        """
        few, many = sorted((self.refused, self.ignored), key=len)
        if few:
            raise failure(
                Text(
                    f"拒绝：{names([*self.refused])}；忽略：{names([*self.ignored])}",
                    f"refused by {names([*self.refused])}; ignored by {names([*self.ignored])}",
                ),
                Text("全部写入操作一律忽略，或一律拒绝", "all writing operations ignore, or all refuse"),
                (*few.values(), *list(many.values())[:1]),
            )
        word = Text("拒绝", "refuse") if self.refused else Text("忽略", "ignore")
        self.desk.run.note(f"{len(many)} 个操作一律{word.zh}", f"{len(many)} operations all {word.en}")


@decides("API-037", writes=True)
def test_unknown_members_are_treated_alike(desk: Desk, catalog: Catalog) -> None:
    """Writing operations either all ignore a member that they do not know or all refuse it with 400 or 422."""
    run, probe = desk.run, _Probe(desk)
    entry = desk.entry("members")
    made = probe.step("createDraft", "POST", making.DRAFTS, "editor", {"entry": entry, "reason": "conformance test"})
    draft = made.member("id", str)
    run.ledger.draft(draft, entry["code"], made)
    _carried(probe, f"{making.DRAFTS}/{draft}", entry)
    _announced(probe, open_depot(desk, catalog, "members-batch"))
    asked = probe.step(
        "revokeResource", "POST", f"/catalog/resources/{entry['code']}/revoke", "editor", {"reason": "conformance test"}
    )
    path = f"{making.DRAFTS}/{asked.member('id', str)}/review"
    run.node.post(path, {"decision": "approve", "comment": "同意撤销"}, role="reviewer").expect(200)
    if making.takes_shares(desk):
        _applied(probe, making.share(desk, catalog, "members-share"))
    probe.alike()


def _applied(probe: _Probe, one: making.Making) -> None:
    """Apply for a table with an unknown member first."""
    made = probe.step("createShareRequest", "POST", one.path, one.role, one.body)
    one.enter(made)


def _carried(probe: _Probe, path: str, entry: dict[str, Any]) -> None:
    """Take a draft through its life, each step with an unknown member first."""
    now = probe.desk.run.node.get(path, role="editor").expect(200)
    body = {"entry": entry, "reason": "conformance test, changed"}
    probe.step("replaceDraft", "PUT", path, "editor", body, if_match=now.header("etag") or "*")
    for name, role, sent in (
        ("approve", "head", {"comment": "同意", "assessments": probe.desk.assessments}),
        ("submit", "editor", {"comment": "报送"}),
        ("review", "reviewer", {"decision": "approve", "comment": "通过"}),
        ("publish", "reviewer", {"comment": "发布"}),
    ):
        probe.step(f"{name}Draft", "POST", f"{path}/{name}", role, sent)


def _announced(probe: _Probe, depot: Depot) -> None:
    """Announce a batch with an unknown member first."""
    made = probe.step("createBatch", "POST", BATCHES, "editor", parcel(depot.rows).manifest(depot.code))
    probe.desk.run.ledger.batch(made.member("id", str), made)
