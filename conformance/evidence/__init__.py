"""Evidence: the run folder, written once and read by everyone."""

from conformance.evidence.exchange import Aside, Exchange, Refused
from conformance.evidence.folder import EvidenceError, RunFolder, open_run
from conformance.evidence.writer import RunWriter, UnwritableError

__all__ = [
    "Aside",
    "EvidenceError",
    "Exchange",
    "Refused",
    "RunFolder",
    "RunWriter",
    "UnwritableError",
    "open_run",
]
