"""The door to the network: the only module that opens connections, and the one that a mode cannot be talked past."""

from __future__ import annotations

import http.client
import ssl
import time
import zlib
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from conformance.evidence import Refused
from conformance.judge import Untested
from conformance.node.connection import Connection, ProxyError, TooLargeError
from conformance.node.landing import DiskError, OverlongError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.evidence import Aside
    from conformance.evidence.exchange import Headers
    from conformance.node.guard import Guard
    from conformance.node.landing import Landing
    from conformance.node.profile import Access


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be sent, by whom (`owner`) and as which identity (`role`)."""

    owner: str
    role: str
    method: str
    url: str
    headers: Headers
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, or why nothing did; of a download that was cut off, both."""

    started: datetime
    seconds: float
    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    refused: Refused | None = None
    aside: Aside | None = None


class Sender(Protocol):
    """Whatever answers requests: the network, or a record of it."""

    def send(self, request: Request) -> Reply:
        """Return the reply; never raises for what a node does."""

    def send_all(self, requests: Sequence[Request]) -> list[Reply | Untested]:
        """Return the reply to each, or why it was not sent."""

    def fetch(self, request: Request, landing: Landing) -> Reply:
        """Return the reply, the body of a 200 or 206 in the landing; as `send` otherwise."""

    def pause(self, seconds: float) -> None:
        """Wait, where waiting makes sense."""

    def close(self) -> None:
        """Give connections back."""


class Network:
    """Sends over real connections, within the access of a profile.

    Redirects are answers, not followed. Bodies are limited after decompression, exchanges in total time.
    """

    def __init__(self, access: Access, guard: Guard) -> None:
        """Prepare the connections.

        Raises:
            OSError: the CA file cannot be read.
            ssl.SSLError: it holds no certificate.
        """
        self._access = access
        self._guard = guard
        self._next = 0.0
        home, context = urlsplit(guard.base), ssl.create_default_context(cafile=access.ca_file)
        if access.pin:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the pin is held instead
        self._lanes = [Connection(home, access, context) for _ in range(access.concurrency)]

    def send(self, request: Request) -> Reply:
        """Send one request.

        Raises:
            Untested: the mode or the sandbox does not allow it.
        """
        return _finish(self._begin(request, self._lanes[0]))

    def send_by(self, lane: int, request: Request) -> Reply:
        """Send one request by the lane of that number; each lane may be used by another thread.

        Raises:
            Untested: as `send`.
        """
        return _finish(self._begin(request, self._lanes[lane]))

    def send_all(self, requests: Sequence[Request]) -> list[Reply | Untested]:
        """Send several, as many at once as the access allows; each lane is read before it is asked again."""
        replies: list[Reply | Untested] = []
        under_way: deque[_Started | Untested] = deque()
        for number, request in enumerate(requests):
            if len(under_way) == len(self._lanes):
                replies.append(_settle(under_way.popleft()))
            try:
                under_way.append(self._begin(request, self._lanes[number % len(self._lanes)]))
            except Untested as refusal:
                under_way.append(refusal)
        return [*replies, *map(_settle, under_way)]

    def fetch(self, request: Request, landing: Landing) -> Reply:
        """Download: as long as it may last at the least speed, beside the time of an ordinary exchange.

        Raises:
            Untested: as `send`.
        """
        landing.ready()
        started = self._begin(request, self._lanes[0])
        started.lane.extend(landing.most / _LEAST_SPEED)
        return _landed(started, landing)

    def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def close(self) -> None:
        """Close every connection."""
        for lane in self._lanes:
            lane.close()

    def _begin(self, request: Request, lane: Connection) -> _Started:
        self._guard.allow(request)
        self._keep_rate()
        started, clock = datetime.now(UTC).astimezone(), time.perf_counter()
        failed: Exception | None = None
        try:
            lane.begin(request.method, request.url, request.headers, request.body)
        except _TROUBLE as error:
            failed = error
        return _Started(lane, started, clock, failed)

    def _keep_rate(self) -> None:
        if not self._access.rate:
            return
        now = time.perf_counter()
        wait = max(0.0, self._next - now)
        self._next = max(now, self._next) + 1 / self._access.rate
        time.sleep(wait)


@dataclass(frozen=True, slots=True)
class _Started:
    """A request that is under way on a lane, or that could not be sent."""

    lane: Connection
    started: datetime
    clock: float
    failed: Exception | None


def _settle(one: _Started | Untested) -> Reply | Untested:
    return one if isinstance(one, Untested) else _finish(one)


def _finish(one: _Started) -> Reply:
    try:
        if one.failed is not None:
            raise one.failed
        status, headers, body = one.lane.finish()
    except _TROUBLE as error:
        one.lane.close()
        return Reply(one.started, time.perf_counter() - one.clock, refused=_refused(error))
    return Reply(one.started, time.perf_counter() - one.clock, status, headers, body)


def _landed(one: _Started, landing: Landing) -> Reply:
    try:
        if one.failed is not None:
            raise one.failed
        status, headers, body = one.lane.finish(landing)
        landing.flush()
    except (*_TROUBLE, DiskError, OverlongError) as error:
        one.lane.close()
        status, headers, body, refused = landing.status, landing.headers, b"", _refused(error)
        return Reply(one.started, time.perf_counter() - one.clock, status, headers, body, refused, landing.aside())
    return Reply(one.started, time.perf_counter() - one.clock, status, headers, body, aside=landing.aside())


_LEAST_SPEED = 1_000_000  # bytes a second: a slower download is cut off and goes on with the next range
_TROUBLE = (OSError, http.client.HTTPException, zlib.error, TooLargeError, ProxyError, ValueError)
_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (TooLargeError, "too-large"),
    (OverlongError, "overlong"),
    (DiskError, "disk"),
    (ProxyError, "proxy"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (http.client.RemoteDisconnected, "cut"),
    (ConnectionRefusedError, "connect"),
    (ConnectionError, "cut"),
    (http.client.HTTPException, "protocol"),
    (zlib.error, "encoding"),
    (OSError, "connect"),
)


def _refused(error: Exception) -> Refused:
    kind = next((kind for type_, kind in _KINDS if isinstance(error, type_)), "protocol")
    return Refused(kind, str(error)[:300] or type(error).__name__)
