"""A relay before a node: it writes down what is asked and may change what is answered, or die in the middle."""

from __future__ import annotations

import http.client
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

LEFT_OUT = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; `target` is a path, or an absolute URL where the relay served as a proxy."""

    n: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        parts = urlsplit(self.target)
        return f"{parts.path}{'?' + parts.query if parts.query else ''}"


@dataclass(frozen=True)
class Told:
    """One response as it will be sent; no status stands for a connection that is cut.

    `length` is announced where it is more than the body has: the connection is cut behind the body.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    length: int | None = None

    def with_body(self, body: bytes) -> Told:
        return replace(self, body=body)

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


CUT = Told(0, (), b"")


def unchanged(_asked: Asked, told: Told) -> Told:
    return told


@dataclass
class Relay:
    """Stands between the suite and the node at `behind`; `change` sees every exchange.

    `credentials` are replaced on their way to the node: what the suite sends, and what the node wants.
    """

    behind: str
    change: Callable[[Asked, Told], Told] = unchanged
    seen: list[Asked] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None
    scheme: str = "http"
    credentials: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        assert self.server is not None
        return f"{self.scheme}://127.0.0.1:{self.server.server_address[1]}"

    @property
    def sequence(self) -> list[tuple[str, str]]:
        return [(one.method, one.path) for one in self.seen]

    def vanish(self) -> None:
        """Be gone from now on: no connection is taken any more."""
        assert self.server is not None
        threading.Thread(target=self.server.shutdown).start()
        self.server.socket.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    relay: Relay

    def answer(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(size)
        asked = Asked(len(self.relay.seen) + 1, self.command, self.path, headers, body, monotonic())
        self.relay.seen.append(asked)
        told = self.relay.change(asked, self._ask(asked))
        if told is CUT:
            self.close_connection = True
            return
        self.send_response_only(told.status)
        for name, value in told.headers:
            self.send_header(name, value)
        if told.status not in {204, 304} and self.command != "HEAD":
            self.send_header("content-length", str(len(told.body) if told.length is None else told.length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told.body)
        self.close_connection = self.close_connection or told.length is not None

    def _ask(self, asked: Asked) -> Told:
        there = urlsplit(self.relay.behind)
        connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=60)
        known = asked.headers.get("authorization", "")
        changed = {"authorization": self.relay.credentials[known]} if known in self.relay.credentials else {}
        headers = asked.headers | {"connection": "close"} | changed
        try:
            connection.request(asked.method, asked.path, asked.body or None, headers)
            response = connection.getresponse()
            kept = tuple((name, value) for name, value in response.getheaders() if name.lower() not in LEFT_OUT)
            return Told(response.status, kept, response.read())
        except OSError:
            return CUT
        finally:
            connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Write nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor who leaves in the middle is no error."""


@contextmanager
def relay(
    behind: str, change: Callable[[Asked, Told], Told] = unchanged, *, tls: ssl.SSLContext | None = None
) -> Iterator[Relay]:
    """Run a relay for the length of a `with` block."""
    made = Relay(behind, change)
    made.server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": made}))
    if tls is not None:
        made.server.socket = tls.wrap_socket(made.server.socket, server_side=True)
        made.scheme = "https"
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        with suppress(OSError):
            made.server.server_close()


@dataclass
class Trap:
    """A port that nobody is to touch; `caught` counts those who did."""

    url: str
    caught: list[bytes] = field(default_factory=list)


@contextmanager
def trap() -> Iterator[Trap]:
    """Listen on a port of this machine and write down whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        made = Trap(f"http://127.0.0.1:{door.getsockname()[1]}")

        def listen() -> None:
            with suppress(OSError):
                while True:
                    visitor, _ = door.accept()
                    with visitor:
                        visitor.settimeout(5)
                        made.caught.append(visitor.recv(2000))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join()
