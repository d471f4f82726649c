"""The client that checks hold: paths and roles in, recorded answers out."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import orjson

from conformance.judge import Failed, Untested
from conformance.node.answer import Answer, broken_off
from conformance.node.download import Downloaded, download
from conformance.node.network import Request
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from conformance.evidence import Exchange
    from conformance.evidence.exchange import Headers
    from conformance.node.guard import Guard
    from conformance.node.landing import Landing
    from conformance.node.profile import Identity, Profile
    from conformance.node.wire import Wire

_EARLY = 30.0
_AGENT = "district-conformance/1"


class Node:
    """The node under test.

    Every call is recorded, within the mode and the budget; a call without any response raises CantTell.
    """

    def __init__(self, profile: Profile, wire: Wire, guard: Guard) -> None:
        self.profile = profile
        self.wire = wire
        self._guard = guard
        self._tokens: dict[str, tuple[str, datetime | None]] = {}

    def get(self, path: str, **options: Any) -> Answer:
        """GET a path; options as `ask`."""
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any, **options: Any) -> Answer:
        """POST JSON to a path; options as `ask`. What a 201 names becomes this run's to change."""
        answer = self.ask("POST", path, json=json, **options)
        self._adopt(answer)
        return answer

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

        def fetch(landing: Landing, more: Headers) -> Exchange:
            headers = {"accept": f"{media}, */*;q=0.5", "accept-encoding": "identity", **dict(more)}
            return self.wire.fetch(self._request("GET", path, role, {}, headers, b""), landing)

        return download(fetch, file, most)

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
        self, method: str, paths: Sequence[str], *, role: str = "reader", params: Mapping[str, Any] | None = None
    ) -> Iterator[Answer]:
        """Send many requests without a body, several at once, and yield the answers in the order of the paths.

        Raises:
            CantTell, Untested: as `ask`.
        """
        requests = [self._request(method, one, role, params or {}, {}, b"") for one in paths]
        for exchange in self.wire.send_all(requests):
            if exchange.refused:
                raise broken_off(exchange)
            yield Answer(exchange)

    def _request(
        self,
        method: str,
        path: str,
        role: str | None,
        params: Mapping[str, Any],
        headers: Mapping[str, str],
        body: bytes,
    ) -> Request:
        sent = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": _AGENT}
        if role is not None:
            sent["authorization"] = f"Bearer {self._token(role)}"
        sent |= {name.lower(): value for name, value in headers.items()}
        return Request(self.wire.owner, role or "", method, self.url(path, params), tuple(sent.items()), body)

    def url(self, path: str, params: Mapping[str, Any] | None = None) -> str:
        """Return the absolute URL of a path of this node."""
        given = {name: value for name, value in (params or {}).items() if value is not None}
        query = urlencode(given, quote_via=quote)
        base = path if urlsplit(path).scheme else self.profile.url + path if path.startswith("/") else path
        joined = quote(urljoin(f"{self.profile.url}/", base), safe="%/:=&?~#+!$,;'@()*[]")
        return f"{joined}{'&' if urlsplit(joined).query else '?'}{query}" if query else joined

    def within(self, href: str) -> bool:
        """Tell whether a reference leads to this node."""
        home, there = urlsplit(self.profile.url), urlsplit(self.url(href))
        return (home.scheme, home.netloc) == (there.scheme, there.netloc)

    def has(self, role: str) -> bool:
        """Tell whether the profile has an identity for a role."""
        return role in self.profile.access.identities

    def authenticate(self, role: str) -> Answer | None:
        """Fetch a token for a role anew; None where the profile gives a ready token.

        Raises:
            Untested: the role has no identity, or the node refuses its credentials.
            CantTell: no response came.
        """
        identity = self.profile.access.identities.get(role)
        if identity is None:
            raise Untested(
                Text("配置中没有角色 {role} 的身份", "The profile has no identity of role {role}").fill(role=role)
            )
        if identity.token:
            self._tokens[role] = (identity.token, None)
            return None
        with self.wire.owned_by(f"auth:{role}"):
            return self._fetch(role, identity)

    def _fetch(self, role: str, identity: Identity) -> Answer:
        pair = base64.b64encode(f"{quote(identity.client_id)}:{quote(identity.secret)}".encode()).decode()
        self.wire.redactor.learn(pair)
        headers = (
            ("accept", "application/json"),
            ("authorization", f"Basic {pair}"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("user-agent", _AGENT),
        )
        url = self.url(self.profile.access.token_path)
        request = Request(self.wire.owner, role, "POST", url, headers, b"grant_type=client_credentials")
        exchange, raw = self.wire.send(request)
        if exchange.refused:
            raise broken_off(exchange)
        try:
            data = orjson.loads(raw)
            token, lifetime = str(data["access_token"]), float(data.get("expires_in", 3600))
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise Untested(
                Text(
                    "角色 {role} 未能取得令牌（交换 {n}，状态 {status}）",
                    "No token for role {role} (exchange {n}, status {status})",
                ).fill(role=role, n=exchange.n, status=exchange.status)
            ) from error
        self.wire.redactor.learn(token)
        self._tokens[role] = (token, exchange.ended.fromtimestamp(exchange.ended.timestamp() + lifetime).astimezone())
        return Answer(exchange)

    def _token(self, role: str) -> str:
        token, ends = self._tokens.get(role, ("", None))
        fresh = ends is None or (ends - self.wire.now).total_seconds() > _EARLY
        if not token or not fresh:
            self.authenticate(role)
        return self._tokens[role][0]

    def _adopt(self, answer: Answer) -> None:
        if answer.status not in {201, 202}:
            return
        try:
            name = answer.object.get("id")
        except Failed:
            return
        if isinstance(name, str) and name:
            self._guard.adopt(name)
