"""The machines: their format, their words, and that they say what the contract says."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conformance.law.lines import read_lines
from conformance.law.load import read_yaml
from conformance.law.read_machines import machines
from conformance.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.law import Law

STANDARDS = folder("standards")
FILES = sorted((STANDARDS / "process" / "machines").glob("*.yaml"))
#: Operations of the life of a draft that the contract has without a transition: nothing is submitted yet.
WITHOUT_TRANSITION = {"createDraft", "replaceDraft", "deleteDraft"}


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(STANDARDS / "interfaces" / "openapi.yaml")
    return found


@pytest.fixture(scope="module")
def operations(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: {**operation, "method": method.upper(), "path": path}
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def events() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in FILES:
        yield from ((path.stem, event) for event in read_yaml(path)["events"])


def test_there_are_the_processes_of_the_law() -> None:
    due = {
        "catalog",
        "share-request",
        "dispute",
        "settlement",
        "collection",
        "return",
        "demand",
        "component-application",
    }

    assert due | {"component", "incident", "complaint"} == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_machine_keeps_its_format(path: Path) -> None:
    schema = json.loads((STANDARDS / "meta" / "machine.schema.json").read_text("utf-8"))
    data, _ = read_lines(path)  # refuses what is there twice

    assert [] == [one.message for one in Draft202012Validator(schema).iter_errors(data)]


def test_each_transition_of_the_contract_is_an_event_and_the_other_way_round(
    operations: dict[str, dict[str, Any]],
) -> None:
    due = {
        (name, one["x-transition"]["machine"], one["x-transition"]["event"]): (
            frozenset(one["x-transition"]["from"]),
            frozenset(one["x-transition"]["to"].split("|")),
        )
        for name, one in operations.items()
        if "x-transition" in one
    }
    come = {
        (event["operation"]["id"], machine, event["id"]): (
            frozenset(state for move in event["moves"] for state in move["from"]),
            frozenset(move["to"] for move in event["moves"]),
        )
        for machine, event in events()
        if "operation" in event and event["operation"]["id"] not in WITHOUT_TRANSITION
    }

    assert due == come
    assert 76 == len(due)


def test_roles_and_addresses_are_those_of_the_contract(operations: dict[str, dict[str, Any]]) -> None:
    come = {
        event["operation"]["id"]: (event["operation"]["method"], event["operation"]["path"], {*event["roles"]})
        for _, event in events()
        if "operation" in event
    }

    assert come == {
        name: (operations[name]["method"], operations[name]["path"], {*operations[name]["x-roles"]}) for name in come
    }


def test_states_are_those_of_the_contract_and_bear_the_names_of_the_code_list(
    law: Law, contract: dict[str, Any]
) -> None:
    with (STANDARDS / "data" / "code-lists" / "proposed-process-states.csv").open(encoding="utf-8", newline="") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    listed = defaultdict(set)
    for schema in contract["components"]["schemas"].values():
        for part in (schema, *schema.get("allOf", ())):
            for member in ("state", "status"):
                listed[member].add(frozenset(part.get("properties", {}).get(member, {}).get("enum", ())))
    found = machines(law)
    states = {f"{one.id}:{state.id}": state.title.zh for one in found.values() for state in one.states.values()}

    assert [] == [
        one.id
        for one in found.values()
        if frozenset(state.id for state in one.states.values() if not state.gone) not in listed[one.case.state]
    ]
    assert {code: names[code].replace("(", "（").replace(")", "）") for code in states if code in names} == {
        code: name for code, name in states.items() if code in names
    }


def test_terms_are_those_of_the_decree(law: Law) -> None:
    said = {
        (machine.id, one.id): (one.limit.working_days, one.extension.most if one.extension else 0, one.source.cite.zh)
        for machine in machines(law).values()
        for one in machine.timers
        if one.limit.working_days
    }

    assert {
        ("catalog", "update"): (10, 5, "政务数据共享条例 第十七条第二款"),
        ("catalog", "review"): (2, 0, "政务数据共享条例 第十七条第三款"),
        ("share-request", "answer-unconditional"): (1, 10, "政务数据共享条例 第二十一条第一款"),
        ("share-request", "answer-conditional"): (10, 10, "政务数据共享条例 第二十一条第一款"),
        ("share-request", "provision"): (20, 0, "政务数据共享条例 第二十二条第一款"),
        ("dispute", "correction"): (10, 0, "政务数据共享条例 第二十六条第二款"),
    } == said
    assert [3] == [one.years for one in machines(law)["share-request"].kept]


def test_a_term_has_the_authority_of_its_requirement_at_most(law: Law) -> None:
    """What only the idea of a source has, or this profile, is not shown as its text."""
    weak = [
        (machine.id, one.id)
        for machine in machines(law).values()
        for one in machine.timers
        if one.source.tier == "A" and "A" not in {law.requirements[name].source.tier for name in one.requirements}
    ]

    assert [] == weak


def test_chinese_sentences_have_chinese_marks() -> None:
    ascii_mark = re.compile(r"[一-鿿][,;:?!()]|[,;:?!()][一-鿿]")
    said = [text for path in FILES for text in _chinese(read_yaml(path))]

    assert [] == [one for one in said if ascii_mark.search(one)]
    assert [] == [one for path in FILES for one in _chinese(read_yaml(path), "text") if not one.endswith("。")]


def _chinese(value: Any, below: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if "zh" in value and not below:
            yield value["zh"]
        for name, inner in value.items():
            if name == below and "zh" in inner:
                yield inner["zh"]
            yield from _chinese(inner, below)
    elif isinstance(value, list):
        for inner in value:
            yield from _chinese(inner, below)


def test_every_guard_can_be_broken_and_names_its_refusal(law: Law, contract: dict[str, Any]) -> None:
    codes = {one["code"]: one["status"] for one in contract["x-problem-codes"]}
    guards = [one for machine in machines(law).values() for one in machine.guards.values()]

    assert {one.code: one.status for one in guards} == {one.code: codes[one.code] for one in guards}
    assert [] == [one.id for one in guards if not one.requirements and one.source is None]
