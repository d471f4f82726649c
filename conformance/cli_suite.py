"""The commands about the suite itself: what its checks catch, and its reference node."""

from __future__ import annotations

import sys

import click

from conformance.law import load
from conformance.terminal.options import LANG, Command, t


@click.command(
    cls=Command, help=t("要求 ↔ 检查 ↔ 缺陷对照表与杀伤率。", "Requirement ↔ checks ↔ faults, and the kill score.")
)
@click.option(
    "--write",
    is_flag=True,
    help=t("在源码目录中更新表格（重新测量）。", "In a checkout: measure anew and update the table."),
)
@click.option(
    "--standard",
    "standards",
    multiple=True,
    metavar=t("标准", "STANDARD"),
    help=t("与 --write 一起：只重新测量该标准的缺陷。", "With --write: measure only its faults anew."),
)
@click.option(
    "--quick",
    is_flag=True,
    help=t("与 --write 一起：缺陷只由其违反的要求判定。", "With --write: each fault by its own requirement."),
)
def coverage(*, write: bool, quick: bool, standards: tuple[str, ...]) -> None:
    """Print the coverage table."""
    from conformance.coverage.command import show_coverage  # noqa: PLC0415
    from conformance.run.scope import Scope  # noqa: PLC0415

    law = load()
    Scope(standards).select(law)
    sys.exit(show_coverage(law, LANG, write=write, standards=standards, whole=not quick))


@click.command(
    cls=Command,
    context_settings={"ignore_unknown_options": True},
    help=t(
        "在前台运行内置参考节点；选项为节点自己的，如 --port、--scale、--fault、--list-faults，"
        "全部见 conformance node -- --help。",
        "Run the embedded reference node in the foreground. Options are the node's own, such as --port, --scale, "
        "--fault, --list-faults; all of them: conformance node -- --help.",
    ),
    short_help=t("在前台运行内置参考节点。", "Run the embedded reference node in the foreground."),
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def node(options: tuple[str, ...]) -> None:
    """Run the reference node with options of its own."""
    from conformance.node.embedded import foreground  # noqa: PLC0415

    sys.exit(foreground(options))


COMMANDS = (coverage, node)
