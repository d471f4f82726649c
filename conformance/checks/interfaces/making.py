"""Operations that create something, and what is sent to them: the same body again, and bodies that differ in little."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from conformance.checks.finding import failure, names
from conformance.checks.interfaces.access import CONSUMER, REQUESTS
from conformance.checks.interfaces.delivery import BATCHES, key_of, parcel
from conformance.checks.interfaces.depot import open_depot
from conformance.checks.shared import words
from conformance.checks.walking import walk
from conformance.judge import Inapplicable
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer

DRAFTS = "/catalog/drafts"
_ABSENT = frozenset({404, 405, 501})
CREATED = frozenset({200, 201, 202})
REFUSED = frozenset({409, 422})


@dataclass(frozen=True)
class Making:
    """One creating operation below the sandbox prefix.

    Attributes:
        desk: who writes.
        key: the header with the idempotency key.
        path: of the operation.
        body: what is created.
        others: bodies that differ from it in one place, by what differs.
        code: the resource whose objects are counted, empty where nothing can be listed.
        role: who creates.
    """

    desk: Desk
    key: Mapping[str, str]
    path: str
    body: dict[str, Any]
    others: Mapping[str, dict[str, Any]]
    code: str = ""
    role: str = "editor"

    def ask(self, body: dict[str, Any] | None = None, role: str | None = None) -> Answer:
        """Create under the key, whatever the node says to it."""
        answer = self.desk.run.node.post(self.path, body or self.body, role=role or self.role, headers=self.key)
        self.enter(answer)
        return answer

    def enter(self, answer: Answer) -> None:
        """Enter what was created in the ledger."""
        if answer.status not in CREATED:
            return
        name, ledger = words(answer.object, "id"), self.desk.run.ledger
        if self.path == BATCHES:
            ledger.batch(name, answer)
        elif self.path == REQUESTS:
            ledger.share(name, answer)
        else:
            ledger.draft(name, words(self.body, "entry", "code"), answer)

    def is_one(self) -> None:
        """Hold the number of objects that are listed to one.

        Raises:
            Failed: there are more or fewer.
        """
        if not self.code:
            return
        found = walk(self.desk.run.node, self.path, {"resource": self.code}, role=self.role)
        kept = [words(one, "id") for one in found.items if words(one, "direction") in {"", "inbound"}]
        if len(kept) != 1:
            raise failure(
                Text(f"列出 {len(kept)} 个对象：{names(kept)}", f"{len(kept)} objects are listed: {names(kept)}"),
                Text("1 个对象", "one object"),
                found.pages,
            )


def draft(desk: Desk, name: str) -> Making:
    """Return the making of a draft; other bodies have another reason, abstract or title."""
    entry = desk.entry(name)
    body = {"entry": entry, "reason": "conformance test"}
    others = {
        "/reason": {**body, "reason": "conformance test, another reason"},
        "/entry/abstract": {**body, "entry": {**entry, "abstract": f"{entry.get('abstract')}（另一内容）"}},
        "/entry/title": {**body, "entry": {**entry, "title": f"{entry['title']}甲"}},
    }
    return Making(desk, key_of(desk.run, name), DRAFTS, body, others)


def batch(desk: Desk, catalog: Catalog, name: str) -> Making:
    """Return the making of a batch for a table of its own; other bodies have another mode, other rows or bytes."""
    depot = open_depot(desk, catalog, name)
    sent, code = parcel(depot.rows), depot.code
    body = sent.manifest(code)
    [part] = body["parts"]
    others = {
        "/mode": sent.manifest(code, mode="incremental"),
        "/parts": parcel(depot.rows[:-1]).manifest(code),
        "/parts/0/bytes": {**body, "parts": [{**part, "bytes": part["bytes"] + 1}]},
    }
    return Making(desk, key_of(desk.run, name), BATCHES, body, others, code)


def takes_shares(desk: Desk) -> bool:
    """Tell whether another department can apply for a share of something at this node."""
    node = desk.run.node
    return node.has(CONSUMER) and node.get(REQUESTS, params={"limit": 1}, role=CONSUMER).status not in _ABSENT


def share(desk: Desk, catalog: Catalog, name: str) -> Making:
    """Return the making of a share request by another department for a table of its own.

    Raises:
        Inapplicable: the profile has no identity of another department, or the node takes no share requests.
    """
    if not takes_shares(desk):
        raise Inapplicable(
            Text(
                f"没有 {CONSUMER} 的身份，或节点不受理共享申请",
                f"no identity {CONSUMER}, or the node takes no share requests",
            )
        )
    today = desk.run.today
    code = open_depot(desk, catalog, name).code
    end = [(today + timedelta(days=days)).isoformat() for days in (30, 60)]
    body = {
        "resource": code,
        "basis": "一致性测试",
        "scenario": "一致性测试",
        "scope": {"text": "一致性测试"},
        "way": "service-interface",
        "period": {"start": today.isoformat(), "end": end[0]},
    }
    others = {
        "/scenario": {**body, "scenario": "一致性测试，另一场景"},
        "/scope/text": {**body, "scope": {"text": "另一范围"}},
        "/period/end": {**body, "period": {"start": today.isoformat(), "end": end[1]}},
    }
    return Making(desk, key_of(desk.run, name), REQUESTS, body, others, code, CONSUMER)


def same(first: Answer, again: Answer) -> None:
    """Hold a repeat to the first answer.

    Raises:
        Failed: the repeat was refused, or tells of another object.
    """
    if again.status in CREATED and again.json == first.json:
        return
    shown = again.object.get("id") if again.status in CREATED else None
    raise again.wrong(
        Text(f"状态 {again.status}，对象 {shown}", f"status {again.status}, object {shown}"),
        Text(
            f"与首次相同：状态 {first.status}，对象 {first.object.get('id')}，内容一致",
            f"as at first: status {first.status}, object {first.object.get('id')}, the same content",
        ),
        others=(first.n,),
    )
