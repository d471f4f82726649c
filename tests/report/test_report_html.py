"""report.html: self-contained, inert against what a node sends, whole in both languages."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from report_page import Page
from report_run import SELECTED, finding, manifest, result

from conformance.evidence import RunWriter, open_run
from conformance.judge import Outcome
from conformance.judge.verdict import judge
from conformance.report import write_reports

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law


@pytest.fixture
def page(run: Path, law: Law) -> Page:
    return Page(write_reports(run, law, "zh")["html"].read_text(encoding="utf-8"))


def sha256(content: str) -> str:
    return base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    tags = Counter(tag for tag, _ in page.elements)
    loading = {"link", "img", "iframe", "object", "embed", "video", "audio", "source", "base", "image"}

    assert set() == loading & set(tags)
    assert [] == page.having("src")
    assert [] == [one for one in page.having("href") if not (one or "").startswith("#")]
    assert ["url(#hatch)"] == re.findall(r"url\([^)]*\)", page.raw["style"])
    assert "@import" not in page.raw["style"]
    assert [] == re.findall(r"https?:|fetch|XMLHttp|innerHTML|eval\(|import\(", page.raw["script"])


def test_the_policy_allows_this_style_and_this_script_only(page: Page) -> None:
    policy = next(one["content"] for _, one in page.elements if one.get("http-equiv") == "Content-Security-Policy")

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{sha256(page.raw['style'])}'; "
        f"script-src 'sha256-{sha256(page.raw['script'])}'; base-uri 'none'; form-action 'none'"
    )


def test_what_a_node_sends_is_inert(page: Page) -> None:
    attributes = {name for _, one in page.elements for name in one}

    assert 1 == sum(tag == "script" for tag, _ in page.elements)
    assert set() == {name for name in attributes if name.startswith("on") or name == "style"}
    assert "197 事件".replace(" ", " 个") + " <script>window.broken = 1</script>" in page.text
    assert "⟦U+202E⟧txt.exe⟦U+2066⟧" in page.text
    assert "␛[31mred" in page.text


def test_ids_are_unique_and_links_lead_somewhere(page: Page) -> None:
    ids = Counter(page.having("id"))
    links = {(one or "").removeprefix("#") for one in page.having("href")}

    assert [] == [name for name, count in ids.items() if count > 1]
    assert set() == links - set(ids)


def test_rows_are_those_of_the_verdict(run: Path, law: Law, page: Page) -> None:
    verdict = judge(law, open_run(run).results, SELECTED)
    due = {row.requirement.id: str(row.outcome or row.requirement.disposition) for row in verdict.rows}

    assert due == {one["id"]: one["data-state"] for _, one in page.elements if "data-state" in one}


def test_the_scorecard_counts_like_the_verdict(run: Path, law: Law) -> None:
    content = write_reports(run, law, "en")["html"].read_text(encoding="utf-8")
    total = re.search(r"<tfoot>.*?</tfoot>", content, re.DOTALL)
    verdict = judge(law, open_run(run).results, SELECTED)
    order = (Outcome.PASSED, Outcome.FAILED, Outcome.INAPPLICABLE, Outcome.UNTESTED, Outcome.CANT_TELL)
    due = [sum(row.outcome is one for row in verdict.rows) for one in order]

    assert total
    assert [*due, 6] == [int(one) for one in re.findall(r"</span></span> (\d+)</td>", total[0])]


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-CN"), ("en", "en")])
def test_both_languages_are_whole(run: Path, law: Law, lang: str, code: str) -> None:
    content = write_reports(run, law, lang)["html"].read_text(encoding="utf-8")  # type: ignore[arg-type]
    page = Page(content)
    classes = Counter(page.having("class"))

    assert (lang, code) == (page.elements[0][1]["data-lang"], page.elements[0][1]["lang"])
    assert classes["zh"] == classes["en"] > 200
    for words in (
        "套件出错",
        "Suite error",
        "不计为通过",
        "not counted as passed",
        "共 312 处，列出前 20 处",
        "first 20 of 312",
    ):
        assert words in page.text


def test_each_row_shows_how_to_see_it_again_and_mend_it(page: Page) -> None:
    for words in (
        "Rule 2 holds.",
        "Decree 809, Article 15",
        "由本规范自行规定，不是法律规定。",
        "GET /catalog/changes?since=3&q='quoted' #3",
        "op=revoke (English)",
        "20261122-093000-7 --requirement CAT-002",
        "curl -i -H 'accept: application/json' -H \"Authorization: Bearer $TOKEN\"",
        "Fill it in.",
        "hand the run folder to the maintainers of the suite",
        "authorization: Bearer ***",
        "set-cookie: ***",
        "20 more headers are not shown.",
        "Not text: 54 bytes",
        "The first of 50,0",
        "timeout: no answer in 30 s <script>",
        "[截断 cut: 400/3,000]",
    ):
        assert words in page.text


def test_what_happened_around_the_checks_is_shown(page: Page) -> None:
    for words in (
        "an unknown code was refused (English)",
        "clock is 9 s late (English)",
        "could not be deleted (English)",
        "307500999001/000001",
        "catalog.visibility-delay = 5",
        "6 项待落地：未检查，不计为通过。",
    ):
        assert words in page.text


def test_an_incomplete_run_is_marked(broken_off: Path, law: Law) -> None:
    page = Page(write_reports(broken_off, law, "zh")["html"].read_text(encoding="utf-8"))

    assert "运行未完成，以下只是中断前已取得的结果。" in page.text
    assert "运行中断：interrupted from the keyboard（中文）" in page.text
    assert "存档中没有该交换记录" in page.text


def test_a_run_without_controls_says_so(tmp_path: Path, law: Law) -> None:
    with RunWriter(tmp_path / "run", manifest(law, selected=["CAT-001"])) as writer:
        writer.result(result("CAT-001", Outcome.FAILED, findings=tuple(finding("CAT-001") for _ in range(33))))
    page = Page(write_reports(tmp_path / "run", law, "en")["html"].read_text(encoding="utf-8"))

    assert "nothing that has to be refused was sent" in page.text
    assert "first 20 of 33" in page.text
    assert "not in the scope of this run" in page.text
