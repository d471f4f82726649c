"""standards/catalog/export.yaml fits the entry: every heading is clear, every member and every mapped value exists."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest
import yaml
from example_cases import STANDARD, base, patched, schema

from conformance.rules import EntryRules

TABLE: Any = yaml.safe_load((STANDARD / "export.yaml").read_text("utf-8"))
COLUMNS = TABLE["columns"]
MAPPED = [(one, came, value) for one in COLUMNS for came, value in TABLE["values"].get(one.get("values"), {}).items()]
OPTIONAL = {"/share/condition", "/share/reason", "/share/basis/level", "/share/basis/cite", "/open/condition"}


def pointers(column: Any) -> list[str]:
    return list(column["by"]["pointers"].values()) if "by" in column else [column["pointer"]]


def exists(pointer: str) -> bool:
    value: Any = base()
    for step in pointer.replace("/-", "/0").split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value.get(step, ...)
        if value is ...:
            return False
    return True


def test_a_heading_means_one_column():
    names = Counter(name for one in COLUMNS for name in (one["heading"]["zh"], *one["aliases"]))

    assert [] == [name for name, count in names.items() if count > 1]


def test_every_column_points_at_a_member_of_an_entry():
    assert [] == [
        pointer for one in COLUMNS for pointer in pointers(one) if not (pointer in OPTIONAL or exists(pointer))
    ]


def test_every_value_map_is_there_and_used():
    used = {one["values"] for one in COLUMNS if "values" in one} | {"boolean"}

    assert used == set(TABLE["values"])


@pytest.mark.parametrize(
    ("column", "came", "value"), MAPPED, ids=[f"{one['heading']['zh']}-{came}" for one, came, _ in MAPPED]
)
def test_every_mapped_value_is_one_that_the_schema_takes(column, came, value):
    pointer = column["pointer"].replace("/-", "/0")
    broken = [one.pointer for one in _samples(pointer, [value] if column.get("type") == "list" else value)]
    refused = pointer == "/secrecy" and value != "none"

    assert refused == (pointer in broken), came


def _samples(pointer: str, value: Any):
    document = base()
    document["share"].setdefault("basis", {"level": "law", "cite": "《中华人民共和国统计法》第九条"})
    rules = EntryRules(schema(), parameters={}, today=date(2026, 6, 30))
    rules.feed("", patched(document, [{"op": "replace", "path": pointer, "value": value}]))
    return [sample for tally in rules.finish().tallies.values() for sample in tally.samples]
