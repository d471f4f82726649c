"""The commands over tables: one short function a command. Everything heavy is imported when it is needed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.bulk.engine import ENGINES
from conformance.law import load
from conformance.terminal.options import LANG, Command, t

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]

_PATH = click.Path(path_type=Path)
_MEMORY = r"[0-9]+(\.[0-9]+)? ?([KMGT]i?B)"


def _memory(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    import re  # noqa: PLC0415 - only here

    if value is not None and not re.fullmatch(_MEMORY, value, re.IGNORECASE):
        raise click.BadParameter(t("形如 1GB、512MB", "such as 1GB or 512MB"))
    return value


def _several(*options: Decorator) -> Decorator:
    def add(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


_opening = _several(
    click.option(
        "--memory",
        callback=_memory,
        metavar="SIZE",
        help=t("引擎的内存上限，如 1GB。", "Most memory for the engine, such as 1GB."),
    ),
    click.option("--temp", type=_PATH, metavar="DIR", help=t("溢出到磁盘时用的目录。", "Folder to spill to.")),
)
_comparing = _several(
    click.option(
        "--against",
        multiple=True,
        metavar="DATASET=SOURCE",
        help=t(
            "核对外键和共享属性的另一张表，可重复；只写来源时自动判断数据集。",
            "Another table for keys and shared attributes; repeatable. Of a source alone the dataset is found out.",
        ),
    ),
)
_choosing = _several(
    click.option(
        "--requirement", "requirements", multiple=True, help=t("只判该要求，可重复。", "Only this requirement.")
    ),
    click.option("--rule", "rules", multiple=True, help=t("只判该规则，可重复。", "Only this rule; repeatable.")),
)


@click.command(
    cls=Command,
    help=t(
        "逐行检验一张表：Parquet、CSV、NDJSON、XLSX、GeoParquet、GeoPackage、GeoJSON 文件、目录或通配，"
        "或数据库中的表。",
        "Judge every row of a table: a Parquet, CSV, NDJSON, XLSX, GeoParquet, GeoPackage or GeoJSON file, a folder or "
        "glob of them, or a table of a database.",
    ),
    short_help=t("逐行检验一张表。", "Judge every row of a table."),
)
@click.argument("source")
@click.option(
    "--dataset",
    required=True,
    metavar="ID|FILE.yaml",
    help=t("数据集标识，或描述文件。", "A dataset, or a file that describes it."),
)
@click.option(
    "--engine",
    default="duckdb",
    show_default=True,
    type=click.Choice(list(ENGINES)),
    help=t("由谁计数。", "What counts."),
)
@_comparing
@click.option("--municipal", metavar="SOURCE", help=t("市级同一数据集的数据。", "The municipal table of the dataset."))
@click.option("--boundary", type=_PATH, metavar="FILE.geojson", help=t("本区县边界。", "Boundary of the district."))
@_choosing
@_opening
@click.option(
    "--digest", is_flag=True, help=t("源文件再大也计算 SHA-256。", "Take the SHA-256 of the files, however large.")
)
@click.option(
    "--out",
    type=_PATH,
    default=Path("reports"),
    show_default=True,
    help=t("运行目录的上级。", "Parent of run folders."),
)
@click.option(
    "--fail-on", type=click.Choice(["any", "must"]), default="any", help=t("何种失败返回 1。", "Which failure exits 1.")
)
def data(requirements: tuple[str, ...], **options: Any) -> None:
    """Judge a table."""
    from conformance.run.scope import Scope  # noqa: PLC0415
    from conformance.terminal.data import Order, data_and_show  # noqa: PLC0415

    law = load()
    chosen = Scope(requirements=requirements).select(law) if requirements else ()
    sys.exit(data_and_show(law, Order(requirements=chosen, **options), LANG))


@click.command(
    "profile-data",
    cls=Command,
    help=t(
        "读一张表，提出数据集描述（类型、主键、数据元、代码表），供人修改。",
        "Read a table and propose a description of it (types, keys, data elements, code lists) for a person to edit.",
    ),
    short_help=t("由一张表提出数据集描述。", "Propose a description of a table."),
)
@click.argument("source")
@click.option("--to", type=_PATH, metavar="FILE.yaml", help=t("写到哪里，默认标准输出。", "Where to write it."))
@click.option("--force", is_flag=True, help=t("覆盖已有文件。", "Overwrite the file."))
@_comparing
@_opening
def profile_data(**options: Any) -> None:
    """Propose a description of a table."""
    from conformance.terminal.profiling import Order, profile_and_show  # noqa: PLC0415

    sys.exit(profile_and_show(load(), Order(**options), LANG))


@click.command(
    cls=Command,
    help=t(
        "生成合成数据：主键唯一、符合全部规则、各表可相互关联，并恰好含所要求的错误；同时写出各规则应有的计数（.expected.json）。"
        "不会产生真实主体：身份号码的出生年份为1800至1859年，信用代码的区划段为509900至509999，电话以160开头。",
        "Write synthetic data: unique keys, every rule kept, tables that fit together, exactly the errors asked for; "
        "beside it what every rule must count (.expected.json). No real person can result: identity numbers have birth "
        "years 1800 to 1859, credit codes a division part of 509900 to 509999, telephone numbers begin with 160.",
    ),
    short_help=t("生成合成数据，可植入指定错误。", "Write synthetic data, with errors as asked."),
)
@click.argument("dataset")
@click.option("--rows", type=click.IntRange(1), required=True, help=t("行数。", "Rows."))
@click.option(
    "--errors", type=_PATH, metavar="FILE.yaml", help=t("要植入的错误（YAML）。", "The errors to plant (YAML).")
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=20260101,
    show_default=True,
    help=t("随机种子；同一种子的各表可相互关联。", "Seed of everything random; tables of one seed fit together."),
)
@click.option(
    "--to",
    type=_PATH,
    help=t("写入的文件，或多个文件的目录；须不存在。", "A file, or a folder for several files; not there yet."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv", "ndjson"]),
    help=t("文件格式，默认随文件后缀。", "Format of the files; default: by the suffix."),
)
@click.option(
    "--files", type=click.IntRange(1), default=1, show_default=True, help=t("分成几个文件。", "How many files.")
)
@click.option(
    "--of",
    multiple=True,
    metavar="DATASET=ROWS",
    help=t("被引用的表的行数，如 population=1000000。", "Rows of a table referred to: population=1000000."),
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help=t("基准日期，默认今天（北京时间）。", "The anchor date; default: today in China."),
)
def generate(today: datetime | None, **options: Any) -> None:
    """Write synthetic data."""
    from conformance.terminal.generating import Order, generate_and_show  # noqa: PLC0415

    sys.exit(generate_and_show(load(), Order(today=today.date() if today else None, **options), LANG))


COMMANDS = (data, profile_data, generate)
