"""Classes writes and exchange on a node: nothing found where nothing is wrong, the same in a replay, and what bites."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import events, reasons, the_run, write_profile
from bad_input.relay import Asked, Told, relay
from replay.test_same_verdicts import elsewhere, printed, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bad_input.bench import Cli
    from bad_input.quick import Quick

    Change = Callable[[Asked, Told], Told]

WRITES = ("API-023", "API-055", "API-024", "API-025", "API-056", "API-037")
EXCHANGE = ("API-031", "API-060", "API-032", "API-033", "API-034")
FILE = re.compile(r"^/files/[^/]+$")


def asked_for(*requirements: str) -> list[str]:
    return [word for one in requirements for word in ("--requirement", one)]


@pytest.fixture(scope="module")
def judged(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of both classes in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("judged")
    done = quick.run(["--lang", "en", "run", node, *asked_for(*WRITES, *EXCHANGE), "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


def test_reference_node_has_no_finding_in_writes_and_exchange(judged: Path) -> None:
    assert dict.fromkeys([*WRITES, *EXCHANGE], "passed") == verdicts(judged)


def test_rows_of_every_part_are_on_record_and_no_file_is(judged: Path) -> None:
    counts = {one["name"]: one["data"] for one in events(judged, "count")}
    names = {one.name for one in judged.iterdir()}

    assert len(counts) > 30
    assert {None} == {one["why"] for one in counts.values()}
    assert all(one["rows"] > 0 for one in counts.values())
    assert {"events.ndjson", "exchanges.har", "junit.xml", "manifest.json", "report.html", "report.json"} == names


def test_writes_leave_tombstones_only(judged: Path) -> None:
    [residue] = events(judged, "residue")

    assert {"tombstone"} == {one["kind"] for one in residue["items"]}


def test_replay_of_writes_and_exchange_without_network(judged: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(judged, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(judged) == printed(done.stdout)


def run_on(cli: Cli, place: Path, node: str, change: Change, *requirements: str) -> tuple[int, Path]:
    with relay(node, change) as seen:
        done = cli("--lang", "en", "run", seen.url, *asked_for(*requirements), "--out", "out")
    return done.returncode, the_run(place / "out")


def test_file_that_is_cut_off_is_resumed_and_judged(cli: Cli, tmp_path: Path, node: str) -> None:
    cut: set[str] = set()

    def once(asked: Asked, told: Told) -> Told:
        if asked.method != "GET" or not FILE.search(asked.path) or told.status != 200 or asked.path in cut:
            return told
        cut.add(asked.path)
        return replace(told, body=told.body[: len(told.body) // 3], length=len(told.body))

    code, folder = run_on(cli, tmp_path, node, once, "API-031")
    har = json.loads((folder / "exchanges.har").read_text(encoding="utf-8"))["log"]["entries"]
    resumed = [one for one in har if one["response"]["status"] == 206]

    assert 0 == code, reasons(folder)
    assert len(cut) == len(resumed) > 10


@pytest.mark.parametrize(
    ("requirement", "lost", "said"),
    [
        ("API-031", "digest", ("no digest of SHA-256", "没有 sha-256 摘要")),
        ("API-025", "etag", ("ETag None", "ETag None")),
        ("API-060", "content-range", ("status 206, Content-Range None", "状态 206，Content-Range None")),
    ],
)
def test_header_that_is_lost_on_the_way_is_missed(
    cli: Cli, tmp_path: Path, node: str, requirement: str, lost: str, said: tuple[str, str]
) -> None:
    def without(_asked: Asked, told: Told) -> Told:
        return replace(told, headers=tuple(pair for pair in told.headers if lost not in pair[0].lower()))

    code, folder = run_on(cli, tmp_path, node, without, requirement)

    assert 1 == code
    assert {requirement: "failed"} == verdicts(folder)
    assert said[0] in reasons(folder)
    assert said[1] in reasons(folder, "zh")


def test_one_request_at_a_time_cannot_show_what_happens_together(cli: Cli, tmp_path: Path, node: str) -> None:
    profile = write_profile(tmp_path / "slow.yaml", node, mode="sandbox", concurrency=1)
    done = cli("--lang", "en", "run", profile, *asked_for("API-024"), "--out", "out")
    folder = the_run(tmp_path / "out")

    assert 3 == done.returncode, done.stdout + done.stderr
    assert {"API-024": "untested"} == verdicts(folder)
    assert "the profile allows one request at a time only" in reasons(folder)


def test_nothing_is_written_in_mode_observe(cli: Cli, tmp_path: Path, node: str) -> None:
    with relay(node) as seen:
        done = cli("run", seen.url, "--mode", "observe", *asked_for(*WRITES, *EXCHANGE), "--out", "out")
    methods = {method for method, path in seen.sequence if path != "/oauth/token"}
    found = verdicts(the_run(tmp_path / "out"))

    assert 3 == done.returncode
    assert {"GET", "HEAD"} == methods
    assert {"untested"} == {found[one] for one in ("API-023", "API-055", "API-024", "API-056", "API-037", "API-034")}
    assert {"passed"} == {found[one] for one in ("API-031", "API-060")}
