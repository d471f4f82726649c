"""The command, started quickly; runs that were recorded."""

from bad_input.command import cli, quick
from replay.recorded import brief, copy, whole

__all__ = ["brief", "cli", "copy", "quick", "whole"]
