"""Connections that keep a deadline: a node that sends byte by byte holds a run no longer than one exchange may last."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import httpcore2

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable


class Deadline(httpcore2.NetworkBackend):
    """Opens connections whose reads and writes end `total` seconds after `start` at the latest, in each thread."""

    def __init__(self, total: float) -> None:
        self._inner = httpcore2.SyncBackend()
        self._total = total
        self._here = threading.local()

    def start(self) -> None:
        """Begin to count: an exchange starts."""
        self._here.ends = time.perf_counter() + self._total

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect, as the library does."""
        return _Stream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self)

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Return how long one step may take.

        Raises:
            late: the deadline has passed.
        """
        left = float(self._here.ends) - time.perf_counter()
        if left <= 0:
            raise late(f"no end after {self._total:g} s")
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
