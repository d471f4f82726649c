"""Evidence: the run folder, written once and read by everyone."""

from conformance.evidence.exchange import Exchange, Refused
from conformance.evidence.folder import EvidenceError, RunFolder, open_run
from conformance.evidence.writer import RunWriter

__all__ = ["EvidenceError", "Exchange", "Refused", "RunFolder", "RunWriter", "open_run"]
