"""The law: `standards/` read into frozen values. The ground floor; it knows nothing of nodes or runs."""

from conformance.law.load import LawError, load
from conformance.law.model import (
    ConformanceClass,
    Edition,
    Law,
    Obligation,
    Parameter,
    Requirement,
    Source,
    Standard,
)

__all__ = [
    "ConformanceClass",
    "Edition",
    "Law",
    "LawError",
    "Obligation",
    "Parameter",
    "Requirement",
    "Source",
    "Standard",
    "load",
]
