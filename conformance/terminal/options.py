"""The language of the command line, known before its help texts are made."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

import click

from conformance.text import language

if TYPE_CHECKING:
    from conformance.text import Lang


def _asked() -> Lang:
    words = sys.argv[1:]
    for word, following in zip(words, [*words[1:], ""], strict=True):
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


class Command(click.Command):
    """A command with its help in the language of the process."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option with a text in both languages."""
        return _in_words(super().get_help_option(ctx))


class Group(click.Group):
    """The group of commands."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option with a text in both languages."""
        return _in_words(super().get_help_option(ctx))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take --lang out, check its value, then parse."""
        for word, following in zip(args, [*args[1:], ""], strict=True):
            value = following if word == "--lang" else word.partition("=")[2]
            if word.split("=")[0] == "--lang" and value not in {"zh", "en"}:
                raise click.BadParameter(t("--lang 只能是 zh 或 en", "--lang is zh or en"), ctx=ctx)
        return super().parse_args(ctx, _take_lang(args))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are met."""
        del ctx
        return list(self.commands)


def _in_words(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = t("显示帮助。", "Show this help.")
    return option
