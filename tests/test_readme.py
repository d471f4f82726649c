"""The READMEs say what is true: their commands exist, with these options, in both languages."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize("name", READMES)
def test_figures_of_tables_are_those_that_were_measured(name: str) -> None:
    words = (ROOT / name).read_text(encoding="utf-8")
    found = json.loads((ROOT / "docs" / "benchmarks.json").read_text(encoding="utf-8"))
    mine, rows = found["ours"], found["rows"]
    raw = mine["scan"]["seconds"]
    tasks = [
        (mine["scan"], rows),
        (mine["eight"], rows),
        (mine["all"], rows),
        (found["unique"], found["unique"]["rows"]),
    ]
    due = {f"{one['seconds']:.3g} | {count / one['seconds'] / 1e6:.2f} |" for one, count in tasks}
    due |= {f"{mine['eight']['seconds'] / raw:.2f}", f"{mine['all']['seconds'] / raw:.1f} |"}
    for one in found["peers"].values():
        speed, ratio = one["rows"] / one["seconds"] / 1e6, one["rows"] / one["seconds"] * mine["six"]["seconds"] / rows
        times = f"{1 / ratio:.1f}" if 1 / ratio < 10 else f"{1 / ratio:,.0f}"
        due.add(f" | {speed:.3g} | {times} | {one['memory']:,.0f} MB |")
        due.add(f"{one['peer']} {one['version']}")

    assert set() == {one for one in due if one not in words}
