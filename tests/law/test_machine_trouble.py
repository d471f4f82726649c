"""A machine that is wrong is refused with file, line and member."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.law.load import LawError, load
from conformance.law.read_machines import contract, machines, read_machine, validator
from conformance.resources import folder

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.law import Law
    from conformance.law.machines import Machine

MACHINES = folder("standards") / "process" / "machines"

TROUBLE = [
    (
        "demand",
        "schema: Demand,",
        "schema: [Demand],",
        r"/case/schema: \[\"Demand\"\] is not of type \"string\"",
    ),
    ("demand", "id: answered,", "id: open,", r"/states/1/id: open is there already \(1 in all\)$"),
    ("demand", "text: {zh: 关联须", "test: {zh: 关联须", r'/guards/0: "text" is a required property \(2 in all\)'),
    ("demand", "to: answered", "to: lost", r"/events/1/moves/0/to: lost: no such state"),
    (
        "demand",
        "{from: [open], to: answered}",
        "{from: [answered], to: answered}",
        r"/states/1: answered is never reached",
    ),
    ("demand", "guards: [entry-named]", "guards: []", r"/guards/0: entry-named is used nowhere"),
    (
        "demand",
        "requirements: [CAT-041]",
        "requirements: [CAT-999]",
        r"/effects/0/requirements: CAT-999: the law has none",
    ),
    (
        "demand",
        "roles: [editor, reviewer]",
        "roles: [editor, clerk]",
        r"/events/1/roles: answer: the contract has editor, r",
    ),
    ("demand", "id: answerDemand", "id: answerDemands", r"/events/1/operation: answerDemands: the contract has$"),
    ("demand", "path: '/demands/{id}/link'", "path: '/demands/{id}/join'", r"the contract has POST /demands/{id}/link"),
    ("demand", "values: /reasonCode", "values: /reason", r"RejectInput: /reason has no list of values"),
    ("demand", "limit: {date: /due}", "limit: {date: /end}", r"/timers/0/limit: Demand has no member /end"),
    ("demand", "[linked, refused]}\n", "[linked]}\n", r"/timers/0: outcome still runs in refused, which is terminal"),
    (
        "incident",
        "{from: [contained, reported], to: resolved}",
        "{from: [reported], to: resolved}",
        r"leads from contained, re",
    ),
    (
        "incident",
        "    after: report",
        "    after: resolve",
        r"/events/3: resolve from contained: its guards never hold",
    ),
    (
        "settlement",
        "when: {choice: outcome, is: agreed}",
        "when: {choice: outcome, is: failed}",
        r"outcome failed leads two",
    ),
    (
        "settlement",
        ", when: {choice: outcome, is: agreed}",
        "",
        r"negotiate from negotiating: more than one thing decides",
    ),
    (
        "settlement",
        "status: 409, code: settlement.not",
        "status: 403, code: settlement.not",
        r"the contract has no 403 settl",
    ),
    ("collection", "fires: lapse", "fires: cancel", r"lapse is automatic, and no timer fires it"),
    (
        "collection",
        "{from: [planned, overdue], to: running}",
        "{from: [planned], to: running}",
        r"leads from planned, overdue",
    ),
    (
        "collection",
        "states: [planned, running, overdue]",
        "states: [planned, awaiting-receipt]",
        r"/forbidden/0: no-success-before-d",
    ),
    ("return", "process.return-flow-cycle", "process.cycle", r"process.cycle: the edition has no such parameter"),
    ("share-request", "sides: [provider]", "sides: [requester]", r"supplement-notice: the contract has provider"),
    (
        "share-request",
        "required: [missing]",
        "required: []",
        r"supplement-notice: the contract has other required members",
    ),
]


def read(law: Law, path: Path) -> Machine:
    names = frozenset(law.requirements) | frozenset(law.edition.parameters) | frozenset(law.classes())
    return read_machine(path, validator(law.folder), names, contract(law.folder))


@pytest.mark.parametrize(("name", "old", "new", "said"), TROUBLE)
def test_a_wrong_machine_is_named_with_its_place(
    law: Law, tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    source = (MACHINES / f"{name}.yaml").read_text("utf-8")
    path = tmp_path / f"{name}.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")

    assert source != path.read_text("utf-8")
    with pytest.raises(LawError) as caught:
        read(law, path)
    assert re.match(re.escape(str(path)) + r", line [0-9]+, /", str(caught.value))
    assert re.search(said.removesuffix("$"), str(caught.value)), caught.value


def test_a_line_is_that_of_the_member(law: Law, tmp_path: Path) -> None:
    path = tmp_path / "demand.yaml"
    source = (MACHINES / "demand.yaml").read_text("utf-8")
    path.write_text(source.replace("to: answered", "to: lost", 1), encoding="utf-8")
    line = 1 + source[: source.index("to: answered")].count("\n")

    with pytest.raises(LawError, match=f", line {line}, /events/1/moves/0/to: lost: no such state"):
        read(law, path)


CIRCLE = """
events:
  - {id: first, automatic: true, title: {zh: 一, en: One}, moves: [{from: [planned], to: overdue}]}
  - {id: second, automatic: true, title: {zh: 二, en: Two}, moves: [{from: [overdue], to: planned}]}
"""
TIMER = """  - id: {id}
    title: {{zh: 时限, en: Term}}
    text: {{zh: 时限。, en: A term.}}
    starts: [{starts}]
    met: {{states: [succeeded, cancelled]}}
    limit: {{days: 1}}
    fires: {fires}
    requirements: [PRC-018]
    source: {{cite: 本规范, en: This profile, tier: P}}
"""


def test_timers_that_start_each_other_are_refused(law: Law, tmp_path: Path) -> None:
    source = (MACHINES / "collection.yaml").read_text("utf-8")
    path = tmp_path / "collection.yaml"
    timers = TIMER.format(id="ping", starts="create, second", fires="first")
    timers += TIMER.format(id="pong", starts="first", fires="second")
    wrong = source.replace("\nevents:\n", CIRCLE, 1).replace("\nforbidden:", f"{timers}\nforbidden:", 1)
    path.write_text(wrong, encoding="utf-8")

    with pytest.raises(LawError, match="timers go in a circle: ping starts pong, pong starts ping"):
        read(law, path)


def test_a_term_that_nobody_can_end_is_refused(law: Law, tmp_path: Path) -> None:
    source = (MACHINES / "collection.yaml").read_text("utf-8")
    path = tmp_path / "collection.yaml"
    path.write_text(
        source.replace("from: [planned, overdue]", "from: [overdue]").replace(
            "from: [planned, running, overdue]", "from: [overdue]"
        ),
        encoding="utf-8",
    )

    with pytest.raises(LawError, match=r"/timers/0: task has no escape from planned: nothing there leads to its end"):
        read(law, path)


def test_an_operation_that_no_machine_has_is_named(law: Law, tmp_path: Path) -> None:
    shutil.copytree(law.folder, tmp_path / "standards")
    (tmp_path / "standards" / "process" / "machines" / "demand.yaml").unlink()

    with pytest.raises(LawError, match=r"openapi.yaml: POST /demands: x-transition demand, create: no machine has it"):
        machines(load(tmp_path / "standards"))


def test_a_law_without_machines_says_so(law: Law, tmp_path: Path) -> None:
    shutil.copytree(law.folder, tmp_path / "standards", ignore=shutil.ignore_patterns("machines"))

    with pytest.raises(LawError, match="machines: no machine there"):
        machines(load(tmp_path / "standards"))
