"""A run over a table, in every format: the counts, the thresholds, what could not be decided or read."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator
from report_page import Page
from report_run import SCRIPT, START, both
from report_table import SELECTED, TABLE, UNREAD, data_manifest, fill_table
from rich.console import Console

from conformance.evidence import EvidenceError, RunWriter
from conformance.report import data_summary, load_view, write_reports
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law
    from conformance.text import Lang


def shown(path: Path, law: Law, lang: Lang, width: int = 240) -> str:
    console = Console(file=io.StringIO(), width=width, legacy_windows=False)
    console.print(data_summary(load_view(path, law), lang, write_reports(path, law, lang)))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def cells(words: str) -> list[list[str]]:
    return [[cell.strip() for cell in one.split("│")] for one in words.splitlines()]


def test_the_terminal_has_a_line_for_every_rule(counted: Path, data_law: Law) -> None:
    lines = cells(shown(counted, data_law, "en"))

    for due in (
        [
            "STD-010",
            "rule credit-code (English)",
            "tyshxydm djjgdm sjlybm",
            "3,000,000",
            "12,348",
            "0",
            "99.5884%",
            "≥ 99%",
            "passed",
        ],
        [
            "STD-011",
            "rule credit-code-type (English)",
            f"tyshxydm{SCRIPT}",
            "500",
            "2",
            "100",
            "99.5%",
            "≤ 10%",
            "passed",
        ],
        ["STD-015", "rule sex (English)", "xbdm", "0", "0", "0", "—", "all", "inapplicable"],
        [
            "STD-029",
            "rule primary-key-unique (English)",
            "tyshxydm",
            "1,000,000",
            "1",
            "0",
            "99.9999%",
            "all",
            "failed",
        ],
    ):
        assert due in lines


def test_columns_that_made_a_rule_fail_have_lines_of_their_own(tmp_path: Path, data_law: Law) -> None:
    rules = tuple(replace(one, failures=100 * one.failures) for one in TABLE.rules[:3])
    with RunWriter(tmp_path / "run", data_manifest(data_law, selected=["STD-010"])) as writer:
        fill_table(writer, replace(TABLE, rules=(replace(rules[0], failures=30_000), *rules[1:]), undecided=()))
        writer.finish(finished=START.isoformat())
    lines = cells(shown(tmp_path / "run", data_law, "zh"))

    assert [
        "STD-010",
        "rule credit-code（中文）",
        "tyshxydm djjgdm sjlybm",
        "3,000,000",
        "30,300",
        "0",
        "98.99%",
        "≥ 99%",
        "不通过",
    ] in lines
    assert ["", "", "· tyshxydm", "1,000,000", "30,000", "0", "97%", "", ""] in lines
    assert ["", "", "· djjgdm", "1,000,000", "300", "0", "99.97%", "", ""] in lines


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            (
                "data/<script>",
                "行数 1,000,000",
                "STD-029 rule primary-key-unique（中文）",
                "未能判定的规则",
                "STD-046 foreign-key/fddbrzjhm  未提供 population 的数据",
                "不符合  法人基础信息",
                "legal-person：数据源缺少字段 zxrq，按全部无值判定。",
            ),
        ),
        (
            "en",
            (
                "Rows 1,000,000",
                "Rules that could not be decided",
                "STD-046 foreign-key/fddbrzjhm  no table of population was given",
                "Does not conform  Legal persons",
                "legal-person: the source does not have zxrq; they were judged as empty in every row.",
            ),
        ),
    ],
)
def test_the_terminal_tells_the_rest(counted: Path, data_law: Law, lang: Lang, words: tuple[str, ...]) -> None:
    printed = shown(counted, data_law, lang)

    assert [] == [one for one in words if one not in printed]
    assert "legal<script>window.broken = 1</script><img src=x onerror=alert(1)>.parquet:17" in printed
    assert "9150****01⟦U+202E⟧txt.exe⟦U+2066⟧" in printed
    assert "no controls" not in printed


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_narrow_terminal_loses_no_number(counted: Path, data_law: Law, width: int) -> None:
    printed = shown(counted, data_law, "en", width)

    assert [] == [one for one in ("3,000,000", "12,348", "99.5884%", "failed") if one not in printed]


def test_what_could_not_be_read_is_named(cut_short: Path, data_law: Law) -> None:
    zh, en = (shown(cut_short, data_law, lang) for lang in ("zh", "en"))  # type: ignore[arg-type]

    assert "rows cannot be read（中文）" in zh
    assert "无法读取之处 (1)" in zh
    assert ".csv:3000000 jgmc  a quote is not closed (English)" in en
    assert "The run is incomplete" not in en


def test_a_count_that_broke_off_says_so(tmp_path: Path, data_law: Law) -> None:
    with RunWriter(tmp_path / "run", data_manifest(data_law)) as writer:
        fill_table(writer, replace(TABLE, rules=TABLE.rules[:3], undecided=(), unread=UNREAD))
        writer.stop(both("the disk is full"))
    zh, en = (shown(tmp_path / "run", data_law, lang) for lang in ("zh", "en"))  # type: ignore[arg-type]

    assert "运行未完成，以下只是中断前已取得的结果。" in zh
    assert "运行中断：the disk is full（中文）" in zh
    assert "legal-person：有 1 处无法读取，其内容未判定，首处在 legal<script>" in zh
    assert "legal-person: places that could not be read: 1, the first at legal<script>" in en


def test_the_json_report_has_the_counts(counted: Path, data_law: Law) -> None:
    data = json.loads(write_reports(counted, data_law, "zh")["json"].read_text(encoding="utf-8"))
    [table] = data["tables"]
    code = table["rules"][0]

    assert ("data", "does-not-conform") == (data["kind"], data["conclusion"])
    assert {"code": "legal-person", "name": {"zh": "法人基础信息", "en": "Legal persons"}, "url": TABLE.source} == data[
        "node"
    ]
    assert (3_000_000, 12_348, 0, 0.99, None, "passed") == tuple(
        code[name] for name in ("rows", "failures", "unknown", "least", "most", "state")
    )
    assert pytest.approx(0.995884) == code["rate"]
    assert ["tyshxydm", "djjgdm", "sjlybm"] == [one["columns"] for one in code["parts"]]
    assert 20 == len(code["spots"])


@pytest.mark.parametrize("kind", ["counted", "cut_short"])
def test_every_file_of_a_data_run_meets_its_schema(kind: str, data_law: Law, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(kind)
    written = write_reports(path, data_law, "zh")
    events = (path / "events.ndjson").read_text(encoding="utf-8").splitlines()

    assert [] == errors("report", json.loads(written["json"].read_text(encoding="utf-8")))
    assert [] == errors("manifest", json.loads((path / "manifest.json").read_text(encoding="utf-8")))
    assert [] == [error for line in events for error in errors("event", json.loads(line))]


def errors(name: str, data: Any) -> list[str]:
    schema = json.loads((folder("standards") / "meta" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(schema).iter_errors(data)]


def test_a_manifest_says_what_it_judged(counted: Path) -> None:
    manifest = json.loads((counted / "manifest.json").read_text(encoding="utf-8"))
    without = {name: value for name, value in manifest.items() if name != "data"}

    assert errors("manifest", without)
    assert errors("manifest", manifest | {"kind": "node"})
    assert errors("manifest", manifest | {"kind": "other"})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_the_counts_and_is_inert(counted: Path, data_law: Law, lang: Lang) -> None:
    page = Page(write_reports(counted, data_law, lang)["html"].read_text(encoding="utf-8"))
    attributes = {name for _, one in page.elements for name in one}
    classes = [one for one in page.having("class") if one in {"zh", "en"}]

    assert 1 == sum(tag == "script" for tag, _ in page.elements)
    assert set() == {name for name in attributes if name.startswith("on") or name == "style"}
    assert classes.count("zh") == classes.count("en")
    for words in (
        "数据规则Data rules",
        "3,000,000",
        "12,348",
        "99.5884%",
        "≥ 99%",
        "9150****01⟦U+202E⟧txt.exe⟦U+2066⟧",
        "foreign-key/fddbrzjhm",
        "no table of population was given",
        "123,456,789",
        "no digest",
        "legal<script>window.broken = 1</script>",
    ):
        assert words in page.text


def test_the_page_of_a_table_has_nothing_of_a_node(counted: Path, data_law: Law) -> None:
    page = Page(write_reports(counted, data_law, "en")["html"].read_text(encoding="utf-8"))

    for words in ("Random seed", "Mode", "Conformance classes claimed", "exchanges in the archive", "not in the scope"):
        assert words not in page.text
    assert {"controls", "residue"} & {one or "" for one in page.having("id")} == set()


def test_links_of_the_page_lead_somewhere(counted: Path, data_law: Law) -> None:
    page = Page(write_reports(counted, data_law, "en")["html"].read_text(encoding="utf-8"))
    ids = page.having("id")
    links = {(one or "").removeprefix("#") for one in page.having("href")}

    assert len(ids) == len(set(ids))
    assert set() == links - {one or "" for one in ids}


def test_junit_has_the_counts_of_each_requirement(counted: Path, data_law: Law) -> None:
    root = ET.fromstring(write_reports(counted, data_law, "en")["junit"].read_text(encoding="utf-8"))  # noqa: S314 - our own
    out = {case.get("name", "")[:7]: case.findtext("system-out") or "" for case in root.iter("testcase")}
    properties = {one.get("name"): one.get("value") for one in root.iter("property")}

    assert (
        "legal-person  rule credit-code (English) (tyshxydm, djjgdm, sjlybm)  Counted 3,000,000  Not good 12,348  "
        "Not assessable 0  Good 99.5884%  Threshold ≥ 99%  passed"
    ) == out["STD-010"]
    assert "legal-person  foreign-key/fddbrzjhm  no table of population was given" == out["STD-046"]
    assert ("legal-person", "duckdb 2.0.0") == (properties["dataset"], properties["engine"])
    assert "seed" not in properties


def test_a_measurement_that_cannot_be_read_is_refused(tmp_path: Path, data_law: Law) -> None:
    with RunWriter(tmp_path / "run", data_manifest(data_law)) as writer:
        writer.event("measurement", name="people", data={"dataset": "population"})
    with pytest.raises(EvidenceError, match="The measurement people cannot be read"):
        load_view(tmp_path / "run", data_law)


def test_selected_requirements_are_those_of_the_run(counted: Path, data_law: Law) -> None:
    assert SELECTED == sorted(row.requirement.id for row in load_view(counted, data_law).rows)
