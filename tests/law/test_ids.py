"""Ids are for ever: what was given once is live or retired, and no row of the source was lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from conformance.law import Law

SOURCE = Path(__file__).with_name("source_rows.txt").read_text("utf-8").split()


@pytest.fixture(scope="module")
def files(law: Law) -> list[dict[str, Any]]:
    return [yaml.safe_load((law.folder / name / "requirements.yaml").read_text("utf-8")) for name in law.names()]


@pytest.fixture(scope="module")
def live(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for one in files for row in one["requirements"]]


@pytest.fixture(scope="module")
def retired(files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for one in files for row in one.get("retired", [])]


@pytest.fixture(scope="module")
def lock(law: Law) -> list[tuple[str, str]]:
    lines = (law.folder / "ids.lock").read_text("utf-8").splitlines()
    return [(name, fate) for name, fate in (line.split(" ") for line in lines if not line.startswith("#"))]


def test_live_ids_are_those_of_the_lock(lock: list[tuple[str, str]], live: list[dict[str, Any]]) -> None:
    assert {name for name, fate in lock if fate == "live"} == {row["id"] for row in live}


def test_retired_ids_are_those_of_the_lock(lock: list[tuple[str, str]], retired: list[dict[str, Any]]) -> None:
    assert {name for name, fate in lock if fate == "retired"} == {row["id"] for row in retired}


def test_an_id_is_given_once(
    lock: list[tuple[str, str]], live: list[dict[str, Any]], retired: list[dict[str, Any]]
) -> None:
    assert [] == [name for name, count in Counter(name for name, _ in lock).items() if count > 1]
    assert [] == [name for name, count in Counter(row["id"] for row in [*live, *retired]).items() if count > 1]
    assert {"live", "retired"} == {fate for _, fate in lock}


def test_numbers_leave_no_gap(law: Law, lock: list[tuple[str, str]]) -> None:
    prefixes = [one.prefix for one in law.edition.standards]
    numbers = {prefix: [int(name[4:]) for name, _ in lock if name.startswith(f"{prefix}-")] for prefix in prefixes}

    assert {prefix: list(range(1, len(numbers[prefix]) + 1)) for prefix in prefixes} == numbers


def test_every_source_row_was_decided_on(live: list[dict[str, Any]], retired: list[dict[str, Any]]) -> None:
    decided = {row["origin"]["row"] for row in live} | {row["id"] for row in retired}

    assert 236 == len(set(SOURCE))
    assert set(SOURCE) == decided


def test_a_row_keeps_its_number(live: list[dict[str, Any]]) -> None:
    renumbered = {row["id"] for row in live if row["id"] != row["origin"]["row"] and row["id"] in SOURCE}
    unsplit = {row["id"] for row in live if row["id"] != row["origin"]["row"] and row["origin"]["decision"] != "split"}

    assert set() == renumbered
    assert set() == unsplit


def test_a_retired_row_went_into_a_live_one(live: list[dict[str, Any]], retired: list[dict[str, Any]]) -> None:
    lost = {row["into"] for row in retired if "into" in row} - {row["id"] for row in live}

    assert set() == lost
    assert {"merged"} >= {row["decision"] for row in retired if "into" in row}


def test_every_split_row_has_two_parts(live: list[dict[str, Any]]) -> None:
    parts = Counter(row["origin"]["row"] for row in live if row["origin"]["decision"] == "split")

    assert [] == [row for row, count in parts.items() if count < 2]
