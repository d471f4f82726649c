"""`conformance data` as a user starts it: exact counts, the verdict, the exit code, the folder and its replay."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from table_files import (
    case,
    counts,
    events,
    identity,
    manifest,
    organisation,
    outcomes,
    person,
    report,
    rows,
    the_run,
    write_csv,
)

from conformance.evidence import EvidenceError, open_run
from conformance.resources import folder

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from conftest import Program

WRONG_DIGIT = identity(7)[:17] + ("1" if identity(7)[17] == "0" else "0")
SPOILED = {
    7: {"gmsfhm": WRONG_DIGIT},
    8: {"xbdm": "3", "xm": ""},
    9: {"csrq": "1844-02-30"},
    10: {"gmsfhm": identity(11)},
}


def errors(name: str, data: Any) -> list[str]:
    schema = json.loads((folder("standards") / "meta" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(data)]


@dataclass(frozen=True)
class Judged:
    """A run of the command that ended, and where its reports are."""

    done: subprocess.CompletedProcess[str]
    out: Path


@pytest.fixture(scope="module")
def spoiled(anywhere: Program, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A table with planted faults, judged once for all who only read."""
    here = tmp_path_factory.mktemp("spoiled")
    write_csv(here / "people.csv", rows(person, 150, SPOILED))
    words = ("--lang", "en", "data", "people.csv", "--dataset", "population", "--out", "out")
    return Judged(anywhere(sys.executable, "-m", "conformance", *words, cwd=here), here / "out")


def test_a_table_without_fault_conforms(cli: Program, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 150))
    done = cli("data", people, "--dataset", "population", "--out", "out")
    shown = report(tmp_path / "out")

    assert 0 == done.returncode, done.stderr
    assert ("data", "conforms", True) == (shown["kind"], shown["conclusion"], shown["complete"])
    assert {"passed"} == set(outcomes(tmp_path / "out").values())
    assert 150 == shown["tables"][0]["rows"]
    assert "Conforms as far as checked" in done.stdout


def test_planted_faults_are_counted_to_the_last(spoiled: Judged) -> None:
    found = {name: one for name, one in counts(spoiled.out).items() if one[1]}

    assert 1 == spoiled.done.returncode, spoiled.done.stderr
    assert {
        "identity-number": (150, 1, 0),
        "identity-birth-date": (150, 1, 0),
        "identity-sex": (149, 1, 0),
        "sex": (150, 1, 0),
        "filled": (1350, 1, 0),
        "date": (300, 1, 0),
        "primary-key-unique": (150, 1, 0),
        "business-key-repeated": (150, 1, 0),
    } == found
    assert {"STD-025", "STD-029"} == {name for name, one in outcomes(spoiled.out).items() if one == "failed"}


def test_nobody_is_named_in_clear(spoiled: Judged) -> None:
    written = "".join(one.read_text(encoding="utf-8") for one in the_run(spoiled.out).iterdir())
    numbers = {row["gmsfhm"] for row in rows(person, 150, SPOILED)}
    said = spoiled.done.stdout + spoiled.done.stderr

    assert [] == [one for one in numbers if one in written + said]
    assert "500103***********" in said


def test_the_folder_is_what_the_schemas_say(spoiled: Judged) -> None:
    run = the_run(spoiled.out)
    lines = (run / "events.ndjson").read_text(encoding="utf-8").splitlines()

    assert [] == errors("manifest", manifest(run))
    assert [] == [error for line in lines for error in errors("event", json.loads(line))]
    assert [] == errors("report", report(spoiled.out))


def test_the_folder_replays_to_the_same(cli: Program, spoiled: Judged) -> None:
    again = cli("replay", the_run(spoiled.out))
    one = cli("--lang", "zh", "replay", the_run(spoiled.out), "--requirement", "STD-029")

    assert [1, 1] == [again.returncode, one.returncode], again.stderr
    assert "The replay reaches the same verdicts" in again.stdout
    assert one.stdout.startswith("STD-029 failed 可判定的 150 个有键的行中有 1 行的键前面已经出现")


def test_its_reports_are_written_again(cli: Program, spoiled: Judged) -> None:
    run = the_run(spoiled.out)
    due = {name: (run / name).read_bytes() for name in ("junit.xml", "report.json")}
    done = cli("--lang", "en", "report", run.relative_to(spoiled.out.parent), cwd=spoiled.out.parent)

    assert 0 == done.returncode, done.stderr
    assert due == {name: (run / name).read_bytes() for name in due}


def test_a_changed_count_is_refused(cli: Program, spoiled: Judged, tmp_path: Path) -> None:
    run = shutil.copytree(the_run(spoiled.out), tmp_path / "copy")
    content = (run / "events.ndjson").read_text(encoding="utf-8")
    (run / "events.ndjson").write_text(content.replace('"failures":1,', '"failures":0,', 1), encoding="utf-8")
    again = cli("replay", run)

    assert content.count('"failures":1,')
    assert 2 == again.returncode
    assert "events.ndjson does not match the manifest" in again.stderr


def test_a_changed_manifest_is_refused(spoiled: Judged, tmp_path: Path) -> None:
    run = shutil.copytree(the_run(spoiled.out), tmp_path / "copy")
    content = (run / "manifest.json").read_text(encoding="utf-8")
    (run / "manifest.json").write_text(content.replace("population", "populatian", 1), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"manifest.json does not match its own seal"):
        open_run(run)


def test_tables_are_compared_with_others(cli: Program, tmp_path: Path) -> None:
    write_csv(tmp_path / "people.csv", rows(person, 100, {3: {"xm": "测乙"}}))
    write_csv(tmp_path / "orgs.csv", rows(organisation, 99))
    cases = write_csv(tmp_path / "cases.csv", rows(case, 100))
    done = cli(
        *("data", cases, "--dataset", "department-record", "--against", "people.csv"),
        *("--against", "legal-person=orgs.csv", "--out", "out", "--requirement", "STD-045", "--requirement", "STD-046"),
    )

    assert 1 == done.returncode, done.stderr
    assert {"foreign-key": (200, 1, 0), "agreement": (199, 1, 0)} == counts(tmp_path / "out")
    assert {"STD-045": "passed", "STD-046": "failed"} == outcomes(tmp_path / "out")
    assert {"population", "legal-person"} == set(manifest(the_run(tmp_path / "out"))["data"]["against"])


def test_what_is_not_given_is_not_passed(cli: Program, tmp_path: Path, spoiled: Judged) -> None:
    orgs = write_csv(tmp_path / "orgs.csv", rows(organisation, 5))
    done = cli("--lang", "zh", "data", orgs, "--dataset", "legal-person", "--out", "out")

    assert 3 == done.returncode, done.stderr
    assert "untested" == outcomes(tmp_path / "out")["STD-046"]
    assert "未提供 population 的数据（--against population=来源）" in done.stdout
    assert ["计算摘要", "计行数"] == done.stderr.splitlines()[:2]
    assert ["taking digests", "counting rows"] == spoiled.done.stderr.splitlines()[:2]
    assert "\x1b" not in done.stderr


def test_the_manifest_names_the_table_and_its_description(cli: Program, tmp_path: Path) -> None:
    people = write_csv(tmp_path / "people.csv", rows(person, 20))
    own = tmp_path / "own.yaml"
    own.write_text(OWN, encoding="utf-8")
    done = cli("data", people, "--dataset", own, "--out", "out")
    data = manifest(the_run(tmp_path / "out"))["data"]
    measured = events(the_run(tmp_path / "out"), "measurement")

    assert 0 == done.returncode, done.stderr
    assert ("our-people", OWN) == (data["dataset"]["id"], data["dataset"]["description"])
    assert [("people.csv", people.stat().st_size)] == [(one["name"], one["bytes"]) for one in data["files"]]
    assert hashlib.sha256(people.read_bytes()).hexdigest() == data["files"][0]["sha256"]
    assert data["engine"].startswith("duckdb ")
    assert {data["engine"]} == {one["data"]["engine"] for one in measured}
    assert (20, 0, 0) == counts(tmp_path / "out")["name-begins"]


OWN = """\
id: our-people
title: {zh: 本区人口, en: Our people}
version: '1'
fields:
  - {name: gmsfhm, element: DE-P01, nullable: false}
  - {name: xm, element: DE-P02}
primaryKey: [gmsfhm]
rules:
  - id: name-begins
    requirement: STD-043
    title: {zh: 姓氏, en: Family name}
    population: '{xm} is not null'
    predicate: "substr({xm}, 1, 1) = '测'"
"""
