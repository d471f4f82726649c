"""Build hook: carries `standards/` and `fixtures/` into the wheel; editable installs read the checkout."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class IncludeData(BuildHookInterface[Any]):
    """Adds the data folders below `conformance/_data/`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Register both folders, unless the install is editable."""
        if version == "editable":
            return
        for name in ("standards", "fixtures"):
            build_data["force_include"][name] = f"conformance/_data/{name}"
