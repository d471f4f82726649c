"""A data element and a code list as a person reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text as Rich

from conformance.bulk.bind import plan
from conformance.law.load import read_yaml
from conformance.law.read_data import dataset
from conformance.terminal.described import NONE, SENSITIVITY, data_type, labelled, source, table
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from conformance.law import Law
    from conformance.law.data import CodeList, Element
    from conformance.text import Lang

_FIRST = 10
_STATUS = {"draft": Text("草案", "draft"), "current": Text("现行", "current"), "retired": Text("停用", "retired")}


def show_element(console: Console, law: Law, element: Element, lang: Lang) -> None:
    """Print everything that the law says of a data element."""
    labelled(console, f"{element.id} {element.name.pick(lang)}", _element(law, element, lang))


def _element(law: Law, element: Element, lang: Lang) -> Iterator[tuple[str, str]]:
    none = NONE.pick(lang)
    parts = (element.object_class, element.property, element.representation)
    yield Text("定义", "definition").pick(lang), element.definition.pick(lang)
    yield (
        Text("对象类词 · 特性词 · 表示词", "object · property · representation").pick(lang),
        " · ".join(one.pick(lang) for one in parts),
    )
    yield Text("数据类型", "type").pick(lang), data_type(law, element.data_type, lang)
    yield Text("数据格式", "format").pick(lang), element.format or none
    yield Text("值域", "value domain").pick(lang), element.domain.pick(lang)
    yield Text("代码表", "code list").pick(lang), element.code_list or none
    yield Text("计量单位", "unit").pick(lang), element.unit.pick(lang) if element.unit else none
    yield Text("同义名称", "synonyms").pick(lang), "、".join(element.synonyms) or none
    yield Text("敏感性", "sensitivity").pick(lang), SENSITIVITY[element.sensitivity].pick(lang)
    yield Text("版本", "version").pick(lang), f"{element.version} {_STATUS[element.status].pick(lang)}"
    yield from source(element.source, lang)
    yield Text("用于", "used by").pick(lang), ", ".join(_uses(law, element)) or none
    for requirement, title in _rules(law, element):
        yield requirement, title.pick(lang)


def _uses(law: Law, element: Element) -> Iterator[str]:
    for one in law.data.datasets.values():
        yield from (f"{one.id}.{field.name}" for field in one.fields if field.element == element.id)


def _rules(law: Law, element: Element) -> list[tuple[str, Text]]:
    """Requirement and title of every rule that a field of this element can break."""
    alone = {
        "id": "alone",
        "title": tuple(element.name),
        "version": element.version,
        "fields": [{"name": "x", "element": element.id}],
        "primaryKey": ["x"],
    }
    bound = plan(law, dataset(alone, law.data.elements), today="", boundary=b"")
    found = {(one.requirement, one.title) for one in bound.rows}
    found |= {
        (one.requirement, one.title)
        for one in law.data.templates
        if any(element.id in roles.values() for roles in one.together)
    }
    return sorted(found)


def show_code_list(console: Console, law: Law, codes: CodeList, lang: Lang) -> None:
    """Print what is known about a code list, and its first codes."""
    record = read_yaml(law.folder / "data" / "code-lists" / f"{codes.id}.yaml")
    labelled(console, f"{codes.title.pick(lang)} {codes.id}", _record(codes, record, lang))
    spans = [
        (code, name, _day(span.start), _day(span.end))
        for code, validities in codes.codes.items()
        for span, name in zip(validities, codes.names[code], strict=True)
    ]
    console.print(table(Text("代码|名称|起|止", "code|name|from|to").pick(lang), spans[:_FIRST]))
    left = len(spans) - _FIRST
    if left > 0:
        console.print(Rich(Text(f"另有 {left:,} 行", f"{left:,} more rows").pick(lang)))


def _record(codes: CodeList, record: dict[str, dict[str, object]], lang: Lang) -> Iterator[tuple[str, str]]:
    number = codes.standard or NONE.pick(lang)
    yield Text("标准", "standard").pick(lang), f"{number} {text(record['standard']['title']).pick(lang)}"
    yield Text("版本", "version").pick(lang), codes.version
    yield (
        Text("适用日期", "holds").pick(lang),
        " — ".join(_day(one) or Text("不限", "open").pick(lang) for one in (codes.covers.start, codes.covers.end)),
    )
    if "statement" in record["validity"]:
        yield Text("日期精度", "precision").pick(lang), text(record["validity"]["statement"]).pick(lang)
    yield Text("行数", "rows").pick(lang), f"{record['rows']:,}"
    yield Text("来源", "source").pick(lang), text(record["source"]).pick(lang)
    yield Text("可信度", "confidence").pick(lang), text(record["confidence"]["words"]).pick(lang)
    yield Text("完整性", "coverage").pick(lang), _coverage(codes).pick(lang)
    yield Text("说明", "notes").pick(lang), text(record["notes"]).pick(lang)


def _coverage(codes: CodeList) -> Text:
    if codes.open_pattern is None:
        return Text("完整：未列出的代码判为错误", "complete: a code that is not listed is wrong")
    like = Text(f"形如 {codes.open_pattern}", f"like {codes.open_pattern}")
    if codes.open_prefix is not None:
        size = codes.open_prefix
        like = Text(
            f"{like.zh}、且前 {size} 位为已列代码", f"{like.en} whose first {size} characters are a listed code"
        )
    return Text(
        f"不完整：未列出但{like.zh}的不判，其他未列出的代码判为错误",
        f"incomplete: an unlisted code {like.en} is not judged, any other unlisted code is wrong",
    )


def _day(day: object) -> str:
    return str(day) if day else ""
