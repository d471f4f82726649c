"""Watches every response of a run, whichever check asked for it, and keeps what breaks the contract."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from conformance.node.contract import habits
from conformance.node.contract.answers import PROBLEM, held, media_type
from conformance.node.contract.defects import Defects
from conformance.node.contract.links import links
from conformance.node.replay import HUB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.evidence import Exchange
    from conformance.node.contract.defects import Seen
    from conformance.node.contract.document import Contract, Operation

_PREFLIGHT = "OPTIONS"


class Watch:
    """Judges one answer after the other; what it remembers is bounded.

    Attributes:
        defects: what was wrong with them.
        seen: answers by operation, whatever they were.
        errors: how many of them were errors.
        bodies: how many of them had a body.
        latest: what was wrong with the last of them.
        first: number of the first exchange that it was shown, 0 before.
    """

    def __init__(self, contract: Contract, home: str) -> None:
        """Watch a node at the address `home` by a contract."""
        self._contract = contract
        self._home = home
        self._root = urlsplit(home).path.rstrip("/")
        self._ids = habits.RequestIds()
        self.defects = Defects()
        self.seen: Counter[str] = Counter()
        self.errors = 0
        self.bodies = 0
        self.first = 0
        self.latest: tuple[Seen, ...] = ()

    def look(self, exchange: Exchange) -> None:
        """Judge one exchange and keep what is wrong; silence and answers of the suite itself show nothing."""
        if exchange.role.startswith(HUB):
            return
        self.first = self.first or exchange.n
        if exchange.refused is None and exchange.status and exchange.url.startswith(self._home):
            self.latest = tuple(self.judged(exchange))
            self.defects.add(self.latest, _size(exchange))

    def judged(self, exchange: Exchange) -> Iterator[Seen]:
        """Yield what is wrong with one answer."""
        path = urlsplit(exchange.url).path.removeprefix(self._root)
        operation = self._contract.find(exchange.method, path)
        label = operation.label if operation else f"{exchange.method} *"
        self.seen[label] += 1
        self.errors += exchange.status >= 400  # noqa: PLR2004
        self.bodies += bool(exchange.body)
        if operation is not None and exchange.method != _PREFLIGHT:
            yield from held(self._contract, operation, exchange)
        yield from habits.encoding(label, exchange)
        yield from self._ids.judge(label, exchange)
        yield from habits.problem(label, exchange, otherwise=self._other(operation, exchange))
        yield from habits.silence(label, exchange, self._home)
        yield from links(label, exchange)

    def look_at_all(self, exchanges: Iterable[Exchange]) -> None:
        """Judge recorded exchanges, as they would have been judged when they came."""
        for one in exchanges:
            self.look(one)

    def _other(self, operation: Operation | None, exchange: Exchange) -> bool:
        """Tell whether the contract gives an error of an operation this other form, as RFC 6749 does to tokens."""
        declared = self._contract.response(operation, exchange.status) if operation else None
        content = declared[1].get("content", {PROBLEM: None}) if declared else {PROBLEM: None}
        return PROBLEM not in content or media_type(exchange) in set(content) - {PROBLEM}


def _size(exchange: Exchange) -> int:
    """Return how long a request is: of two that show the same defect, the shorter one shows it better."""
    return len(exchange.url) + len(exchange.request_body)
