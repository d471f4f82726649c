"""The READMEs say what is true: their commands exist, with these options, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from conformance.cli import app
from conformance.coverage.table import declared_faults
from conformance.judge.exits import Exit

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]


def blocks(name: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


def commands(name: str) -> list[list[str]]:
    lines = [line for block in blocks(name) for line in block.splitlines()]
    return [shlex.split(line.rstrip("& "), comments=True) for line in lines if line.startswith("conformance ")]


@pytest.mark.parametrize("name", READMES)
def test_commands_and_options_exist(name: str) -> None:
    for _, command, *words in commands(name):
        known = app.commands[command]
        options = {one for parameter in known.params for one in parameter.opts}
        given = {word for word in words if word.startswith("--")}

        assert command == "node" or given <= options
        assert isinstance(known, click.Command)


@pytest.mark.parametrize("name", READMES)
def test_named_faults_exist(name: str) -> None:
    named = [words[words.index("--fault") + 1] for words in commands(name) if "--fault" in words]

    assert named
    assert set(named) <= set(declared_faults())


@pytest.mark.parametrize("name", READMES)
def test_exit_codes_are_all_listed(name: str) -> None:
    listed = re.findall(r"^\| ([0-9]) \|", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)

    assert [str(int(one)) for one in Exit] == listed


def test_both_readmes_show_the_same_commands() -> None:
    assert [one[:2] for one in commands(READMES[0])] == [one[:2] for one in commands(READMES[1])]
    assert blocks(READMES[0])[:2] == blocks(READMES[1])[:2]


def test_pictures_and_links_lead_somewhere() -> None:
    for name in READMES:
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), target
