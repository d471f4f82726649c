"""interfaces/exchange: receipts of batches, and batches that are refused as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.data.shipment import receipt_of
from conformance.checks.finding import failure, names
from conformance.checks.interfaces.delivery import (
    BATCHES,
    UNDONE,
    Parcel,
    announce,
    complete,
    deliver,
    digest,
    parcel,
    put,
    settled,
)
from conformance.checks.interfaces.depot import open_depot
from conformance.checks.shared import at, words
from conformance.checks.walking import walk
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session

_STORED = frozenset({200, 201, 204})
_DONE = frozenset({200, 202})
_REFUSED = frozenset({400, 409, 422})


@decides("API-033", writes=True)
def test_receipt_adds_up(desk: Desk, catalog: Catalog) -> None:
    """Of a batch with good and bad rows the receipt counts both, with a reason for each row that is rejected."""
    run, depot = desk.run, open_depot(desk, catalog, "receipt")
    sent = parcel([*depot.rows[:2], depot.nameless], [depot.keyless, *depot.rows[2:3]])
    batch = deliver(desk, depot.code, sent)
    receipt = _receipt(run, batch)
    _holds(receipt, sent, (3, 2))
    refused = walk(run.node, "/quality/rejections", {"batch": batch}, role="editor")
    places = {(at(one, "part") or 1, at(one, "row")) for one in refused.items if words(one, "code")}
    due = {(1, 3), (2, 1)}
    if places != due:
        raise failure(
            Text(
                f"有原因的拒收行（分片，行）为 {sorted(places, key=str)}",
                f"rejected (part, row) {sorted(places, key=str)}",
            ),
            Text(f"{sorted(due)}，各有原因代码", f"{sorted(due)}, each with a reason code"),
            (receipt.n, *refused.pages),
        )
    _reasons(receipt, sorted({words(one, "code") for one in refused.items}), refused.pages)
    depot.holds(depot.rows[:3], receipt)


@decides("API-033", writes=True)
def test_receipt_of_a_wholly_bad_batch(desk: Desk, catalog: Catalog) -> None:
    """Of a batch without a good row the receipt accepts nothing, and nothing of it is served."""
    depot = open_depot(desk, catalog, "receipt-bad")
    sent = parcel([depot.nameless, depot.keyless])
    receipt = _receipt(desk.run, deliver(desk, depot.code, sent))
    _holds(receipt, sent, (0, 2))
    depot.holds((), receipt)


@decides("API-033", writes=True)
def test_batch_sent_again_makes_no_duplicates(desk: Desk, catalog: Catalog) -> None:
    """The same rows sent again as a retry are accepted by its receipt, and served once."""
    run, depot = desk.run, open_depot(desk, catalog, "again")
    sent = parcel(depot.rows)
    first = deliver(desk, depot.code, sent, mode="incremental")
    _holds(_receipt(run, first), sent, (sent.total, 0))
    again = deliver(desk, depot.code, sent, mode="incremental", retryOf=first)
    receipt = _receipt(run, again)
    _holds(receipt, sent, (sent.total, 0))
    depot.holds(depot.rows, receipt)


def _receipt(run: Session, batch: str) -> Answer:
    """Return the receipt of a batch.

    Raises:
        Failed: it has none.
    """
    found = receipt_of(run, batch)
    if found is None:
        raise run.node.get(f"{BATCHES}/{batch}/receipt", role="editor").wrong(
            Text("没有回执", "no receipt"), Text("批次回执", "a receipt of the batch")
        )
    return found


def _holds(receipt: Answer, sent: Parcel, due: tuple[int, int]) -> None:
    """Hold a receipt to the rows of its batch, and to its digest."""
    told = receipt.object
    came = at(told, "accepted"), at(told, "rejected")
    whole = digest("\n".join(digest(body) for body in sent.parts).encode())
    if came != due or words(told, "digest") != whole:
        raise receipt.wrong(
            Text(
                f"接收 {came[0]} 行，拒收 {came[1]} 行，摘要 {told.get('digest')}",
                f"{came[0]} accepted, {came[1]} rejected, digest {told.get('digest')}",
            ),
            Text(
                f"接收 {due[0]} 行，拒收 {due[1]} 行，合计 {sent.total} 行，摘要 {whole}",
                f"{due[0]} accepted, {due[1]} rejected, {sent.total} in all, digest {whole}",
            ),
        )


def _reasons(receipt: Answer, codes: list[str], others: tuple[int, ...]) -> None:
    """Hold the reasons of a receipt to those of the rejected rows."""
    told = [one for one in receipt.member("reasons", list) if isinstance(one, dict)]
    came = sorted(words(one, "code") for one in told if isinstance(at(one, "count"), int) and at(one, "count") > 0)
    if came != codes:
        raise receipt.wrong(
            Text(f"回执原因为 {names(came)}", f"the reasons of the receipt are {names(came)}"),
            Text(f"{names(codes)}，各有次数", f"{names(codes)}, each with a count"),
            others=others,
        )


@decides("API-034", writes=True)
def test_tampered_part_refuses_the_batch(desk: Desk, catalog: Catalog) -> None:
    """One byte of the second part changed on its way: the batch is refused, and what was served stays as it was."""
    _tampered(desk, catalog, "tampered", known=False)


@decides("API-034", writes=True)
def test_part_beside_its_manifest_refuses_the_batch(desk: Desk, catalog: Catalog) -> None:
    """A part that fits its own Content-Digest but not the manifest: the batch is refused all the same."""
    _tampered(desk, catalog, "beside", known=True)


def _tampered(desk: Desk, catalog: Catalog, name: str, *, known: bool) -> None:
    """Deliver rows, then others whose second part is not what was announced.

    Args:
        desk: who writes.
        catalog: gives the model of the table.
        name: of the table.
        known: the Content-Digest of the tampered part is of the tampered bytes.
    """
    depot = open_depot(desk, catalog, name)
    before, first, second = depot.rows[:2], depot.rows[2:4], depot.rows[4:6]
    depot.holds(before, _receipt(desk.run, deliver(desk, depot.code, parcel(before))))
    sent = parcel(first, second)
    batch = announce(desk, sent.manifest(depot.code, mode="incremental")).expect(201).member("id", str)
    put(desk, batch, 1, sent.parts[0]).expect(*_STORED)
    last = put(desk, batch, 2, _one_byte(sent.parts[1]), None if known else sent.parts[1])
    if last.status in _STORED:
        last = complete(desk, batch)
    ended = settled(desk.run, batch)
    state = words(ended.object, "state")
    if state not in UNDONE or (last.status in _DONE and state != "refused"):
        raise last.wrong(
            Text(f"状态 {last.status}，批次为 {state}", f"status {last.status}, the batch is {state}"),
            Text("批次整体被拒（refused）", "the batch is refused as a whole"),
            others=(ended.n,),
        )
    depot.holds(before, last, ended)
    complete(desk, batch)
    depot.holds(before, settled(desk.run, batch))


def _one_byte(body: bytes) -> bytes:
    """Return bytes of the same length in which one letter or digit is another."""
    place = next(index for index, byte in enumerate(body) if chr(byte).isalnum() and index > len(body) // 2)
    return body[:place] + (b"7" if body[place : place + 1] != b"7" else b"3") + body[place + 1 :]


@decides("API-034", writes=True)
def test_manifest_against_its_own_digest_is_refused(desk: Desk, catalog: Catalog) -> None:
    """A manifest whose digest is not that of its parts is refused, and no row of the batch is served."""
    depot = open_depot(desk, catalog, "own-digest")
    sent = parcel(depot.rows)
    announced = announce(desk, sent.manifest(depot.code, digest=digest(b"another")))
    if announced.status in _REFUSED:
        depot.holds((), announced)
        return
    batch = announced.expect(201).member("id", str)
    last = put(desk, batch, 1, sent.parts[0])
    if last.status in _STORED:
        last = complete(desk, batch)
    ended = settled(desk.run, batch)
    state = words(ended.object, "state")
    if state not in UNDONE:
        raise last.wrong(
            Text(f"批次为 {state}", f"the batch is {state}"),
            Text("批次整体被拒（refused）", "the batch is refused as a whole"),
            others=(announced.n, ended.n),
        )
    depot.holds((), last, ended)
