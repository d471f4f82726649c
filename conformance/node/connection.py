"""One kept connection to the node: request out, response in, never longer than one exchange may last.

Built on http.client: a request is sent when it is asked for and its response read when it is wanted, so that a few
connections keep a node busy from a single thread.
"""

from __future__ import annotations

import base64
import functools
import http.client
import io
import select
import socket
import ssl
import time
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from conformance.node.handshake import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.evidence.exchange import Headers
    from conformance.node.landing import Landing
    from conformance.node.profile import Access

_CHUNK = 65536


class TooLargeError(Exception):
    """A body is longer than the profile allows."""


class ProxyError(Exception):
    """The proxy cannot be reached or refuses."""


class Connection:
    """A connection that is opened when it is needed and opened again when the node has closed it."""

    def __init__(self, home: SplitResult, access: Access, context: ssl.SSLContext) -> None:
        self._home = home
        self._access = access
        self._context = context
        self._proxy = urlsplit(access.proxy) if access.proxy else None
        self._http: http.client.HTTPConnection | None = None
        self._ends = 0.0

    def begin(self, method: str, url: str, headers: Headers, body: bytes) -> None:
        """Send a request.

        Raises:
            OSError, http.client.HTTPException, ProxyError: it cannot be sent.
        """
        self._ends = time.perf_counter() + self._access.timeout.total
        connection = self._ready()
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        forwarded = self._proxy is not None and self._home.scheme == "http"
        connection.putrequest(method, url if forwarded else path, skip_accept_encoding=True)
        for name, value in (*headers, *(self._credentials() if forwarded else ())):
            connection.putheader(name, value)
        if body or method in {"POST", "PUT", "PATCH"}:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body or None)

    def extend(self, seconds: float) -> None:
        """Give the exchange that was begun more time: a large file takes longer than an answer."""
        self._ends += seconds

    def finish(self, landing: Landing | None = None) -> tuple[int, Headers, bytes]:
        """Read the response to the request that was begun: status, headers, body without its content encoding.

        Args:
            landing: takes the body of a response that it wants; the body returned is empty then.

        Raises:
            OSError, http.client.HTTPException, zlib.error, TooLargeError: it cannot be read to its end.
            DiskError, OverlongError: the landing cannot take it.
        """
        assert self._http is not None
        response = self._http.getresponse()
        headers = tuple((name.lower(), value) for name, value in response.getheaders())
        body = b""
        if landing is not None and landing.takes(response.status, headers):
            _land(response, landing)
        else:
            body = b"".join(self._limited(response))
        response.close()
        if response.will_close:
            self.close()
        return response.status, headers, body

    def close(self) -> None:
        """Give the connection back."""
        if self._http is not None:
            self._http.close()
        self._http = None

    @property
    def patience(self) -> float:
        """Seconds to wait for the next part of a response."""
        return self._access.timeout.read

    def left(self, most: float) -> float:
        """Return how many seconds one step may take.

        Raises:
            TimeoutError: the exchange has lasted as long as it may.
        """
        left = self._ends - time.perf_counter()
        if left <= 0:
            raise TimeoutError(f"no end after {self._access.timeout.total:g} s")
        return min(left, most)

    def _limited(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        encoding = (response.getheader("content-encoding") or "identity").lower()
        unzip = zlib.decompressobj(wbits=47) if encoding in {"gzip", "x-gzip", "deflate"} else None
        left, begun = self._access.max_body, False
        while chunk := response.read1(_CHUNK):
            part = unzip.decompress(chunk, left + 1) if unzip else chunk
            left -= len(part)
            if left < 0:
                raise TooLargeError(f"more than {self._access.max_body} bytes")
            begun = True
            yield part
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        if unzip and begun and not unzip.eof:
            raise zlib.error("the compressed body breaks off")

    def _ready(self) -> http.client.HTTPConnection:
        if self._http is not None and not _quiet(self._http.sock):
            self.close()
        if self._http is None:
            self._http = self._open()
        return self._http

    def _open(self) -> http.client.HTTPConnection:
        there = self._proxy or self._home
        host, limit = there.hostname or "", self.left(self._access.timeout.connect)
        secure = self._home.scheme == "https"
        connection: http.client.HTTPConnection
        if secure:
            connection = http.client.HTTPSConnection(host, there.port, timeout=limit, context=self._context)
        else:
            connection = http.client.HTTPConnection(host, there.port, timeout=limit)
        if secure and self._proxy:
            connection.set_tunnel(self._home.hostname or "", self._home.port, dict(self._credentials()))
        try:
            connection.connect()
        except OSError as error:
            if self._proxy and not hasattr(error, "verify_code"):
                raise ProxyError(str(error)) from error
            raise
        self._hold_pin(connection)
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.response_class = functools.partial(_Response, owner=self)  # type: ignore[assignment]
        return connection

    def _hold_pin(self, connection: http.client.HTTPConnection) -> None:
        """Accept the one certificate that the profile pins, and no other.

        Raises:
            ssl.SSLError: the node shows another one.
        """
        if self._access.pin is None or not isinstance(connection.sock, ssl.SSLSocket):
            return
        shown = fingerprint(connection.sock.getpeercert(binary_form=True) or b"")
        if shown != self._access.pin:
            connection.close()
            raise ssl.SSLError(f"the certificate is {shown}, not the pinned one")

    def _credentials(self) -> Headers:
        if self._proxy is None or self._proxy.username is None:
            return ()
        pair = f"{unquote(self._proxy.username)}:{unquote(self._proxy.password or '')}"
        return (("proxy-authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"),)


def _land(response: http.client.HTTPResponse, landing: Landing) -> None:
    """Hand the body over as it comes; files are asked for without content encoding."""
    while chunk := response.read1(_CHUNK):
        landing.write(chunk)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)


def _quiet(sock: socket.socket | None) -> bool:
    """Tell whether a kept connection is still open: between exchanges nothing may have come on it."""
    return sock is not None and not select.select([sock], [], [], 0)[0]


class _Response(http.client.HTTPResponse):
    """A response that is read through the deadline of its exchange."""

    def __init__(self, sock: socket.socket, *args: Any, owner: Connection, **options: Any) -> None:
        super().__init__(_Timed(sock, owner), *args, **options)  # type: ignore[arg-type]


class _Timed(io.RawIOBase):
    """What http.client takes for a socket: a file of it, each read of which keeps the deadline."""

    def __init__(self, sock: socket.socket, owner: Connection) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)  # holds the socket when http.client lets go of it too early
        self._owner = owner

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._owner.left(self._owner.patience))
        return self._file.readinto(buffer) or 0

    def close(self) -> None:
        self._file.close()
        super().close()
