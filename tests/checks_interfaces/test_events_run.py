"""The class of events on a node: nothing found where nothing is wrong, nothing leaks, the same in a replay."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import events, reasons, the_run, write_profile
from bad_input.command import cli, quick
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bad_input.quick import Done, Quick

__all__ = ["cli", "quick"]
FOUR = ("API-038", "API-039", "API-066", "API-067")
ONLY = [word for name in FOUR for word in ("--requirement", name)]


@pytest.fixture(scope="module")
def sound() -> Iterator[str]:
    with reference_node(["--scale", "60"]) as url:
        yield url


def judged(quick: Quick, target: str, here: Path) -> tuple[Done, Path]:
    done = quick.run(["--lang", "en", "run", target, *ONLY, "--out", "out"], here, {})
    return done, the_run(here / "out")


@pytest.fixture(scope="module")
def run(quick: Quick, sound: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the four requirements on a node that conforms."""
    return judged(quick, sound, tmp_path_factory.mktemp("events"))[1]


def test_reference_node_has_no_finding(run: Path) -> None:
    assert dict.fromkeys(FOUR, "passed") == verdicts(run), reasons(run)


def test_deliveries_are_evidence_and_the_secret_is_not(run: Path) -> None:
    entries = json.loads((run / "exchanges.har").read_bytes())["log"]["entries"]
    heard = [one for one in entries if one["_role"] == "hub:receiver" and one["request"]["method"] == "POST"]
    worth = [one["value"] for each in heard for one in each["response"]["headers"] if "signature" in one["name"]]
    made = next(one for one in entries if one["request"]["url"].endswith("/events/subscriptions"))

    assert [503, 503] == [one["response"]["status"] for one in heard][:2]
    assert {"verified"} == set(worth)
    assert len(heard) == len(worth) == 9
    assert '"secret":"[redacted]"' in made["response"]["content"]["text"]


def test_nothing_stays_behind(run: Path) -> None:
    [residue] = events(run, "residue")

    assert {"tombstone"} == {one["kind"] for one in residue["items"]}


def test_replay_without_network_reaches_the_same_verdicts(run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(run) == printed(done.stdout)


@pytest.mark.parametrize(
    ("fault", "requirement", "words"),
    [
        ("event-retry-intervals-constant", "API-039", r"intervals of 0\.\d+, 0\.\d+ seconds"),
        ("event-type-missing-for-revocations", "API-038", r"3 places in 9 deliveries, first .* type is missing"),
    ],
)
def test_findings_say_what_came(quick: Quick, fault: str, requirement: str, words: str, tmp_path: Path) -> None:
    with reference_node(["--scale", "60", "--fault", fault]) as url:
        _, folder = judged(quick, url, tmp_path)
    again = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert {**dict.fromkeys(FOUR, "passed"), requirement: "failed"} == verdicts(folder)
    assert re.search(words, reasons(folder))
    assert verdicts(folder) == printed(again.stdout)


def test_receiver_that_the_node_may_not_send_to_is_no_verdict(quick: Quick, sound: str, tmp_path: Path) -> None:
    hub = {"listen": "127.0.0.1:0", "url": "http://192.0.2.1:9"}
    profile = write_profile(tmp_path / "node.yaml", sound, mode="sandbox", sandbox={"prefix": "307500999"}, hub=hub)
    _, folder = judged(quick, str(profile), tmp_path)

    assert dict.fromkeys(FOUR, "untested") == verdicts(folder)
    assert "takes no subscription of http://192.0.2.1:9/events" in reasons(folder)
