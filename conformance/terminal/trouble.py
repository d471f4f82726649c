"""The last door: every trouble becomes a sentence that names its place, and an exit code."""

from __future__ import annotations

import click

from conformance.judge.exits import Exit
from conformance.terminal.usage import explain_in_chinese
from conformance.text import Lang, Text


def explain_trouble(error: Exception, lang: Lang) -> int:
    """Print what went wrong and return the exit code."""
    diagnosis = getattr(error, "diagnosis", None)
    if diagnosis is not None:
        from conformance.report.clean import line  # noqa: PLC0415 - what a node said may attack a terminal

        _print(f"{line(diagnosis.text.pick(lang))}\n→ {diagnosis.owner.pick(lang)}: {diagnosis.remedy.pick(lang)}")
        return Exit.NOT_JUDGED
    if isinstance(error, click.ClickException):
        if lang == "zh" and type(error).__name__ != "NoArgsIsHelpError":
            click.echo(explain_in_chinese(error), err=True)
        else:
            error.show()
        return Exit.USAGE
    if isinstance(error, click.Abort):
        _print(Text("已中断", "Interrupted").pick(lang))
        return Exit.NOT_JUDGED
    words = getattr(error, "text", None)
    if isinstance(words, Text):
        _print(words.pick(lang))
        return Exit.USAGE if getattr(error, "usage", True) else Exit.SUITE
    _print(
        Text(
            f"套件自身失败：{type(error).__name__}:{error}", f"The suite itself failed: {type(error).__name__}: {error}"
        ).pick(lang)
    )
    return Exit.SUITE


def _print(words: str) -> None:
    click.secho(words, err=True, fg="red")
