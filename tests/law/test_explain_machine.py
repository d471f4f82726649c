"""`conformance explain` shows a process with its terms and articles, and draws it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from io import StringIO
from typing import TYPE_CHECKING, Protocol

import pytest
from rich.console import Console

from conformance.law.read_machines import machines
from conformance.report.machine_graph import drawing
from conformance.report.machine_layout import plan
from conformance.report.machine_svg import svg
from conformance.resources import folder
from conformance.terminal.dictionary import explain_and_show

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from conformance.law import Law
    from conformance.report.machine_layout import Box
    from conformance.text import Lang

    class Cli(Protocol):
        def __call__(self, *words: str | Path) -> subprocess.CompletedProcess[str]: ...


NAMES = sorted(path.stem for path in (folder("standards") / "process" / "machines").glob("*.yaml"))
BOTH = [(name, lang) for name in NAMES for lang in ("zh", "en")]
TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("共享申请 share-request", "10 个工作日（可延 10", "第二十一条第一款 [A]", "B: 二手依据", "图已写入")),
        (
            "en",
            (
                "Share request share-request",
                "10 working days",
                "Article 21, paragraph 1 [A]",
                "B: secondary",
                "Picture:",
            ),
        ),
    ],
)
def test_a_process_is_shown_with_terms_and_articles(
    cli: Cli, tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    picture = tmp_path / "share.svg"
    done = cli("explain", "share-request", "--lang", lang, "--svg", picture)
    flat = " ".join(done.stdout.replace("│", " ").split())

    assert (0, "") == (done.returncode, done.stderr)
    assert [] == [
        one for one in words if one not in done.stdout and one not in flat and one.replace(" ", "") not in flat
    ]
    assert "submitted --> supplement_required : " in done.stdout
    assert "```mermaid\nstateDiagram-v2\n" in done.stdout
    assert picture.read_text("utf-8").startswith("<svg ")


@pytest.mark.parametrize(("name", "lang"), BOTH)
def test_every_process_can_be_explained(law: Law, name: str, lang: Lang) -> None:
    out = StringIO()
    explain_and_show(law, name, lang, Console(file=out, width=140))
    machine = machines(law)[name]

    assert "None" not in out.getvalue()
    assert [] == [one.title for one in machine.states.values() if one.title.pick(lang) not in out.getvalue()]
    assert len(machine.transitions) == out.getvalue().count(" --> ") - out.getvalue().count(" --> [*]")


@pytest.mark.parametrize(("name", "lang"), BOTH)
def test_every_process_is_drawn(law: Law, name: str, lang: Lang) -> None:
    machine = machines(law)[name]
    root = ET.fromstring(svg(law, machine, lang))  # noqa: S314 - our own picture
    said = [one.text or "" for one in root.iter(TEXT)]

    assert {one.title.pick(lang) for one in machine.states.values()} <= set(said)
    assert [] == [one.id for one in machine.timers if not any(one.title.pick(lang) in text for text in said)]
    assert float(root.attrib["width"]) <= 1080


@pytest.mark.parametrize(("name", "lang"), BOTH)
def test_nothing_in_a_picture_lies_on_something_else(law: Law, name: str, lang: Lang) -> None:
    what = drawing(machines(law)[name], lang)
    boxes = [one for one in plan(what.boxes, what.lines, what.trunks).boxes.values() if not one.bend]

    assert [] == [(one.id, other.id) for at, one in enumerate(boxes) for other in boxes[:at] if overlap(one, other)]


def overlap(one: Box, other: Box) -> bool:
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 - 0.01
        and abs(one.y - other.y) < (one.height + other.height) / 2 - 0.01
    )


def test_a_picture_is_the_same_every_time(law: Law) -> None:
    machine = machines(law)["dispute"]

    assert svg(law, machine, "zh") == svg(law, machine, "zh")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CAT-001", "--svg", "a.svg"), "Only a process has a picture: catalog, collection, "),
        (("share-requst",), "Unknown: share-requst. There is: share-request"),
        (("demand", "--svg", "no/such/folder/a.svg"), "cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_drawn_is_said(cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = cli("explain", *words, "--lang", "en")

    assert 2 == done.returncode
    assert said in done.stderr


def test_a_process_has_a_name_of_its_own(law: Law) -> None:
    taken = {*law.data.datasets, *law.data.code_lists}

    assert set() == taken & set(NAMES)
