"""Every file of the law keeps its published format."""

from __future__ import annotations

import csv
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from conformance.law.load import read_yaml
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law

STANDARDS = folder("standards")
LISTS = sorted((STANDARDS / "data" / "code-lists").glob("*.yaml"))
DATASETS = sorted((STANDARDS / "data" / "datasets").glob("*.yaml"))
SCHEMAS = sorted(STANDARDS.rglob("*.schema.json"))
REQUIREMENTS = sorted(STANDARDS.glob("*/requirements.yaml"))


class PlainLoader(yaml.SafeLoader):
    """YAML in which a date stays the text that it is in JSON."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own name and form
        first: [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def plain(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=PlainLoader)  # noqa: S506 - a safe loader


def problems(kind: str, data: Any) -> list[str]:
    schema = json.loads((STANDARDS / "meta" / f"{kind}.schema.json").read_text("utf-8"))
    errors = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(data)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}" for one in errors]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_schema_is_a_schema(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.parent.name)
def test_requirements_keep_their_format(path: Path) -> None:
    data = plain(path)

    assert path.parent.name == data["standard"]
    assert [] == problems("requirements", data)


def test_there_are_six_standards(law: Law) -> None:
    assert set(law.names()) == {path.parent.name for path in REQUIREMENTS}
    assert 6 == len(REQUIREMENTS)


def test_edition_keeps_its_format() -> None:
    assert [] == problems("edition", plain(STANDARDS / "edition.yaml"))


def test_a_comma_of_ascii_in_a_chinese_text_would_be_seen() -> None:
    """In a flow mapping an ASCII comma ends the text and begins a key: the schema refuses such a key."""
    edition = plain(STANDARDS / "edition.yaml")
    edition["parameters"][0]["source"] |= {"数值为本规范规定": None}

    assert [
        "parameters/0/source: Additional properties are not allowed ('数值为本规范规定' was unexpected)"
    ] == problems("edition", edition)


@pytest.mark.parametrize("name", ["elements", "rules", "quality"])
def test_data_standard_keeps_its_format(name: str) -> None:
    assert [] == problems(name, plain(STANDARDS / "data" / f"{name}.yaml"))


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
def test_dataset_keeps_its_format(path: Path) -> None:
    data = plain(path)

    assert path.stem == data["id"]
    assert [] == problems("dataset", data)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_code_list_has_its_record(path: Path) -> None:
    record = plain(path)
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)

    assert [] == problems("code-list", record)
    assert path.stem == record["id"]
    assert record["rows"] == len(rows)
    assert ["code", "name"] == list(reader.fieldnames or ())[:2]
    assert all(row["code"] and row["name"] for row in rows)


def test_no_code_list_is_without_a_record() -> None:
    assert {path.stem for path in LISTS} == {path.stem for path in (STANDARDS / "data" / "code-lists").glob("*.csv")}
    assert 51 == len(LISTS)


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_periods_of_one_code_do_not_overlap(path: Path) -> None:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    periods = sorted((row["code"], row.get("valid_from") or "", row.get("valid_to") or "9999") for row in rows)

    assert [] == [(one, other) for one, other in pairwise(periods) if one[0] == other[0] and other[1] <= one[2]]
    assert [] == [one for one in periods if one[1] > one[2]]


def test_a_profile_of_every_kind_is_allowed() -> None:
    identity = {"client_id": "a", "secret": {"env": "A"}}
    access = {"mode": "sandbox", "identities": {"reader": identity}, "sandbox": {"prefix": "307500999"}, "rate": 0}

    assert [] == problems("profile", {"profile": 1, "node": {"url": "https://a.example/x"}, "access": access})
    assert [] != problems("profile", {"profile": 1, "node": {"url": "https://user@a.example"}})


def test_a_broken_file_of_the_law_is_named_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "edition.yaml"
    broken.write_text("edition: x\ntitle: {zh: [\n", encoding="utf-8")

    with pytest.raises(Exception, match=r"(?s)edition\.yaml.*line 3") as caught:
        read_yaml(broken)

    assert "LawError" == type(caught.value).__name__
