"""The law on a terminal: the list of requirements, one requirement explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from conformance.law.model import Disposition
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from conformance.law import Law, Parameter, Requirement
    from conformance.text import Lang

DISPOSITIONS = {
    Disposition.CHECK: Text("检查", "check"),
    Disposition.ATTEST: Text("佐证", "attest"),
    Disposition.UNTESTABLE: Text("不可测", "untestable"),
    Disposition.PLANNED: Text("待建", "planned"),
}
TIERS = {
    "A": Text("原文依据", "text read at source"),
    "B": Text("二手依据", "secondary source"),
    "C": Text("凭记忆，未核原文", "from memory, not verified"),
    "P": Text("本规范自行规定", "decided by this profile"),
}
UNITS = {
    "ratio": Text("（比例）", "(ratio)"),
    "bytes": Text("字节", "bytes"),
    "certificates": Text("份", "certificates"),
    "characters": Text("字", "characters"),
    "date": Text("（日期）", "(date)"),
    "days": Text("天", "days"),
    "degrees": Text("度", "degrees"),
    "entries": Text("条", "entries"),
    "examples": Text("例", "examples"),
    "features": Text("个要素", "features"),
    "metres": Text("米", "metres"),
    "files": Text("个文件", "files"),
    "previews": Text("份预览", "previews"),
    "reports": Text("份报告", "reports"),
    "requests per second": Text("次/秒", "requests per second"),
    "rows": Text("行", "rows"),
    "seconds": Text("秒", "seconds"),
    "years": Text("年", "years"),
}


def tier(name: str) -> Text:
    """Return what a tier means; a star says that only the idea has that authority."""
    words = TIERS[name[0]]
    star = Text("（仅理念有此依据，可测形式为本规范规定）", " (the idea only; its testable form is this profile's)")
    return Text(words.zh + star.zh, words.en + star.en) if name.endswith("*") else words


def show_list(console: Console, law: Law, rows: Iterable[Requirement], lang: Lang) -> None:
    """Print requirements as a table."""
    heads = Text("编号|义务|类|标题|依据|判定", "id|obligation|class|title|tier|decided by").pick(lang).split("|")
    table = Table(*heads, title=f"{law.edition.title.pick(lang)} {law.edition.id}")
    for row in rows:
        cells = (row.id, row.obligation, row.class_id, row.title.pick(lang), row.source.tier)
        table.add_row(*cells, DISPOSITIONS[Disposition(row.disposition)].pick(lang))
    console.print(table)


def explain(law: Law, row: Requirement, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield label and text of everything that the law says of a requirement."""
    standard = law.standard(row.standard)
    yield Text("标准", "standard").pick(lang), standard.title.pick(lang)
    yield Text("一致性类", "class").pick(lang), f"{row.class_id} {law.classes()[row.class_id].title.pick(lang)}"
    yield Text("义务", "obligation").pick(lang), str(row.obligation)
    yield Text("要求", "text").pick(lang), row.text.pick(lang)
    yield Text("依据", "source").pick(lang), row.source.cite.pick(lang)
    yield Text("效力", "authority").pick(lang), f"{row.source.tier}: {tier(row.source.tier).pick(lang)}"
    if row.source.note:
        yield Text("说明", "note").pick(lang), row.source.note.pick(lang)
    yield Text("判定", "decided by").pick(lang), DISPOSITIONS[Disposition(row.disposition)].pick(lang)
    if row.reason:
        yield Text("原因", "reason").pick(lang), row.reason.pick(lang)
    yield Text("适用", "applies when claimed").pick(lang), row.applies
    yield Text("整改", "remedy").pick(lang), row.remedy.pick(lang)
    for parameter in law.edition.parameters.values():
        if row.id in parameter.requirements:
            yield parameter.id, f"{_value(parameter).pick(lang)} · {parameter.title.pick(lang)}"


def _value(parameter: Parameter) -> Text:
    """Return the default of a parameter with its unit."""
    if parameter.default is None:
        return Text("未定", "not decided")
    shown = ", ".join(map(str, parameter.default)) if isinstance(parameter.default, list) else str(parameter.default)
    unit = UNITS[parameter.unit] if parameter.unit else Text("", "")
    return Text(f"{shown} {unit.zh}".strip(), f"{shown} {unit.en}".strip())
