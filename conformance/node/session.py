"""What a run is for a check: the node, the law's parameters, the run's own time, chance and names."""

from __future__ import annotations

import hashlib
import random
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.judge import Untested
from conformance.node.contract.document import read_contract
from conformance.node.contract.watch import Watch
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from conformance.evidence import Exchange
    from conformance.law import Law
    from conformance.node.client import Node
    from conformance.node.contract.document import Contract
    from conformance.node.ledger import Ledger
    from conformance.node.wire import Sink, Wire

#: How much is generated, from least to most; the usual one in the middle.
DEPTHS = ("smoke", "standard", "thorough")
STANDARD = DEPTHS[1]
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Session:
    """One run in progress.

    Attributes:
        run: identifier of the run; names that it gives to objects of the node come from it.
        seed: everything drawn by chance follows from it.
        claims: conformance classes that the node claims.
        parameters: values of the edition's parameters as this run uses them.
        recorded: in a replay, the measurements of the run by name; None in a run.
        past: in a replay, the exchanges of the run.
        depth: how much is generated: `smoke`, `standard` or `thorough`.
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
    recorded: Mapping[str, dict[str, Any]] | None = None
    past: Sequence[Exchange] = ()
    depth: str = STANDARD

    @cached_property
    def contract(self) -> Contract:
        """The interface contract of the edition."""
        return read_contract(self.law.folder)

    @cached_property
    def watch(self) -> Watch:
        """What watches the responses of the run; `watched` says what it saw."""
        return Watch(self.contract, self.node.profile.url)

    def start_watch(self) -> None:
        """Hold every response from now on to the contract; in a replay those of the run are, when somebody asks."""
        if self.recorded is None:
            self.wire.watcher = self.watch.look

    @cached_property
    def watched(self) -> Watch:
        """What was wrong with the responses of the run until now; the watch ends here.

        Raises:
            Untested: in a replay, where the run did not come this far.
        """
        first, last = self.watch.first or self.wire.count + 1, self.wire.count
        span = self.measured("contract", lambda: {"first": first, "last": last}, "probe")
        self.wire.watcher = None
        self.watch.look_at_all(one for one in self.past if span["first"] <= one.n <= span["last"])
        return self.watch

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

    def measured(self, name: str, work: Callable[[], dict[str, Any]], kind: str = "measurement") -> dict[str, Any]:
        """Measure something of which only the counts are evidence, such as a table that was downloaded.

        Args:
            name: of the measurement, once in a run.
            work: measures and returns the data of the event; not called in a replay.
            kind: of the event: `measurement` of a table, `probe` of a connection, `count` of the rows of a file.

        Raises:
            Untested: in a replay, where the run did not measure this.
        """
        if self.recorded is None:
            data = work()
            self.sink.event(kind, name=name, data=data)
            return data
        if name not in self.recorded:
            raise Untested(Text(f"证据中没有测量 {name}", f"The evidence has no measurement {name}"))
        return self.recorded[name]

    @contextmanager
    def workshop(self) -> Iterator[Path]:
        """Give a folder for files that are no evidence; it is gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="conformance-") as place:
            yield Path(place)

    def note(self, zh: str, en: str) -> None:
        """Announce something about how the current check decided, such as a sample."""
        self.notes.append(Text(zh, en))
