"""The data standard on a node: nothing found where nothing is wrong, the same in a replay, and what bites."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.bench import events, manifest, outcomes, reasons, the_run
from bad_input.relay import Asked, Told, relay
from replay.test_same_verdicts import elsewhere, printed, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bad_input.bench import Cli
    from bad_input.quick import Quick

    from conformance.law import Law

    Change = Callable[[Asked, Told], Told]

DATASETS = {"population", "legal-person", "e-certificate", "credit", "spatial-feature", "department-record"}
PART = re.compile(r"/exchange/batches/[^/]+/parts/\d+$")


@pytest.fixture(scope="module")
def judged(quick: Quick, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the whole data standard in mode sandbox, on a node that conforms."""
    here = tmp_path_factory.mktemp("judged")
    done = quick.run(["--lang", "en", "run", node, "--standard", "data", "--out", "out"], here, {})

    assert 0 == done.returncode, done.stdout + done.stderr
    return the_run(here / "out")


def test_reference_node_has_no_finding(judged: Path, law: Law) -> None:
    found = verdicts(judged)
    checked = {row.id for row in law.of_standard("data") if row.disposition == "check"}

    assert {"passed"} >= set(outcomes(judged)) - {"inapplicable"}, reasons(judged)
    assert checked == set(found)
    assert ["STD-059"] == [row.id for row in law.of_standard("data") if row.id not in checked]
    assert {"passed"} == {found[name] for name in ("STD-007", "STD-029", "STD-045", "STD-046", "STD-057", "STD-058")}


def test_whole_datasets_are_measured_and_leave_no_file(judged: Path) -> None:
    measured = {one["name"]: one["data"] for one in events(judged, "measurement")}
    names = {one.name for one in judged.iterdir()}

    assert DATASETS == set(measured)
    assert all(one["rows"] and one["files"] and not one["unread"] for one in measured.values())
    assert {"events.ndjson", "exchanges.har", "junit.xml", "manifest.json", "report.html", "report.json"} == names


def test_replay_without_network_reaches_the_same_verdicts(judged: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(judged, tmp_path / "copy")
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(folder)], tmp_path)

    assert 0 == done.returncode, done.stderr
    assert verdicts(judged) == printed(done.stdout)


def test_no_identity_number_stays_in_the_evidence(judged: Path) -> None:
    text = (judged / "exchanges.har").read_text(encoding="utf-8") + (judged / "events.ndjson").read_text(
        encoding="utf-8"
    )

    assert [] == re.findall(r"(?<![0-9])[1-9][0-9]{5}18[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9X](?![0-9])", text)


def test_observe_asks_no_question_by_post(cli: Cli, tmp_path: Path, node: str) -> None:
    some = [word for name in ("STD-036", "STD-039", "STD-048") for word in ("--requirement", name)]
    with relay(node) as seen:
        done = cli("--lang", "en", "run", seen.url, "--mode", "observe", *some, "--out", "out")
    folder = the_run(tmp_path / "out")

    assert 3 == done.returncode, done.stderr
    assert {"/oauth/token"} == {one.path for one in seen.seen if one.method not in {"GET", "HEAD", "OPTIONS"}}
    assert {"STD-036": "passed", "STD-039": "untested", "STD-048": "untested"} == verdicts(folder)


def run_on(cli: Cli, tmp_path: Path, node: str, change: Change, *requirements: str) -> tuple[int, Path]:
    """Judge a node behind a relay by some requirements."""
    some = [word for name in requirements for word in ("--requirement", name)]
    with relay(node, change) as seen:
        done = cli("--lang", "en", "run", seen.url, *some, "--out", "out")
    return done.returncode, the_run(tmp_path / "out")


def test_export_that_is_cut_off_is_resumed(cli: Cli, tmp_path: Path, node: str) -> None:
    cut: set[str] = set()

    def once(asked: Asked, told: Told) -> Told:
        if not PART.search(asked.path) or told.status != 200 or asked.path in cut:
            return told
        cut.add(asked.path)
        return replace(told, body=told.body[: len(told.body) // 3], length=len(told.body))

    code, folder = run_on(cli, tmp_path, node, once, "STD-046")
    har = json.loads((folder / "exchanges.har").read_text(encoding="utf-8"))["log"]["entries"]
    parts = [one for one in har if PART.search(one["request"]["url"])]
    resumed = [one for one in parts if one["response"]["status"] == 206]

    assert 0 == code, reasons(folder)
    assert {"STD-046": "passed"} == verdicts(folder)
    assert len(cut) == len(resumed) == len(parts) // 2
    assert {""} == {one["response"]["content"]["text"] for one in parts}
    assert all(one["response"]["content"]["_aside"][1] > one["response"]["content"]["_aside"][0] for one in resumed)


def test_export_with_another_digest_is_judged_by_nobody(cli: Cli, tmp_path: Path, node: str) -> None:
    def spoil(asked: Asked, told: Told) -> Told:
        return told.with_body(told.body[:-2] + b" \n") if PART.search(asked.path) and told.status == 200 else told

    code, folder = run_on(cli, tmp_path, node, spoil, "STD-015", "STD-046")

    assert 3 == code
    assert {"STD-015": "untested", "STD-046": "untested"} == verdicts(folder)
    assert [] == events(folder, "measurement")
    assert re.search(r"the export of population could not be judged: \d+ bytes, digest sha-256:", reasons(folder))
    assert re.search(r"population 的导出未能判定：\d+ 字节，摘要 sha-256:", reasons(folder, "zh"))


def changed(path: str, change: Callable[[Any], None]) -> Change:
    """Change the JSON of every answer to a path."""

    def relayed(asked: Asked, told: Told) -> Told:
        if not re.search(path, asked.path) or told.status != 200:
            return told
        data = json.loads(told.body)
        change(data)
        return Told(told.status, told.headers, json.dumps(data, ensure_ascii=False).encode())

    return relayed


def unmask(page: Any) -> None:
    for row in page["items"]:
        row.update({name: "500103185001010013" for name in row if name == "gmsfhm"})


def miscount(page: Any) -> None:
    for report in page["items"]:
        for one in report["indicators"]:
            if one["code"] == "0201":
                one |= {"denominator": one["denominator"] + 1, "value": one["numerator"] / (one["denominator"] + 1)}


def beyond(page: Any) -> None:
    for feature in page["features"]:
        shift(feature["geometry"]["coordinates"])


def shift(value: list[Any]) -> None:
    if isinstance(value[0], list):
        for one in value:
            shift(one)
    else:
        value.reverse()


def unbound(schema: Any) -> None:
    for one in schema["fields"]:
        one["element"] = None


WRONG: dict[str, tuple[str, str, Callable[[Any], None], str]] = {
    "a number in clear in a preview": ("STD-049", r"/preview$", unmask, "sensitive values are not masked"),
    "another denominator": ("STD-057", r"^/quality/reports", miscount, "figures differ from those counted"),
    "swapped axes": ("STD-034", r"/collections/control-points/items", beyond, "the axes are swapped"),
    "outside the box": ("STD-033", r"/collections/roads/items", beyond, "Coordinates in the box"),
    "unbound fields": ("STD-004", r"/schema$", unbound, "fields are not bound, rate 0.00%"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(cli: Cli, tmp_path: Path, node: str, name: str) -> None:
    requirement, path, change, words = WRONG[name]
    code, folder = run_on(cli, tmp_path, node, changed(path, change), requirement)
    text = (folder / "events.ndjson").read_text(encoding="utf-8")

    assert 1 == code, reasons(folder)
    assert {requirement: "failed"} == verdicts(folder)
    assert words in reasons(folder) + text
    assert "500103185001010013" not in text


@pytest.mark.parametrize(("bad", "outcome"), [(1, "passed"), (3, "failed")])
def test_sample_that_misses_a_ratio_is_read_on(cli: Cli, tmp_path: Path, node: str, bad: int, outcome: str) -> None:
    """One wrong code in twenty rows is five per cent of them, but half a per cent of the two hundred of the table."""

    def spoil(page: Any) -> None:
        for row in page["items"][:bad]:
            if "djrq" in row:
                row["xbdm"] = "7"

    code, folder = run_on(cli, tmp_path, node, changed(r"^/data/[^?]*\?limit=20$", spoil), "STD-015")
    [result] = events(folder, "result")

    assert {"passed": 0, "failed": 1}[outcome] == code, reasons(folder)
    assert {"STD-015": outcome} == verdicts(folder)
    assert any(
        "resources that missed a ratio in their first rows and were read on: 1" == one["en"] for one in result["notes"]
    )
    assert bad == 1 or "3 of 200 values break the rule (98.5% good)" in result["reason"]["en"]


def test_manifest_says_what_was_compared_with(judged: Path) -> None:
    assert {"open": True, "references": None} == {
        name: manifest(judged)["profile"][name] for name in ("open", "references")
    }
