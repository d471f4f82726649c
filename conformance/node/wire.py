"""One exchange from question to record: sent, redacted, numbered, written, handed to whoever asked."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from conformance.evidence import Exchange, Refused
from conformance.judge import CantTell, Untested
from conformance.node.answer import broken_off
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from conformance.judge import CheckResult
    from conformance.node.landing import Landing
    from conformance.node.network import Reply, Request, Sender
    from conformance.node.redact import Redactor

#: This many exchanges in a row without any response, and the node counts as gone.
PATIENCE = 4
_WINDOW = 64
_TOO_MANY, _RETRIES, _LONGEST, _DIGITS = 429, 3, 30.0, 12
_GONE = frozenset({"timeout", "connect", "cut", "tls", "proxy"})


class Sink(Protocol):
    """Where evidence goes: a run folder, or memory; `broken` says why it can go there no more."""

    broken: Text | None

    def event(self, kind: str, **members: Any) -> None:
        """Take one event."""

    def exchange(self, exchange: Exchange) -> None:
        """Take one exchange."""

    def result(self, result: CheckResult) -> None:
        """Take what a check decided."""

    def flush(self) -> None:
        """Bring everything to where it is safe."""


class Wire:
    """Records every exchange under the name of its owner.

    The clock of a run is the wire's: `now` is when the last exchange ended, so a replay sees the same time.

    Attributes:
        watcher: is shown every exchange when it has been recorded.
        yielding: whether a request that the node puts off (429) is sent again when it says so.
        waited: seconds that the run has waited because the node limits the rate.
    """

    def __init__(self, sender: Sender, sink: Sink, redactor: Redactor, started: datetime) -> None:
        self.sender = sender
        self.redactor = redactor
        self._sink = sink
        self._owners = ["run"]
        self._silent = 0
        self.count = 0
        self.last_refused: Text | None = None
        self.now = started
        self.watcher: Callable[[Exchange], None] | None = None
        self.yielding = True
        self.waited = 0.0

    @property
    def owner(self) -> str:
        """Whoever is asking now."""
        return self._owners[-1]

    @contextmanager
    def owned_by(self, owner: str) -> Iterator[None]:
        """Record what happens inside under `owner`."""
        self._owners.append(owner)
        try:
            yield
        finally:
            self._owners.pop()

    def send(self, request: Request) -> tuple[Exchange, bytes]:
        """Send, record, and return the exchange and the body as it really came.

        Raises:
            CantTell: the node has stopped answering altogether.
            Untested: the request is not allowed.
        """
        self._keep_patience()
        reply = self.sender.send(request)
        exchange = self._record(request, reply)
        for _ in range(_RETRIES):
            if not self._put_off(exchange):
                break
            reply = self.sender.send(request)
            exchange = self._record(request, reply)
        return exchange, reply.body

    def _put_off(self, exchange: Exchange) -> bool:
        """Wait as long as a node asks that limits the rate; tell whether there is reason to ask again."""
        if exchange.status != _TOO_MANY or not self.yielding:
            return False
        stated = next((value for name, value in exchange.headers if name.lower() == "retry-after"), "")
        seconds = float(stated) if stated.isascii() and stated.isdigit() and len(stated) < _DIGITS else 1.0
        if seconds > _LONGEST:
            return False
        self.waited += seconds
        self.pause(seconds)
        return True

    def fetch(self, request: Request, landing: Landing) -> Exchange:
        """Download, record, and return the exchange; its body is in the landing, not on record.

        Raises:
            CantTell, Untested: as `send`.
        """
        self._keep_patience()
        return self._record(request, self.sender.fetch(request, landing))

    def send_all(self, requests: Sequence[Request]) -> Iterator[Exchange]:
        """Send many, some at a time, and yield their exchanges in the order of the requests, recorded in that order.

        Raises:
            CantTell, Untested: as `send`; what was sent before is on record.
        """
        for start in range(0, len(requests), _WINDOW):
            self._keep_patience()
            window = requests[start : start + _WINDOW]
            for request, reply in zip(window, self.sender.send_all(window), strict=True):
                if isinstance(reply, Untested):
                    raise reply
                exchange = self._record(request, reply)
                yield self.send(request)[0] if self._put_off(exchange) else exchange

    def hear(self, request: Request, reply: Reply) -> Exchange:
        """Record what came to the suite instead of from it, with what was answered; time never goes back for it."""
        self.count += 1
        exchange = self._exchange(self.count, request, reply)
        self.now = max(self.now, exchange.ended)
        self._sink.exchange(exchange)
        if self.watcher is not None:
            self.watcher(exchange)
        return exchange

    def _keep_patience(self) -> None:
        if self._silent >= PATIENCE:
            raise CantTell(
                Text(
                    "节点已停止应答（交换 {n} 起连续 {k} 次无响应）：{last}",
                    "The node stopped answering (from exchange {n}, {k} in a row): {last}",
                ).fill(n=self.count - self._silent + 1, k=self._silent, last=self.last_refused)
            )

    def _record(self, request: Request, reply: Reply) -> Exchange:
        self.count += 1
        exchange = self._exchange(self.count, request, reply)
        self.now = exchange.ended
        something = reply.aside is not None and reply.aside.bytes > 0
        gone = reply.refused is not None and reply.refused.kind in _GONE and not something
        self._silent = self._silent + 1 if gone else 0
        self.last_refused = broken_off(exchange).reason if reply.refused else None
        self._sink.exchange(exchange)
        if self.watcher is not None:
            self.watcher(exchange)
        return exchange

    def start_over(self) -> None:
        """Forget how long the node has been silent: what follows is what a replay sees, from its beginning."""
        self._silent = 0

    def pause(self, seconds: float) -> None:
        """Wait before asking again."""
        self.sender.pause(seconds)

    def _exchange(self, number: int, request: Request, reply: Reply) -> Exchange:
        hide = self.redactor
        return Exchange(
            n=number,
            owner=request.owner,
            role=request.role,
            method=request.method,
            url=hide.text(request.url),
            request_headers=hide.headers(request.headers),
            request_body=hide.body(request.body),
            started=reply.started,
            seconds=round(reply.seconds, 6),
            status=reply.status,
            headers=hide.headers(reply.headers),
            body=hide.body(reply.body),
            refused=reply.refused and Refused(reply.refused.kind, hide.text(reply.refused.detail)),
            aside=reply.aside,
        )
