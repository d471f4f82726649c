"""Every seeded error is found, row and field are named, and nothing else is found, in each of the four formats."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lint_files import SEEDS, clean, csv_bytes, row_of, rows, seeded, title_of, workbook

FORMATS = ("json", "page.json", "ndjson", "csv", "bom.csv", "gb18030.csv", "semicolon.csv", "merged.csv", "xlsx")


def write(folder, name: str, entries: list[Any]):
    path = folder / f"catalog.{name}"
    table = rows(entries, repeat=not name.startswith("merged"))
    if name == "xlsx":
        workbook(path, table)
        return path
    texts = {
        "json": json.dumps(entries, ensure_ascii=False),
        "page.json": json.dumps({"total": len(entries), "items": entries, "next": None}, ensure_ascii=False),
        "ndjson": "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in entries),
    }
    tables = {
        "csv": ("utf-8", ","),
        "bom.csv": ("utf-8-sig", ","),
        "gb18030.csv": ("gb18030", ","),
        "semicolon.csv": ("utf-8", ";"),
        "merged.csv": ("utf-8", ","),
    }
    path.write_bytes(texts[name].encode() if name in texts else csv_bytes(table, *tables[name]))
    return path


def found(result: Any) -> set[tuple[Any, ...]]:
    return {
        (one["id"], sample.get("row") or sample.get("line") or sample["index"], sample["heading"], sample["pointer"])
        for one in result["requirements"]
        for sample in one["samples"]
    }


def due(name: str, entries: list[Any], wanted: list[tuple[str, int, str]]) -> set[tuple[Any, ...]]:
    table = name.endswith(("csv", "xlsx"))
    return {
        (requirement, row_of(entries, index, pointer) if table else index + 1, heading(name, pointer), pointer)
        for requirement, index, pointer in wanted
    }


def heading(name: str, pointer: str) -> str:
    title = title_of(pointer)
    return title if name.endswith(("csv", "xlsx")) else {"开放属性": "是否向社会开放"}.get(title, title)


@pytest.mark.parametrize("name", FORMATS)
def test_a_catalog_that_keeps_every_rule_has_nothing_found(cli, tmp_path, name):
    done = cli("lint", write(tmp_path, name, clean()), "--lang", "zh")

    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert "共 4 条目录，未发现问题" == done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", FORMATS)
def test_each_seed_is_found_with_row_and_field_and_nothing_else(cli, tmp_path, name):
    entries, wanted = seeded()

    done = cli("lint", write(tmp_path, name, entries), "--json", "--lang", "zh")
    result = json.loads(done.stdout)

    assert 1 == done.returncode, done.stderr
    assert due(name, entries, wanted) == found(result)
    assert len(SEEDS) == result["breaches"]
    assert len(entries) == result["entries"]


def test_the_text_names_row_column_heading_and_pointer(cli, tmp_path):
    entries = clean()
    entries[0]["items"][1]["dataType"] = "文本"
    entries[1]["share"]["type"] = "部分共享"

    done = cli("lint", write(tmp_path, "xlsx", entries), "--lang", "zh")

    assert 1 == done.returncode
    assert (
        "CAT-014  MUST  结构化资源的信息项  1 处\n"
        "  工作表“目录”第 3 行 307500103001/000001 N 列 “数据类型” /items/1/dataType\n"
        '    实际 "文本"\n'
    ) in done.stdout
    assert (
        "  工作表“目录”第 6 行 307500103001/000002 V 列 “共享类型” /share/type\n"
        '    实际 "部分共享"\n'
        '    应为 取值之一：["无条件共享", "有条件共享", "不予共享"]\n'
    ) in done.stdout
    assert "共 4 条目录，2 项要求有问题，合计 2 处" == done.stdout.splitlines()[-1]


def test_the_text_is_english_where_english_is_asked_for(cli, tmp_path):
    entries = clean()
    entries[1]["updateCycle"] = "每两年"

    done = cli("lint", write(tmp_path, "ndjson", entries), "--lang", "en")

    assert 1 == done.returncode
    assert (
        "  line 2 307500103001/000002 “Update cycle” /updateCycle\n"
        '    came "每两年"\n'
        '    due  one of ["realtime", "daily", "weekly", "monthly", "quarterly", "yearly"]\n'
    ) in done.stdout
    assert "4 entries, 1 requirement broken, 1 place in all" == done.stdout.splitlines()[-1]


def test_what_a_file_cannot_decide_is_said(cli, tmp_path):
    path = write(tmp_path, "json", clean())

    words = cli("lint", path, "--lang", "zh").stdout
    data = json.loads(cli("lint", path, "--json").stdout)

    assert "仅凭文件只判定一部分：CAT-009" in words
    assert "仅凭文件不能判定，需连接节点运行 conformance run：CAT-001、CAT-010、CAT-031" in words
    assert {"CAT-009", "CAT-026", "CAT-037", "CAT-040"} == {one["id"] for one in data["decidedInPart"]}
    assert "CAT-045" in {one["id"] for one in data["notDecided"]}


def test_what_is_not_listed_is_counted_and_said(cli, tmp_path):
    entries = [one | {"updateCycle": "每两年", "code": f"307500103001/{n:06}", "title": f"婚姻登记信息{n}期"}
               for n, one in enumerate(clean()[:1] * 130)]  # fmt: skip
    path = write(tmp_path, "ndjson", entries)

    words = cli("lint", path, "--lang", "zh").stdout
    [tally] = json.loads(cli("lint", path, "--json").stdout)["requirements"]

    assert "CAT-024  MUST  更新周期  130 处" in words
    assert "  …另有 110 处未列出" in words
    assert (130, 100, True) == (tally["count"], len(tally["samples"]), tally["truncated"])


def test_a_page_of_a_list_is_not_blamed_for_codes_on_other_pages(cli, tmp_path):
    path = tmp_path / "page.json"
    entries = [clean()[3]]
    path.write_text(json.dumps({"items": entries, "next": "b2Zmc2V0PTUwMA", "total": 4154}), encoding="utf-8")

    done = cli("lint", path, "--lang", "zh")

    assert 0 == done.returncode, done.stdout
    assert "说明：文件只是清单的一页（next 不为空）；对其他条目的引用不作判定" in done.stdout


def test_one_entry_alone_is_a_catalog_of_one(cli, tmp_path):
    path = tmp_path / "entry.json"
    path.write_text(json.dumps(clean()[0]), encoding="utf-8")

    done = cli("lint", path, "--lang", "en")

    assert (0, "1 entry, nothing found") == (done.returncode, done.stdout.splitlines()[-1])


def test_an_entry_of_any_shape_is_judged_and_not_a_crash(cli, tmp_path):
    path = tmp_path / "odd.ndjson"
    odd = [None, 7, "text", [], {}, {"code": 5, "items": "x"}, {"items": [1, None], "share": [], "provider": "局"}]
    path.write_text("\n".join(json.dumps(one) for one in odd), encoding="utf-8")

    done = cli("lint", path, "--json")

    assert (1, 7) == (done.returncode, json.loads(done.stdout)["entries"])


def test_what_a_file_says_cannot_steer_the_terminal(cli, tmp_path):
    entries = clean()
    entries[0]["title"] = "测试\x1b[2J\u202e\x9b"
    entries[0]["code"] = "\x1b]0;x\x07"

    done = cli("lint", write(tmp_path, "json", entries), "--lang", "zh")

    assert 1 == done.returncode
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(done.stdout)
