"""References of a profile: read from files beside it, and refused by file, line and row where they are wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from conformance.node.profile import ProfileError, load_profile
from conformance.node.references import ControlPoint, from_public

if TYPE_CHECKING:
    from pathlib import Path

    from bad_input.bench import Cli

POINTS = "id,longitude,latitude\nCP-1,106.55,29.56\nCP-2,106.57,29.55\n"
RING = [[106.5, 29.5], [106.6, 29.5], [106.6, 29.6], [106.5, 29.6], [106.5, 29.5]]
AREA = {"type": "Polygon", "coordinates": [RING]}
HEAD = "profile: 1\nnode:\n  url: http://127.0.0.1:1\n"


def profile(folder: Path, references: str, **files: str) -> Path:
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    path = folder / "node.yaml"
    path.write_text(f"{HEAD}references:\n{references}", encoding="utf-8")
    return path


def test_references_are_read_and_come_back_from_evidence(tmp_path: Path) -> None:
    words = "  control_points: p.csv\n  boundary: b.json\n  municipal: {legal-person: m.parquet}\n"
    feature = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": AREA}]}
    found = load_profile(profile(tmp_path, words, p_csv=POINTS, b_json=json.dumps(feature), m_parquet="")).references

    assert found
    assert (ControlPoint("CP-1", 106.55, 29.56), ControlPoint("CP-2", 106.57, 29.55)) == found.control_points
    assert {"type": "MultiPolygon", "coordinates": [[RING]]} == found.boundary
    assert {"legal-person": str(tmp_path / "m.parquet")} == found.municipal
    again = from_public(json.loads(json.dumps(found.public())))
    assert (found.control_points, found.boundary) == (again.control_points, again.boundary)
    assert {"legal-person": "m.parquet"} == again.municipal


def test_points_may_be_json(tmp_path: Path) -> None:
    rows = [{"id": "CP-1", "longitude": 106.55, "latitude": 29.56}]
    found = load_profile(profile(tmp_path, "  control_points: p.json\n", p_json=json.dumps(rows))).references

    assert found
    assert (ControlPoint("CP-1", 106.55, 29.56),) == found.control_points


WRONG = {
    "no file": ("  control_points: p.csv\n", {}, "line 5, references.control_points", "p.csv cannot be read"),
    "no column": (
        "  control_points: p.csv\n",
        {"p_csv": "id,x,y\n"},
        "p.csv, line 1: no column longitude, latitude",
        "",
    ),
    "no number": (
        "  control_points: p.csv\n",
        {"p_csv": POINTS + "CP-3,106.5,north\n"},
        "p.csv, row 4",
        "coordinates in degrees",
    ),
    "metres": ("  control_points: p.csv\n", {"p_csv": POINTS + "CP-3,500000,3270000\n"}, "p.csv, row 4", "500000"),
    "twice": ("  control_points: p.csv\n", {"p_csv": POINTS + "CP-1,106.5,29.5\n"}, "p.csv, row 4", "id CP-1"),
    "no point": ("  control_points: p.csv\n", {"p_csv": "id,longitude,latitude\n"}, "p.csv: no control point", ""),
    "no list": ("  control_points: p.json\n", {"p_json": "{}"}, "p.json: an array is due", ""),
    "no JSON": ("  boundary: b.json\n", {"b_json": "{\n  1}"}, "b.json, line 2", ""),
    "no area": ("  boundary: b.json\n", {"b_json": '{"type": "Point"}'}, "b.json: no GeoJSON polygon in it", ""),
    "no extract": ("  municipal: {credit: m.csv}\n", {}, "line 5, references.municipal.credit", "m.csv does not exist"),
    "unknown": ("  boundaries: b.json\n", {}, "line 5 references: unknown member boundaries", ""),
    "empty": ("  {}\n", {}, "references", ""),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_references_are_refused_by_file_and_row(tmp_path: Path, name: str) -> None:
    references, files, place, why = WRONG[name]
    with pytest.raises(ProfileError) as caught:
        load_profile(profile(tmp_path, references, **files))
    said = caught.value.text.en.replace("5, references:", "5 references:")

    assert str(tmp_path / "node.yaml") in said
    assert place in said
    assert why in said


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "第 5 行 references.boundary"), ("en", "line 5, references.boundary")]
)
def test_command_says_so(cli: Cli, tmp_path: Path, lang: str, words: str) -> None:
    path = profile(tmp_path, "  boundary: b.geojson\n")
    done = cli("--lang", lang, "run", path, "--standard", "data")

    assert 2 == done.returncode
    assert words in done.stderr
    assert "b.geojson" in done.stderr
