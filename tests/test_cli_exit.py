"""Exit codes, each reached for real: 0 conforms, 1 does not, 2 usage, 3 not judged, 4 the suite failed."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import conformance
from conformance.resources import folder

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from conformance.law import Law

    Cli = Callable[..., subprocess.CompletedProcess[str]]

STANDARDS = folder("standards")


def test_exit_0_conforms(cli: Cli, node: str, tmp_path: Path) -> None:
    done = cli("run", node, "--requirement", "CAT-001", "--requirement", "CAT-004")

    assert 0 == done.returncode, done.stderr
    assert 1 == len(list((tmp_path / "reports").glob("*/*/report.html")))


def test_exit_1_does_not_conform(cli: Cli, tmp_path: Path) -> None:
    scope = ("--requirement", "CAT-019", "--fault", "conditional-without-purpose")
    done = cli("demo", "--scale", "150", "--fail-on", "must", *scope)
    [folder] = (tmp_path / "reports").glob("*/*")
    results = [json.loads(line) for line in (folder / "events.ndjson").read_text("utf-8").splitlines()]

    assert 1 == done.returncode, done.stderr
    assert ["failed"] == [one["outcome"] for one in results if one["event"] == "result"]
    assert "CAT-019" in done.stdout


def test_exit_3_where_nothing_answers(cli: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    done = cli("run", f"http://127.0.0.1:{port}", "--lang", "zh")

    assert 3 == done.returncode
    assert "无应答" in done.stderr
    assert "网络或节点" in done.stderr
    assert [] == list(tmp_path.rglob("report.html"))


def test_exit_3_where_a_must_is_blocked(cli: Cli, node: str) -> None:
    done = cli("run", node, "--mode", "observe", "--requirement", "CAT-044")

    assert 3 == done.returncode, done.stderr
    assert "CAT-044" in done.stderr


def test_exit_3_where_all_is_planned(cli: Cli, node: str) -> None:
    done = cli("run", node, "--standard", "process")

    assert 3 == done.returncode, done.stderr


def test_exit_3_where_the_disk_is_full(cli: Cli, program: Cli, node: str, tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: the run breaks off, its folder stays readable."""
    command = f"ulimit -f 600; exec {sys.executable} -m conformance run {node} --standard catalog --out out"
    done = program("/bin/sh", "-c", command)
    [folder] = (tmp_path / "out").glob("*/*")
    report, replay = cli("report", folder), cli("replay", folder)

    assert 3 == done.returncode, done.stderr
    assert "File too large" in done.stderr
    assert json.loads((folder / "manifest.json").read_bytes())["complete"] is False
    assert (0, 3) == (report.returncode, replay.returncode), replay.stderr


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A copy of the package and its law, to be broken."""
    home = Path(conformance.__file__).parent
    shutil.copytree(home, tmp_path / "copy" / "conformance", ignore=shutil.ignore_patterns("__pycache__", "_data"))
    shutil.copytree(STANDARDS, tmp_path / "copy" / "standards")
    return tmp_path / "copy"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_exit_4_where_the_law_is_broken(cli: Cli, installation: Path, lang: str) -> None:
    sound = cli("list", env={"PYTHONPATH": str(installation)})
    (installation / "standards" / "data" / "requirements.yaml").write_text("requirements:\n  - id: [\n", "utf-8")
    done = cli("list", "--lang", lang, env={"PYTHONPATH": str(installation)})

    assert (0, 4) == (sound.returncode, done.returncode)
    assert {"zh": "套件自身失败", "en": "The suite itself failed"}[lang] in done.stderr
    assert "data/requirements.yaml" in done.stderr
    assert "line 3" in done.stderr
    assert "Traceback" not in done.stderr


def test_exit_4_where_the_law_is_missing(cli: Cli, installation: Path) -> None:
    shutil.rmtree(installation / "standards")
    done = cli("list", env={"PYTHONPATH": str(installation)})

    assert 4 == done.returncode
    assert "the installation is incomplete" in done.stderr


def test_a_file_in_place_of_the_folder_is_named(cli: Cli, node: str, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("a file", encoding="utf-8")
    done = cli("run", node, "--requirement", "CAT-001", "--out", "blocked")

    assert 2 == done.returncode
    assert "cannot be written" in done.stderr
    assert "blocked" in done.stderr


def test_fail_on_must_lets_a_recommendation_pass(cli: Cli, law: Law) -> None:
    """The fault breaks CAT-012, a SHOULD: it is reported and does not fail such a run."""
    scope = ("--requirement", "CAT-012", "--requirement", "CAT-001", "--fault", "abstract-repeats-the-title")
    done = cli("demo", "--scale", "150", "--fail-on", "must", *scope)

    assert "SHOULD" == law.requirements["CAT-012"].obligation
    assert 0 == done.returncode, done.stderr
    assert "CAT-012" in done.stdout
