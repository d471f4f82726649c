"""A run that is broken off in the middle: told so, exit code 3, and everything up to there can be read and replayed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import PATIENCE, events, manifest, outcomes, readable, reasons, started, the_run
from bad_input.relay import CUT, Asked, Relay, Told, relay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bad_input.bench import Cli

MIDDLE = 60  # the request in whose middle it happens: the catalog was read, some checks have decided
LIMIT = 300_000  # bytes that one file may have, as on a full disk
SMALL = "512k"  # a disk


class Halfway:
    """Lets a run come to its middle and holds it there."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.on = threading.Event()

    def __call__(self, asked: Asked, told: Told) -> Told:
        if asked.n == MIDDLE:
            self.reached.set()
            self.on.wait(PATIENCE)
        return told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal(cli: Cli, tmp_path: Path, node: str, number: signal.Signals) -> None:
    halfway = Halfway()
    words = ("--lang", "en", "run", "--standard", "catalog", "--out", "out")
    with relay(node, halfway) as middle, started(tmp_path, *words, middle.url) as process:
        assert halfway.reached.wait(PATIENCE)
        process.send_signal(number)
        halfway.on.set()
        _, said = process.communicate(timeout=PATIENCE)
    folder = the_run(tmp_path / "out")
    reported, replayed, again = readable(cli, folder)

    assert 3 == process.returncode
    assert "The run was interrupted" in said
    assert "Traceback" not in said
    assert manifest(folder)["complete"] is False
    assert {"zh": "运行被中断", "en": "The run was interrupted"} == manifest(folder)["interrupted"]
    assert ["The run was interrupted"] == [one["reason"]["en"] for one in events(folder, "stopped")]
    assert outcomes(folder)["passed"] > 0
    assert (0, 3) == (reported, replayed)
    assert "The replay reaches the same verdicts" in again
    assert "The run is incomplete" in again
    assert "incomplete" in (folder / "report.html").read_text(encoding="utf-8")


def test_stopped_where_pytest_was_started_by_hand(tmp_path: Path, node: str) -> None:
    halfway = Halfway()
    words = ("-p", "conformance.plugin", "--pyargs", "conformance.checks", "--out", "out", "--node")
    with relay(node, halfway) as middle, started(tmp_path, *words, middle.url, module="pytest") as process:
        assert halfway.reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        halfway.on.set()
        process.communicate(timeout=PATIENCE)
    folder = the_run(tmp_path / "out")

    assert pytest.ExitCode.INTERRUPTED == process.returncode
    assert manifest(folder)["complete"] is False
    assert "stopped before every check had run" in manifest(folder)["interrupted"]["en"]


def test_killed(cli: Cli, tmp_path: Path, node: str) -> None:
    halfway = Halfway()
    words = ("--lang", "en", "run", "--standard", "catalog", "--out", "out")
    with relay(node, halfway) as middle, started(tmp_path, *words, middle.url) as process:
        assert halfway.reached.wait(PATIENCE)
        process.kill()
        process.wait(PATIENCE)
        halfway.on.set()
    folder = the_run(tmp_path / "out")
    reported, replayed, again = readable(cli, folder)

    assert -signal.SIGKILL == process.returncode
    assert manifest(folder)["complete"] is False
    assert outcomes(folder)["passed"] > 0
    assert (0, 3) == (reported, replayed)
    assert "The replay reaches the same verdicts" in again


def test_stopped_before_the_first_check(cli: Cli, tmp_path: Path, node: str) -> None:
    halfway = Halfway()

    def at_once(asked: Asked, told: Told) -> Told:
        return halfway(Asked(MIDDLE, asked.method, asked.target, {}, b"", 0), told)

    with (
        relay(node, at_once) as middle,
        started(tmp_path, "--lang", "zh", "run", middle.url, "--out", "out") as process,
    ):
        assert halfway.reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        halfway.on.set()
        _, said = process.communicate(timeout=PATIENCE)
    folder = the_run(tmp_path / "out")

    assert 3 == process.returncode
    assert "已中断" in said
    assert "运行被中断" in manifest(folder)["interrupted"]["zh"]
    assert (0, 3) == readable(cli, folder)[:2]


def test_node_goes_away_in_the_middle(cli: Cli, tmp_path: Path, node: str) -> None:
    gone: list[Relay] = []

    def leave(asked: Asked, told: Told) -> Told:
        if asked.n < MIDDLE:
            return told
        if asked.n == MIDDLE:
            gone[0].vanish()
        return CUT

    with relay(node, leave) as middle:
        gone.append(middle)
        done = cli("--lang", "zh", "run", middle.url, "--standard", "catalog", "--out", "out")
    folder = the_run(tmp_path / "out")
    reported, replayed, again = readable(cli, folder)

    assert done.returncode in {1, 3}
    assert manifest(folder)["complete"] is True
    assert outcomes(folder)["passed"] > 0
    assert outcomes(folder)["cantTell"] > 0
    assert 0 == outcomes(folder)["error"]
    assert f"节点已停止应答（交换 {MIDDLE} 起连续 4 次无响应）" in reasons(folder, "zh")
    assert f"The node stopped answering (from exchange {MIDDLE}, 4 in a row)" in reasons(folder)
    assert (0, done.returncode) == (reported, replayed)
    assert "The replay reaches the same verdicts" in again


def test_file_that_can_grow_no_more(cli: Cli, tmp_path: Path, node: str) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))

    words = ("--lang", "en", "run", node, "--standard", "catalog", "--out", "out")
    with started(tmp_path, *words, preexec_fn=limit) as process:
        _, said = process.communicate(timeout=PATIENCE)
    folder = the_run(tmp_path / "out")

    assert 3 == process.returncode
    assert "cannot be written: File too large" in said
    assert manifest(folder)["complete"] is False
    assert (0, 3) == readable(cli, folder)[:2]


@contextmanager
def small_disk(place: Path) -> Iterator[None]:
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", place], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("only root may mount a disk of its own")
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk of its own")
def test_disk_that_is_full(cli: Cli, tmp_path: Path, node: str) -> None:
    out = tmp_path / "out"
    with small_disk(out):
        done = cli("--lang", "zh", "run", node, "--standard", "catalog", "--out", out)
        folder = the_run(out)
        left = manifest(folder)
        saved = tmp_path / "saved"
        subprocess.run(["cp", "-r", folder, saved], check=True)

    assert 3 == done.returncode
    assert "无法写入：No space left on device" in done.stderr
    assert left["complete"] is False
    assert (0, 3) == readable(cli, saved)[:2]
