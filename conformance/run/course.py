"""The course of a run from opening to verdict, live or replayed; what the command and the pytest plugin share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance.evidence import open_run
from conformance.judge.values import as_data
from conformance.judge.verdict import Verdict, judge
from conformance.run.opening import open_live, open_replay
from conformance.run.runner import InterruptedRunError, SuiteError, run_checks
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.evidence import RunWriter
    from conformance.judge import CheckResult
    from conformance.law import Law
    from conformance.node import Session
    from conformance.run.opening import Request

Listen = Callable[["CheckResult", int], None]


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended: its folder and its verdict."""

    folder: Path
    verdict: Verdict
    stopped: Text | None = None


def run_live(request: Request, listen: Listen) -> Finished:
    """Judge a live node and leave a run folder.

    Raises:
        ProfileError, UnreachableError, OSError: as `open_live`.
        SuiteError: the suite itself failed; the folder is left marked incomplete.
    """
    session, writer = open_live(request)
    stopped: Text | None = None
    with writer:
        try:
            run_checks(session, request.selected, listen)
        except InterruptedRunError:
            stopped = Text("运行被中断", "The run was interrupted")
        except (SuiteError, OSError) as error:
            close(session, writer, Text(f"套件自身失败：{error}", f"The suite itself failed: {error}"))
            raise
        close(session, writer, stopped)
    return Finished(writer.path, verdict_of(request.law, writer.path), stopped)


def close(session: Session, writer: RunWriter, stopped: Text | None) -> None:
    """Clean the sandbox up, report the residue, close the folder."""
    residue = session.ledger.clean_up(session.node)
    writer.event("residue", items=[{"object": one["object"], "text": as_data(one["text"])} for one in residue])
    session.wire.sender.close()
    finished = datetime.now(UTC).astimezone().isoformat()
    if stopped is None:
        writer.finish(finished=finished)
        return
    writer.event("stopped", reason=stopped)
    writer.flush()
    writer.describe(finished=finished, interrupted=as_data(stopped))


def verdict_of(law: Law, path: Path) -> Verdict:
    """Return the verdict of a run folder, from its events alone.

    Raises:
        EvidenceError: the folder is broken or was changed.
    """
    folder = open_run(path)
    return judge(law, folder.results, folder.manifest["selected"], complete=folder.complete)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run and its replay side by side; `differences` names requirements that came out otherwise."""

    recorded: Verdict
    replayed: Verdict
    differences: tuple[tuple[str, Any, Any], ...]


def replay(law: Law, path: Path, selected: tuple[str, ...], listen: Listen) -> Replayed:
    """Run the checks again on recorded exchanges and compare.

    Raises:
        EvidenceError: the folder is broken or was changed.
        SuiteError, InterruptedRunError: as `run_checks`.
    """
    folder = open_run(path)
    wanted = selected or tuple(folder.manifest["selected"])
    session, memory = open_replay(law, folder)
    run_checks(session, wanted, listen)
    recorded = judge(law, folder.results, wanted, complete=folder.complete)
    again = judge(law, memory.results, wanted, complete=folder.complete)
    pairs = zip(recorded.rows, again.rows, strict=True)
    differences = tuple((a.requirement.id, a.outcome, b.outcome) for a, b in pairs if a.outcome != b.outcome)
    return Replayed(recorded, again, differences)
