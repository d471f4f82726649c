"""The parent as checks meet it: the suite listens for what the node sends up, and speaks to the node as its parent."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from conformance.checks.finding import failure
from conformance.checks.shared import at, words
from conformance.checks.walking import walk
from conformance.hub.hearing import hearing
from conformance.hub.parent import CODE, Parent
from conformance.hub.place import hub, place
from conformance.hub.server import problem
from conformance.judge import Decision, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.checks.desk import Desk
    from conformance.hub.hearing import Ear
    from conformance.hub.server import Asked
    from conformance.node import Answer, Session

_Found = TypeVar("_Found")
_PAUSE = 0.05
_MEMBERS = ("name", "level", "relation", "href", "clientId", "status", "registration")


@dataclass(frozen=True)
class Upper:
    """The parent.

    Attributes:
        node: code of the node under test.
        code: code of the parent.
        wait: seconds after which something that did not come is missing.
        later: what is done at the end, whatever happened: objects of this check come to theirs.
    """

    run: Session
    ear: Ear
    parent: Parent
    node: str
    code: str
    wait: float
    later: list[Callable[[], object]] = field(default_factory=list)

    def sent(self, method: str, path: str, wanted: Callable[[Any], bool] = lambda _: True) -> Answer:
        """Return what the node sent to a path, the first whose body is wanted.

        Raises:
            Failed: nothing such came in time.
        """
        known = self.run.wire.count
        found = self.heard(method, path, wanted)
        if found is not None:
            return found
        near = [one.n for one in self.ear.kept if one.exchange.target.startswith(path)]
        raise failure(
            Text(
                f"上级 {self.wait:g} 秒内未收到 {method} {path}",
                f"the parent got no {method} {path} within {self.wait:g} s",
            ),
            Text(f"向上级发送 {method} {path}", f"{method} {path} sent to the parent"),
            [*near, known, self.run.wire.count],
        )

    def heard(self, method: str, path: str, wanted: Callable[[Any], bool] = lambda _: True) -> Answer | None:
        """As `sent`; None where nothing such came in time."""
        return self.ear.wait(lambda one: _is(one, method, path) and wanted(body_of(one)), self.wait)

    def ask(self, method: str, path: str, json: Any = None) -> Answer:
        """Ask the node as its parent does."""
        number = self.run.wire.count
        keyed = {} if method == "GET" else {"idempotency-key": f"UP-{self.run.digits(f'{number}', 16)}"}
        return self.run.node.ask(method, path, json=json, role="operator", headers=keyed)

    def report(self, kind: str, name: str, state: str, **members: Any) -> Answer:
        """Tell the node how an object of its own stands here; the answer says whether it was taken in."""
        told = {
            "node": self.node,
            "object": {"type": kind, "id": name},
            "state": state,
            "version": None,
            "digest": None,
            "time": self.run.now.isoformat(),
            "reason": None,
            **members,
        }
        return self.ask("POST", "/cascade/status", {"items": [told]}).expect(200)

    def told(self, kind: str, name: str, state: str, **members: Any) -> Answer:
        """As `report`, and hold that it was taken in.

        Raises:
            Failed: it was ignored.
        """
        answer = self.report(kind, name, state, **members)
        if answer.member("accepted", int) != 1:
            raise answer.wrong(
                Text("上级状态未被接收", "the state was ignored"), Text("accepted 为 1", "accepted is 1")
            )
        return answer

    def refuse(self, matches: Callable[[Asked], bool]) -> None:
        """From now on refuse what matches, with a reason."""
        self.parent.when(matches, problem(422, "validation", "conformance test: not taken in"))

    def compared(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return what the reconciliation says of an object, None where it does not list it."""
        found = walk(self.run.node, "/cascade/reconciliation", {"limit": 500}, role="operator")
        items = (one for one in found.items if at(one, "object") == {"type": kind, "id": name})
        return next(items, None)

    def until(self, ask: Callable[[], _Found | None]) -> _Found | None:
        """Ask again and again until something is found, as long as the parent would wait."""
        for _ in range(max(1, round(self.wait / _PAUSE))):
            found = ask()
            if found is not None:
                return found
            self.run.wire.pause(_PAUSE)
        return None

    def entry(self, desk: Desk, name: str, version: int = 1, **members: Any) -> dict[str, Any]:
        """Return an entry of the parent's own catalog, as it registers it here."""
        made = {**desk.entry(name), "version": version, "status": "published", "modified": self.run.now.isoformat()}
        href = f"/data/{made['code']}"
        made |= {"bindings": [{"id": "b1", "way": "service-interface", "href": href}], **members}
        return {**made, "digest": digest(made)}

    def register(self, entry: dict[str, Any]) -> Answer:
        """Register an entry with the node, whatever it says to it."""
        path = f"/cascade/catalog/{entry['code']}"
        answer = self.ask("PUT", path, {"entry": entry, "node": self.code})
        if answer.status == 201:
            self.later.append(lambda: self.ask("DELETE", path))
        return answer


def digest(value: Any) -> str:
    """Return the digest over the canonical JSON (RFC 8785) of a value of texts, whole numbers, booleans and null."""
    return f"sha-256:{hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()}"


def body_of(heard: Answer) -> Any:
    """Return the JSON that the node sent, None where it sent none."""
    try:
        return orjson.loads(heard.exchange.request_body)
    except ValueError:
        return None


def _is(heard: Answer, method: str, path: str) -> bool:
    target = heard.exchange.url.partition("?")[0]
    return heard.exchange.method == method and target.endswith(path)


@contextmanager
def standing_above(run: Session) -> Iterator[Upper]:
    """Play the node's parent for the length of a `with` block; the node is pointed at it and back again.

    Raises:
        Untested: the hub cannot be reached by the node, or the node cannot be pointed at it.
        Failed: the node refuses to be pointed at it.
    """
    if not run.node.has("operator"):
        raise Untested(Text("没有上级使用的操作员身份", "no identity of an operator for the parent to use"))
    at_hub, parent = hub(run), Parent()
    described = run.node.get("/.well-known/district-node", role=None).expect(200)
    code = words(described.object, "parent") or CODE
    parent.code = code
    with hearing(run, "parent", parent, place(run)) as ear:
        upper = Upper(run, ear, parent, words(described.object, "nodeCode"), code, at_hub.wait)
        with _pointed(run, code, ear.url):
            try:
                yield upper
            finally:
                for end in upper.later:
                    _quietly(run, end)


@contextmanager
def _pointed(run: Session, code: str, url: str) -> Iterator[None]:
    """Point an open test instance at the hub; any other node was pointed at it by whoever wrote the profile."""
    if not run.node.profile.access.open:
        yield
        return
    if not run.node.has("admin"):
        raise Untested(Text("没有管理员身份，无法登记上级", "no identity of an administrator to register the parent"))
    run.node.lend(code)
    before = run.node.get(f"/peers/{code}", role="admin").expect(200, 404)
    tag = _put(run, code, before, _peer(run, url)).header("etag")
    try:
        yield
    finally:
        _restore(run, code, before, tag or "*")


def _peer(run: Session, url: str) -> dict[str, Any]:
    client = run.node.profile.access.identities["operator"].client_id
    return {
        "name": "重庆市政务数据平台",
        "level": "municipal",
        "relation": "parent",
        "href": url,
        "clientId": client,
        "status": "active",
    }


def _put(run: Session, code: str, before: Answer, peer: dict[str, Any], tag: str | None = None) -> Answer:
    known = {"if-match": tag or before.header("etag") or "*"} if before.status == 200 else {"if-none-match": "*"}
    return run.node.ask("PUT", f"/peers/{code}", json=peer, role="admin", headers=known).expect(200, 201)


def _restore(run: Session, code: str, before: Answer, tag: str) -> None:
    """Give the node back the parent that it had, or none."""

    def back() -> None:
        if before.status == 200:
            old = {name: before.object[name] for name in _MEMBERS if name in before.object}
            _put(run, code, before, old, tag)
        else:
            run.node.ask("DELETE", f"/peers/{code}", role="admin", headers={"if-match": tag}).expect(204)

    _quietly(run, back)


def _quietly(run: Session, end: Callable[[], object]) -> None:
    """Bring something to its end; that it could not be done is noted, and is no verdict."""
    try:
        end()
    except Decision as decision:
        run.note(f"未能恢复原状：{decision.reason.zh}", f"not as it was before: {decision.reason.en}")
