"""The language of the command line, known before its help texts are made."""

from __future__ import annotations

import difflib
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import click

from conformance.text import language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.text import Lang


def _asked() -> Lang:
    words = sys.argv[1:]
    for word, following in pairwise([*words, ""]):
        value = following if word == "--lang" else word.partition("=")[2] if word.startswith("--lang=") else ""
        if value in {"zh", "en"}:
            return cast("Lang", value)
    return language()


#: The language of this process: --lang, else the locale.
LANG: Lang = _asked()


def t(zh: str, en: str) -> str:
    """Return the text in the language of this process."""
    return zh if LANG == "zh" else en


def say(words: str) -> None:
    """Tell the person something beside the result, on standard error."""
    click.echo(words, err=True)


def _take_lang(arguments: list[str]) -> list[str]:
    """Let --lang stand anywhere on the line, not only before the command."""
    kept: list[str] = []
    waiting = iter(arguments)
    for word in waiting:
        if word == "--lang":
            next(waiting, "")
        elif not word.startswith("--lang="):
            kept.append(word)
    return kept


class _Formatter(click.HelpFormatter):
    """Lays help out with headings in the language of the process."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, args, prefix or t("用法：", "Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        chinese = {"Options": "选项：", "Commands": "命令："}.get(heading, heading)
        self.write(f"{t(chinese, f'{heading}:')}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names with their texts."""
        told = [(name, words.replace("[default: ", t("[默认 ", "[default: "))) for name, words in rows]
        super().write_dl(told, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command with its help in the language of the process."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option with a text in both languages."""
        return _in_words(super().get_help_option(ctx))


class Group(click.Group):
    """The group of commands."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option with a text in both languages."""
        return _in_words(super().get_help_option(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take --lang out, check its value, then parse."""
        for word, following in pairwise([*args, ""]):
            value = following if word == "--lang" else word.partition("=")[2]
            if word.split("=")[0] == "--lang" and value not in {"zh", "en"}:
                raise click.BadParameter(t("--lang 只能是 zh 或 en", "--lang is zh or en"), ctx=ctx)
        return super().parse_args(ctx, _take_lang(args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant.

        Raises:
            click.UsageError: there is none; the message names those that are near.
        """
        if args and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], self.commands) or list(self.commands)
            message = (
                f"没有命令 {args[0]}，可用：{'、'.join(near)}",
                f"No such command {args[0]}. There is: {', '.join(near)}",
            )
            raise click.UsageError(t(*message), ctx)
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are met."""
        del ctx
        return list(self.commands)


def _in_words(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = t("显示帮助。", "Show this help.")
    return option
