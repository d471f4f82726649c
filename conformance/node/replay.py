"""A sender that answers from recorded exchanges: the same checks, no network."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from conformance.judge import Untested
from conformance.node.network import Reply
from conformance.rules.identity_token import alike
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.evidence import Exchange
    from conformance.node.landing import Landing
    from conformance.node.network import Request
    from conformance.node.redact import Redactor

Key = tuple[str, str, str, bytes, bytes]
HUB = "hub:"
"""How the role of an exchange begins that came to the suite instead of from it."""


class Replay:
    """Answers each owner's requests in the order in which that owner asked them."""

    def __init__(self, exchanges: Iterable[Exchange], redactor: Redactor) -> None:
        self._redactor = redactor
        self._left: defaultdict[Key, deque[Exchange]] = defaultdict(deque)
        self._heard: defaultdict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for one in exchanges:
            if one.role.startswith(HUB):
                self._heard[one.owner, one.role].append(one)
            else:
                self._left[_key(one.owner, one.role, one.method, one.url, one.request_body)].append(one)

    def heard(self, owner: str, role: str) -> Exchange | None:
        """Return what came next to a role of the hub while this owner waited, None where the record ends."""
        left = self._heard[owner, role]
        return left.popleft() if left else None

    def send(self, request: Request) -> Reply:
        """Return the recorded reply.

        Raises:
            Untested: the run did not send this request, so its evidence cannot decide.
        """
        hide = self._redactor.body
        url = self._redactor.text(request.url)
        left = self._left[_key(request.owner, request.role, request.method, url, hide(request.body))]
        if not left:
            raise Untested(
                Text("证据中没有 {method} {url}", "The evidence has no {method} {url}").fill(
                    method=request.method, url=url
                )
            )
        one = left.popleft()
        return Reply(one.started, one.seconds, one.status, one.headers, one.body, one.refused, one.aside)

    def send_all(self, requests: Sequence[Request]) -> list[Reply | Untested]:
        """Return the recorded reply to each, or that there is none."""
        found: list[Reply | Untested] = []
        for one in requests:
            try:
                found.append(self.send(one))
            except Untested as refusal:
                found.append(refusal)
        return found

    def fetch(self, request: Request, landing: Landing) -> Reply:
        """Return the recorded reply; the file itself is no part of the evidence.

        Raises:
            Untested: as `send`.
        """
        del landing
        return self.send(request)

    def pause(self, seconds: float) -> None:
        """Recorded time has passed already."""

    def close(self) -> None:
        """Nothing is open."""


def _key(owner: str, role: str, method: str, url: str, body: bytes) -> Key:
    """By what a request is found again; an identity number in it has another token in every process."""
    return owner, role, method, alike(url.encode("utf-8", "surrogateescape")), alike(body)
