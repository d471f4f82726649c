"""A profile that brings its own references: they decide, in the run and in a replay that has no file of them."""

from __future__ import annotations

import json
import shutil
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from bad_input.bench import manifest, reasons, the_run
from replay.test_same_verdicts import elsewhere, printed, verdicts

from conformance.checks.data.offsets import bd09, gcj02

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bad_input.bench import Cli

ASKED = ("STD-034", "STD-056", "STD-058")


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - the node of this test
        return bytes(answer.read())


def profile(folder: Path, node: str, change: Callable[[dict[str, Any], list[Any]], None] | None = None) -> Path:
    """Write the references of the node into files beside a profile, changed or not."""
    given = json.loads(fetch(f"{node}/sandbox/references"))
    rows = [json.loads(line) for line in fetch(node + given["municipal"]["legal-person"]).splitlines()]
    if change:
        change(given, rows)
    (folder / "points.json").write_text(json.dumps(given["controlPoints"]), encoding="utf-8")
    (folder / "boundary.geojson").write_text(json.dumps(given["boundary"]), encoding="utf-8")
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    (folder / "municipal.ndjson").write_text(lines, encoding="utf-8")
    path = folder / "node.yaml"
    path.write_text(
        f"profile: 1\nnode: {{url: '{node}'}}\nreferences:\n  control_points: points.json\n"
        "  boundary: boundary.geojson\n  municipal: {legal-person: municipal.ndjson}\n",
        encoding="utf-8",
    )
    return path


def judged(cli: Cli, tmp_path: Path, path: Path, *asked: str) -> tuple[int, Path]:
    some = [word for name in asked for word in ("--requirement", name)]
    done = cli("--lang", "en", "run", path, *some, "--out", "out")
    return done.returncode, the_run(tmp_path / "out")


def test_references_of_the_profile_decide_also_without_their_files(cli: Cli, tmp_path: Path, node: str) -> None:
    code, folder = judged(cli, tmp_path, profile(tmp_path, node), *ASKED)
    copy = shutil.copytree(folder, tmp_path / "elsewhere" / "copy")
    for name in ("points.json", "boundary.geojson", "municipal.ndjson", "node.yaml"):
        (tmp_path / name).unlink()
    done = elsewhere(["-m", "conformance", "--lang", "en", "replay", str(copy)], tmp_path / "elsewhere")
    kept = manifest(folder)["profile"]["references"]

    assert 0 == code, reasons(folder)
    assert dict.fromkeys(ASKED, "passed") == verdicts(folder) == printed(done.stdout)
    assert {"legal-person": "municipal.ndjson"} == kept["municipal"]
    assert len(kept["control_points"]) > 5
    assert "MultiPolygon" == kept["boundary"]["type"]
    assert str(tmp_path) not in (folder / "events.ndjson").read_text(encoding="utf-8")


def moved(how: Callable[[tuple[float, float]], tuple[float, float]]) -> Callable[[dict[str, Any], list[Any]], None]:
    """Move the reference against the offset, as if the node had applied it."""

    def change(given: dict[str, Any], _: list[Any]) -> None:
        for one in given["controlPoints"]:
            place = one["longitude"], one["latitude"]
            there = how(place)
            one["longitude"], one["latitude"] = 2 * place[0] - there[0], 2 * place[1] - there[1]

    return change


def smaller(given: dict[str, Any], _: list[Any]) -> None:
    west, south = given["boundary"]["coordinates"][0][0]
    ring = [[west, south], [west + 0.01, south], [west + 0.01, south + 0.01], [west, south + 0.01], [west, south]]
    given["boundary"] = {"type": "Polygon", "coordinates": [ring]}


def renamed(_: dict[str, Any], rows: list[Any]) -> None:
    for one in rows[:3]:
        one["jgmc"] = f"{one['jgmc']}（旧）"


WRONG = {
    "offset of GCJ-02": ("STD-034", moved(gcj02), "it is the offset of GCJ-02"),
    "offset of BD-09": ("STD-034", moved(bd09), "it is the offset of BD-09"),
    "another boundary": ("STD-056", smaller, "Geometries inside the district"),
    "another name at the municipal level": ("STD-058", renamed, "3 of 150 subjects found in both tables differ"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_differs_from_the_references_is_found(cli: Cli, tmp_path: Path, node: str, name: str) -> None:
    requirement, change, words = WRONG[name]
    code, folder = judged(cli, tmp_path, profile(tmp_path, node, change), requirement)

    assert 1 == code, reasons(folder)
    assert {requirement: "failed"} == verdicts(folder)
    assert words in (folder / "events.ndjson").read_text(encoding="utf-8")
