"""What a run proves itself with: tokens, asked for when they are needed, and secrets, renewed where a check does so."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

from conformance.judge import Untested
from conformance.node.answer import Answer, broken_off
from conformance.node.network import Request
from conformance.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.evidence import Exchange
    from conformance.node.identity import Identity
    from conformance.node.profile import Profile
    from conformance.node.wire import Wire

AGENT = "district-conformance/1"
_EARLY = 30.0
_CREATED = 201


class Credentials:
    """The identities of a profile in use; `token_url` is where tokens are asked for."""

    def __init__(self, profile: Profile, wire: Wire, token_url: str) -> None:
        self._profile = profile
        self._wire = wire
        self._url = token_url
        self._tokens: dict[str, tuple[str, datetime | None]] = {}
        self._renewed: dict[str, Identity] = {}

    def identity(self, role: str) -> Identity:
        """Return the identity of a role as it is now: with its new secret, where this run renewed it.

        Raises:
            Untested: the role has none.
        """
        identity = self._renewed.get(role) or self._profile.access.identities.get(role)
        if identity is None:
            raise Untested(
                Text("配置中没有角色 {role} 的身份", "The profile has no identity of role {role}").fill(role=role)
            )
        return identity

    def authenticate(self, role: str) -> Answer | None:
        """Fetch a token for a role anew; None where the profile gives a ready token.

        Raises:
            Untested: the role has no identity, or the node refuses its credentials.
            CantTell: no response came.
        """
        identity = self.identity(role)
        if identity.token:
            self._tokens[role] = (identity.token, None)
            return None
        with self._wire.owned_by(f"auth:{role}"):
            return self._fetch(role, identity)

    def token(self, role: str) -> str:
        """Return a token that is good for a while.

        Raises:
            CantTell, Untested: as `authenticate`.
        """
        token, ends = self._tokens.get(role, ("", None))
        fresh = ends is None or (ends - self._wire.now).total_seconds() > _EARLY
        if not token or not fresh:
            self.authenticate(role)
        return self._tokens[role][0]

    def grant(self, role: str, identity: Identity | None = None) -> Answer:
        """Ask for a token, whatever the node says to it; `identity` asks with another secret than the role's own.

        Raises:
            Untested: the role has no identity.
            CantTell: no response came.
        """
        return Answer(self._grant(role, identity or self.identity(role))[0])

    def altered(self, role: str) -> dict[str, str]:
        """Return the header Authorization of a role with the last characters of its token altered.

        Raises:
            CantTell, Untested: as `authenticate`.
        """
        token = self.token(role)
        end = "AAAA" if not token.endswith("AAAA") else "BBBB"
        self._wire.redactor.learn(token[:-4] + end)
        return {"authorization": f"Bearer {token[:-4]}{end}"}

    def renew(self, role: str, request: Request) -> Answer:
        """Send the request that has the secret of a role replaced, and keep the new one; whatever comes is returned.

        Raises:
            Untested: the new secret could not be kept.
            CantTell: no response came.
        """
        identity = self.identity(role)
        if not identity.renewable:
            raise Untested(
                Text(
                    "密钥来自环境变量，更换后无处保存；请改用文件给出",
                    "The secret comes from the environment and a new one cannot be kept: give it by file",
                )
            )
        exchange, raw = self._wire.send(request)
        if exchange.refused:
            raise broken_off(exchange)
        secret = _member(raw, "clientSecret")
        if exchange.status == _CREATED and secret:
            self._wire.redactor.learn(secret)
            self._renewed[role] = identity.renewed(secret)
        return Answer(exchange)

    def _grant(self, role: str, identity: Identity) -> tuple[Exchange, bytes]:
        pair = base64.b64encode(f"{quote(identity.client_id)}:{quote(identity.secret)}".encode()).decode()
        self._wire.redactor.learn(pair)
        headers = (
            ("accept", "application/json"),
            ("authorization", f"Basic {pair}"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("user-agent", AGENT),
        )
        request = Request(self._wire.owner, role, "POST", self._url, headers, b"grant_type=client_credentials")
        exchange, raw = self._wire.send(request)
        if exchange.refused:
            raise broken_off(exchange)
        self._wire.redactor.learn(_member(raw, "access_token"))
        return exchange, raw

    def _fetch(self, role: str, identity: Identity) -> Answer:
        exchange, raw = self._grant(role, identity)
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
        self._wire.redactor.learn(token)
        self._tokens[role] = (token, exchange.ended.fromtimestamp(exchange.ended.timestamp() + lifetime).astimezone())
        return Answer(exchange)


def _member(raw: bytes, name: str) -> str:
    """Return a text member of a JSON object as it really came, empty where there is none."""
    try:
        data = orjson.loads(raw)
    except ValueError:
        return ""
    value = data.get(name) if isinstance(data, dict) else None
    return value if isinstance(value, str) else ""
