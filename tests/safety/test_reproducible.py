"""What a run asks follows from its seed and from nothing else."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bad_input.bench import the_run

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

#: Names that a run gives to its own objects, and tokens that a node makes up.
OF_THE_RUN = (
    (re.compile(r"/no-such-path-\d+"), "/no-such-path"),
    (re.compile(r"307500999/\d+"), "307500999/…"),
    (re.compile(r"(q=[^&\d]*)\d+"), r"\1…"),
    (re.compile(r"/drafts/[^/]+"), "/drafts/…"),
    (re.compile(r"(cursor|since)=[^&]+"), r"\1=…"),
)


def asked(cli: Cli, out: Path, seed: int, *more: str) -> list[tuple[str, str]]:
    """Method and target of every exchange with a node of the same making, without the names that a run gives."""
    with reference_node(["--scale", "60"]) as node:
        done = cli("run", node, "--standard", "catalog", "--seed", str(seed), "--out", out, *more)
    archive = json.loads((the_run(out) / "exchanges.har").read_text(encoding="utf-8"))
    shutil.rmtree(out)

    assert done.returncode in {0, 3}, done.stderr
    return [(one["request"]["method"], plain(one["request"]["url"])) for one in archive["log"]["entries"]]


def plain(url: str) -> str:
    parts = urlsplit(url)
    target = unquote(f"{parts.path}?{parts.query}")
    for pattern, shown in OF_THE_RUN:
        target = pattern.sub(shown, target)
    return target


def test_same_seed_asks_the_same_and_another_seed_does_not(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, again, other = asked(cli, out, 7), asked(cli, out, 7), asked(cli, out, 8, "--mode", "observe")

    assert first == again
    assert len(first) > 200
    assert [one for one in first if "q=" in one[1]] != [one for one in other if "q=" in one[1]]
