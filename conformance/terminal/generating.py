"""`conformance generate`: writes a synthetic table with the errors asked for, and what must be counted on it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING

from rich.console import Console

from conformance.bulk import generate
from conformance.bulk.values import Progress
from conformance.judge.exits import Exit
from conformance.law.district import read_district_dataset
from conformance.terminal.counting import Counting
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from conformance.bulk.generate import Format, Generation
    from conformance.law import Law
    from conformance.law.data import Dataset
    from conformance.text import Lang

_STAGE = Text("生成", "generating")
_SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {".parquet": "parquet", ".csv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line says.

    Attributes:
        dataset: id of a dataset of the edition, or a file with a description.
        errors: a file (standards/meta/errors.schema.json), None for data without errors.
        to: a file, or a folder where there are several files; None for the name of the dataset.
        form: parquet, csv or ndjson; None to take it from the suffix of `to`.
        of: `DATASET=ROWS` of tables that are referred to.
        today: the anchor date, today in China where it is None.
    """

    dataset: str
    rows: int
    seed: int = 20260101
    errors: Path | None = None
    to: Path | None = None
    form: str | None = None
    files: int = 1
    of: tuple[str, ...] = ()
    today: date | None = None


def generate_and_show(law: Law, order: Order, lang: Lang) -> int:
    """Write the table, show how far it has come, and say what was written; return the exit code.

    Raises:
        GenerateError, DatasetError: what was asked cannot be made; nothing was written.
    """
    notes = Console(file=sys.stderr)
    dataset = _dataset(law, order.dataset)
    form, target = _place(order, dataset)
    made = _generation(law, order, dataset)
    began = monotonic()
    try:
        with Counting(notes, lang) as tell:
            parts = generate.write(
                made, target, form, order.files, lambda done: tell(Progress(_STAGE, done, order.rows))
            )
        beside = generate.write_expected(made, target, form, parts)
    except generate.WriteError as error:
        notes.print(error.text.pick(lang), style="red", markup=False, highlight=False, soft_wrap=True)
        return Exit.NOT_JUDGED
    for words in _said(made, target, beside, monotonic() - began):
        Console().print(words.pick(lang), markup=False, highlight=False, soft_wrap=True)
    return Exit.CONFORMS


def _generation(law: Law, order: Order, dataset: Dataset) -> Generation:
    errors = generate.read_errors(order.errors) if order.errors else ()
    of = dict(_rows_of(law, one) for one in order.of)
    wish = generate.Wish(dataset, order.rows, order.seed, order.today or generate.today_in_china(), errors, of)
    return generate.Generation(law, wish)


def _dataset(law: Law, name: str) -> Dataset:
    if name in law.data.datasets:
        return law.data.datasets[name]
    if Path(name).suffix in {".yaml", ".yml"}:
        return read_district_dataset(Path(name), law)
    known = tuple(law.data.datasets)
    raise generate.GenerateError(
        Text(
            f"没有数据集 {name}；可用：{'、'.join(known)}，或描述文件（.yaml）",
            f"No dataset {name}; there is: {', '.join(known)}, or a file with a description (.yaml)",
        )
    )


def _rows_of(law: Law, word: str) -> tuple[str, int]:
    name, _, number = word.partition("=")
    digits = number.replace("_", "")
    if name in law.data.datasets and digits.isascii() and digits.isdigit() and int(digits):
        return name, int(digits)
    raise generate.GenerateError(
        Text(
            f"--of {word}：应为 数据集=行数，如 population=1000000",
            f"--of {word}: due is DATASET=ROWS, such as population=1000000",
        )
    )


def _place(order: Order, dataset: Dataset) -> tuple[Format, Path]:
    """The format and the target; a suffix that says another format than the option is a mistake."""
    said = _SUFFIXES.get(order.to.suffix) if order.to else None
    asked = next((one for one in generate.FORMATS if one == order.form), None)
    form: Format = asked or said or "parquet"
    if order.to and order.files == 1 and said != form:
        raise generate.GenerateError(
            Text(
                f"--to {order.to}：{form} 文件应以 .{form} 结尾", f"--to {order.to}: a file of {form} ends with .{form}"
            )
        )
    return form, order.to or Path(dataset.id if order.files > 1 else f"{dataset.id}.{form}")


def _said(made: Generation, target: Path, beside: Path, seconds: float) -> list[Text]:
    wish = made.wish
    rate = wish.size / seconds if seconds else 0.0
    planted = sum(one.asked.count for one in made.planted)
    said = [
        Text(f"{target}：{wish.size:,} 行，{rate:,.0f} 行/秒", f"{target}: {wish.size:,} rows, {rate:,.0f} rows/s"),
        Text(
            f"{beside}：{planted:,} 处错误及各规则应有的计数", f"{beside}: {planted:,} errors and what rules must count"
        ),
    ]
    if made.unmade:
        names = ", ".join(made.unmade)
        said.append(Text(f"仅按格式生成的字段：{names}", f"fields made by their format alone: {names}"))
    if made.plan.unforetold:
        names = ", ".join(made.plan.unforetold)
        said.append(Text(f"无法预知计数的规则：{names}", f"rules whose counts cannot be foretold: {names}"))
    return said
