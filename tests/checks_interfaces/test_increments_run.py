"""Paging and increments judged on a node: nothing found where nothing is wrong, the same in a replay, what bites."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import events, reasons, the_run
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.checks.interfaces.lists import sizes
from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli
    from bad_input.quick import Quick

PAGING = ("API-015", "API-016", "API-017", "API-053", "API-054")
FEED = ("API-018", "API-047", "API-019", "API-020", "API-048", "API-021", "API-022")
ALL = (*PAGING, *FEED)


def words(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--requirement", name)]


@pytest.fixture(scope="module")
def judged(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of both classes in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("increments")
    done = quick.run(["--lang", "en", "run", node, *words(ALL), "--depth", "smoke", "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


def test_reference_node_has_no_finding(judged: Path) -> None:
    assert dict.fromkeys(ALL, "passed") == verdicts(judged), reasons(judged)


def test_what_was_published_leaves_only_tombstones(judged: Path) -> None:
    [residue] = events(judged, "residue")

    assert {"tombstone"} == {one["kind"] for one in residue["items"]}


def test_replay_without_network_reaches_the_same_verdicts(judged: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(judged, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(judged) == printed(done.stdout)


def test_nothing_is_written_in_mode_observe(cli: Cli, node: str, tmp_path: Path) -> None:
    cli("--lang", "en", "run", node, *words(ALL), "--mode", "observe", "--out", "out")
    found = verdicts(the_run(tmp_path / "out"))

    assert {"API-017": "passed", "API-053": "passed"} == {name: one for name, one in found.items() if one == "passed"}
    assert {"untested"} == {one for name, one in found.items() if name not in {"API-017", "API-053"}}


def test_shortest_script_is_told_in_both_languages(cli: Cli, tmp_path: Path) -> None:
    with reference_node(["--scale", "150", "--fault", "deletions-not-announced"]) as url:
        cli("run", url, *words(("API-019",)), "--depth", "smoke", "--out", "out")
    folder = the_run(tmp_path / "out")
    told = {lang: reasons(folder, lang) for lang in ("zh", "en")}

    assert {"API-019": "failed"} == verdicts(folder)
    assert re.search(r"最短脚本（起初表中仅有第 0 行）：（1）全量批次：写入第 \d 行", told["zh"])
    assert re.search(r"Shortest script, on a table with row 0 alone: \(1\) full batch: put row \d", told["en"])


@pytest.mark.parametrize(
    ("total", "due"), [(1, [1]), (2, [2, 1]), (12, [12, 11, 6, 2]), (13, [13, 12, 3]), (600, [300, 100]), (4154, [311])]
)
def test_page_sizes_lie_where_lists_break(total: int, due: list[int]) -> None:
    assert due == sizes(total, 6)
