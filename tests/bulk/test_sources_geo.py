"""GeoParquet, GeoPackage and GeoJSON: one table, whatever the geometries are wrapped in."""

from __future__ import annotations

import json
import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bulk.conftest import cells

from conformance.bulk.values import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from bulk.conftest import Open

    from conformance.law.data import Dataset

INSIDE, OUTSIDE = (106.5, 29.5), (116.4, 39.9)
COUNTS = {"filled/geom": (3, 1, 0), "in-the-box/geom": (2, 1, 0), "valid-geometry/geom": (2, 0, 0)}


def wkb(point: tuple[float, float]) -> bytes:
    return struct.pack("<BIdd", 1, 1, *point)


def geoparquet(path: Path) -> Path:
    table = pa.table({"bh": ["1", "2", "3"], "mc": ["甲", "乙", None], "shape": [wkb(INSIDE), wkb(OUTSIDE), None]})
    columns = {"shape": {"encoding": "WKB", "geometry_types": ["Point"]}}
    meta = {"version": "1.1.0", "primary_column": "shape", "columns": columns}
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(meta)}), path)
    return path


def geopackage(path: Path, layers: int = 1) -> Path:
    with closing(sqlite3.connect(path)) as base:
        base.execute("create table gpkg_contents (table_name text, data_type text)")
        base.execute("create table gpkg_geometry_columns (table_name text, column_name text)")
        for layer in range(layers):
            base.execute("insert into gpkg_contents values (?, 'features')", [f"layer{layer}"])
            base.execute("insert into gpkg_geometry_columns values (?, 'the_geom')", [f"layer{layer}"])
            base.execute(f"create table layer{layer} (fid integer primary key, the_geom blob, bh text, mc text)")
            header = struct.pack("<2sBBi", b"GP", 0, 0b0011, 4490)
            rows = [
                (header + struct.pack("<4d", 1, 2, 3, 4) + wkb(INSIDE), "1", "甲"),
                (struct.pack("<2sBBi", b"GP", 0, 1, 4490) + wkb(OUTSIDE), "2", "乙"),
                (None, "3", None),
            ]
            base.executemany(f"insert into layer{layer} (the_geom, bh, mc) values (?, ?, ?)", rows)  # noqa: S608
        base.commit()
    return path


def geojson(path: Path) -> Path:
    points: list[Any] = [{"type": "Point", "coordinates": list(one)} for one in (INSIDE, OUTSIDE)]
    properties = [{"bh": "1", "mc": "甲"}, {"bh": "2", "mc": "乙"}, {"bh": "3", "mc": None}]
    features = [
        {"type": "Feature", "id": at, "properties": one, "geometry": shape}
        for at, (one, shape) in enumerate(zip(properties, [*points, None], strict=True))
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def csv(path: Path) -> Path:
    west, south = INSIDE
    path.write_text(f"bh,mc,geom\n1,甲,POINT ({west} {south})\n2,乙,{wkb(OUTSIDE).hex()}\n3,,\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["parquet", "gpkg", "geojson", "csv"])
def test_geometries_are_judged_alike(kind: str, tmp_path: Path, opened: Open, judged: Any, shapes: Dataset) -> None:
    write = {"parquet": geoparquet, "gpkg": geopackage, "geojson": geojson, "csv": csv}[kind]
    path = write(tmp_path / f"a.{kind}")
    counts = judged(opened(path, shapes))

    assert {name: counts[name] for name in COUNTS} == COUNTS
    assert (3, 0, 0) == counts["primary-key-filled/bh"]


def test_the_example_of_a_failure_shows_its_geometry(
    tmp_path: Path, opened: Open, planned: Any, shapes: Dataset
) -> None:
    table = opened(geopackage(tmp_path / "a.gpkg"), shapes)
    found = {one.rule: one for one in table.row_rules(planned(shapes).rows, lambda _: None)}
    [spot] = found["in-the-box/geom"].spots

    assert ("a.gpkg", 2, "2", wkb(OUTSIDE).hex()) == (spot.file, spot.row, spot.key, spot.value)


def test_other_columns_of_a_collection_are_known(tmp_path: Path, opened: Open, shapes: Dataset) -> None:
    table = opened(geojson(tmp_path / "a.geojson"), shapes)

    assert ({"id", "bh", "mc", "geometry"}, ()) == (set(table.columns), table.missing)


def test_a_collection_that_breaks_off_keeps_what_was_read(tmp_path: Path, opened: Open, shapes: Dataset) -> None:
    path = geojson(tmp_path / "a.geojson")
    path.write_bytes(path.read_bytes()[:-60])
    table = opened(path, shapes)

    assert ([1, 2], [3]) == ([row[1] for row in cells(table)], [one.row for one in table.unread])


def test_a_layer_may_be_named(tmp_path: Path, opened: Open, shapes: Dataset) -> None:
    path = geopackage(tmp_path / "a.gpkg", layers=2)
    with pytest.raises(SourceError) as caught:
        opened(path, shapes)

    assert "a.gpkg: name one layer by #LAYER; there is: layer0, layer1" == caught.value.text.en
    assert 3 == opened(f"{path}#layer1", shapes).count()


def test_a_truncated_package_is_refused(tmp_path: Path, opened: Open, shapes: Dataset) -> None:
    path = geopackage(tmp_path / "a.gpkg")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(SourceError) as caught:
        opened(path, shapes)

    assert caught.value.text.en.startswith("a.gpkg: the GeoPackage is damaged: ")


def test_a_geometry_without_its_wrapping_costs_its_row(tmp_path: Path, opened: Open, shapes: Dataset) -> None:
    path = geopackage(tmp_path / "a.gpkg")
    with closing(sqlite3.connect(path)) as base:
        base.execute("update layer0 set the_geom = x'0011' where bh = '2'")
        base.commit()
    table = opened(path, shapes)

    assert [(2, "the_geom")] == [(one.row, one.column) for one in table.unread]
    assert [1, 3] == [row[1] for row in cells(table)]
