"""Access under share requests judged on a node: nothing found where nothing is wrong, and what cannot be tried."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.bench import events, outcomes, reasons, the_run
from bad_input.relay import Asked, Told, relay
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.node.embedded import reference_node

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bad_input.bench import Cli
    from bad_input.quick import Quick

    Change = Callable[[Asked, Told], Told]

SHARES = ("API-027", "API-028", "API-029", "API-046", "API-057", "API-058", "API-059", "API-073")
CERTIFICATES = ("API-045", "API-072")
ALL = (*SHARES, *CERTIFICATES)


def words(names: tuple[str, ...]) -> list[str]:
    return [word for name in names for word in ("--requirement", name)]


@pytest.fixture(scope="module")
def judged(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the class in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("access")
    done = quick.run(["--lang", "en", "run", node, *words(ALL), "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


def test_reference_node_has_no_finding(judged: Path) -> None:
    assert dict.fromkeys(ALL, "passed") == verdicts(judged), reasons(judged)


def test_what_was_made_is_ended_and_only_tombstones_stay(judged: Path) -> None:
    [residue] = events(judged, "residue")

    assert {"tombstone"} == {one["kind"] for one in residue["items"]}


def test_the_clock_is_given_back(judged: Path) -> None:
    har = json.loads((judged / "exchanges.har").read_text(encoding="utf-8"))["log"]["entries"]
    moves = [one for one in har if one["request"]["url"].endswith("/sandbox/clock") and "postData" in one["request"]]
    sent = [json.loads(one["request"]["postData"]["text"])["now"] for one in moves]

    assert [True, True, False, True, False] == [moment is not None for moment in sent]


def test_replay_without_network_reaches_the_same_verdicts(judged: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(judged, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(judged) == printed(done.stdout)


def test_observe_files_no_request(cli: Cli, tmp_path: Path, node: str) -> None:
    with relay(node) as seen:
        done = cli("--lang", "en", "run", seen.url, "--mode", "observe", *words(ALL), "--out", "out")

    assert 3 == done.returncode, done.stderr
    assert {"/oauth/token"} == {one.path for one in seen.seen if one.method not in {"GET", "HEAD", "OPTIONS"}}
    assert dict.fromkeys(ALL, "untested") == verdicts(the_run(tmp_path / "out"))


def run_on(cli: Cli, tmp_path: Path, node: str, change: Change, names: tuple[str, ...]) -> tuple[int, Path]:
    """Judge a node behind a relay by some requirements."""
    with relay(node, change) as seen:
        done = cli("--lang", "en", "run", seen.url, *words(names), "--out", "out")
    return done.returncode, the_run(tmp_path / "out")


def rewriting(path: str, edit: Callable[[Any], Any]) -> Change:
    """Change the JSON of one address."""

    def change(asked: Asked, told: Told) -> Told:
        return told.with_body(json.dumps(edit(json.loads(told.body))).encode()) if asked.path == path else told

    return change


def test_one_department_alone_cannot_be_tried(cli: Cli, tmp_path: Path, node: str) -> None:
    def one_each(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "items": list({one["role"]: one for one in reversed(found["items"])}.values())}

    code, folder = run_on(cli, tmp_path, node, rewriting("/sandbox/identities", one_each), ("API-028", "API-045"))

    assert 3 == code
    assert {"API-028": "untested", "API-045": "passed"} == verdicts(folder)
    assert "approved access takes two departments to try" in reasons(folder)


def test_without_a_test_clock_the_duration_is_untested(cli: Cli, tmp_path: Path, node: str) -> None:
    def no_clock(found: dict[str, Any]) -> dict[str, Any]:
        return {**found, "sandbox": {**found["sandbox"], "clock": False}}

    change = rewriting("/.well-known/district-node", no_clock)
    code, folder = run_on(cli, tmp_path, node, change, ("API-058", "API-073"))
    notes = json.dumps([one.get("notes") for one in events(folder, "result")])

    assert 3 == code
    assert {"API-058": "untested", "API-073": "passed"} == verdicts(folder)
    assert "The sandbox has no test clock" in reasons(folder)
    assert "no test clock: the next day was not tried" in notes


def test_a_node_without_optional_doors_is_judged_by_the_others(cli: Cli, tmp_path: Path, node: str) -> None:
    def no_feed(asked: Asked, told: Told) -> Told:
        gone = json.dumps({"type": "about:blank", "title": "gone", "status": 404, "code": "not-found", "traceId": "1"})
        return (
            Told(404, (("content-type", "application/problem+json"),), gone.encode())
            if "/changes" in asked.path
            else told
        )

    code, folder = run_on(cli, tmp_path, node, no_feed, ("API-027", "API-028", "API-057", "API-059"))

    assert (0, {"passed"}) == (code, set(outcomes(folder)))


WORDS = {
    "suspended-share-answers-head": (
        "API-059",
        "the share is suspended, and yet access is given: HEAD",
        "共享权限已暂停，仍可访问：HEAD",
    ),
    "scope-compared-without-trailing-zeros": (
        "API-057",
        "rows outside the scope come: GET 1",
        "返回了获批范围以外的行：GET 1",
    ),
    "share-expires-a-day-late": ("API-058", "the duration ended on ", "已过，仍可访问：GET、HEAD"),
}


@pytest.mark.parametrize("fault", WORDS)
def test_findings_say_what_came(cli: Cli, tmp_path: Path, fault: str) -> None:
    requirement, english, chinese = WORDS[fault]
    with reference_node(["--scale", "60", "--fault", fault]) as url:
        done = cli("run", url, *words((requirement,)), "--out", "out")
    folder = the_run(tmp_path / "out")

    assert (1, {requirement: "failed"}) == (done.returncode, verdicts(folder))
    assert english in reasons(folder, "en")
    assert chinese in reasons(folder, "zh")
