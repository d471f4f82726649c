"""Whatever a node says of itself, a run writes below --out and nowhere else, and a terminal shows it unharmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bad_input.bench import HOME, readable, the_run
from fixtures.stranger import started as stranger

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

NAMES = {"manifest.json", "events.ndjson", "exchanges.har", "report.html", "report.json", "junit.xml"}


def below(place: Path) -> set[Path]:
    return {one.relative_to(place) for one in place.rglob("*")}


def test_hostile_descriptor_does_not_lead_out_of_the_folder(cli: Cli, tmp_path: Path) -> None:
    here = tmp_path / "deep" / "er" / "still"
    here.mkdir(parents=True)
    with stranger("hostile-descriptor") as node:
        done = [
            cli("--lang", "en", "run", node.line["url"], "--requirement", "CAT-001", "--out", "out", cwd=here),
            cli("--lang", "zh", "doctor", node.line["url"], cwd=here),
        ]
    folder = the_run(here / "out")
    again = readable(cli, folder)
    shown = "".join(one.stdout + one.stderr for one in done) + again[2]

    assert {1, 3} >= {one.returncode for one in done}
    assert {"deep", "out"} >= {one.parts[0] for one in below(tmp_path)}
    assert {"out"} == {one.parts[0] for one in below(here)}
    assert NAMES == {one.name for one in folder.iterdir()}
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert not [one for one in (HOME / "stranger-was-here", tmp_path.parent / "stranger-was-here") if one.exists()]


def test_folder_is_named_after_the_address_not_after_what_the_node_says(cli: Cli, tmp_path: Path) -> None:
    with stranger("hostile") as node:
        cli("run", node.line["url"], "--requirement", "CAT-001", "--out", "out")
        host, port = node.address

    assert [f"{host}-{port}"] == [one.name for one in (tmp_path / "out").iterdir()]
