"""Fixtures of the interface checks."""
