"""interfaces/writes: conditional reads and writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conformance.checks import decides
from conformance.checks.finding import names
from conformance.checks.interfaces import making
from conformance.checks.interfaces.delivery import BATCHES
from conformance.checks.shared import Catalog, words
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.desk import Desk
    from conformance.node import Answer, Session

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_ANY = {"accept": "application/json, */*;q=0.5"}
_ENTRIES = 3
_OTHER = '"conformance-no-such-state"'
_GONE = frozenset({404, 405, 410, 501})
_STALE = 412


@decides("API-025")
def test_reads_are_conditional(run: Session, catalog: Catalog) -> None:
    """Each single resource carries an ETag; with it in If-None-Match comes 304, with another one the resource."""
    tried: list[str] = []
    for path in _singles(run, catalog):
        first = run.node.get(path, headers=_ANY)
        if first.status in _GONE:
            continue
        tag = _tag_of(first.expect(200))
        known = run.node.get(path, headers={**_ANY, "if-none-match": tag})
        if known.status != 304 or known.body:
            raise known.wrong(
                Text(
                    f"状态 {known.status}，正文 {len(known.body)} 字节",
                    f"status {known.status}, {len(known.body)} bytes",
                ),
                Text("状态 304，无正文", "status 304 without a body"),
                others=(first.n,),
            )
        run.node.get(path, headers={**_ANY, "if-none-match": _OTHER}).expect(200)
        tried.append(path)
    if not tried:
        raise Untested(Text("没有可读取的单个资源", "there is no single resource to read"))
    run.note(f"已检验 {len(tried)} 个地址：{names(tried)}", f"{len(tried)} addresses: {names(tried)}")


def _singles(run: Session, catalog: Catalog) -> Iterator[str]:
    """Addresses of single resources of every kind that the contract makes conditional."""
    codes = sorted(catalog.by_code)
    chosen = run.rng("conditional").sample(codes, min(_ENTRIES, len(codes)))
    yield from (f"/catalog/resources/{code}" for code in chosen)
    for code in chosen[:1]:
        yield f"/catalog/resources/{code}/versions/{catalog.by_code[code].get('version')}"
    for path, name in (("/standards/elements", "id"), ("/standards/codelists", "id"), ("/standards/datasets", "id")):
        yield from (f"{path}/{one}" for one in _first(run, path, name))
    yield from (f"/data/{code}/schema" for code in chosen if catalog.by_code[code].get("bindings"))
    yield from (f"{BATCHES}/{one}" for one in _first(run, BATCHES, "id"))
    files = [words(one, "href") for entry in catalog.shared for one in entry.get("bindings") or []]
    yield from [one for one in files if one.startswith("/files/")][:1]


def _first(run: Session, path: str, name: str) -> list[str]:
    answer = run.node.get(path, params={"limit": 1})
    items = answer.object.get("items") if answer.status == 200 else None
    return [words(one, name) for one in items[:1] if words(one, name)] if isinstance(items, list) else []


def _tag_of(answer: Answer) -> str:
    """Return the ETag of an answer.

    Raises:
        Failed: it has none, or none of the form that RFC 9110 gives.
    """
    tag = answer.header("etag")
    if tag is None or not _TAG.fullmatch(tag):
        raise answer.wrong(Text(f"ETag {tag}", f"ETag {tag}"), Text("ETag（RFC 9110）", "an ETag (RFC 9110)"))
    return tag


@decides("API-025", writes=True)
def test_changes_change_the_etag(desk: Desk) -> None:
    """Whichever member of a draft changes, its old ETag no longer gets 304."""
    node, path, one = desk.run.node, *_drafted(desk, "tags")
    entry = one["entry"]
    bodies = {
        "/reason": {**one, "reason": "conformance test, another reason"},
        "/entry/abstract": {**one, "entry": {**entry, "abstract": f"{entry.get('abstract')}（另一内容）"}},
        "/entry/title": {**one, "entry": {**entry, "title": f"{entry['title']}甲"}},
    }
    now = node.get(path, role="editor").expect(200)
    for place, body in bodies.items():
        headers = {"if-match": _tag_of(now)}
        node.ask("PUT", path, json=body, role="editor", headers=headers).expect(200, 204)
        now = _read_anew(desk, path, now, place)
    comment = {"comment": "同意", "assessments": desk.assessments}
    desk.act(path.rsplit("/", 1)[-1], "approve", "head", comment).expect(200)
    _read_anew(desk, path, now, "/approved")


@decides("API-025", writes=True)
def test_new_version_has_a_new_etag(desk: Desk) -> None:
    """After a published entry has changed, its old ETag no longer gets 304."""
    code = desk.publish("tagged")
    path = f"/catalog/resources/{code}"
    before = desk.run.node.get(path, role="editor").expect(200)
    desk.change(code, abstract=f"{before.object.get('abstract')}（已修订）")
    _read_anew(desk, path, before, "/abstract")


def _read_anew(desk: Desk, path: str, before: Answer, place: str) -> Answer:
    """Read a changed resource with its old ETag, which has to bring the new content under a new one."""
    known = {"if-none-match": _tag_of(before)}
    after = desk.run.node.get(path, role="editor", headers=known)
    if after.status == 200 and _tag_of(after) != _tag_of(before):
        return after
    raise after.wrong(
        Text(
            f"{place} 改变后，状态 {after.status}，ETag {after.header('etag')}",
            f"{place} has changed: status {after.status}, ETag {after.header('etag')}",
        ),
        Text("状态 200 与新的 ETag", "status 200 and a new ETag"),
        others=(before.n,),
    )


def _drafted(desk: Desk, name: str) -> tuple[str, dict[str, Any]]:
    """Make a draft; return its address and what was sent."""
    entry = desk.entry(name)
    made = desk.register(entry).expect(201)
    return f"{making.DRAFTS}/{made.member('id', str)}", {"entry": entry, "reason": "conformance test"}


@decides("API-056", writes=True)
def test_one_of_two_writers_wins(desk: Desk) -> None:
    """Of two writers with one ETag, sent together, one wins and the other gets 412; the winner's content stays."""
    node, path, body = desk.run.node, *_drafted(desk, "writers")
    tag = _tag_of(node.get(path, role="editor").expect(200))
    bodies = [_abstract(body, text) for text in ("甲方修改的摘要", "乙方修改的摘要")]
    answers = list(node.ask_all("PUT", [path] * 2, role="editor", headers={"if-match": tag}, bodies=bodies))
    statuses = [answer.status for answer in answers]
    won = [sent for sent, answer in zip(bodies, answers, strict=True) if answer.status in {200, 204}]
    now = node.get(path, role="editor").expect(200)
    if len(won) != 1 or _STALE not in statuses:
        raise now.wrong(
            Text(f"两次写入的状态为 {statuses}", f"the two writes got {statuses}"),
            Text("一次 200，一次 412", "200 for one and 412 for the other"),
            others=tuple(answer.n for answer in answers),
        )
    due, came = won[0]["entry"]["abstract"], words(now.object, "entry", "abstract")
    if came != due:
        raise now.wrong(
            Text(f"摘要为“{came}”", f"the abstract is “{came}”"),
            Text(f"成功一方的“{due}”", f"that of the winner, “{due}”"),
            others=tuple(answer.n for answer in answers),
        )


def _abstract(body: dict[str, Any], text: str) -> dict[str, Any]:
    return {**body, "entry": {**body["entry"], "abstract": f"一致性测试：{text}，用于检验并发写入。"}}


@decides("API-056", writes=True)
def test_stale_writes_are_refused(desk: Desk) -> None:
    """A write with a stale If-Match, strong, weak or one of several, gets 412, and the draft stays as it was."""
    node, path, body = desk.run.node, *_drafted(desk, "stale")
    old = _tag_of(node.get(path, role="editor").expect(200))
    node.ask("PUT", path, json=_abstract(body, "第一次"), role="editor", headers={"if-match": old}).expect(200, 204)
    now = node.get(path, role="editor").expect(200)
    strong = old.removeprefix("W/")
    late, approval = _abstract(body, "过期"), {"comment": "同意", "assessments": desk.assessments}
    for tag in (strong, f"W/{strong}", f"{strong}, {_OTHER}", _OTHER):
        _refused(desk, now, _Write("PUT", path, late), tag)
    _refused(desk, now, _Write("POST", f"{path}/approve", approval, "head"), strong)
    _refused(desk, now, _Write("DELETE", path), strong)
    current = {"if-match": _tag_of(now)}
    node.ask("PUT", path, json=_abstract(body, "第二次"), role="editor", headers=current).expect(200, 204)


@dataclass(frozen=True)
class _Write:
    """A write that would be good if its ETag were."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    role: str = "editor"


def _refused(desk: Desk, now: Answer, write: _Write, tag: str) -> None:
    """Hold a write with a stale tag to 412, and the resource to what `now` shows of it."""
    node, before = desk.run.node, urlsplit(now.exchange.url).path
    answer = node.ask(write.method, write.path, json=write.body, role=write.role, headers={"if-match": tag})
    after = node.get(before.removeprefix(urlsplit(node.profile.url).path), role="editor")
    if answer.status != _STALE:
        raise answer.wrong(
            Text(
                f"{write.method}，If-Match: {tag}，状态 {answer.status}",
                f"{write.method} with If-Match: {tag} gets {answer.status}",
            ),
            Text("状态 412", "status 412"),
            others=(now.n,),
        )
    if after.status != now.status or after.json != now.json:
        changed = sorted(key for key in {*now.object, *after.object} if after.object.get(key) != now.object.get(key))
        raise after.wrong(
            Text(f"412 之后资源已变：{names(changed)}", f"after 412 the resource has changed: {names(changed)}"),
            Text("资源不变", "the resource as it was"),
            others=(answer.n, now.n),
        )
