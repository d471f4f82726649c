"""What came of a script: the changes that the run made, and what the feed and the table said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.stage import Line
from conformance.checks.shared import at
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.checks.interfaces.script import Act, Script, Step
    from conformance.checks.interfaces.stage import Key, Row, Stage
    from conformance.node import Answer, Session

_MOST = 400


@dataclass(frozen=True, slots=True)
class Change:
    """One change that the run made: in which batch, and what the row is since; None when it was deleted."""

    op: str
    key: Key
    row: Row | None
    batch: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the feed as it came, with the exchange that brought it."""

    data: Mapping[str, Any]
    n: int

    @property
    def op(self) -> Any:
        """The operation."""
        return self.data.get("op")

    @property
    def row(self) -> Any:
        """The row; None is a tombstone."""
        return self.data.get("row")

    def key(self, names: tuple[str, ...]) -> Key:
        """Return the key that the event names; empty where it names none."""
        told = self.data.get("key")
        if not isinstance(told, dict) or any(told.get(name) is None for name in names):
            return ()
        return tuple(str(told[name]) for name in names)

    def about(self, names: tuple[str, ...]) -> Key:
        """Return the key of the row that the event is about: the one it names, else the one in its row, or none."""
        named = tuple(str(self.row.get(name)) for name in names) if isinstance(self.row, dict) else ()
        return self.key(names) or named


@dataclass(frozen=True, slots=True)
class Reading:
    """The feed read from one token to its end.

    Attributes:
        events: what came.
        again: what the same token brought when it was used once more.
        changes: what the run had changed since the token.
        before: what the table held at the token.
        after: what it held when the feed was read.
        pages: numbers of the exchanges.
    """

    events: tuple[Event, ...]
    again: tuple[Event, ...]
    changes: tuple[Change, ...]
    before: Mapping[Key, Row]
    after: Mapping[Key, Row]
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tale:
    """A script and everything that came of it.

    Attributes:
        load: what the table held when the script began.
        full: the table as it was read in the end; None where a key came twice.
        whole: the feed from its start, read in the end.
    """

    script: Script
    names: tuple[str, ...]
    load: Mapping[Key, Row]
    readings: tuple[Reading, ...]
    full: Mapping[Key, Row]
    doubled: tuple[Key, ...]
    whole: tuple[Event, ...]
    pages: tuple[int, ...]


def feed(run: Session, path: str, since: str | None, limit: int = 500) -> tuple[list[Event], str, list[Answer]]:
    """Read a feed from a token to its end; return events, the token to go on with, and the pages.

    Raises:
        Failed: a page is not 200 with `changes`, `next` and `more`, or the feed never ends.
    """
    events: list[Event] = []
    answers: list[Answer] = []
    token = since
    while True:
        answer = run.node.get(f"{path}/changes", params={"since": token, "limit": limit}).expect(200)
        found = answer.member("changes", list)
        after = answer.member("next", str)
        events += [Event(one, answer.n) for one in found if isinstance(one, dict)]
        answers.append(answer)
        if at(answer.object, "more") is not True:
            return events, after, answers
        if after == token or len(answers) > _MOST:
            raise answer.wrong(
                Text("有后续页，却没有新令牌", "more is announced, but no new token comes"),
                Text("每页都有进展，末页 more 为 false", "progress on each page, more false on the last"),
            )
        token = after


class Teller:
    """Runs scripts on one table, one after the other, and tells what came of them."""

    def __init__(self, stage: Stage) -> None:
        """Begin where the feed of the table ends now.

        Raises:
            Failed: the feed cannot be read.
        """
        self.stage = stage
        _, self._token, _ = feed(stage.run, stage.path, None)

    def tell(self, script: Script) -> Tale:
        """Run a script on a table that holds its row 0 alone.

        Raises:
            Failed, Untested, CantTell: a step of the script is not possible on this node.
        """
        stage, readings = self.stage, list[Reading]()
        stage.fill([stage.row(0, 0)])
        _, self._token, _ = feed(stage.run, stage.path, self._token)
        load, before, changes = dict(stage.state), dict(stage.state), list[Change]()
        for number, step in enumerate(script):
            changes += self._do(step)
            if step.poll or number == len(script) - 1:
                readings.append(self._read(step.poll or 500, before, changes))
                before, changes = dict(stage.state), []
        whole, _, answers = feed(stage.run, stage.path, None)
        found = stage.read()
        keys = [stage.key_of(one) for one in found.items if isinstance(one, dict)]
        doubled = tuple({key for key in keys if keys.count(key) > 1})
        numbers = (*(one.n for one in answers), *found.pages)
        return Tale(script, stage.names, load, tuple(readings), stage.held(found), doubled, tuple(whole), numbers)

    def _do(self, step: Step) -> list[Change]:
        """Send one batch and return what it changed."""
        stage, before = self.stage, dict(self.stage.state)
        if step.full:
            batch = stage.fill([self._row(act) for act in step.acts if act.kind == "put"] or [stage.row(0, 0)])
        else:
            lines = list(self._lines(step.acts))
            if not lines:
                return []
            batch = stage.change(lines)
        return list(_changes(before, stage.state, batch))

    def _row(self, act: Act) -> Row:
        return self.stage.row(act.row, act.row + act.variant)

    def _lines(self, acts: Iterable[Act]) -> Iterable[Line]:
        for act in acts:
            row = self._row(act)
            key = self.stage.key_of(row)
            known = self.stage.state.get(key)
            if act.kind == "put":
                yield Line("U" if known else "I", key, row)
            elif known:
                yield Line("D" if act.kind == "delete" else "U", key, known)

    def _read(self, limit: int, before: Mapping[Key, Row], changes: list[Change]) -> Reading:
        stage, since = self.stage, self._token
        events, self._token, answers = feed(stage.run, stage.path, since, limit)
        again, _, repeated = feed(stage.run, stage.path, since, limit)
        numbers = tuple(one.n for one in (*answers, *repeated))
        return Reading(tuple(events), tuple(again), tuple(changes), before, dict(stage.state), numbers)


def _changes(before: Mapping[Key, Row], after: Mapping[Key, Row], batch: str) -> Iterable[Change]:
    for key in before.keys() - after.keys():
        yield Change("D", key, None, batch)
    for key, row in after.items():
        if key not in before:
            yield Change("I", key, row, batch)
        elif before[key] != row:
            yield Change("U", key, row, batch)


def applied(state: Mapping[Key, Row], events: Iterable[Event], names: tuple[str, ...]) -> dict[Key, Any]:
    """Apply events to what a consumer holds: a row in place of the row of its key, a tombstone removes it."""
    held: dict[Key, Any] = dict(state)
    for one in events:
        if one.op == "D" or one.row is None:
            held.pop(one.key(names), None)
        else:
            held[one.key(names)] = one.row
    return held
