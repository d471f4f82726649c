"""`conformance data`: counts a table, shows what happens, leaves a run folder with its reports."""

from __future__ import annotations

import re
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from conformance.bulk.kernels.geometry import wkb_of_geojson
from conformance.bulk.manifest import CHEAP, Paper
from conformance.bulk.opening import Job, JobError
from conformance.bulk.run import run
from conformance.bulk.values import EngineError
from conformance.judge.exits import Exit, exit_code
from conformance.law.district import read_district_dataset
from conformance.node.references import read_boundary
from conformance.report import data_summary, load_view, write_view
from conformance.report.clean import line
from conformance.run.manifest import run_id
from conformance.terminal.counting import Counting
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.bulk.run import Finished
    from conformance.law import Law
    from conformance.law.data import Dataset
    from conformance.text import Lang

_CHINA = timezone(timedelta(hours=8))
_WIDTH = 140
_DESCRIPTIONS = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class Order:
    """What the command line says.

    Attributes:
        dataset: id of a dataset of the edition, or a file with a description.
        against: other tables, `DATASET=SOURCE` or only the source.
        requirements: ids of the law; empty for all. So are `rules`.
        digest: take the SHA-256 of the files of the source, however large.
    """

    source: str
    dataset: str
    engine: str = "duckdb"
    against: tuple[str, ...] = ()
    municipal: str | None = None
    boundary: Path | None = None
    requirements: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    memory: str | None = None
    temp: Path | None = None
    out: Path = Path("reports")
    fail_on: str = "any"
    digest: bool = False


def data_and_show(law: Law, order: Order, lang: Lang) -> int:
    """Count, judge, report, print the verdict; return the exit code.

    Raises:
        JobError, SourceError, DatasetError, UnwritableError: what was given is wrong; nothing was judged.
    """
    notes = Console(file=sys.stderr)
    signal.signal(signal.SIGTERM, _interrupt)
    dataset, description, own = named_dataset(law, order.dataset)
    now = datetime.now(UTC)
    paper = Paper(
        order.out, run_id(), now.astimezone(), description, own, order.boundary, None if order.digest else CHEAP
    )
    job = _job(law, dataset, order, f"{now.astimezone(_CHINA):%Y-%m-%d}")
    try:
        with Counting(notes, lang) as tell:
            finished = run(job, paper, tell)
    except EngineError as error:
        _say(notes, error.text, lang)
        return Exit.NOT_JUDGED
    return _show(law, finished, order.fail_on, notes, lang)


def _job(law: Law, dataset: Dataset, order: Order, today: str) -> Job:
    against = [split_against(law, one) for one in order.against]
    described = [named_dataset(law, name)[0] for name, _ in against if name and Path(name).suffix in _DESCRIPTIONS]
    ids = {one.id: one for one in described}
    files = {name: named_dataset(law, name)[0].id for name, _ in against if name and name not in law.data.datasets}
    return Job(
        law=law,
        dataset=dataset,
        source=order.source,
        today=today,
        engine=order.engine,
        against=tuple((files.get(name, name) if name else None, source) for name, source in against),
        descriptions=ids,
        municipal=order.municipal,
        boundary=wkb_of_geojson(read_boundary(order.boundary)) if order.boundary else None,
        requirements=frozenset(order.requirements),
        rules=frozenset(order.rules),
        memory=order.memory,
        temp=order.temp,
    )


def named_dataset(law: Law, name: str) -> tuple[Dataset, Path, bool]:
    """Return the dataset that a word names, the file of its description, and whether that is a district's own.

    Raises:
        JobError: it is neither a dataset of the edition nor a file.
        DatasetError: the file is wrong; the text names line and member.
    """
    if name in law.data.datasets:
        return law.data.datasets[name], law.folder / "data" / "datasets" / f"{name}.yaml", False
    path = Path(name)
    if path.suffix not in _DESCRIPTIONS:
        known = tuple(law.data.datasets)
        raise JobError(
            Text(
                f"没有数据集 {name}；可用：{'、'.join(known)}，或描述文件（.yaml）",
                f"No dataset {name}; there is: {', '.join(known)}, or a file with a description (.yaml)",
            )
        )
    return read_district_dataset(path, law), path, True


def split_against(law: Law, word: str) -> tuple[str | None, str]:
    """Split `DATASET=SOURCE`; a source may hold the sign itself, as in `year=2024/` or `?table=`."""
    name, sign, source = word.partition("=")
    plain = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and not Path(word).exists()
    if sign and (name in law.data.datasets or Path(name).suffix in _DESCRIPTIONS or plain):
        return name, source
    return None, word


def _show(law: Law, finished: Finished, fail_on: str, notes: Console, lang: Lang) -> int:
    view = load_view(finished.folder, law)
    reports: dict[str, Path] = {}
    try:
        reports = write_view(view, finished.folder, lang)
    except OSError as error:
        _say(notes, Text(f"报告无法写入：{error.strerror}", f"The reports cannot be written: {error.strerror}"), lang)
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(data_summary(view, lang, reports))
    if finished.stopped is not None:
        _say(notes, finished.stopped, lang)
    if finished.unreadable:
        return Exit.USAGE
    if not finished.whole or not reports:
        return Exit.NOT_JUDGED
    return exit_code(view.verdict, fail_on=fail_on)


def _say(notes: Console, words: Text, lang: Lang) -> None:
    notes.print(line(words.pick(lang), 2000), markup=False, highlight=False, soft_wrap=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
