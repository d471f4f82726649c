"""Servers that are no nodes: whatever they answer, the verdict is 1 or 3, never 0, and no MUST is passed."""

from __future__ import annotations

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

import pytest
from bad_input.bench import environment, events, manifest, the_run, write_profile
from bad_input.quick import Quick
from fixtures.stranger import PROGRAM
from fixtures.stranger import started as stranger

from conformance.law import Law, Obligation

if TYPE_CHECKING:
    from pathlib import Path

_LISTED = subprocess.run([*PROGRAM, "--list"], check=True, capture_output=True, encoding="utf-8").stdout
NAMES = [line.partition("\t")[0] for line in _LISTED.splitlines()]
MUTE = {"silent", "wrong-host-tls", "expired-tls"}  # nothing of these is ever heard
#: Everything is claimed, so that nothing is inapplicable; little time and space, so that the run is short.
STANDARDS = ("catalog", "data")
STATEMENT = {"claims": ["catalog/search", "catalog/dcat", "catalog/records", "data/spatial", "data/certificates"]}
ACCESS = {
    "mode": "sandbox",
    "sandbox": {"prefix": "307500999", "reset": True},
    "timeout": {"connect": 2, "read": 0.4, "total": 0.6},
    "max_body": 8_000_000,
}


@dataclass(frozen=True)
class Judged:
    """What `conformance run` made of a stranger."""

    code: int
    said: str
    folder: Path


def judged(name: str, here: Path, free: SimpleQueue[Quick]) -> Judged:
    quick = free.get()
    try:
        return judged_by(quick, name, here)
    finally:
        free.put(quick)


def judged_by(quick: Quick, name: str, here: Path) -> Judged:
    here.mkdir()
    tls = ["--ca-out", str(here / "ca.pem")] if name.endswith("tls") else []
    with stranger(name, *tls) as node:
        more = {"ca_file": "ca.pem"} if tls else {}
        profile = write_profile(here / "node.yaml", node.line["url"], STATEMENT, **ACCESS, **more)
        chosen = [word for one in STANDARDS for word in ("--standard", one)]
        done = quick.run(["--lang", "en", "run", str(profile), *chosen, "--out", str(here / "out")], here, {})
    return Judged(done.returncode, done.stdout + done.stderr, the_run(here / "out"))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    """Every stranger, judged: as many at once as there are processors."""
    here = tmp_path_factory.mktemp("strangers")
    free: SimpleQueue[Quick] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(os.cpu_count() or 1):
            free.put(stack.enter_context(Quick(environment())))
        workers = stack.enter_context(ThreadPoolExecutor(free.qsize()))
        waiting = {name: workers.submit(judged, name, here / name, free) for name in NAMES}
        return {name: one.result() for name, one in waiting.items()}


@pytest.mark.parametrize("name", NAMES)
def test_stranger_does_not_pass(verdicts: dict[str, Judged], law: Law, name: str) -> None:
    one = verdicts[name]
    results = events(one.folder, "result")
    passed = {f"{row['requirement']} by {row['check']}" for row in results if row["outcome"] == "passed"}
    must = {row for row in passed if law.requirements[row[:7]].obligation is Obligation.MUST}

    assert one.code in {1, 3}, one.said
    assert set() == must
    assert [] == [row["reason"] for row in results if row["outcome"] == "error"]


@pytest.mark.parametrize("name", [one for one in NAMES if one not in MUTE])
def test_every_requirement_has_a_result_and_the_report_is_of_the_run(
    verdicts: dict[str, Judged], law: Law, name: str
) -> None:
    folder = verdicts[name].folder
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    checked = {row.id for one in STANDARDS for row in law.of_standard(one) if row.disposition == "check"}

    assert manifest(folder)["complete"] is True
    assert checked == {row["requirement"] for row in events(folder, "result")}
    assert report["conclusion"] in {"does-not-conform", "not-judged"}
    assert [] == [
        row["id"] for row in report["requirements"] if (row["obligation"], row["outcome"]) == ("MUST", "passed")
    ]


@pytest.mark.parametrize("name", sorted(MUTE))
def test_stranger_that_is_never_heard_is_not_judged(verdicts: dict[str, Judged], name: str) -> None:
    assert 3 == verdicts[name].code
    assert manifest(verdicts[name].folder)["complete"] is False
    assert "does not answer" in verdicts[name].said


def test_negative_controls_are_what_stops_the_mirror(verdicts: dict[str, Judged]) -> None:
    controls = {row["name"]: row["passed"] for row in events(verdicts["mirror-fields"].folder, "control")}

    assert {"unknown-path"} == {name for name, refused in controls.items() if refused}
