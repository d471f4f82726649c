"""The judge: outcomes, findings, verdicts and scores. Values and arithmetic, no I/O."""

from conformance.judge.outcome import CantTell, Decision, Failed, Inapplicable, Outcome, Untested
from conformance.judge.values import CheckResult, Finding, Sample

__all__ = [
    "CantTell",
    "CheckResult",
    "Decision",
    "Failed",
    "Finding",
    "Inapplicable",
    "Outcome",
    "Sample",
    "Untested",
]
