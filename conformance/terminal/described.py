"""The description of a table as a person reads it: fields, keys, references, and the rules that hold for them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text as Rich

from conformance.bulk.bind import plan
from conformance.law.codes import read_codes
from conformance.report.clean import line
from conformance.terminal import law as words
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from conformance.bulk.values import Rule
    from conformance.law import Law, Source
    from conformance.law.data import Dataset, Field
    from conformance.text import Lang

NONE = Text("无", "none")
SENSITIVITY = {
    "none": Text("不敏感", "not sensitive"),
    "personal": Text("个人信息", "personal"),
    "sensitive": Text("敏感", "sensitive"),
}
_LONG = 4000
_GEOMETRY = Text("几何", "geometry")
_HEADS = Text(
    "字段|名称|数据元|类型|格式|代码表|必填|说明", "field|title|element|type|format|code list|mandatory|remarks"
)
_RULES = Text("要求|规则|字段|合格线", "requirement|rule|fields|threshold")
_ALL = Text("每行", "every row")


def source(of: Source, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield label and text of what something rests on."""
    yield Text("依据", "source").pick(lang), of.cite.pick(lang)
    yield Text("效力", "authority").pick(lang), f"{of.tier}: {words.tier(of.tier).pick(lang)}"
    if of.note:
        yield Text("说明", "note").pick(lang), of.note.pick(lang)


def data_type(law: Law, letter: str, lang: Lang) -> str:
    """Return a data type with its letter; the names are those of the code list, in Chinese only."""
    if letter == "geometry":
        return _GEOMETRY.pick(lang)
    rows = read_codes(law.folder / "data" / "code-lists" / "zc1272-item-datatype.csv")
    return f"{letter} {next(row['name'] for row in rows if row['code'] == letter)}" if lang == "zh" else letter


def labelled(console: Console, title: str, lines: Iterable[tuple[str, str]]) -> None:
    """Print a title and labelled lines; what a district wrote in them attacks no terminal."""
    console.print(Rich(line(title), style="bold"))
    for label, said in lines:
        console.print(Rich(f"{label}: {line(said, _LONG)}"), soft_wrap=True)


def show_dataset(console: Console, law: Law, dataset: Dataset, lang: Lang) -> None:
    """Print a description of a table: its head, its fields, and every rule with the requirement that it decides."""
    labelled(console, f"{dataset.title.pick(lang)} {dataset.id} {dataset.version}", _head(dataset, lang))
    console.print(table(_HEADS.pick(lang), (_field(law, dataset, one, lang) for one in dataset.fields)))
    console.print(table(_RULES.pick(lang), _rules(law, dataset, lang)))


def table(heads: str, rows: Iterable[Iterable[str]]) -> Table:
    """Return a table whose cells are harmless and never cut; `heads` are parted by bars."""
    made = Table()
    for head in heads.split("|"):
        made.add_column(head, overflow="fold")
    for cells in rows:
        made.add_row(*(Rich(line(cell, _LONG)) for cell in cells))
    return made


def _head(dataset: Dataset, lang: Lang) -> Iterator[tuple[str, str]]:
    if dataset.description:
        yield Text("内容", "content").pick(lang), dataset.description.pick(lang)
    if dataset.source:
        yield from source(dataset.source, lang)
    yield Text("主键", "primary key").pick(lang), ", ".join(dataset.primary_key)
    yield Text("业务主键", "business key").pick(lang), ", ".join(dataset.business_key) or NONE.pick(lang)
    yield Text("更新主键", "update key").pick(lang), ", ".join(dataset.update_key) or NONE.pick(lang)
    yield Text("更新时间", "update time").pick(lang), dataset.update_time or NONE.pick(lang)
    for key in dataset.foreign_keys:
        there = f"{key.dataset} ({', '.join(key.references)})"
        yield Text("外键", "foreign key").pick(lang), f"{', '.join(key.fields)} → {there}"
    for one in dataset.agreements:
        by = ", ".join(f"{here} = {one.dataset}.{there}" for here, there in one.key)
        what = ", ".join(f"{here} = {one.dataset}.{there}" for here, there in one.attributes)
        yield Text("与他表一致", "agrees with").pick(lang), f"{what} ({by})"


def _field(law: Law, dataset: Dataset, one: Field, lang: Lang) -> tuple[str, ...]:
    due = "" if one.nullable else Text("是", "yes").pick(lang)
    kind = data_type(law, one.data_type, lang)
    remarks = "; ".join(each.pick(lang) for each in _remarks(dataset, one))
    title = one.title.pick(lang)
    return (one.name, title, one.element or "", kind, one.format or "", one.code_list or "", due, remarks)


def _remarks(dataset: Dataset, one: Field) -> Iterator[Text]:
    if one.name in dataset.primary_key:
        yield Text("主键", "primary key")
    if one.name == dataset.update_time:
        yield Text("更新时间", "update time")
    if one.sensitivity != "none":
        yield SENSITIVITY[one.sensitivity]
    if one.when:
        yield Text(f"代码按 {one.when} 当日有效判定", f"codes as valid on {one.when}")
    if one.subject:
        yield Text(f"另一主体：{one.subject}", f"of another subject: {one.subject}")
    if one.aliases:
        yield Text(f"别名：{'、'.join(one.aliases)}", f"also named {', '.join(one.aliases)}")


def _rules(law: Law, dataset: Dataset, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Requirement, rule, fields and threshold: one line for all fields that a rule of the law holds for."""
    bound = plan(law, dataset, today="", boundary=b"")
    together: dict[str, list[Rule]] = defaultdict(list)
    for one in bound.rules:
        together[one.template].append(one)
    for rules in sorted(together.values(), key=lambda them: them[0].requirement):
        fields = ", ".join(" + ".join(one.columns) for one in rules)
        yield rules[0].requirement, rules[0].title.pick(lang), fields, _threshold(rules[0]).pick(lang)


def _threshold(rule: Rule) -> Text:
    if rule.least is not None:
        return Text(f"不少于 {rule.least:.4g}", f"at least {rule.least:.4g}")
    if rule.most is not None:
        return Text(f"不超过 {rule.most:.4g}", f"at most {rule.most:.4g}")
    return _ALL
