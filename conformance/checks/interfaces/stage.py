"""A table of the sandbox that the run fills, changes and empties, with a model of what it must hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Any

from conformance.checks.data.described import primary_key
from conformance.checks.data.shipment import model, publish, receipt_of
from conformance.checks.interfaces.delivery import deliver, parcel
from conformance.checks.shared import at, words
from conformance.checks.walking import walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.checks.desk import Desk
    from conformance.checks.resources import Resources
    from conformance.checks.walking import Walk

Row = dict[str, Any]
Key = tuple[str, ...]

_CHINA = timezone(timedelta(hours=8))
_AGO = timedelta(hours=1)
_LEAST = 7
#: Operations of a change, as the national platform names them.
OPERATIONS = frozenset({"I", "U", "D"})


@dataclass(frozen=True, slots=True)
class Line:
    """One change that is sent: operation, key and row."""

    op: str
    key: Key
    row: Row


class Stage:
    """One published table below the sandbox prefix.

    Attributes:
        code: its code.
        names: fields of its key, by which increments find a row.
        rows: rows of the model that it is a copy of, by key; any of them under any of their keys is a good row.
        state: what the table holds, by key, as the run left it.
    """

    def __init__(self, desk: Desk, resources: Resources, name: str) -> None:
        """Publish the table.

        Raises:
            Untested: no resource can serve as a model, or its rows have no key.
            Failed: a step of the lawful way is refused.
        """
        like = model(desk.run, resources, texts=False)
        structure = like.structure()
        told = [one for one in structure.get("updateKey") or [] if isinstance(one, str)]
        self.names = tuple(told or primary_key(structure))
        self.rows = sorted((dict(row) for row in like.rows()), key=self.key_of)
        if len(self.rows) < _LEAST or not self.names:
            raise Untested(Text("样板资源的行太少或没有主键", "the model has too few rows or no key"))
        self.desk, self.run = desk, desk.run
        self.code = publish(desk, name, like)
        self.state: dict[Key, Row] = {}
        self._timed = words(structure, "updateTime")
        self._own = tuple(dict.fromkeys([*self.names, *primary_key(structure)]))
        self._begun = (desk.run.now - _AGO).astimezone(_CHINA).replace(microsecond=0)
        self._batches = 0

    @property
    def path(self) -> str:
        """Where its rows are read."""
        return f"/data/{self.code}"

    @property
    def time(self) -> str:
        """The time of the next batch; later than that of the one before, and not in the future."""
        return (self._begun + timedelta(seconds=self._batches)).isoformat()

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """Return the key of a row."""
        return tuple(str(row.get(name)) for name in self.names)

    def row(self, number: int, variant: int) -> Row:
        """Return the row of a number with the content of another one, as updated now."""
        number, variant = number % len(self.rows), variant % len(self.rows)
        found = {**self.rows[variant], **{name: self.rows[number][name] for name in self._own}}
        return {**found, self._timed: self.time} if self._timed else found

    def change(self, lines: Sequence[Line], time: str | None = None) -> str:
        """Send changes in one incremental batch and return its id.

        Raises:
            Failed: the node refuses a step.
            Untested: the node did not take every line.
        """
        sent = [
            {
                "op": one.op,
                "time": time or self.time,
                "key": {name: one.row[name] for name in self.names},
                "row": None if one.op == "D" else one.row,
            }
            for one in lines
        ]
        batch = self._send(sent, "incremental")
        for one in lines:
            self.state.pop(one.key, None)
            if one.op != "D":
                self.state[one.key] = one.row
        return batch

    def fill(self, rows: Sequence[Row]) -> str:
        """Replace everything by these rows in one full batch and return its id.

        Raises:
            Failed, Untested: as `change`.
        """
        batch = self._send(rows, "full")
        self.state = {self.key_of(row): dict(row) for row in rows}
        return batch

    def _send(self, rows: Sequence[Any], mode: str) -> str:
        batch = deliver(self.desk, self.code, parcel(rows), mode=mode)
        receipt = receipt_of(self.run, batch)
        self._batches += 1
        taken = at(receipt.object, "accepted") if receipt else None
        if taken != len(rows):
            told = at(receipt.object, "reasons") if receipt else None
            raise Untested(
                Text(
                    f"批次 {batch} 的 {len(rows)} 行只接收 {taken} 行：{told}",
                    f"of the {len(rows)} rows of batch {batch} {taken} were taken: {told}",
                )
            )
        return batch

    def read(self, limit: int = 500) -> Walk:
        """Return the table as it is served now."""
        return walk(self.run.node, self.path, {"limit": limit})

    def held(self, found: Walk) -> dict[Key, Row]:
        """Return the rows of a walk by their key."""
        return {self.key_of(one): one for one in found.items if isinstance(one, dict)}
