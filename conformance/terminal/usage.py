"""A wrong command line, explained in Chinese; click itself explains it in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence


def explain_in_chinese(error: click.ClickException) -> str:
    """Return the usage line, where to find help, and what is wrong."""
    context = getattr(error, "ctx", None)
    head = f"{context.get_usage()}\n帮助：{context.command_path} --help\n\n" if context else ""
    return f"{head}命令有误：{_wrong(error)}"


def _wrong(error: click.ClickException) -> str:
    match error:
        case click.MissingParameter(param=click.Parameter() as param):
            return f"缺少 {_name(param)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"{_name(param)} 的值不合适，{_due(param)}"
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}{_near(error.possibilities or ())}"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 的用法不对（缺少值或值过多）"
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)", error.message)
    return f"多余的参数 {extra[1]}" if extra else error.message


def _name(param: click.Parameter) -> str:
    return param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name.upper()


def _due(param: click.Parameter) -> str:
    if isinstance(param.type, click.Choice):
        return f"应为 {'、'.join(map(str, param.type.choices))} 之一"
    return "应为整数" if param.type is click.INT else "请核对"


def _near(names: Sequence[str]) -> str:
    return f"，是否指 {'、'.join(names)}" if names else ""
