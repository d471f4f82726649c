"""The door to the network: the only module that opens connections, and the one that a mode cannot be talked past."""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import httpx2

from conformance.evidence import Refused
from conformance.judge import Untested
from conformance.node.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.evidence.exchange import Headers
    from conformance.node.guard import Guard
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
    """What came back, or why nothing did."""

    started: datetime
    seconds: float
    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    refused: Refused | None = None


class Sender(Protocol):
    """Whatever answers requests: the network, or a record of it."""

    def send(self, request: Request) -> Reply:
        """Return the reply; never raises for what a node does."""

    def send_all(self, requests: Sequence[Request]) -> list[Reply | Untested]:
        """Return the reply to each, or why it was not sent."""

    def pause(self, seconds: float) -> None:
        """Wait, where waiting makes sense."""

    def close(self) -> None:
        """Give connections back."""


class _TooLargeError(Exception):
    pass


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
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(access.concurrency)
        self._next = 0.0
        verify = ssl.create_default_context(cafile=access.ca_file)
        proxy = httpx2.Proxy(access.proxy) if access.proxy else None
        self._deadline = Deadline(access.timeout.total)
        self._transport = httpx2.HTTPTransport(verify=verify, trust_env=False, proxy=proxy)
        self._transport._pool._network_backend = self._deadline  # noqa: SLF001 - there is no public way to it
        limit = access.timeout
        self._timeout = {"connect": limit.connect, "read": limit.read, "write": limit.read, "pool": limit.total}

    def send(self, request: Request) -> Reply:
        """Send one request.

        Raises:
            Untested: the mode or the sandbox does not allow it.
        """
        self._guard.allow(request)
        self._keep_rate()
        with self._places:
            return self._timed(request)

    def send_all(self, requests: Sequence[Request]) -> list[Reply | Untested]:
        """Send several at once, as many as the access allows."""
        if self._access.concurrency == 1:
            return [self._attempt(one) for one in requests]
        with ThreadPoolExecutor(self._access.concurrency) as pool:
            return list(pool.map(self._attempt, requests))

    def _attempt(self, request: Request) -> Reply | Untested:
        try:
            return self.send(request)
        except Untested as refusal:
            return refusal

    def _timed(self, request: Request) -> Reply:
        started, clock = datetime.now(UTC).astimezone(), time.perf_counter()
        try:
            self._deadline.start()
            status, headers, body = self._exchange(request)
        except _TooLargeError:
            refused = Refused("too-large", f"more than {self._access.max_body} bytes")
        except (httpx2.HTTPError, httpx2.InvalidURL, zlib.error, ssl.SSLError, ValueError) as error:
            refused = Refused(_kind(error), str(error)[:300] or type(error).__name__)
        else:
            return Reply(started, time.perf_counter() - clock, status, headers, body)
        return Reply(started, time.perf_counter() - clock, refused=refused)

    def pause(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def close(self) -> None:
        """Close every connection."""
        self._transport.close()

    def _exchange(self, request: Request) -> tuple[int, Headers, bytes]:
        outgoing = httpx2.Request(
            request.method,
            request.url,
            headers=list(request.headers),
            content=request.body or None,
            extensions={"timeout": self._timeout},
        )
        response = self._transport.handle_request(outgoing)
        try:
            headers = tuple(
                (key.decode("latin-1").lower(), value.decode("latin-1")) for key, value in response.headers.raw
            )
            encoding = response.headers.get("content-encoding", "identity").lower()
            body = b"".join(self._limited(response, encoding))
        finally:
            response.close()
        return response.status_code, headers, body

    def _limited(self, response: httpx2.Response, encoding: str) -> Iterator[bytes]:
        unzip = zlib.decompressobj(wbits=47) if encoding in {"gzip", "x-gzip", "deflate"} else None
        left, begun = self._access.max_body, False
        assert isinstance(response.stream, httpx2.SyncByteStream)
        for chunk in response.stream:
            part = unzip.decompress(chunk, left + 1) if unzip else chunk
            left -= len(part)
            if left < 0:
                raise _TooLargeError
            begun = True
            yield part
        if unzip and begun and not unzip.eof:
            raise zlib.error("the compressed body breaks off")

    def _keep_rate(self) -> None:
        if not self._access.rate:
            return
        with self._lock:
            now = time.perf_counter()
            wait = max(0.0, self._next - now)
            self._next = max(now, self._next) + 1 / self._access.rate
        time.sleep(wait)


_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (httpx2.ConnectTimeout, "connect"),
    (httpx2.TimeoutException, "timeout"),
    (httpx2.ProxyError, "proxy"),
    (httpx2.ConnectError, "connect"),
    (ssl.SSLError, "tls"),
    (httpx2.NetworkError, "cut"),
    (httpx2.ProtocolError, "protocol"),
    (zlib.error, "encoding"),
)


def _kind(error: Exception) -> str:
    if isinstance(error, httpx2.ConnectError) and "SSL" in str(error).upper():
        return "tls"
    if isinstance(error, httpx2.RemoteProtocolError) and "disconnected" in str(error):
        return "cut"
    return next((kind for type_, kind in _KINDS if isinstance(error, type_)), "protocol")
