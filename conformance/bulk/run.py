"""Counts a table and leaves a run folder: every pass is written as it comes and judged at once.

A crash, a full disk or somebody's Ctrl-C keeps what was judged so far.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.bulk.judging import decisions
from conformance.bulk.manifest import changed, describe, fingerprints
from conformance.bulk.opening import bench
from conformance.bulk.record import Measurement, Undecided, counted, to_data
from conformance.bulk.values import EngineError, Progress, SourceError
from conformance.evidence import RunWriter, UnwritableError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.bulk.manifest import Fingerprint, Paper
    from conformance.bulk.opening import Bench, Job
    from conformance.bulk.record import Counted, Unread
    from conformance.bulk.values import Measured, Tell

INTERRUPTED = Text("检验被中断", "The check was interrupted")
_COUNT = Text("计行数", "counting rows")
_UNREAD = Text(
    "{source} 有 {n} 处无法读取，首处：{where}（{reason}）。其余已判定，但不能得出符合的结论",
    "{source}: places that could not be read: {n}, the first at {where} ({reason}). The rest was judged, but that is "
    "no conformance",
)


@dataclass(frozen=True, slots=True)
class Finished:
    """A data run that has ended.

    Attributes:
        stopped: why it is incomplete, None where it is not.
        whole: whether the table was counted to its end; false where something broke off.
        unreadable: the source could not be read before anything was judged.
    """

    folder: Path
    stopped: Text | None = None
    whole: bool = True
    unreadable: bool = False


def run(job: Job, paper: Paper, tell: Tell) -> Finished:
    """Count a table and leave a run folder.

    Args:
        job: what is to be counted.
        paper: where the folder goes and what its manifest says beside.
        tell: hears of progress.

    Raises:
        JobError, SourceError, EngineError: as `bench`; no folder is left then.
        UnwritableError: the folder cannot be made.
    """
    with bench(job) as opened:
        files = fingerprints(opened.table.files, paper.digest_up_to, tell)
        with RunWriter(paper.folder(job.dataset), describe(job, opened, paper, files)) as writer:
            return _counted(opened, _Keeper(job, opened, writer, files), tell)


def _counted(opened: Bench, keeper: _Keeper, tell: Tell) -> Finished:
    whole, unreadable = False, False
    try:
        keeper.count(tell)
        for done in _passes(opened, tell):
            keeper.keep(done, opened.table.unread)
        stopped, whole = keeper.unread_or_changed(), True
    except SourceError as error:
        stopped, unreadable = error.text, not keeper.judged
    except (EngineError, UnwritableError) as error:
        stopped = error.text
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return Finished(keeper.writer.path, keeper.close(stopped), whole, unreadable)


def _passes(opened: Bench, tell: Tell) -> Iterator[list[Counted]]:
    """Yield the counts of each pass: all row rules, then one rule between keys or tables after the other."""
    plan, table = opened.plan, opened.table
    if plan.rows:
        yield [counted(*pair) for pair in zip(plan.rows, table.row_rules(plan.rows, tell), strict=True)]
    known: dict[tuple[str, tuple[str, ...]], Measured] = {}
    for key in plan.keys:
        same = (key.kind, key.columns)
        if same not in known:
            known[same] = table.key(key, tell)
        yield [counted(key, replace(known[same], rule=key.id))]
    for rule in plan.references:
        yield [counted(rule, table.reference(rule, opened.others[rule.dataset], tell))]
    for shared in plan.agreements:
        yield [counted(shared, table.agreement(shared, opened.others[shared.dataset], tell))]
    if opened.municipal is not None:
        agreement, municipal = opened.municipal
        yield [counted(agreement, table.agreement(agreement, municipal, tell))]


class _Keeper:
    """Writes counts into the folder, and the decision on a requirement as soon as its last rule was counted."""

    def __init__(self, job: Job, opened: Bench, writer: RunWriter, files: tuple[Fingerprint, ...]) -> None:
        self.writer = writer
        self._table = opened.table
        self._files = files
        self._left = {one.id: one.requirement for one in opened.rules}
        undecided = tuple(Undecided(rule.id, rule.requirement, reason) for rule, reason in opened.plan.undecided)
        self._head = Measurement(
            name=job.dataset.id,
            dataset=job.dataset.id,
            source=opened.table.source,
            engine=opened.engine.name,
            rows=None,
            today=job.today,
            boundary=job.boundary is not None,
        )
        self._whole = replace(
            self._head,
            files=tuple(one.file for one in files),
            undecided=undecided,
            missing=opened.table.missing,
        )

    @property
    def judged(self) -> bool:
        """Whether any rule was counted."""
        return bool(self._whole.rules)

    def count(self, tell: Tell) -> None:
        """Count the rows, and write what is known before any rule is."""
        tell(Progress(_COUNT, 0, None))
        rows = self._table.count()
        self._head, self._whole = replace(self._head, rows=rows), replace(self._whole, rows=rows)
        self.writer.event("measurement", name=self._whole.name, data=to_data(self._whole))
        self._decide({one.requirement for one in self._whole.undecided} - set(self._left.values()))

    def keep(self, done: list[Counted], unread: tuple[Unread, ...]) -> None:
        """Write one pass."""
        known = set(self._whole.unread)
        fresh = tuple(one for one in unread if one not in known)
        self.writer.event(
            "measurement", name=self._head.name, data=to_data(replace(self._head, rules=tuple(done), unread=fresh))
        )
        self._whole = replace(self._whole, rules=(*self._whole.rules, *done), unread=(*self._whole.unread, *fresh))
        for one in done:
            self._left.pop(one.rule)
        self._decide({one.requirement for one in done} - set(self._left.values()))

    def _decide(self, requirements: set[str]) -> None:
        for result in decisions(self._whole, requirements):
            self.writer.result(result)

    def unread_or_changed(self) -> Text | None:
        """Return why a table that was counted to its end cannot be found to conform, None where it can."""
        unread = self._whole.unread
        if unread:
            first = unread[0]
            where = first.file if first.row is None else f"{first.file}:{first.row}"
            return _UNREAD.fill(source=self._whole.source, n=len(unread), where=where, reason=first.reason)
        return changed(self._files)

    def close(self, stopped: Text | None) -> Text | None:
        """Close the folder and return why it is incomplete, None where it is not."""
        finished = datetime.now(UTC).astimezone().isoformat()
        if stopped is None:
            try:
                self.writer.finish(finished=finished)
            except UnwritableError as error:
                stopped = error.text
        if stopped is not None:
            self.writer.stop(stopped, finished=finished)
        return stopped
