"""Signed requests as the checks of signatures send them: in the node's own time, each with a time of its own."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from conformance.judge import Decision, Untested
from conformance.node.signing import COVERED, HMAC_SM3, SM2_SM3, message_headers, national_headers
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.node import Answer, Session
    from conformance.node.identity import Identity

#: A read that the contract opens to signatures, and its operationId.
PATH, SID = "/catalog/resources?limit=1", "listResources"
NATIONAL = "national"
KINDS = (NATIONAL, HMAC_SM3, SM2_SM3)
_NO_IDENTITY = Text("配置中没有签名身份（access.signing）", "The profile has no identity that signs (access.signing)")


@dataclass(frozen=True, slots=True)
class Call:
    """What is signed: method, path below the node's root, operationId, body, components of a message signature."""

    method: str = "GET"
    path: str = PATH
    sid: str = SID
    body: bytes = b""
    covered: tuple[str, ...] = COVERED


READ = Call()


class Signer:
    """Signs by the clock of the node, so that a node whose clock is off fails for its clock and not for its windows."""

    def __init__(self, run: Session) -> None:
        self.run = run
        answer = run.node.get("/time", role=None)
        self._skew = _skew(answer)
        self._last = 0

    def millis(self, offset: float = 0.0) -> int:
        """Return the node's time in milliseconds, later by `offset` seconds; each call another."""
        now = round((self.run.now.timestamp() + self._skew) * 1000)
        self._last = max(now, self._last + 1)
        return self._last + round(offset * 1000)

    def has(self, kind: str, role: str = "reader") -> bool:
        """Tell whether a role can sign so."""
        if not self.run.node.has(role):
            return False
        signing = self.run.node.credentials.identity(role).signing
        return bool(signing.rid) if kind == NATIONAL else signing.key_for(kind) is not None

    def headers(
        self, kind: str, who: Identity | str = "reader", call: Call = READ, *, offset: float = 0.0
    ) -> dict[str, str]:
        """Return the headers of a request signed so.

        Args:
            kind: one of `KINDS`.
            who: identity, or a role.
            call: what is called.
            offset: seconds that the timestamp is off.

        Raises:
            Untested: the identity cannot sign so, or this machine cannot.
        """
        identity = self.run.node.credentials.identity(who) if isinstance(who, str) else who
        moment = self.millis(offset)
        if kind == NATIONAL:
            if not identity.signing.rid:
                raise Untested(_NO_IDENTITY)
            return national_headers(identity.signing.key, call.sid, identity.signing.rid, moment)
        key = identity.signing.key_for(kind)
        if key is None:
            raise Untested(_NO_IDENTITY)
        target = call.method, self.run.node.url(call.path), call.body
        return message_headers(key, target, moment // 1000, self.nonce(moment), covered=call.covered)

    def nonce(self, moment: int) -> str:
        """Return a nonce for a moment that `millis` gave."""
        return f"{self.run.run}-{moment}"

    def ask(self, headers: Mapping[str, str], call: Call = READ) -> Answer:
        """Send a request with headers that sign it, and no token."""
        return self.run.node.ask(call.method, call.path, role=None, headers=headers)

    def accepted(self, role: str = "reader") -> list[str]:
        """Return the kinds of signatures of a role that the node accepts when nothing is wrong with them.

        Raises:
            Untested: it accepts none, or the profile has none; which of them it has to accept, others judge.
        """
        if not any(self.has(kind, role) for kind in KINDS):
            raise Untested(_NO_IDENTITY)
        found = [kind for kind in KINDS if self.has(kind, role) and self._accepts(kind, role)]
        if not found:
            raise Untested(
                Text(
                    "没有任何正确的签名被接受，见 API-005、API-006",
                    "No right signature is accepted: see API-005, API-006",
                )
            )
        return found

    def _accepts(self, kind: str, role: str) -> bool:
        try:
            return self.ask(self.headers(kind, role)).status == 200
        except Untested as decision:
            self.run.note(decision.reason.zh, decision.reason.en)
            return False


def _skew(answer: Answer) -> float:
    """Return by how many seconds the node's clock is ahead, 0 where it agrees or does not say."""
    try:
        ahead = (parsedate_to_datetime(answer.header("date") or "") - answer.exchange.ended).total_seconds()
    except (Decision, ValueError, TypeError, OverflowError):
        return 0.0
    return ahead if abs(ahead) > 2 else 0.0
