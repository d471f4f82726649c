"""The command line: one short function a command. Everything heavy is imported when it is needed."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance import __version__
from conformance.cli_data import COMMANDS as DATA
from conformance.cli_suite import COMMANDS as SUITE
from conformance.law import LawError, load
from conformance.terminal.options import LANG, Command, Group, say, t

if TYPE_CHECKING:
    from collections.abc import Callable

_EXITS = t(
    "退出码：0 符合；1 不符合；2 命令或配置有误；3 无法判定（不可达、受阻）；4 套件自身失败。",
    "Exit codes: 0 conforms, 1 does not, 2 the command or profile is wrong, 3 could not be judged, 4 the suite failed.",
)


@click.group(
    cls=Group,
    epilog=_EXITS,
    help=t("区县政务数据节点六项统一标准一致性测试。", "Conformance tests for the six standards."),
)
@click.version_option(
    __version__,
    prog_name="conformance",
    message="%(prog)s %(version)s",
    help=t("显示版本。", "Show the version."),
)
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), help=t("界面语言，默认随系统。", "Language; default: your locale.")
)
def app(lang: str | None) -> None:
    """Take the options of every command; `lang` was read before the help texts were made."""


def _scoped(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--requirement", "requirements", multiple=True, help=t("只判该要求，可重复。", "Only this requirement.")
        ),
        click.option("--class", "classes", multiple=True, help=t("只判该一致性类，可重复。", "Only this class.")),
        click.option("--standard", "standards", multiple=True, help=t("只判该标准，可重复。", "Only this standard.")),
    ):
        command = option(command)
    return command


def _running(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option(
            "--fail-on",
            type=click.Choice(["any", "must"]),
            default="any",
            help=t("何种失败返回 1。", "Which failure exits 1."),
        ),
        click.option(
            "--out",
            type=click.Path(path_type=Path),
            default=Path("reports"),
            help=t("运行目录的上级。", "Parent of run folders."),
        ),
        click.option(
            "--seed",
            type=click.IntRange(0, 2**63 - 1),
            default=20260101,
            show_default=True,
            help=t("随机种子。", "Seed of everything random."),
        ),
        click.option(
            "--depth",
            type=click.Choice(["smoke", "standard", "thorough"]),
            default="standard",
            show_default=True,
            help=t("生成用例的多少。", "How many cases are generated."),
        ),
    ):
        command = option(command)
    return _scoped(command)


@app.command(cls=Command, help=t("启动内置参考节点并完整检验一次。", "Start the embedded reference node and judge it."))
@click.option("--scale", type=int, default=4154, show_default=True, help=t("目录条数。", "Catalog entries."))
@click.option(
    "--fault",
    "faults",
    multiple=True,
    help=t("启用参考节点的缺陷，可重复。", "A named defect of the node; repeatable."),
)
@_running
def demo(scale: int, faults: tuple[str, ...], **options: Any) -> None:
    """Start the reference node and judge it."""
    from conformance.node.embedded import reference_node  # noqa: PLC0415

    say(t(f"启动参考节点（{scale} 条目录）…", f"Starting the reference node ({scale} entries) …"))
    with reference_node(["--scale", str(scale), *[word for one in faults for word in ("--fault", one)]]) as url:
        code = _judge(url, mode=None, **options)
    sys.exit(code)


@app.command(cls=Command, help=t("检验一个节点：地址或配置文件。", "Judge a node: its URL or its profile."))
@click.argument("node")
@click.option(
    "--mode",
    type=click.Choice(["observe", "sandbox"]),
    help=t("observe 只读；sandbox 在声明前缀内写入。", "observe reads; sandbox writes."),
)
@_running
def run(node: str, mode: str | None, **options: Any) -> None:
    """Judge a node."""
    sys.exit(_judge(node, mode=mode, **options))


def _judge(
    target: str,
    *,
    mode: str | None,
    seed: int,
    depth: str,
    out: Path,
    fail_on: str,
    standards: tuple[str, ...],
    classes: tuple[str, ...],
    requirements: tuple[str, ...],
) -> int:
    from conformance.run.opening import Request  # noqa: PLC0415
    from conformance.run.scope import Scope  # noqa: PLC0415
    from conformance.terminal.running import judge_and_show  # noqa: PLC0415

    law = load()
    selected = Scope(standards, classes, requirements).judged(law)
    request = Request(law, target, out, mode, seed, selected, depth=depth)
    return judge_and_show(request, LANG, fail_on)


@app.command(
    cls=Command,
    help=t(
        "只做体检：配置、网络、TLS、时钟、凭证、数据、沙箱。",
        "Only examine: profile, network, clock, credentials, data.",
    ),
)
@click.argument("node")
@click.option("--mode", type=click.Choice(["observe", "sandbox"]), help=t("按该模式体检。", "The mode to examine for."))
def doctor(node: str, mode: str | None) -> None:
    """Examine without judging."""
    from conformance.terminal.running import examine_and_show  # noqa: PLC0415

    sys.exit(examine_and_show(load(), node, mode, LANG))


@app.command("list", cls=Command, help=t("列出要求。", "List the requirements."))
@_scoped
def list_(**scope: Any) -> None:
    """Print the requirements as a table."""
    from rich.console import Console  # noqa: PLC0415

    from conformance.run.scope import Scope  # noqa: PLC0415
    from conformance.terminal.law import show_list  # noqa: PLC0415

    law = load()
    rows = [law.requirements[name] for name in Scope(**scope).select(law)]
    show_list(Console(width=None if sys.stdout.isatty() else 140), law, rows, LANG)


@app.command(
    cls=Command,
    help=t(
        "解释一条要求、一个流程、数据元、数据集或代码表；也可给出本区县的数据集描述文件。",
        "Explain a requirement, process, data element, dataset or code list; or the YAML file that describes a table.",
    ),
    short_help=t(
        "解释要求、流程、数据元、数据集或代码表。", "Explain a requirement, process, element, dataset or code list."
    ),
)
@click.argument("name")
@click.option(
    "--svg",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar=t("文件", "FILE"),
    help=t("把流程的状态图写入该 SVG 文件。", "Write the picture of a process to this SVG file."),
)
def explain(name: str, svg: Path | None) -> None:
    """Print everything that the law says of one thing."""
    from rich.console import Console  # noqa: PLC0415

    from conformance.terminal.dictionary import explain_and_show  # noqa: PLC0415

    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    explain_and_show(load(), name, LANG, console, svg)


@app.command(
    cls=Command, help=t("用记录的交换离线重放检查，核对结论。", "Run the checks again on recorded exchanges, offline.")
)
@click.argument("run_folder", type=click.Path(path_type=Path), metavar="RUN")
@_scoped
def replay(run_folder: Path, **scope: Any) -> None:
    """Replay a run folder."""
    from conformance.run.scope import Scope  # noqa: PLC0415
    from conformance.terminal.running import replay_and_show  # noqa: PLC0415

    law = load()
    selected = Scope(**scope).select(law) if any(scope.values()) else ()
    sys.exit(replay_and_show(law, run_folder, selected, LANG))


@app.command(cls=Command, help=t("由运行目录重新生成报告。", "Write the reports of a run folder again."))
@click.argument("run_folder", type=click.Path(path_type=Path), metavar="RUN")
def report(run_folder: Path) -> None:
    """Write HTML, JSON and JUnit into a run folder."""
    from conformance.report import write_reports  # noqa: PLC0415

    for path in write_reports(run_folder, load(), LANG).values():
        click.echo(path)


@app.command("new-profile", cls=Command, help=t("生成带注释的配置文件。", "Write a commented profile."))
@click.argument("url")
@click.option(
    "--to",
    "path",
    type=click.Path(path_type=Path),
    default=Path("node.yaml"),
    show_default=True,
    help=t("写到哪里。", "Where to write it."),
)
@click.option("--force", is_flag=True, help=t("覆盖已有文件。", "Overwrite the file."))
def new_profile(url: str, path: Path, force: bool) -> None:
    """Write a profile for a person to fill in."""
    from conformance.terminal.new_profile import write_profile  # noqa: PLC0415

    say(write_profile(load(), url, path, LANG, force=force).pick(LANG))


@app.command(
    cls=Command,
    help=t(
        "不连接节点，检验导出的目录文件（JSON、NDJSON、CSV、XLSX）。", "Check an exported catalog file, no node needed."
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "ndjson", "csv", "xlsx"]),
    help=t("默认按扩展名。", "Default: by extension."),
)
@click.option("--json", "as_json", is_flag=True, help=t("结果以 JSON 输出。", "Print the result as JSON."))
def lint(file: Path, form: str | None, as_json: bool) -> None:
    """Check a catalog file against the entry rules."""
    from conformance.lint.command import lint_and_show  # noqa: PLC0415

    sys.exit(lint_and_show(load(), file, form, LANG, as_json=as_json))


for _command in (*SUITE, *DATA):
    app.add_command(_command)


def main() -> None:
    """Run the command; every expected trouble ends in a sentence and its exit code."""
    from conformance.terminal.trouble import explain_trouble  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding loses a sign, not the command
    try:
        app(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (LawError, Exception) as error:  # noqa: BLE001 - the last door: no traceback for the user
        sys.exit(explain_trouble(error, LANG))
