"""`conformance profile-data`: reads a table and proposes a description of it."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from conformance.bulk import profiling
from conformance.bulk.bind import plan
from conformance.bulk.draft import written
from conformance.bulk.matching import alike, named, names, notations
from conformance.bulk.opening import JobError, open_engine
from conformance.bulk.proposal import Draft, Reference, proposed
from conformance.bulk.sql import SqlTable
from conformance.bulk.values import EngineError, ReferenceRule, SourceError
from conformance.judge.exits import Exit
from conformance.report.clean import line
from conformance.terminal.counting import Counting
from conformance.terminal.data import named_dataset, split_against
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.bulk.engine import Engine, Table
    from conformance.bulk.proposal import Proposed
    from conformance.bulk.values import Tell
    from conformance.law import Law
    from conformance.law.data import Dataset, Field
    from conformance.text import Lang

_CHINA = timezone(timedelta(hours=8))
_RESOLVING = 0.5  # share of rows that a proposed foreign key has to resolve
_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line says.

    Attributes:
        to: where the description is written; None for standard output.
        force: overwrite that file.
        against: tables that foreign keys may lead to, `DATASET=SOURCE` or only the source.
    """

    source: str
    to: Path | None = None
    force: bool = False
    against: tuple[str, ...] = ()
    memory: str | None = None
    temp: Path | None = None


def profile_and_show(law: Law, order: Order, lang: Lang) -> int:
    """Read a table and write a description of it; return the exit code.

    Raises:
        JobError: the file is there already, or another table is of no known dataset.
        SourceError: a source cannot be read.
    """
    notes = Console(file=sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if order.to is not None and order.to.exists() and not order.force:
        raise JobError(
            Text(f"{order.to} 已存在，覆盖请加 --force", f"{order.to} is there already; --force overwrites it")
        )
    try:
        with Counting(notes, lang) as tell:
            draft = _drafted(law, order, tell)
    except EngineError as error:
        notes.print(line(error.text.pick(lang), 2000), markup=False, highlight=False, soft_wrap=True)
        return Exit.NOT_JUDGED
    return _write(written(draft, lang), order.to, draft, notes, lang)


def _write(content: str, to: Path | None, draft: Draft, notes: Console, lang: Lang) -> int:
    if to is None:
        click.echo(content, nl=False)
        return Exit.CONFORMS
    try:
        to.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise JobError(Text(f"{to} 无法写入：{error.strerror}", f"{to} cannot be written: {error.strerror}")) from error
    bound = sum(one.element is not None for one in draft.fields)
    words = Text(
        f"已写入 {to}：{len(draft.fields)} 个字段，{bound} 个绑定数据元。请核对后用 --dataset {to} 检验",
        f"Written to {to}: {len(draft.fields)} fields, {bound} of them bound to data elements. Check it, then judge "
        f"with --dataset {to}",
    )
    notes.print(words.pick(lang), markup=False, highlight=False, soft_wrap=True)
    return Exit.CONFORMS


def _drafted(law: Law, order: Order, tell: Tell) -> Draft:
    nobody = profiling.bare("table", {})
    today = f"{datetime.now(UTC).astimezone(_CHINA):%Y-%m-%d}"
    engine = open_engine("duckdb", plan(law, nobody, today=today).context, order.memory, order.temp)
    try:
        table = _opened(engine, order.source)
        known = names(law.data)
        candidates = {one: named(one, known) for one in table.columns}
        forms = {one: notations(elements, law.data.elements) for one, elements in candidates.items()}
        columns = profiling.columns(table, forms, tell)
        like = alike(table.columns, law.data)
        twins = _twins(like[0], table) if like else {}
        fields = tuple(proposed(one, candidates[one.name], law.data, twins.get(one.name)) for one in columns)
        keys = tuple(profiling.keys(table, columns, tell))
        references = tuple(_references(law, order, engine, table, fields, tell))
        rows = columns[0].rows if columns else 0
        draft = Draft(_id(order.source), _stem(order.source), table.source, rows, fields, keys, references, like)
        if table.unread:
            raise SourceError(table.unread[0].reason)
        return draft
    finally:
        engine.close()


def _opened(engine: Engine, source: str) -> SqlTable:
    """Open a table twice: to learn its columns, then with all of them."""
    seen = engine.open(source, profiling.bare("table", {}))
    table = engine.open(source, profiling.bare("table", seen.columns))
    assert isinstance(table, SqlTable)
    return table


def _twins(dataset: Dataset, table: Table) -> dict[str, Field]:
    """Return the fields of a dataset by name, without days that the table does not have."""
    return {
        one.name: one if one.when in table.columns else replace(one, when=None)
        for one in dataset.fields
        if one.name in table.columns
    }


def _references(
    law: Law, order: Order, engine: Engine, table: Table, fields: tuple[Proposed, ...], tell: Tell
) -> Iterator[Reference]:
    """Try every column that is bound to the element of another table's key against that key."""
    for word in order.against:
        name, source = split_against(law, word)
        dataset, other = _other(law, engine, name, source)
        if len(dataset.primary_key) != 1:
            continue
        [key] = dataset.primary_key
        for one in fields:
            if one.element is not None and one.element == dataset.field(key).element:
                rule = ReferenceRule("reference", "reference", "", _NOTHING, (one.name,), dataset.id, (key,))
                found = table.reference(rule, other, tell)
                if found.rows and (found.rows - found.failures) / found.rows >= _RESOLVING:
                    yield Reference(one.name, dataset.id, key, found.rows, found.failures)


def _other(law: Law, engine: Engine, name: str | None, source: str) -> tuple[Dataset, Table]:
    """Open another table; of a source alone the dataset is the one of which it lacks the fewest fields."""
    if name is not None:
        dataset = named_dataset(law, name)[0]
        return dataset, engine.open(source, dataset)
    fitting: list[tuple[int, Dataset, Table]] = []
    for dataset in law.data.datasets.values():
        try:
            table = engine.open(source, dataset)
        except SourceError as error:
            trouble = error
            continue
        if not {*dataset.primary_key} & {*table.missing}:
            fitting.append((len(table.missing), dataset, table))
    if fitting:
        _, chosen, opened = min(fitting, key=lambda one: one[0])
        return chosen, opened
    raise trouble


def _stem(source: str) -> str:
    plain = source.split("?", maxsplit=1)[0].rstrip("/")
    return re.sub(r"[*?\[\]].*$", "", Path(plain).name).split(".")[0].strip("-_ ") or "table"


def _id(source: str) -> str:
    words = re.findall(r"[a-z0-9]+", _stem(source).lower())
    return "-".join(words) or "table"
