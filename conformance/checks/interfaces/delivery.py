"""Rows on their way into the sandbox in one batch of any number of parts, each step with whatever the node says."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from conformance.checks.finding import failure
from conformance.checks.shared import words
from conformance.checks.walking import walk
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.checks.desk import Desk
    from conformance.node import Answer, Session

BATCHES = "/exchange/batches"
NDJSON = "application/x-ndjson"
#: States in which nothing of a batch may be visible.
UNDONE = frozenset({"receiving", "verifying", "refused", "cancelled"})
_STEP = 0.25


@dataclass(frozen=True)
class Parcel:
    """What is delivered.

    Attributes:
        rows: the rows of each part.
        parts: the bytes of each part.
    """

    rows: tuple[tuple[Any, ...], ...]
    parts: tuple[bytes, ...]

    @property
    def total(self) -> int:
        """How many rows all parts have."""
        return sum(len(one) for one in self.rows)

    def manifest(self, code: str, **more: Any) -> dict[str, Any]:
        """Return the manifest that fits; `more` replaces or adds members."""
        parts = [
            {
                "number": number,
                "rows": len(self.rows[number - 1]),
                "bytes": len(body),
                "digest": digest(body),
                "mediaType": NDJSON,
            }
            for number, body in enumerate(self.parts, 1)
        ]
        found = {"resource": code, "mode": "full", "schemaVersion": 1, "rows": self.total}
        return {**found, "digest": joined(parts), "parts": parts, **more}


def parcel(*parts: Sequence[Any]) -> Parcel:
    """Return rows as a parcel of so many parts."""
    bodies = (b"".join(orjson.dumps(row) + b"\n" for row in rows) for rows in parts)
    return Parcel(tuple(tuple(rows) for rows in parts), tuple(bodies))


def digest(body: bytes) -> str:
    """Return the digest of bytes as manifests write it."""
    return f"sha-256:{hashlib.sha256(body).hexdigest()}"


def joined(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of a batch: over the digests of its parts, joined by a line feed."""
    return digest("\n".join(str(one["digest"]) for one in parts).encode())


def structured(body: bytes) -> str:
    """Return the digest of bytes as RFC 9530 writes it."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def key_of(run: Session, name: str) -> dict[str, str]:
    """Return the header with an idempotency key of the run's own."""
    return {"idempotency-key": f"conformance-{run.digits(f'key:{name}', 20)}"}


def announce(
    desk: Desk, manifest: Mapping[str, Any], *, key: Mapping[str, str] | None = None, role: str = "editor"
) -> Answer:
    """Announce a batch, whatever the node says to it."""
    answer = desk.run.node.post(BATCHES, manifest, role=role, headers=key or {})
    if answer.status == 201:
        desk.run.ledger.batch(words(answer.object, "id"), answer)
    return answer


def put(desk: Desk, batch: str, number: int, body: bytes, announced: bytes | None = None) -> Answer:
    """Send one part; `announced` are the bytes that its Content-Digest is of, those sent unless told otherwise."""
    headers = {"content-digest": structured(body if announced is None else announced)}
    path = f"{BATCHES}/{batch}/parts/{number}"
    return desk.run.node.put(path, body, NDJSON, role="editor", headers=headers)


def complete(desk: Desk, batch: str) -> Answer:
    """Say that every part is sent, whatever the node says to it."""
    return desk.run.node.post(f"{BATCHES}/{batch}/complete", {}, role="editor")


def deliver(desk: Desk, code: str, sent: Parcel, **more: Any) -> str:
    """Deliver a parcel the lawful way and return the id of its batch.

    Raises:
        Failed: the node refuses a step.
    """
    batch = str(announce(desk, sent.manifest(code, **more)).expect(201).member("id", str))
    for number, body in enumerate(sent.parts, 1):
        put(desk, batch, number, body).expect(200, 201, 204)
    complete(desk, batch).expect(200, 202)
    return batch


def settled(run: Session, batch: str) -> Answer:
    """Return a batch as soon as it is no longer being verified, or when that takes too long.

    Raises:
        Failed: the batch cannot be read.
    """
    limit, start = float(run.param("catalog.visibility-delay")), run.now
    while True:
        answer = run.node.get(f"{BATCHES}/{batch}", role="editor").expect(200)
        if words(answer.object, "state") != "verifying" or (run.now - start).total_seconds() > limit:
            return answer
        run.wire.pause(_STEP)


def listed(run: Session, code: str) -> tuple[list[str], tuple[int, ...]]:
    """Return the ids of the batches that were delivered to a resource, and the exchanges that list them."""
    found = walk(run.node, BATCHES, {"resource": code}, role="editor")
    kept = [words(one, "id") for one in found.items if words(one, "direction") == "inbound"]
    return kept, found.pages


def batches_are(run: Session, code: str, due: int) -> None:
    """Hold the number of batches of a resource.

    Raises:
        Failed: there are more or fewer.
    """
    found, numbers = listed(run, code)
    if len(found) != due:
        raise failure(
            Text(f"列出 {len(found)} 个批次", f"{len(found)} batches are listed"),
            Text(f"{due} 个批次", f"{due} {'batch' if due == 1 else 'batches'}"),
            numbers,
        )
