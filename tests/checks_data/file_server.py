"""A server of one file that cuts off, starts anew or lies, as it is told."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = bytes(range(256)) * 4096
DIGEST = f"sha-256:{hashlib.sha256(FILE).hexdigest()}"


@dataclass
class FileServer:
    """Serves a file; what it does wrong is in its attributes.

    Attributes:
        cuts: after so many bytes of a body the connection is cut, one number an answer; then no more.
        etags: one an answer, the last for all that follow.
        ranges: whether it honours ranges; a wrong one begins a byte too late.
        asked: Range and If-Range of every request.
    """

    content: bytes = FILE
    cuts: list[int] = field(default_factory=list)
    etags: list[str] = field(default_factory=lambda: ['"one"'])
    ranges: str = "right"
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers.get("range", ""), handler.headers.get("if-range", "")
        self.asked.append(asked)
        tag = self.etags.pop(0) if len(self.etags) > 1 else self.etags[0]
        fits = asked[0] and asked[1] == tag and self.ranges != "none"
        start = int(asked[0].removeprefix("bytes=").rstrip("-")) if fits else 0
        body = self.content[start:]
        handler.send_response_only(206 if fits and self.status == 200 else self.status)
        handler.send_header("etag", tag)
        handler.send_header("content-length", str(len(body)))
        if fits:
            told = start + (self.ranges == "wrong")
            handler.send_header("content-range", f"bytes {told}-{len(self.content) - 1}/{len(self.content)}")
        handler.end_headers()
        handler.wfile.write(body[: self.cuts.pop(0)] if self.cuts else body)
        handler.close_connection = True


@contextmanager
def file_server(server: FileServer) -> Iterator[FileServer]:
    """Serve for the length of a `with` block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Write nothing."""

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{made.server_address[1]}"
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        made.shutdown()
        thread.join()
        made.server_close()
