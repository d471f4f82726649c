"""The proof: the reference node with each fault in turn, judged in full; what was caught, and by which requirement."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.coverage.secured import secured_node
from conformance.evidence import open_run
from conformance.judge import Outcome
from conformance.judge.verdict import judge
from conformance.law import load
from conformance.node.embedded import reference_node
from conformance.node.session import DEPTHS
from conformance.run.course import run_live
from conformance.run.opening import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.law import Law

SCALE = 150
SECURED = frozenset({"API-003", "API-075"})
"""Requirements on TLS: their faults are judged on a node that is served over it."""
APPLIED = "x-fault-applied"
_BAD = frozenset({Outcome.FAILED, Outcome.ERROR, Outcome.CANT_TELL, Outcome.UNTESTED})


@dataclass(frozen=True, slots=True)
class Kill:
    """What one fault did.

    Attributes:
        requirement: the one that has to catch it.
        applied: the fault showed itself on the wire.
        caught: its requirement failed.
        first: it is the first failure that the report names.
        also: other requirements whose verdict changed.
        whole: the whole standard judged it; else its requirement and those that it declares to break along.
    """

    requirement: str
    applied: bool
    caught: bool
    first: bool
    also: tuple[str, ...]
    whole: bool

    def as_data(self) -> dict[str, Any]:
        """Return JSON data."""
        return {**asdict(self), "also": list(self.also)}


def prove_all(law: Law, faults: Mapping[str, Mapping[str, Any]], *, whole: bool = True) -> Iterator[tuple[str, Kill]]:
    """Judge the reference node with each fault, two at once for each processor; yield kills as they come.

    A fault waits as much as it computes: for its node, for retries, for deadlines.

    Args:
        law: the edition.
        faults: by name, as the node lists them.
        whole: as `prove` has it.

    Raises:
        RuntimeError: a fault could not be judged; the message names it.
    """
    with ProcessPoolExecutor(2 * (os.cpu_count() or 1), mp_context=get_context("spawn")) as workers:
        jobs = {
            workers.submit(_proved, law.folder, name, one["breaks"], tuple(one["also"]), whole): name
            for name, one in faults.items()
        }
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        finally:
            workers.shutdown(cancel_futures=True)


def _proved(folder: Path, fault: str, requirement: str, also: tuple[str, ...], whole: bool) -> Kill:  # noqa: FBT001
    try:
        return prove(load(folder), fault, requirement, also, whole=whole)
    except Exception as error:  # whatever stops one fault is told in words that travel between processes
        raise RuntimeError(f"fault {fault}: {type(error).__name__}: {error}") from error


def _selected(law: Law, requirement: str, also: tuple[str, ...], *, whole: bool) -> tuple[str, ...]:
    """Return what judges a fault; a class on request stands for itself, as in a run."""
    mine, classes = law.requirements[requirement], law.classes()

    def near(class_id: str, standard: str) -> bool:
        if classes[mine.class_id].on_request:
            return class_id == mine.class_id
        return standard == mine.standard and not classes[class_id].on_request

    known = law.requirements.values()
    return tuple(
        one.id for one in known if one.id in {requirement, *also} or (whole and near(one.class_id, one.standard))
    )


def prove(law: Law, fault: str, requirement: str, also: tuple[str, ...] = (), *, whole: bool = True) -> Kill:
    """Judge the reference node with one fault.

    Args:
        law: the edition.
        fault: its name.
        requirement: what it breaks.
        also: requirements that may break along with it; those of other standards are judged too.
        whole: by the whole standard of the requirement that it breaks; else by that requirement and `also` alone.
    """
    selected = _selected(law, requirement, also, whole=whole)
    options = ["--scale", str(SCALE), "--fault", fault]
    with tempfile.TemporaryDirectory() as out, tempfile.TemporaryDirectory() as keys:
        started = secured_node(options, Path(keys)) if requirement in SECURED else reference_node(options)
        with started as target:
            done = run_live(
                Request(law, target, Path(out), None, 1, selected, depth=DEPTHS[0]), lambda _result, _total: None
            )
        run = open_run(done.folder)
        verdict = judge(law, run.results, run.manifest["selected"], complete=run.complete)
        failed = {row.requirement.id for row in verdict.rows if row.outcome in _BAD}
        named = [row.requirement.id for row in verdict.failures]
        applied = any(
            name == APPLIED and fault in value for one in run.exchanges.values() for name, value in one.headers
        )
    others = tuple(sorted(failed - {requirement}))
    return Kill(requirement, applied, requirement in failed, named[:1] == [requirement], others, whole)
