"""`conformance explain` shows a dataset, a data element and a code list as a person reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import pytest

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from conformance.law import Law

    class Cli(Protocol):
        def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]: ...


def cells(out: str) -> list[list[str]]:
    """The rows of every table; a cell that goes on in the next line is joined."""
    rows: list[list[str]] = []
    for line in out.splitlines():
        if line.startswith("│"):
            parts = [one.strip() for one in line.strip("│").split("│")]
            if parts[0]:
                rows.append(parts)
            else:
                rows[-1] = [f"{one} {more}".strip() for one, more in zip(rows[-1], parts, strict=True)]
    return rows


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("法人基础信息", "是", "主键", "外键: fddbrzjhm → population (gmsfhm)", "不少于 0.99")),
        ("en", ("Legal persons", "yes", "primary key", "foreign key: fddbrzjhm → population", "at least 0.99")),
    ],
)
def test_a_dataset_is_shown_with_its_fields_and_rules(cli: Cli, law: Law, lang: str, words: tuple[str, ...]) -> None:
    titled, due, key, reference, threshold = words
    done = cli("explain", "legal-person", "--lang", lang)
    rows = {row[0]: row[1:] for row in cells(done.stdout) if not row[0].startswith("STD-")}
    rules = {tuple(row) for row in cells(done.stdout) if row[0].startswith("STD-")}
    dataset = law.data.datasets["legal-person"]

    assert 0 == done.returncode, done.stderr
    assert f"{titled} legal-person 1.0" == done.stdout.splitlines()[0]
    assert reference in done.stdout
    assert [one.name for one in dataset.fields] == list(rows)
    assert ("DE-O01", "an18", "", due, key) == tuple(rows["tyshxydm"][at] for at in (1, 3, 4, 5, 6))
    assert ("DE-O12", "a3", "gbt12406-currency-subset", "") == tuple(
        rows["bzdm"][at].replace(" ", "") for at in (1, 3, 4, 5)
    )
    assert ("STD-010", "tyshxydm, djjgdm, sjlybm", threshold) in {(row[0], row[2], row[3]) for row in rules}
    assert {"STD-007", "STD-029", "STD-041", "STD-044", "STD-046", "STD-054"} <= {row[0] for row in rules}


def test_a_table_of_a_district_is_shown_alike(cli: Cli, law: Law, tmp_path: Path) -> None:
    own = law.folder / "data" / "datasets" / "credit.yaml"
    (tmp_path / "Own.YAML").write_text(own.read_text("utf-8").replace("id: credit", "id: own"), encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("id: own\n", encoding="utf-8")
    good, bad = cli("explain", "Own.YAML", "--lang", "en"), cli("explain", "bad.yaml", "--lang", "en")

    assert cli("explain", "credit", "--lang", "en").stdout.replace(" credit 1.0", " own 1.0", 1) == good.stdout
    assert (2, "") == (bad.returncode, bad.stdout)
    assert "bad.yaml, line 1, /: title is missing; due: title (4 in all)\n" == bad.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_element_is_shown_with_all_that_the_law_says(cli: Cli, law: Law, lang: str) -> None:
    element = law.data.elements["DE-P01"]
    done = cli("explain", "de-p01", "--lang", lang)
    said = (element.name, element.definition, element.domain, element.source.cite, element.object_class)

    assert 0 == done.returncode, done.stderr
    assert [] == [one for one in said if (one.zh if lang == "zh" else one.en) not in done.stdout]
    assert "legal-person.fddbrzjhm" in done.stdout
    assert {"STD-007", "STD-008", "STD-009", "STD-027", "STD-028", "STD-042", "STD-051"} == set(
        re.findall(r"^STD-[0-9]+", done.stdout, re.MULTILINE)
    )


def test_every_element_and_list_can_be_explained(law: Law) -> None:
    from io import StringIO  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from conformance.terminal.dictionary import explain_and_show  # noqa: PLC0415

    out = StringIO()
    console = Console(file=out, width=140)
    for name in (*law.data.elements, *law.data.datasets, *law.data.code_lists):
        explain_and_show(law, name, "zh", console)
        explain_and_show(law, name, "en", console)

    assert "None" not in out.getvalue()
    assert "…" not in out.getvalue().replace("307011…", "").replace("307015…", "")


def test_a_code_list_says_what_it_holds_and_what_it_may_lack(cli: Cli) -> None:
    divisions = cli("explain", "cq-divisions-gbt2260", "--lang", "zh").stdout
    industry = cli("explain", "gbt4754-2017-industry", "--lang", "en").stdout

    assert "标准: GB/T 2260-2007 中华人民共和国行政区划代码\n版本: 2025\n" in divisions
    assert "完整性: 完整：未列出的代码判为错误" in divisions
    assert ["500101", "万县区", "1997-01-01", "1997-12-31"] in cells(divisions)
    assert "适用日期: 1997-01-01 — 不限\n" in divisions
    assert "另有 51 行" in divisions
    assert "unlisted code like [0-9]{4} whose first 3 characters are a listed code is not judged" in industry
    assert "confidence: SOURCE (secondary)" in industry


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("DE-P99", "未知：DE-P99。可用：DE-P09", "Unknown: DE-P99. There is: DE-P09"),
        ("legal-persn", "可用：legal-person", "There is: legal-person"),
        ("gbt2261_1_sex", "可用：gbt2261-1-sex", "There is: gbt2261-1-sex"),
        ("STD-999", "未知：STD-999", "Unknown: STD-999"),
    ],
)
def test_an_unknown_name_is_answered_with_what_comes_near(cli: Cli, name: str, zh: str, en: str) -> None:
    chinese, english = cli("explain", name, "--lang", "zh"), cli("explain", name, "--lang", "en")

    assert (2, 2) == (chinese.returncode, english.returncode)
    assert zh in chinese.stderr
    assert en in english.stderr
