"""The spatial class judges a server that is not ours, found by its links alone, requirement by requirement."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from layer_server import VERSION, environment, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Program

SHAPES = {
    "A-1": {"type": "Point", "coordinates": [106.55, 29.55]},
    "A-2": {"type": "Point", "coordinates": [106.56, 29.56]},
    "A-3": {"type": "LineString", "coordinates": [[106.50, 29.50], [106.52, 29.53], [106.58, 29.54]]},
    "A-4": {
        "type": "Polygon",
        "coordinates": [[[106.5, 29.57], [106.54, 29.57], [106.54, 29.6], [106.5, 29.6], [106.5, 29.57]]],
    },
}
PINS = [
    {
        "type": "Feature",
        "id": name,
        "properties": {"id": name, "updated": f"2026-03-0{place}T08:00:00Z"},
        "geometry": one,
    }
    for place, (name, one) in enumerate(SHAPES.items(), 1)
]
TIMED = {"temporal": {"begin": "2026-03-01T00:00:00Z", "end": "2026-03-05T00:00:00Z"}}


@pytest.fixture(scope="module")
def stranger(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """pygeoapi with a layer without times, and one that says it has times; its GeoJSON provider knows no datetime."""
    cache = getattr(pytestconfig, "cache", None)  # which may be switched off
    kept = cache.mkdir(f"pygeoapi-{VERSION}") if cache else tmp_path_factory.mktemp("pygeoapi")
    command = environment(Path(kept) / "env")
    layers = {"pins": {"features": PINS}, "dated": {"features": PINS, "extents": TIMED}}
    with served(command, tmp_path_factory.mktemp("layers"), layers) as url:
        yield url


def outcomes(folder: Path) -> dict[str, str]:
    report = json.loads(next(folder.rglob("report.json")).read_text("utf-8"))
    return {one["id"]: one["outcome"] for one in report["requirements"]}


def finding(folder: Path, name: str) -> dict[str, Any]:
    report = json.loads(next(folder.rglob("report.json")).read_text("utf-8"))
    [one] = [one for one in report["requirements"] if one["id"] == name]
    return dict(one["findings"][0])


def test_each_requirement_is_decided_on_pygeoapi(cli: Program, stranger: str, tmp_path: Path) -> None:
    done = cli("--lang", "en", "run", stranger, "--class", "interfaces/spatial", "--out", tmp_path / "runs")
    samples = finding(tmp_path, "API-068")["samples"]
    again = cli("--lang", "en", "replay", next((tmp_path / "runs").glob("*/*")))

    assert 1 == done.returncode, done.stdout + done.stderr
    assert {"API-040": "passed", "API-068": "failed", "API-041": "passed"} == outcomes(tmp_path)
    assert {"dated"} == {one["label"].split()[0] for one in samples}
    assert all("datetime=" in one["label"] for one in samples)
    assert "The replay reaches the same verdicts" in again.stdout


def test_profile_of_a_server_of_layers_needs_nothing_else(cli: Program, stranger: str, tmp_path: Path) -> None:
    profile = tmp_path / "layers.yaml"
    profile.write_text(
        f"profile: 1\nnode: {{url: '{stranger}'}}\nstatement: {{claims: [interfaces/spatial]}}\naccess: {{ogc: /}}\n",
        "utf-8",
    )
    doctor = cli("--lang", "en", "doctor", profile)
    done = cli("run", profile, "--requirement", "API-041", "--requirement", "CAT-001", "--out", tmp_path / "runs")

    assert 0 == doctor.returncode
    assert "spatial layers alone, landing page at /" in doctor.stdout
    assert 3 == done.returncode
    assert {"API-041": "passed", "CAT-001": "untested"} == outcomes(tmp_path)
