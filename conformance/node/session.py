"""What a run is for a check: the node, the law's parameters, the run's own time, chance and names."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from conformance.text import Text

if TYPE_CHECKING:
    from datetime import date, datetime

    from conformance.law import Law
    from conformance.node.client import Node
    from conformance.node.ledger import Ledger
    from conformance.node.wire import Sink, Wire

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Session:
    """One run in progress.

    Attributes:
        run: identifier of the run; names that it gives to objects of the node come from it.
        seed: everything drawn by chance follows from it.
        claims: conformance classes that the node claims.
        parameters: values of the edition's parameters as this run uses them.
    """

    law: Law
    node: Node
    wire: Wire
    sink: Sink
    ledger: Ledger
    run: str
    seed: int
    mode: str
    claims: frozenset[str]
    parameters: dict[str, Any] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The run's time: when the last exchange ended."""
        return self.wire.now

    @property
    def today(self) -> date:
        """The run's day in China, wherever the suite runs: the law counts days there."""
        return self.now.astimezone(_CHINA).date()

    def param(self, name: str) -> Any:
        """Return a parameter of the edition, as the profile changed it.

        Raises:
            KeyError: the edition has no such parameter.
        """
        return self.parameters.get(name, self.law.edition.parameters[name].default)

    def number(self, name: str) -> int:
        """Return a seed of 64 bits for `name`, from the run's seed."""
        return int.from_bytes(hashlib.sha256(f"{self.seed}:{name}".encode()).digest()[:8], "big")

    def rng(self, name: str) -> random.Random:
        """Return a source of chance for `name`, the same in every replay."""
        return random.Random(self.number(name))  # noqa: S311 - reproducible on purpose

    def digits(self, name: str, count: int) -> str:
        """Return decimal digits for `name`, unique to this run."""
        value = int.from_bytes(hashlib.sha256(f"{self.run}:{name}".encode()).digest()[:16], "big")
        return str(value)[-count:].zfill(count)

    def note(self, zh: str, en: str) -> None:
        """Announce something about how the current check decided, such as a sample."""
        self.notes.append(Text(zh, en))
