"""Exit codes of the command, and which conclusion gives which."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from conformance.judge.outcome import Outcome
from conformance.judge.verdict import Conclusion
from conformance.law.model import Obligation

if TYPE_CHECKING:
    from conformance.judge.verdict import Verdict


class Exit(IntEnum):
    """0 conforms, 1 does not, 2 command or profile wrong, 3 could not be judged, 4 the suite itself failed."""

    CONFORMS = 0
    FAILS = 1
    USAGE = 2
    NOT_JUDGED = 3
    SUITE = 4


_OF = {
    Conclusion.CONFORMS: Exit.CONFORMS,
    Conclusion.FAILS: Exit.FAILS,
    Conclusion.NOT_JUDGED: Exit.NOT_JUDGED,
    Conclusion.SUITE_ERROR: Exit.SUITE,
}


def exit_code(verdict: Verdict, *, fail_on: str = "any") -> Exit:
    """Return the exit code of a verdict.

    Args:
        verdict: of the run.
        fail_on: `any` failed requirement, or only a failed `must`.
    """
    code = _OF[verdict.conclusion]
    if code is not Exit.FAILS or fail_on == "any":
        return code
    must = [row for row in verdict.rows if row.requirement.obligation is Obligation.MUST]
    outcomes = {row.outcome for row in must}
    if Outcome.FAILED in outcomes:
        return Exit.FAILS
    undecided = outcomes & {Outcome.UNTESTED, Outcome.CANT_TELL} or not verdict.complete
    return Exit.NOT_JUDGED if undecided else Exit.CONFORMS
