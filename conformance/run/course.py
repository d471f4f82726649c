"""The course of a run from opening to verdict, live or replayed; what the command and the pytest plugin share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.bulk.judging import decisions, under
from conformance.bulk.record import measurements
from conformance.evidence import EvidenceError, UnwritableError, open_run
from conformance.judge.values import as_data
from conformance.judge.verdict import Verdict, judge
from conformance.run.opening import open_live, open_replay
from conformance.run.runner import InterruptedRunError, SuiteError, run_checks
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.evidence import RunFolder, RunWriter
    from conformance.judge import CheckResult
    from conformance.law import Law
    from conformance.node import Session
    from conformance.run.opening import Request

Listen = Callable[["CheckResult", int], None]
INTERRUPTED = Text("运行被中断", "The run was interrupted")


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended: its folder, and why it is incomplete where it is."""

    folder: Path
    stopped: Text | None = None


def run_live(request: Request, listen: Listen) -> Finished:
    """Judge a live node and leave a run folder.

    Raises:
        ProfileError, UnreachableError, UnwritableError: as `open_live`.
        SuiteError: the suite itself failed; the folder is left marked incomplete.
    """
    session, writer = open_live(request)
    stopped: Text | None = None
    with writer:
        try:
            run_checks(session, request.selected, listen)
        except InterruptedRunError:
            stopped = INTERRUPTED
        except SuiteError as error:
            if writer.broken is None:
                close(session, writer, Text(f"套件自身失败：{error}", f"The suite itself failed: {error}"))
                raise
        stopped = close(session, writer, writer.broken or stopped)
    return Finished(writer.path, stopped)


def close(session: Session, writer: RunWriter, stopped: Text | None) -> Text | None:
    """Clean the sandbox up, report the residue, close the folder; return why the run is incomplete, or None."""
    residue: list[dict[str, Any]] = []
    try:
        residue = session.ledger.clean_up(session.node)
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    session.wire.sender.close()
    finished = datetime.now(UTC).astimezone().isoformat()
    try:
        writer.event("residue", items=[one | {"text": as_data(one["text"])} for one in residue])
        if stopped is None:
            writer.finish(finished=finished)
    except UnwritableError as error:
        stopped = error.text
    if stopped is not None:
        writer.stop(stopped, finished=finished)
    return stopped


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run and its replay side by side; `differences` names requirements that came out otherwise.

    Attributes:
        other_law: says so where the run was judged by another edition than the replay, None where it was not.
        incomplete: says so where the run was broken off, None where it came to its end.
    """

    recorded: Verdict
    replayed: Verdict
    differences: tuple[tuple[str, Any, Any], ...]
    other_law: Text | None
    incomplete: Text | None


def replay(law: Law, path: Path, selected: tuple[str, ...], listen: Listen) -> Replayed:
    """Run the checks again on recorded exchanges and compare; of an incomplete run, the checks that it finished.

    Of a run over a table the recorded counts are judged again, by the thresholds of `law`.

    Raises:
        EvidenceError: the folder is broken or was changed, or the run did not judge what is selected.
        SuiteError: as `run_checks`.
        KeyboardInterrupt: somebody stopped the replay.
    """
    folder = open_run(path)
    wanted = _wanted(folder, law, selected)
    again = _counts_again(law, folder, wanted) if folder.kind == "data" else _checks_again(law, folder, wanted, listen)
    finished = {one.check for one in folder.results}
    results = [one for one in again if folder.complete or one.check in finished]
    recorded = judge(law, folder.results, wanted, complete=folder.complete)
    replayed = judge(law, results, wanted, complete=folder.complete)
    pairs = zip(recorded.rows, replayed.rows, strict=True)
    differences = tuple((a.requirement.id, a.outcome, b.outcome) for a, b in pairs if a.outcome != b.outcome)
    return Replayed(recorded, replayed, differences, _other_law(folder, law), _incomplete(folder))


def _checks_again(law: Law, folder: RunFolder, wanted: tuple[str, ...], listen: Listen) -> Sequence[CheckResult]:
    session, memory = open_replay(law, folder)
    try:
        run_checks(session, wanted, listen)
    except InterruptedRunError as error:
        raise KeyboardInterrupt from error
    return memory.results


def _counts_again(law: Law, folder: RunFolder, wanted: tuple[str, ...]) -> Sequence[CheckResult]:
    tables = measurements(folder.of_kind("measurement"))
    return [one for table in tables for one in decisions(under(law, table), wanted)]


def _wanted(folder: RunFolder, law: Law, selected: tuple[str, ...]) -> tuple[str, ...]:
    judged = [one for one in folder.manifest["selected"] if one in law.requirements]
    wanted = tuple(one for one in judged if not selected or one in selected)
    if selected and not wanted:
        raise EvidenceError(
            Text(
                f"该运行没有判定所选要求：{'、'.join(selected[:5])}",
                f"This run did not judge what is selected: {', '.join(selected[:5])}",
            )
        )
    return wanted


def _incomplete(folder: RunFolder) -> Text | None:
    if folder.complete:
        return None
    n, of = len(folder.results), len(folder.exchanges)
    if folder.kind == "data":
        return Text(
            f"该运行未完成：只比对已判定的 {n} 项",
            f"The run is incomplete: only the {n} decisions that it made are compared",
        )
    return Text(
        f"该运行未完成：只比对已判定的 {n} 项检查（{of} 个交换）",
        f"The run is incomplete: only the {n} checks that it finished are compared ({of} exchanges)",
    )


def _other_law(folder: RunFolder, law: Law) -> Text | None:
    then, edition = folder.manifest["law"], folder.manifest["edition"]
    if then == law.digest:
        return None
    return Text(
        f"该运行依据的标准文本（版本 {edition}，摘要 {then[:12]}）与现有的（版本 {law.edition.id}，"
        f"摘要 {law.digest[:12]}）不同，以下按现有文本判定，结论可能因此不同",
        f"The run was judged by another law (edition {edition}, digest {then[:12]}) than this one (edition "
        f"{law.edition.id}, digest {law.digest[:12]}): what follows is judged by this one and may differ for that",
    )
