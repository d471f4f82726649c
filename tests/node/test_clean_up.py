"""What a run writes it takes back: drafts are gone, entries are revoked, only tombstones stay, and that is reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("fault", [[], ["--fault", "submission-without-approval"]])
def test_only_tombstones_stay(cli, tmp_path: Path, fault: list[str]) -> None:
    with reference_node(["--scale", "60", *fault]) as url:
        cli("run", url, "--class", "catalog/lifecycle", "--class", "catalog/changes", "--out", "out")
    [folder] = tmp_path.glob("out/*/*")
    events = [json.loads(line) for line in (folder / "events.ndjson").read_text(encoding="utf-8").splitlines()]

    written = {one["object"] for one in events if one["event"] == "write"}
    [residue] = [one["items"] for one in events if one["event"] == "residue"]

    assert written
    assert residue
    assert {"tombstone"} == {one["kind"] for one in residue}
