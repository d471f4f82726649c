"""The client that checks hold: paths and roles in, recorded answers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from conformance.judge import Failed
from conformance.node.address import absolute, same_node
from conformance.node.answer import Answer, broken_off
from conformance.node.credentials import AGENT, Credentials
from conformance.node.download import Downloaded, download
from conformance.node.load import barrage
from conformance.node.network import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.evidence import Exchange
    from conformance.evidence.exchange import Headers
    from conformance.node.guard import Guard
    from conformance.node.landing import Landing
    from conformance.node.load import Barrage
    from conformance.node.profile import Profile
    from conformance.node.wire import Wire


class Node:
    """The node under test.

    Every call is recorded, within the mode and the budget; a call without any response raises CantTell.
    """

    def __init__(self, profile: Profile, wire: Wire, guard: Guard) -> None:
        self.profile = profile
        self.wire = wire
        self._guard = guard
        self.credentials = Credentials(profile, wire, self.url(profile.access.token_path))

    def get(self, path: str, **options: Any) -> Answer:
        """GET a path; options as `ask`."""
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any, **options: Any) -> Answer:
        """POST JSON to a path; options as `ask`. What a 201 names becomes this run's to change."""
        answer = self.ask("POST", path, json=json, **options)
        self._adopt(answer)
        return answer

    def confide(self, path: str, json: Any, role: str) -> tuple[Answer, bytes]:
        """POST JSON to a path; with the answer, the body as it really came: for a secret that the hub has to know.

        What is recorded and judged is redacted as ever; in a replay the body is the recorded one.

        Raises:
            CantTell, Untested: as `ask`.
        """
        media = {"content-type": "application/json"}
        exchange, body = self.wire.send(self._request("POST", path, role, {}, media, orjson.dumps(json)))
        if exchange.refused:
            raise broken_off(exchange)
        self._adopt(answer := Answer(exchange))
        return answer, body

    def put(self, path: str, body: bytes, media: str, **options: Any) -> Answer:
        """PUT bytes of a media type to a path; options as `ask`."""
        headers = {**options.pop("headers", {}), "content-type": media}
        return self.ask("PUT", path, json=body, headers=headers, **options)

    def download(
        self, path: str, file: Path, most: int, *, role: str = "reader", media: str = "application/octet-stream"
    ) -> Downloaded:
        """Download a path into a file; see `conformance.node.download`.

        Args:
            path: below the node's root, or an absolute reference to the same node.
            file: where it goes; the file is no evidence, its length and digest are.
            most: bytes that were announced for it.
            role: the identity to ask as.
            media: media type that is asked for.

        Raises:
            Failed, CantTell, Untested: as `conformance.node.download.download`.
        """
        return download(self.fetching(path, role, media), file, most)

    def fetching(self, path: str, role: str = "reader", media: str = "*/*") -> Callable[[Landing, Headers], Exchange]:
        """Return what fetches a path into a landing, with further headers."""

        def fetch(landing: Landing, more: Headers) -> Exchange:
            headers = {"accept": f"{media}, */*;q=0.5", "accept-encoding": "identity", **dict(more)}
            return self.wire.fetch(self._request("GET", path, role, {}, headers, b""), landing)

        return fetch

    def ask(
        self,
        method: str,
        path: str,
        *,
        role: str | None = "reader",
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """Send one request and return its answer, whatever the status.

        Args:
            method: HTTP method.
            path: below the node's root, or an absolute reference to the same node.
            role: the identity to ask as; None asks without credentials.
            params: query parameters; those that are None are left out.
            headers: further headers.
            json: body, sent as JSON; bytes go as they are.

        Raises:
            CantTell: no response came.
            Untested: the role has no identity, or the mode does not allow the request.
        """
        sent = {} if json is None or isinstance(json, bytes) else {"content-type": "application/json"}
        content = b"" if json is None else json if isinstance(json, bytes) else orjson.dumps(json)
        request = self._request(method, path, role, params or {}, {**sent, **(headers or {})}, content)
        exchange, _ = self.wire.send(request)
        if exchange.refused:
            raise broken_off(exchange)
        return Answer(exchange)

    def ask_all(
        self,
        method: str,
        paths: Sequence[str],
        *,
        role: str | None = "reader",
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        bodies: Sequence[Any] = (),
    ) -> Iterator[Answer]:
        """Send many requests, several at once, and yield the answers in their order; `bodies` one a path, as JSON.

        Raises:
            CantTell, Untested: as `ask`.
        """
        sent = {**({"content-type": "application/json"} if bodies else {}), **(headers or {})}
        contents = [orjson.dumps(one) for one in bodies] or [b""] * len(paths)
        pairs = zip(paths, contents, strict=True)
        for exchange in self.wire.send_all(
            [self._request(method, one, role, params or {}, sent, b) for one, b in pairs]
        ):
            if exchange.refused:
                raise broken_off(exchange)
            self._adopt(answer := Answer(exchange))
            yield answer

    def _request(
        self,
        method: str,
        path: str,
        role: str | None,
        params: Mapping[str, Any],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Request:
        sent = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": AGENT}
        if role is not None:
            sent["authorization"] = f"Bearer {self.credentials.token(role)}"
        sent |= {name.lower(): value for name, value in headers.items()}
        return Request(self.wire.owner, role or "", method, self.url(path, params), tuple(sent.items()), body)

    def barrage(self, paths: Sequence[str], rate: float, role: str = "reader") -> Barrage:
        """GET paths at a steady rate, in this order; single exchanges are not recorded.

        Args:
            paths: below the node's root, one a call.
            rate: calls a second.
            role: the identity to ask as.

        Raises:
            Untested: the role has no identity, or the budget does not hold so many calls.
        """
        known = {one: self._request("GET", one, role, {}, {}, b"") for one in dict.fromkeys(paths)}
        return barrage(self.profile.access, self._guard, [known[one] for one in paths], rate)

    def url(self, path: str, params: Mapping[str, Any] | None = None) -> str:
        """Return the absolute URL of a path of this node."""
        return absolute(self.profile.url, path, params)

    def within(self, href: str) -> bool:
        """Tell whether a reference leads to this node."""
        return same_node(self.profile.url, self.url(href))

    def has(self, role: str) -> bool:
        """Tell whether the profile has an identity for a role."""
        return role in self.profile.access.identities

    def authenticate(self, role: str) -> Answer | None:
        """Fetch a token for a role anew; None where the profile gives a ready token.

        Raises:
            Untested: the role has no identity, or the node refuses its credentials.
            CantTell: no response came.
        """
        return self.credentials.authenticate(role)

    def renew(self, role: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Have the secret of a role replaced by its own client, and keep the new one; any status is returned.

        Args:
            role: the identity whose secret it is.
            headers: ask by this signature instead of a token.

        Raises:
            Untested: the role has no identity, or the new secret could not be kept.
            CantTell: no response came.
        """
        path = self.secret_path(role)
        request = self._request("POST", path, None if headers else role, {}, headers or {}, b"")
        return self.credentials.renew(role, request)

    def secret_path(self, role: str) -> str:
        """Return the path at which the secret of a role is replaced; it becomes this run's to change.

        Raises:
            Untested: the role has no identity.
        """
        client = self.credentials.identity(role).client_id
        self._guard.adopt(client)
        return f"/oauth/clients/{quote(client, safe='')}/secret"

    def lend(self, name: str) -> None:
        """Let this run name and change an object that it did not make, such as one that it restores afterwards."""
        self._guard.adopt(name)

    def _adopt(self, answer: Answer) -> None:
        if answer.status not in {201, 202}:
            return
        try:
            name = answer.object.get("id")
        except Failed:
            return
        if isinstance(name, str) and name:
            self._guard.adopt(name)
