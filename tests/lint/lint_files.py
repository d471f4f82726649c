"""A small catalog that keeps every rule, seeds that break one rule each, and the files that a district makes of it."""

from __future__ import annotations

import copy
import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = json.loads(
    (Path(__file__).resolve().parents[2] / "fixtures/examples/catalog/base.json").read_text(encoding="utf-8")
)
SHARE = {"conditional": "有条件共享", "unconditional": "无条件共享", "not-shared": "不予共享"}
OPEN = {"none": "不予开放", "conditional": "有条件开放", "unconditional": "无条件开放"}
WAY = {"service-interface": "服务接口", "bulk-exchange": "批量交换", "file-download": "文件下载"}
LEVEL = {"law": "法律", "regulation": "行政法规", "state-council": "国务院决定"}
CLASS = {"database": "数据库", "document": "电子文件", "spreadsheet": "电子表格", "service": "服务接口"}
CYCLE = {"daily": "每日", "monthly": "每月"}
SECRECY = {"none": "非涉密", "work-secret": "工作秘密", "state-secret": "涉密"}
SENSITIVITY = {"none": "否", "personal": "是", "sensitive": "敏感"}
YES = {True: "是", False: "否", None: ""}


@dataclass(frozen=True)
class Heading:
    """One column of the file: its heading, and what it says of an entry or of an item."""

    title: str
    pointer: str
    words: dict[Any, str] | None = None

    def cell(self, source: Any) -> str:
        value = source
        for name in self.pointer.removeprefix("/items/-").strip("/").split("/"):
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, list):
            return "、".join((self.words or {}).get(one, one) for one in value)
        if self.words and (value is None or value in self.words):
            return self.words.get(value, "")
        return "" if value is None else str(value)


HEADINGS = (
    Heading("信息资源代码", "/code"),
    Heading("信息资源名称", "/title"),
    Heading("信息资源摘要", "/abstract"),
    Heading("类", "/classification/class"),
    Heading("项", "/classification/item"),
    Heading("目", "/classification/object"),
    Heading("细目", "/classification/detail"),
    Heading("信息资源提供方", "/provider/name"),
    Heading("信息资源提供方代码", "/provider/uscc"),
    Heading("信息资源格式分类", "/format/class", CLASS),
    Heading("信息资源格式类型", "/format/type"),
    Heading("信息项名称", "/items/-/name"),
    Heading("字段名", "/items/-/field"),
    Heading("数据类型", "/items/-/dataType"),
    Heading("数据长度", "/items/-/length"),
    Heading("精度", "/items/-/scale"),
    Heading("是否可空", "/items/-/nullable", YES),
    Heading("是否主键", "/items/-/primaryKey", YES),
    Heading("数据元", "/items/-/element"),
    Heading("代码表", "/items/-/codeList"),
    Heading("敏感级别", "/items/-/sensitivity", SENSITIVITY),
    Heading("共享类型", "/share/type", SHARE),
    Heading("共享方式", "/share/ways", WAY),
    Heading("共享范围", "/share/scope"),
    Heading("使用用途", "/share/purpose"),
    Heading("不予共享理由", "/share/reason"),
    Heading("依据层级", "/share/basis/level", LEVEL),
    Heading("不予共享依据", "/share/basis/cite"),
    Heading("使用条件", "/useConditions"),
    Heading("开放属性", "/open/type", OPEN),
    Heading("开放条件", "/open/condition"),
    Heading("更新周期", "/updateCycle", CYCLE),
    Heading("发布日期", "/issued"),
    Heading("最近变更时间", "/modified"),
    Heading("关联资源代码", "/relatedCodes"),
    Heading("数据分级", "/grading/level"),
    Heading("数据类别", "/grading/category"),
    Heading("涉密属性", "/secrecy", SECRECY),
    Heading("个人信息保护影响评估编号", "/assessments/pia/ref"),
    Heading("个人信息保护影响评估日期", "/assessments/pia/date"),
    Heading("关联事项编码", "/serviceItems"),
    Heading("行政区划代码", "/spatial/divisions"),
    Heading("时间范围起", "/temporal/start"),
    Heading("时间范围止", "/temporal/end"),
    Heading("所属基础库", "/basicDatabase", {"population": "人口", None: ""}),
)
TITLES = [one.title for one in HEADINGS]


def entry(number: int) -> dict[str, Any]:
    """Entry `number` of the catalog: conditional, four items, personal information."""
    return {**copy.deepcopy(BASE), "code": f"307500103001/{number:06}", "title": f"婚姻登记信息第{number}批"}


def free(number: int) -> dict[str, Any]:
    """An entry that is shared and opened unconditionally."""
    items = [BASE["items"][0], BASE["items"][2], BASE["items"][3]]
    return entry(number) | {
        "title": f"婚姻登记数量统计第{number}批",
        "items": copy.deepcopy(items),
        "share": {"type": "unconditional", "ways": ["file-download"]},
        "useConditions": "无附加条件",
        "open": {"type": "unconditional"},
        "grading": {"level": "1", "category": "公共管理信息"},
    }


def closed(number: int) -> dict[str, Any]:
    """A document that is not shared, without items."""
    basis = {"level": "law", "cite": "《中华人民共和国统计法》第九条"}
    return entry(number) | {
        "title": f"统计调查对象资料第{number}批",
        "format": {"class": "document", "type": "OFD"},
        "items": [],
        "share": {"type": "not-shared", "reason": "统计调查对象身份资料依法保密", "basis": basis},
    }


def put(pointer: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return what replaces one member of an entry; a value of None takes it out."""
    *path, last = pointer.strip("/").split("/")

    def change(target: Any) -> None:
        for name in path:
            target = target[int(name) if isinstance(target, list) else name]
        if value is None:
            del target[last]
        else:
            target[last] = value

    return change


@dataclass(frozen=True)
class Seed:
    """One error: in which kind of entry, what is changed, which requirement it breaks, and where."""

    requirement: str
    pointer: str
    change: Callable[[dict[str, Any]], None]
    start: Callable[[int], dict[str, Any]] = entry


SEEDS = (
    Seed("CAT-002", "/useConditions", put("/useConditions", None)),
    Seed("CAT-003", "/code", put("/code", None)),
    Seed("CAT-004", "/code", put("/code", "30750010300X/000099")),
    Seed("CAT-005", "/code", put("/code", "307500103001/000001")),
    Seed("CAT-006", "/code", put("/code", "307500103002/000099")),
    Seed("CAT-008", "/provider/uscc", put("/provider/uscc", "115001030090000157")),
    Seed("CAT-009", "/provider/name", put("/provider/name", "渝中区民政局")),
    Seed("CAT-011", "/title", put("/title", "测试数据")),
    Seed("CAT-012", "/abstract", put("/abstract", "婚姻登记的记录。")),
    Seed("CAT-013", "/format/type", put("/format/type", "exe")),
    Seed("CAT-014", "/items/1/dataType", put("/items/1/dataType", "文本")),
    Seed("CAT-016", "/items/3/name", put("/items/3/name", "登记编号")),
    Seed("CAT-017", "/share/type", put("/share/type", "部分共享")),
    Seed("CAT-018", "/useConditions", put("/useConditions", "须经局领导批准"), free),
    Seed("CAT-019", "/share/purpose", put("/share/purpose", None)),
    Seed("CAT-020", "/share/basis/cite", put("/share/basis/cite", "部门内部规定"), closed),
    Seed("CAT-021", "/share/ways/1", put("/share/ways", ["bulk-exchange", "拷盘"])),
    Seed("CAT-022", "/open/condition", put("/open/type", "conditional")),
    Seed("CAT-023", "/open/type", put("/open/type", "unconditional"), closed),
    Seed("CAT-024", "/updateCycle", put("/updateCycle", "每两年")),
    Seed("CAT-025", "/issued", put("/issued", "2024-02-30")),
    Seed("CAT-026", "/relatedCodes/0", put("/relatedCodes", ["307500103009/000001"])),
    Seed("CAT-027", "/grading/level", put("/grading/level", "9")),
    Seed("CAT-029", "/secrecy", put("/secrecy", "work-secret")),
    Seed("CAT-030", "/assessments/pia/ref", put("/assessments/pia/ref", None)),
    Seed("CAT-037", "/serviceItems/0", put("/serviceItems", ["11500103"])),
    Seed("CAT-049", "/classification/class", put("/title", "人口基础信息库登记信息")),
    Seed("CAT-050", "/spatial/divisions/0", put("/spatial/divisions", ["500199"])),
)


def clean() -> list[dict[str, Any]]:
    """A catalog without an error."""
    return [entry(1), free(2), closed(3), entry(4) | {"relatedCodes": ["307500103001/000001"]}]


def seeded() -> tuple[list[dict[str, Any]], list[tuple[str, int, str]]]:
    """A catalog with every seed, and what is due: requirement, index of the entry, pointer."""
    entries, due = clean(), []
    for seed in SEEDS:
        one = seed.start(len(entries) + 1)
        seed.change(one)
        entries.append(one)
        due.append((seed.requirement, len(entries) - 1, seed.pointer))
    return entries, due


def rows(entries: list[dict[str, Any]], *, repeat: bool = True) -> list[list[str]]:
    """The table: a heading, then a row an item; `repeat` says whether the cells of the entry are in each row."""
    table = [list(TITLES)]
    for one in entries:
        for index, item in enumerate(one["items"] or [{}]):
            row = []
            for heading in HEADINGS:
                of_item = heading.pointer.startswith("/items/-")
                row.append(heading.cell(item if of_item else one) if of_item or repeat or not index else "")
            table.append(row)
    return table


def row_of(entries: list[dict[str, Any]], index: int, pointer: str, *, first: int = 2) -> int:
    """The row in which a member of an entry stands."""
    before = sum(max(1, len(one["items"])) for one in entries[:index])
    item = int(pointer.split("/")[2]) if pointer.startswith("/items/") else 0
    return first + before + item


def title_of(pointer: str) -> str:
    """The heading of a member."""
    parts = pointer.split("/")
    if parts[1] == "items":
        parts[2] = "-"
    if parts[-1].isdecimal():
        parts.pop()
    return next(one.title for one in HEADINGS if one.pointer == "/".join(parts))


def csv_bytes(table: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A table as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(table)
    return text.getvalue().encode(encoding)


def workbook(path: Path, table: list[list[Any]], title: str = "目录") -> Any:
    """Write a table as XLSX and return the workbook, for more to be done to it."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in table:
        book.active.append(row)
    book.save(path)
    return book
