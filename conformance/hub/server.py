"""A small HTTP server that a run starts in a thread: it listens, asks a handler what to answer, keeps what it heard.

It knows neither rules nor runs. `conformance.hub.hearing` records what it heard as evidence; whoever plays a part on it
(`parent`: the municipal platform; a receiver of events) writes a handler and nothing else:

    def handler(asked: Asked) -> Said:
        return Said(200, {"status": "pass"})

    with Server(handler, ("127.0.0.1", 0)) as server:
        server.port               # where it listens
        server.take(seconds=1.0)  # the next request with its answer, in the order of arrival; None where none came

Handlers are called one at a time, so that their state needs no locks. What must not go into the evidence is checked in
the handler (a signature over the raw body, say), and the result is told in a header of the answer, which is recorded.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import unquote, urlsplit

import orjson

from conformance.hub.body import BodyError, read_body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from conformance.evidence.exchange import Headers

PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came.

    Attributes:
        target: path and query as they were sent.
        headers: names in lower case.
        body: bytes as they came; never more than the limit.
    """

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without query, decoded."""
        return unquote(urlsplit(self.target).path)

    def header(self, name: str) -> str | None:
        """Return the first header of that name in lower case, or None."""
        return next((value for key, value in self.headers if key == name), None)

    def json(self) -> Any:
        """Return the body as JSON, None where it is none."""
        try:
            return orjson.loads(self.body)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered: status, a body that becomes JSON unless it is bytes already, further headers."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Return the body as bytes."""
        return self.body if isinstance(self.body, bytes) else b"" if self.body is None else orjson.dumps(self.body)


def problem(status: int, code: str, title: str) -> Said:
    """Return a refusal as problem details (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "traceId": "0" * 32}
    return Said(status, body, {"content-type": PROBLEM})


@dataclass(frozen=True, slots=True)
class Heard:
    """A request with what was answered to it, and when."""

    asked: Asked
    said: Said
    started: datetime
    seconds: float


Handler = Callable[[Asked], Said]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run takes from a node that talks to it: bytes a body, requests, bytes in all, idle time, lines."""

    body: int = 1 << 20
    requests: int = 20_000
    total: int = 64 << 20
    seconds: float = 10.0
    connections: int = 32


class Server:
    """Listens while it is entered; see the module."""

    def __init__(self, handler: Handler, listen: tuple[str, int], limits: Limits | None = None) -> None:
        """Open the port.

        Args:
            handler: answers requests, one at a time.
            listen: host and port; port 0 takes any.
            limits: the defaults of `Limits` unless told otherwise.

        Raises:
            OSError: the port is in use or not ours to open.
        """
        self.limits = limits or Limits()
        self.failed: BaseException | None = None
        self._handler = handler
        self._turn = threading.Lock()
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._left = [self.limits.requests, self.limits.total]
        self._http = _Http(listen, self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True, name="hub")

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._http.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, seconds: float = 0.0) -> Heard | None:
        """Return the next request that nobody took yet, in the order of arrival; None where none comes in time.

        Raises:
            RuntimeError: a handler failed: the suite's own fault.
        """
        try:
            heard = self._heard.get(timeout=seconds) if seconds > 0 else self._heard.get_nowait()
        except queue.Empty:
            heard = None
        if self.failed is not None:
            raise RuntimeError(f"the hub failed: {self.failed!r}") from self.failed
        return heard

    def answer(self, asked: Asked, started: datetime) -> Said:
        """Answer one request and keep both, as far as the limits go."""
        with self._turn:
            self._left = [self._left[0] - 1, self._left[1] - len(asked.body)]
            if min(self._left) < 0:
                return problem(503, "hub.full", "The hub has heard enough")
            said = self._safely(asked)
            self._heard.put(Heard(asked, said, started, (datetime.now(UTC) - started).total_seconds()))
        return said

    def _safely(self, asked: Asked) -> Said:
        try:
            return self._handler(asked)
        except Exception as error:  # noqa: BLE001 - raised again where the run waits
            self.failed = error
            return problem(500, "hub.failed", "The hub failed")


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, listen: tuple[str, int], server: Server) -> None:
        self.hub = server
        self._free = threading.BoundedSemaphore(server.limits.connections)
        super().__init__(listen, _Line)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, or close it at once where there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that breaks off is no concern of the run."""


class _Line(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.hub.limits.seconds)

    def _serve(self) -> None:
        started = datetime.now(UTC).astimezone()
        headers = tuple((name.lower(), value) for name, value in self.headers.items())
        try:
            body = read_body(self.rfile, dict(headers), self.server.hub.limits.body)
        except BodyError as error:
            self.close_connection = True
            return self._send(problem(error.status, "hub.body", str(error)))
        return self._send(self.server.hub.answer(Asked(self.command, self.path, headers, body), started))

    def _send(self, said: Said) -> None:
        content = said.content()
        self.send_response(said.status)
        for name, value in {"content-type": "application/json", **said.headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - names of the library

    def version_string(self) -> str:
        return "district-conformance"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nothing is logged: what was heard is evidence."""
