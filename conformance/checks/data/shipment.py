"""A batch of rows on its way into the sandbox: announced, sent, completed, and what the node says of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.shared import at, words
from conformance.checks.walking import Walk, walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.checks.desk import Desk
    from conformance.checks.resources import Resource, Resources
    from conformance.law.data import Element
    from conformance.node import Answer, Session

_MEDIA = "application/x-ndjson"
_STEP = 0.25
_GOOD = 5


@dataclass(frozen=True)
class Shipment:
    """A batch that was sent.

    Attributes:
        code: the resource that it went to, published for this.
        batch: its id.
        completed: answer to its completion.
        receipt: the receipt, None where none came in time.
    """

    code: str
    batch: str
    completed: Answer
    receipt: Answer | None

    def rejections(self, run: Session, role: str) -> Walk:
        """Return the rejected rows as a role sees them."""
        return walk(run.node, "/quality/rejections", {"batch": self.batch}, role=role)


def model(run: Session, resources: Resources, *, texts: bool) -> Resource:
    """Return a resource whose rows can be sent again as they are: nothing in them is personal.

    Args:
        run: the run.
        resources: what the node serves.
        texts: a field of free text is needed; else a coded one.

    Raises:
        Untested: there is none.
    """
    for one in resources.readable:
        fields = [field for field in one.fields() if _fits(field, run.law.data.elements, texts=texts)]
        if not one.entry.get("basicDatabase") and not one.dataset and fields and len(one.rows()) > _GOOD and _open(one):
            return one
    raise Untested(Text("没有可作样板的非敏感资源", "no resource without personal data can serve as a model"))


def _open(resource: Resource) -> bool:
    return all(words(one, "sensitivity") in {"none", ""} for one in resource.fields())


def field_of(run: Session, resource: Resource, *, texts: bool) -> str:
    """Return the field of a model that is coded, or that holds free text."""
    elements = run.law.data.elements
    return next(words(one, "name") for one in resource.fields() if _fits(one, elements, texts=texts))


def _fits(field: dict[str, Any], elements: Any, *, texts: bool) -> bool:
    element: Element | None = elements.get(words(field, "element"))
    coded = words(field, "codeList") or (element.code_list if element else None)
    if not texts:
        return bool(coded)
    free = element is None or (element.format or "").startswith("c..")
    length = at(field, "length")
    long = isinstance(length, int) and length >= 20
    return words(field, "dataType") == "C" and not coded and free and long and at(field, "primaryKey") is not True


def good_rows(resource: Resource) -> list[dict[str, Any]]:
    """Return rows of a model; in a table of their own their keys are free."""
    return [dict(row) for row in resource.rows()[:_GOOD]]


def publish(desk: Desk, name: str, like: Resource) -> str:
    """Publish an entry below the sandbox prefix with the items of a model, served as an interface and in bulk."""
    entry = desk.entry(name, like.entry)
    entry.pop("bindings", None)
    share = dict(entry.get("share") or {}) | {"ways": ["service-interface", "bulk-exchange"]}
    entry |= {"share": share}
    desk.carry(desk.register(entry).expect(201).member("id", str), like.entry)
    return str(entry["code"])


def send(desk: Desk, code: str, rows: Sequence[dict[str, Any]]) -> Shipment:
    """Send rows as one full batch.

    Raises:
        Failed: the node refuses a step of the lawful way.
        CantTell, Untested: as `Node.ask`.
    """
    run = desk.run
    body = b"".join(orjson.dumps(row) + b"\n" for row in rows)
    digest = f"sha-256:{hashlib.sha256(body).hexdigest()}"
    part = {"number": 1, "rows": len(rows), "bytes": len(body), "digest": digest, "mediaType": _MEDIA}
    made = run.node.post(
        "/exchange/batches",
        {
            "resource": code,
            "mode": "full",
            "schemaVersion": 1,
            "rows": len(rows),
            "digest": f"sha-256:{hashlib.sha256(digest.encode()).hexdigest()}",
            "parts": [part],
        },
        role="editor",
    ).expect(201)
    batch = made.member("id", str)
    run.ledger.batch(batch, made)
    headers = {"content-digest": _structured(body)}
    run.node.put(f"/exchange/batches/{batch}/parts/1", body, _MEDIA, role="editor", headers=headers).expect(204)
    completed = run.node.post(f"/exchange/batches/{batch}/complete", {}, role="editor").expect(200, 202)
    return Shipment(code, batch, completed, receipt_of(run, batch))


def _structured(body: bytes) -> str:
    """Return the digest of a body as RFC 9530 writes it."""
    import base64  # noqa: PLC0415 - only here

    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def receipt_of(run: Session, batch: str) -> Answer | None:
    """Wait for the receipt as long as a published entry may take to become visible."""
    limit, start = float(run.param("catalog.visibility-delay")), run.now
    while True:
        answer = run.node.get(f"/exchange/batches/{batch}/receipt", role="editor")
        if answer.status == 200:
            return answer
        if answer.status != 409 or (run.now - start).total_seconds() > limit:
            return None
        run.wire.pause(_STEP)


def served_rows(run: Session, code: str) -> tuple[list[dict[str, Any]], tuple[int, ...]]:
    """Return every row that a resource serves now, and the exchanges that brought them."""
    found = walk(run.node, f"/data/{code}")
    return [one for one in found.items if isinstance(one, dict)], found.pages
