"""A receiver of events: agrees to be sent them, examines each signature, answers as a check scripts it.

    receiver = Receiver()
    with hearing(run, "receiver", receiver, place) as ear:
        receiver.at(ear.url + "/events", key)
        receiver.answer(503, 503)               # the next two deliveries; every later one is taken with 204
        one = ear.wait(is_delivery, seconds=5)  # an exchange; what the signature is worth is a header of the answer

The secret of the signatures stays here: what is recorded is the verdict (`VERDICT`), which a replay reads as it stands.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

from conformance.hub.receiver_signature import Signature, examined
from conformance.hub.server import Said, problem

if TYPE_CHECKING:
    from conformance.hub.server import Asked
    from conformance.node.answer import Answer
    from conformance.node.signing import Key

#: Header of an answer to a delivery: what its signature is worth.
VERDICT = "x-receiver-signature"
PATH = "/events"
_TAKEN = 204
_ORIGIN = "webhook-request-origin"


class Receiver:
    """Handles what comes to a sink of events; see the module."""

    def __init__(self) -> None:
        self._script: deque[tuple[int, float]] = deque()
        self._key: Key | None = None
        self._sink = ""
        self._nonces: set[str] = set()
        self._released = threading.Event()

    def at(self, sink: str, key: Key | None) -> None:
        """Tell the receiver its own address as the node was told it, and the key of the signatures."""
        self._sink, self._key = sink, key

    def answer(self, *statuses: int, seconds: float = 0.0) -> None:
        """Say how the next deliveries are answered, in their order, in place of what was said before.

        Args:
            statuses: HTTP status of each; every later delivery is taken with 204.
            seconds: how long each answer is kept back, or until `release`.
        """
        self._released.clear()
        self._script = deque((one, seconds) for one in statuses)

    def release(self) -> None:
        """Give every answer that is kept back, now."""
        self._released.set()

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        if asked.method == "OPTIONS":
            return Said(200, None, {"webhook-allowed-origin": asked.header(_ORIGIN) or "*", "allow": "OPTIONS, POST"})
        if asked.method != "POST" or asked.path != PATH:
            return problem(404, "receiver.unknown", "The receiver takes events at its own address only")
        worth = examined(asked, self._sink, self._key, self._nonces)
        status, seconds = self._script.popleft() if self._script else (_TAKEN, 0.0)
        if seconds:
            self._released.wait(seconds)
        return Said(status, None, {VERDICT: worth})


def is_delivery(one: Answer) -> bool:
    """Tell whether something that was heard is an event."""
    return one.exchange.method == "POST"


def is_handshake(one: Answer) -> bool:
    """Tell whether something that was heard is the question whether events are welcome."""
    return one.exchange.method == "OPTIONS"


def worth(one: Answer) -> Signature:
    """Return what the signature of a delivery was found to be worth."""
    return Signature(one.header(VERDICT) or Signature.ABSENT)
