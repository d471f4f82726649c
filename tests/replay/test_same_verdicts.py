"""A replay needs the run folder and nothing else, and reaches the same verdicts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import orjson
from bad_input.bench import environment, events, manifest

from conformance.evidence.seal import sealed
from conformance.judge.outcome import Outcome, worst

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

GUARD = """
import socket
def refuse(*words, **more):
    raise SystemExit("a socket was touched")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = socket.getaddrinfo = refuse
"""


def verdicts(folder: Path) -> dict[str, str]:
    """The worst outcome of each requirement, as the run recorded it."""
    found: dict[str, list[Outcome]] = {}
    for one in events(folder, "result"):
        found.setdefault(one["requirement"], []).append(Outcome(one["outcome"]))
    return {name: str(worst(outcomes)) for name, outcomes in found.items()}


def printed(said: str) -> dict[str, str]:
    return {found[1]: found[2] for found in re.finditer(r"^([A-Z]{3}-\d{3}) (\w+)", said, re.MULTILINE)}


def elsewhere(words: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a machine without network."""
    (cwd / "guard").mkdir()
    (cwd / "guard" / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    home = environment()["PYTHONPATH"]
    env = environment(PYTHONPATH=f"{cwd / 'guard'}:{home}")
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, check=False, capture_output=True, text=True, encoding="utf-8"
    )


def test_same_verdicts_on_another_machine_without_network(whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(whole) == printed(done.stdout)
    assert len(verdicts(whole)) > 40
    assert "The replay reaches the same verdicts" in done.stdout


def test_guard_against_sockets_bites(tmp_path: Path) -> None:
    done = elsewhere(["-c", "import socket; socket.create_connection(('127.0.0.1', 9))"], tmp_path)

    assert "a socket was touched" in done.stderr


def test_reports_of_a_copy_are_the_reports_of_the_run(cli: Cli, whole: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(whole, tmp_path / "copy", ignore=shutil.ignore_patterns("report.*", "junit.xml"))
    done = cli("--lang", "en", "report", folder)
    before, after = (orjson.loads((one / "report.json").read_bytes()) for one in (whole, folder))
    rows = [[(row["id"], row["outcome"], row["reason"]) for row in one.pop("requirements")] for one in (before, after)]

    assert 0 == done.returncode
    assert rows[0] == rows[1]
    assert before == after


def test_replay_of_some_requirements(cli: Cli, whole: Path) -> None:
    done = cli("--lang", "zh", "replay", whole, "--requirement", "CAT-001", "--requirement", "CAT-033")

    assert 0 == done.returncode
    assert {"CAT-001": "passed", "CAT-033": "passed"} == printed(done.stdout)
    assert "重放结论与记录一致" in done.stdout


def test_replay_leaves_the_folder_as_it_is(cli: Cli, copy: Path) -> None:
    before = {one.name: one.read_bytes() for one in copy.iterdir()}
    cli("replay", copy)

    assert before == {one.name: one.read_bytes() for one in copy.iterdir()}


def test_what_the_run_did_not_judge_cannot_be_replayed(cli: Cli, copy: Path) -> None:
    done = {lang: cli("--lang", lang, "replay", copy, "--requirement", "CAT-002") for lang in ("zh", "en")}

    assert [2, 2] == [one.returncode for one in done.values()]
    assert "该运行没有判定所选要求：CAT-002" in done["zh"].stderr
    assert "This run did not judge what is selected: CAT-002" in done["en"].stderr


def test_run_of_another_edition_is_said_to_be_one(cli: Cli, copy: Path) -> None:
    data = manifest(copy)
    del data["seal"]
    data |= {"law": "0" * 64, "edition": "2025.1", "selected": [*data["selected"], "CAT-999"]}
    (copy / "manifest.json").write_bytes(sealed(data))
    done = {lang: cli("--lang", lang, "replay", copy) for lang in ("zh", "en")}
    report = cli("--lang", "en", "report", copy)

    assert [0, 0, 0] == [done["zh"].returncode, done["en"].returncode, report.returncode]
    assert "依据的标准文本（版本 2025.1，摘要 000000000000）与现有的" in done["zh"].stderr
    assert "judged by another law (edition 2025.1, digest 000000000000) than this one" in done["en"].stderr
    assert "is not the one that judges now" in (copy / "report.html").read_text(encoding="utf-8")
