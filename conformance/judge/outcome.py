"""Outcomes (W3C EARL) and the exceptions by which a check states one."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.judge.values import Finding
    from conformance.text import Text


class Outcome(StrEnum):
    """What is known of a requirement; `error` is a bug of the suite and never the node's fault."""

    PASSED = "passed"
    FAILED = "failed"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"
    CANT_TELL = "cantTell"
    ERROR = "error"


#: From best to worst; the worst outcome over the checks of a requirement is its verdict.
ORDER = (
    Outcome.INAPPLICABLE,
    Outcome.PASSED,
    Outcome.UNTESTED,
    Outcome.CANT_TELL,
    Outcome.FAILED,
    Outcome.ERROR,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the worst of `outcomes`; `untested` where there is none."""
    return max(outcomes, key=ORDER.index, default=Outcome.UNTESTED)


class Decision(Exception):  # noqa: N818 - a check's word, not a mistake
    """A check has decided on something other than `passed`."""

    outcome: Outcome

    def __init__(self, reason: Text, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(reason.en)
        self.reason = reason
        self.findings = findings


class Failed(Decision):
    """The node does not meet the requirement; the findings say where."""

    outcome = Outcome.FAILED


class Inapplicable(Decision):
    """The requirement does not apply to this node, and that was seen."""

    outcome = Outcome.INAPPLICABLE


class Untested(Decision):
    """The requirement applies but could not be reached; the reason names what blocked it."""

    outcome = Outcome.UNTESTED


class CantTell(Decision):
    """The node or the network broke off, so that the rule itself was not decided."""

    outcome = Outcome.CANT_TELL
