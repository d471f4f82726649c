"""What a run hears: live from a server, in a replay from the record; evidence either way.

    with hearing(run, "parent", handler, Place(("127.0.0.1", 0), "")) as ear:
        ear.url                                              # how the node reaches the server; the same in a replay
        came = ear.wait(lambda one: one.exchange.method == "PUT", seconds=2.0)   # None where nothing such came in time

Every request that came is recorded as an exchange of the owner that waited, role `hub:NAME`, in the order in which it
was taken; a wait in vain is recorded too (`silence`). A replay gives the same back in the same order, so that a check
reaches the same verdict. The server is opened and asked once by the suite itself: that first exchange keeps its URL.
"""

from __future__ import annotations

import http.client
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.evidence import Refused
from conformance.hub.server import Asked, Handler, Said, Server
from conformance.judge import Untested
from conformance.node.answer import Answer
from conformance.node.network import Reply, Request
from conformance.node.replay import HUB, Replay
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.evidence import Exchange
    from conformance.hub.server import Heard
    from conformance.node import Session

_KNOCK = "/health"
_SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and how the node reaches it; empty where that is the same."""

    listen: tuple[str, int]
    url: str = ""


class Ear:
    """What came to one server, as far as a check asked for it.

    Attributes:
        url: how the node reaches the server, without a slash at the end.
        kept: everything that was taken so far, as recorded: redacted, in order.
    """

    def __init__(self, run: Session, name: str, url: str, server: Server | None) -> None:
        self.url = url
        self.kept: list[Answer] = []
        self._run = run
        self._role = f"{HUB}{name}"
        self._server = server

    def wait(self, wanted: Callable[[Answer], bool], seconds: float) -> Answer | None:
        """Return the first request not yet returned that is wanted, waiting for it; None where none comes in time.

        Args:
            wanted: judges a recorded request: `one.exchange` has method, url, request_headers, request_body.
            seconds: how long to wait.
        """
        ends = time.monotonic() + seconds
        while (found := next((one for one in self.kept if wanted(one)), None)) is None:
            exchange = again(self._run, self._role) if self._server is None else self._live(self._server, ends, seconds)
            if exchange is None or exchange.refused:
                return None
            self.kept.append(Answer(exchange))
        self.kept.remove(found)
        return found

    def drain(self, seconds: float = 0.0) -> None:
        """Take whatever comes within `seconds`."""
        self.wait(lambda _: False, seconds)

    def _live(self, server: Server, ends: float, seconds: float) -> Exchange:
        heard = server.take(max(0.0, ends - time.monotonic()))
        return self._record(heard) if heard else self._silent(seconds)

    def _record(self, heard: Heard) -> Exchange:
        said = heard.said
        answered = tuple((name.lower(), value) for name, value in said.headers.items())
        reply = Reply(heard.started, heard.seconds, said.status, answered, said.content())
        return self._run.wire.hear(_request(self._run, self._role, self.url, heard.asked), reply)

    def _silent(self, seconds: float) -> Exchange:
        request = Request(self._run.wire.owner, self._role, "WAIT", f"{self.url}/", ())
        return self._run.wire.hear(request, Reply(self._run.now, seconds, refused=Refused(_SILENCE, f"{seconds:g} s")))


@contextmanager
def hearing(run: Session, name: str, handler: Handler, place: Place) -> Iterator[Ear]:
    """Run a server for the length of a `with` block; in a replay, give back what the run heard.

    Raises:
        Untested: the port cannot be opened; in a replay, where the run heard nothing.
    """
    if replayed(run):
        first = again(run, f"{HUB}{name}")
        if first is None:
            raise Untested(Text(f"证据中没有 {name} 的记录", f"The evidence has no record of {name}"))
        yield Ear(run, name, first.url.removesuffix(_KNOCK), None)
        return
    try:
        server = Server(lambda asked: _answered(asked, handler), place.listen)
    except OSError as error:
        where = f"{place.listen[0]}:{place.listen[1]}"
        raise Untested(
            Text(f"无法在 {where} 监听：{error.strerror}", f"Cannot listen on {where}: {error.strerror}")
        ) from error
    with server:
        ear = Ear(run, name, (place.url or f"http://{_host(place.listen[0])}:{server.port}").rstrip("/"), server)
        _knock(place.listen[0], server.port)
        ear.wait(lambda one: one.exchange.target.endswith(_KNOCK), 5.0)
        yield ear


def replayed(run: Session) -> bool:
    """Tell whether this run only reads what another one recorded."""
    return isinstance(run.wire.sender, Replay)


def again(run: Session, role: str) -> Exchange | None:
    """Return the next recorded request of a role to whoever asks now, counted as in the run; None at its end."""
    sender = run.wire.sender
    assert isinstance(sender, Replay)
    found = sender.heard(run.wire.owner, role)
    if found is None:
        return None
    request = Request(found.owner, role, found.method, found.url, found.request_headers, found.request_body)
    reply = Reply(found.started, found.seconds, found.status, found.headers, found.body, found.refused)
    return run.wire.hear(request, reply)


def _answered(asked: Asked, handler: Handler) -> Said:
    return Said(200, {"status": "pass"}) if (asked.method, asked.path) == ("GET", _KNOCK) else handler(asked)


def _request(run: Session, role: str, url: str, asked: Asked) -> Request:
    return Request(run.wire.owner, role, asked.method, f"{url}{asked.target}", asked.headers, asked.body)


def _host(name: str) -> str:
    name = "127.0.0.1" if name in {"", "0.0.0.0"} else "::1" if name == "::" else name  # noqa: S104 - compared, not bound
    return f"[{name}]" if ":" in name else name


def _knock(host: str, port: int) -> None:
    """Ask the server itself once: it answers, and its address is on record."""
    line = http.client.HTTPConnection(_host(host).strip("[]"), port, timeout=5)
    try:
        line.request("GET", _KNOCK)
        line.getresponse().read()
    finally:
        line.close()
