"""report.json, and the published schemas of the files of a run."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from report_run import OVERRIDE, SECRET, SELECTED

from conformance.evidence import open_run
from conformance.judge.verdict import judge
from conformance.law import Law
from conformance.report import load_view, write_reports
from conformance.report.json_report import render
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

META = folder("standards") / "meta"


def errors(name: str, data: Any) -> list[str]:
    schema = json.loads((META / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(data)]


@pytest.fixture
def report(run: Path, law: Law) -> dict[str, Any]:
    return json.loads(write_reports(run, law, "zh")["json"].read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", ["run", "broken_off"])
def test_every_file_of_a_run_meets_its_schema(kind: str, law: Law, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    written = write_reports(path, law, "zh")
    events = (path / "events.ndjson").read_text(encoding="utf-8").splitlines()

    assert [] == errors("report", json.loads(written["json"].read_text(encoding="utf-8")))
    assert [] == errors("manifest", json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    assert [] == [error for line in events for error in errors("event", json.loads(line))]


def test_a_manifest_that_claims_to_be_complete_needs_its_digests(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))

    assert errors("manifest", manifest | {"files": {}})
    assert errors("manifest", manifest | {"token": "x"})


def test_counts_are_those_of_the_verdict(run: Path, law: Law, report: dict[str, Any]) -> None:
    verdict = judge(law, open_run(run).results, SELECTED)
    outcomes = Counter(str(row.outcome) for row in verdict.rows if row.outcome)

    assert outcomes == Counter({name: count for name, count in report["counts"].items() if name in outcomes})
    assert sum(one.planned for one in verdict.standards) == report["counts"]["planned"] == 6
    assert len(SELECTED) == sum(report["counts"].values()) == len(report["requirements"])
    assert round(verdict.score or 0, 2) == report["score"]
    assert [row.requirement.id for row in verdict.failures] == report["failures"] == ["CAT-002", "CAT-006"]
    assert str(verdict.conclusion) == report["conclusion"] == "suite-error"


def test_what_no_check_decides_has_no_outcome(report: dict[str, Any]) -> None:
    undecided = {one["id"]: one["disposition"] for one in report["requirements"] if one["outcome"] is None}

    assert undecided == {
        "CAT-007": "attest",
        **dict.fromkeys(("STD-001", "STD-002", "ARC-001", "API-001", "PRC-001", "CMP-001"), "planned"),
    }


def test_only_a_plain_tier_a_is_law(report: dict[str, Any]) -> None:
    law = {one["source"]["tier"]: one["source"]["law"] for one in report["requirements"]}

    assert law == {"A": True, "A*": False, "P": False}


def test_a_finding_says_what_was_asked_came_and_was_due(report: dict[str, Any]) -> None:
    failed = next(one for one in report["requirements"] if one["id"] == "CAT-002")
    first, second = failed["findings"]

    assert first["count"] == 312
    assert [3, 4] == first["exchanges"]
    assert "every entry (English)" == first["asked"]["en"]
    assert "op=revoke（中文）" == first["due"]["zh"]
    assert "cut: the first 2,000 of 9,000 characters" in second["came"]["en"]
    assert "截断：共 9,000 字，显示前 2,000 字" in second["came"]["zh"]
    assert [3, 4, 5] == [one["n"] for one in failed["requests"]]
    assert failed["replay"].endswith("20261122-093000-7 --requirement CAT-002")


def test_curl_lines_leave_secrets_to_the_shell(report: dict[str, Any]) -> None:
    failed = next(one for one in report["requirements"] if one["id"] == "CAT-002")
    get, post, _ = (one["curl"] for one in failed["requests"])

    assert get == (
        """curl -i -H 'accept: application/json' -H "Authorization: Bearer $TOKEN" """
        """'https://data.example.gov.cn/catalog/changes?since=3&q='"'"'quoted'"'"''"""
    )
    assert post.startswith("curl -i -X POST -H 'content-type: application/json' ")
    assert """--data-raw '{"reason":"it'"'"'s","client_secret":"***"}'""" in post


def test_nothing_secret_and_no_direction_override_reaches_a_report(run: Path, law: Law) -> None:
    contents = [file.read_text(encoding="utf-8") for file in write_reports(run, law, "en").values()]

    assert not [one for one in contents if SECRET in one]
    assert not [one for one in contents if set(OVERRIDE) & set(one) & {"\u202e", "\u2066"}]


def test_equal_folders_give_equal_reports(run: Path, law: Law) -> None:
    first = {name: file.read_bytes() for name, file in write_reports(run, law, "zh").items()}
    again = {name: file.read_bytes() for name, file in write_reports(run, law, "zh").items()}

    assert first == again


def test_exchanges_that_no_finding_needs_are_not_read(broken_off: Path, law: Law) -> None:
    before = render(load_view(broken_off, law))
    archive = broken_off / "exchanges.har"
    lines = archive.read_bytes().split(b"\n")
    lines[1] = b"not read at all,"
    archive.write_bytes(b"\n".join(lines))

    assert before == render(load_view(broken_off, law))


def test_an_exchange_that_was_cut_off_is_said_to_be_missing(broken_off: Path, law: Law) -> None:
    report = json.loads(write_reports(broken_off, law, "zh")["json"].read_text(encoding="utf-8"))
    cut = next(one for one in report["requirements"] if one["id"] == "CAT-004")

    assert not report["complete"]
    assert "does not hold this exchange" in cut["requests"][0]["missing"]["en"].replace("The archive ", "")
    assert [
        "The run is incomplete: this is as far as it got.",
        "The run was broken off: interrupted from the keyboard (English)",
    ] == [one["en"] for one in report["notices"][:2]]


def test_a_run_that_was_judged_by_another_law_says_so(run: Path, law: Law, tmp_path: Path) -> None:
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "edition.yaml").write_bytes((law.folder / "edition.yaml").read_bytes() + b"# changed\n")
    other = Law(tmp_path / "law", law.edition, law.requirements)

    said = [one.en for one in load_view(run, other).notices]

    assert other.digest != law.digest
    assert [one for one in said if f"{other.digest[:12]}…" in one and law.digest[:12] in one]
