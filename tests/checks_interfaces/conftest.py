"""The command, started quickly."""

from bad_input.command import cli, quick

__all__ = ["cli", "quick"]
