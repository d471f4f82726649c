"""interfaces/writes: idempotency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks import decides
from conformance.checks.finding import failure, names
from conformance.checks.interfaces import making
from conformance.checks.interfaces.delivery import announce, batches_are, complete, key_of, parcel, put, settled
from conformance.checks.interfaces.depot import open_depot
from conformance.checks.interfaces.making import CREATED, REFUSED, Making
from conformance.checks.shared import words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.desk import Desk
    from conformance.checks.shared import Catalog
    from conformance.node import Answer

_TOGETHER = 20
#: What a request may be told that came while the first with its key was under way (RFC 9110, RFC 8470, RFC 6585).
_LATER = frozenset({409, 425, 429})
_FORBIDDEN = frozenset({401, 403})


@decides("API-023", writes=True)
def test_batch_announced_twice_is_one(desk: Desk, catalog: Catalog) -> None:
    """A batch announced twice with one key and the same manifest is one batch; the key is the client's own."""
    one = making.batch(desk, catalog, "twice-batch")
    first = one.ask()
    first.expect(201)
    making.same(first, one.ask())
    one.is_one()
    if not desk.run.node.has("operator"):
        desk.run.note("没有第二个客户端，未检验键按客户端区分", "no second client: not tried whether keys are its own")
        return
    other = one.ask(role="operator")
    if other.status in CREATED and other.object.get("id") == first.object.get("id"):
        raise other.wrong(
            Text(f"另一客户端得到对象 {first.object.get('id')}", f"another client got object {first.object.get('id')}"),
            Text("幂等键只对提交它的客户端有效", "a key is good for the client that sent it only"),
            others=(first.n,),
        )
    other.expect(*CREATED, *_FORBIDDEN)


@decides("API-023", writes=True)
def test_draft_made_twice_is_one(desk: Desk) -> None:
    """A draft made twice with one key and the same body is one draft, even after it has moved on."""
    one = making.draft(desk, "twice-draft")
    first = one.ask()
    first.expect(201)
    making.same(first, one.ask())
    draft = first.member("id", str)
    node, reason = desk.run.node, "conformance test, changed"
    seen = node.get(f"{making.DRAFTS}/{draft}", role="editor").expect(200)
    match = {"if-match": seen.header("etag") or "*"}
    node.ask("PUT", f"{making.DRAFTS}/{draft}", json={**one.body, "reason": reason}, role="editor", headers=match)
    again = one.ask()
    if again.status not in CREATED or again.object.get("id") != draft:
        shown = again.object.get("id")
        raise again.wrong(
            Text(f"状态 {again.status}，对象 {shown}", f"status {again.status}, object {shown}"),
            Text(f"仍为对象 {draft}", f"still object {draft}"),
            others=(first.n,),
        )
    state = node.get(f"{making.DRAFTS}/{draft}", role="editor").expect(200)
    if state.object.get("reason") != reason:
        raise state.wrong(
            Text("重复创建覆盖了此后的修改", "the repeat undid a later change"),
            Text("重复创建不改变已有对象", "a repeat leaves the object as it is"),
            others=(again.n,),
        )


@decides("API-023", writes=True)
def test_share_request_made_twice_is_one(desk: Desk, catalog: Catalog) -> None:
    """A share request made twice with one key and the same body is one share request."""
    one = making.share(desk, catalog, "twice-share")
    first = one.ask()
    first.expect(201)
    making.same(first, one.ask())
    one.is_one()


@decides("API-023", writes=True)
def test_delivery_repeated_is_one(desk: Desk, catalog: Catalog) -> None:
    """A delivery repeated step by step with its key leaves one batch, and each of its rows once."""
    run, depot = desk.run, open_depot(desk, catalog, "twice-delivery")
    sent = parcel(depot.rows)
    body, key = sent.manifest(depot.code, mode="incremental"), key_of(run, "twice-delivery")
    first = announce(desk, body, key=key).expect(201)
    batch = first.member("id", str)
    put(desk, batch, 1, sent.parts[0]).expect(200, 201, 204)
    complete(desk, batch).expect(200, 202)
    settled(run, batch)
    again = announce(desk, body, key=key)
    if again.status not in CREATED or again.object.get("id") != batch:
        making.same(first, again)
    put(desk, batch, 1, sent.parts[0])
    last = complete(desk, batch)
    settled(run, batch)
    batches_are(run, depot.code, 1)
    depot.holds(depot.rows, last)


@decides("API-055", writes=True)
def test_key_of_a_draft_refuses_other_bodies(desk: Desk) -> None:
    """The key of a draft with another body gets 409 or 422, whichever member differs; the draft stays as it was."""
    one = making.draft(desk, "other-draft")
    first = one.ask()
    first.expect(201)
    path = f"{making.DRAFTS}/{first.member('id', str)}"
    before = desk.run.node.get(path, role="editor").expect(200)
    _refuses_others(one, first)
    after = desk.run.node.get(path, role="editor").expect(200)
    if after.json != before.json:
        raise after.wrong(
            Text("草稿被改动", "the draft was changed"), Text("草稿不变", "the draft as it was"), others=(before.n,)
        )


@decides("API-055", writes=True)
def test_key_of_a_batch_refuses_other_bodies(desk: Desk, catalog: Catalog) -> None:
    """The key of a batch with another manifest gets 409 or 422, and no batch comes of it."""
    one = making.batch(desk, catalog, "other-batch")
    first = one.ask()
    first.expect(201)
    _refuses_others(one, first)
    one.is_one()


@decides("API-055", writes=True)
def test_key_of_a_share_request_refuses_other_bodies(desk: Desk, catalog: Catalog) -> None:
    """The key of a share request with another body gets 409 or 422, and no other request comes of it."""
    one = making.share(desk, catalog, "other-share")
    first = one.ask()
    first.expect(201)
    _refuses_others(one, first)
    one.is_one()


def _refuses_others(one: Making, first: Answer) -> None:
    for place, body in one.others.items():
        answer = one.ask(body)
        if answer.status not in REFUSED:
            raise answer.wrong(
                Text(f"{place} 不同，状态 {answer.status}", f"{place} differs: status {answer.status}"),
                Text("状态 409 或 422", "status 409 or 422"),
                others=(first.n,),
            )


@decides("API-024", writes=True)
def test_batches_announced_together_are_one(desk: Desk, catalog: Catalog) -> None:
    """Twenty announcements of a batch with one key, sent together, make one batch."""
    one = making.batch(desk, catalog, "together-batch")
    _together(one)
    one.is_one()


@decides("API-024", writes=True)
def test_drafts_made_together_are_one(desk: Desk) -> None:
    """Twenty drafts with one key, sent together, make one draft."""
    _together(making.draft(desk, "together-draft"))


def _together(one: Making) -> None:
    """Send the same creation twenty times at once and hold the answers to one object."""
    node = one.desk.run.node
    lanes = min(_TOGETHER, node.profile.access.concurrency)
    if lanes < 2:
        raise Untested(
            Text("配置只允许逐个请求（access.concurrency 为 1）", "the profile allows one request at a time only")
        )
    paths, bodies = [one.path] * _TOGETHER, [one.body] * _TOGETHER
    answers = list(node.ask_all("POST", paths, role=one.role, headers=one.key, bodies=bodies))
    made = [answer for answer in answers if answer.status in CREATED]
    for answer in made:
        one.enter(answer)
    found = list(dict.fromkeys(words(answer.object, "id") for answer in made))
    strange = [answer for answer in answers if answer.status not in CREATED | _LATER]
    one.desk.run.note(
        f"{_TOGETHER} 个请求，同时在途 {lanes} 个（access.concurrency）",
        f"{_TOGETHER} requests, {lanes} under way at once (access.concurrency)",
    )
    if strange:
        raise strange[0].wrong(
            Text(f"状态 {strange[0].status}", f"status {strange[0].status}"),
            Text("首次结果，或 409 稍后再试", "the first result, or 409 to try again"),
        )
    if len(found) != 1:
        raise failure(
            Text(f"产生 {len(found)} 个对象：{names(found)}", f"{len(found)} objects: {names(found)}"),
            Text("一个对象", "one object"),
            [answer.n for answer in made[:5]] or [answer.n for answer in answers[:5]],
        )
