"""`conformance lint`: reads, judges, shows; returns the exit code."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from conformance.judge.exits import Exit
from conformance.lint.as_json import document
from conformance.lint.fields import Fields
from conformance.lint.json_list import read_json
from conformance.lint.ndjson import read_ndjson
from conformance.lint.records import Remarks
from conformance.lint.result import Manner, Result, judge
from conformance.lint.show import lines
from conformance.lint.source import examine
from conformance.lint.template import load_template
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.law import Law
    from conformance.lint.records import Record
    from conformance.lint.source import Source
    from conformance.lint.template import Template
    from conformance.text import Lang

_SHOWN, _KEPT = 20, 100
_EVERY = 500


def lint_and_show(law: Law, file: Path, form: str | None, lang: Lang, *, as_json: bool) -> int:
    """Lint a file and print what was found.

    Args:
        law: the law to judge by.
        file: the exported catalog.
        form: `json`, `ndjson`, `csv` or `xlsx`; None: by the extension.
        lang: language of the output.
        as_json: print JSON with up to 100 samples a requirement, instead of text with up to 20.

    Returns:
        0 where nothing was found, 1 where something was.

    Raises:
        LintError: the file cannot be read; its `text` says where and why.
    """
    source, template = examine(file, form), load_template(law.folder)
    with _progress(source, lang) as step:
        remarks = Remarks(keep=_KEPT)
        result = judge(law, source, _read(source, template, remarks), remarks, Manner(lang, _KEPT, step))
    _print(law, result, template, lang, as_json=as_json)
    return Exit.FAILS if result.total else Exit.CONFORMS


def _print(law: Law, result: Result, template: Template, lang: Lang, *, as_json: bool) -> None:
    fields = Fields(template, result.remarks.layouts)
    if as_json:
        click.echo(document(law, result, fields, lang))
        return
    for line in lines(law, result, fields, _SHOWN, lang):
        click.echo(line)


def _read(source: Source, template: Template, remarks: Remarks) -> Iterator[Record]:
    if source.form == "json":
        return read_json(source, remarks)
    if source.form == "ndjson":
        return read_ndjson(source)
    if source.form == "csv":
        from conformance.lint.csv_table import read_csv  # noqa: PLC0415 - only tables need it

        return read_csv(source, template, remarks)
    from conformance.lint.xlsx_table import read_xlsx  # noqa: PLC0415 - openpyxl takes its time to import

    return read_xlsx(source, template, remarks)


@contextmanager
def _progress(source: Source, lang: Lang) -> Iterator[Callable[[int], None]]:
    """Give a function that shows how far the file was read, on standard error and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=source.size if source.form != "xlsx" else None)

        def step(count: int) -> None:
            if count % _EVERY == 0:
                words = Text(f"已检查 {count} 条", f"{count} entries").pick(lang)
                bar.update(task, description=words, completed=min(source.read, source.size))

        yield step
