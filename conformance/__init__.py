"""Conformance tests for the six unified standards of a city's government data sharing."""

__version__ = "0.1.0"
