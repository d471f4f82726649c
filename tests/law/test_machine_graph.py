"""What follows from a machine: paths to every transition, every illegal attempt, where a term runs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from conformance.law.machine_graph import Why, covering, illegal, running, shortest
from conformance.law.machines import Transition
from conformance.law.read_machines import contract, machines
from conformance.resources import folder

if TYPE_CHECKING:
    from conformance.law import Law
    from conformance.law.machines import Machine

NAMES = sorted(path.stem for path in (folder("standards") / "process" / "machines").glob("*.yaml"))


@pytest.fixture
def machine(law: Law, request: pytest.FixtureRequest) -> Machine:
    return machines(law)[request.param]


@pytest.mark.parametrize("machine", NAMES, indirect=True)
def test_every_transition_has_a_path(machine: Machine) -> None:
    paths = shortest(machine)

    assert set(machine.transitions) == set(paths)
    for step, path in paths.items():
        assert step == path[-1]
        assert "" == path[0].start
        assert [] == [pair for pair in pairwise(path) if pair[0].to != pair[1].start]


@pytest.mark.parametrize("machine", NAMES, indirect=True)
def test_few_paths_cover_every_transition(machine: Machine) -> None:
    paths = covering(machine)

    assert set(machine.transitions) == {step for path in paths for step in path}
    assert len(paths) <= len(machine.transitions)


def test_a_path_keeps_the_guards(law: Law) -> None:
    share = machines(law)["share-request"]
    paths = shortest(share)
    resumed = [one.event for one in paths[Transition("resume", "suspended", "active")]]
    reviewed = [one.event for one in paths[Transition("accept", "submitted", "in-review")]]

    assert ["create", "consent", "submit", "accept"] == reviewed
    assert ["suspend", "rectify", "resume"] == resumed[-3:]


def test_a_path_waits_for_a_timer_only_where_it_must(law: Law) -> None:
    collection = machines(law)["collection"]
    waiting = {
        step.start
        for step, path in shortest(collection).items()
        if any(collection.events[one.event].automatic for one in path[:-1])
    }

    assert {"overdue"} == waiting


def test_a_receipt_counts_for_its_own_delivery(law: Law) -> None:
    path = shortest(machines(law)["collection"])[Transition("retry", "partially-succeeded", "running")]

    assert ["create", "start", "deliver", "receipt", "reconcile", "retry"] == [one.event for one in path]


def test_terms_run_from_receipt_to_answer(law: Law) -> None:
    found = machines(law)
    share = {one.id: running(found["share-request"], one) for one in found["share-request"].timers}

    assert {"submitted", "supplement-required", "in-review"} == share["answer-conditional"]
    assert {"approved", "provisioning"} == share["provision"]
    assert {"suspended"} == share["rectification"]
    assert {"active", "suspended"} == share["use"]
    assert {"pending-review", "reviewed", "revoke-review"} == running(found["catalog"], found["catalog"].timers[1])


@pytest.mark.parametrize("machine", NAMES, indirect=True)
def test_legal_and_illegal_are_everything(law: Law, machine: Machine) -> None:
    """Every state, event and role is either allowed by the machine or among the illegal ones, never both."""
    roles = contract(law.folder).roles
    bad = {(one.state, one.event, one.role) for one in illegal(machine, roles) if one.why is not Why.SIDE}
    good = {(step.start, step.event, role) for step in machine.transitions for role in machine.events[step.event].roles}
    acts = [one for one in machine.events.values() if not one.automatic]
    every = {
        (state, one.id, role) for one in acts for state in ([""] if one.creates else machine.states) for role in roles
    }

    assert set() == good & bad
    assert every == good | bad


def test_a_refusal_has_the_status_of_its_reason(law: Law) -> None:
    share = machines(law)["share-request"]
    found = {(one.state, one.event, one.role, one.side): one for one in illegal(share, contract(law.folder).roles)}
    supplement = found["supplement-required", "reject", "head", "provider"]
    reader = found["in-review", "approve", "reader", "provider"]
    both = found["draft", "approve", "reader", "provider"]
    requester = found["in-review", "approve", "head", "requester"]

    assert (Why.STATE, {409}) == (supplement.why, supplement.statuses)
    assert (Why.ROLE, {403}) == (reader.why, reader.statuses)
    assert (Why.BOTH, {403, 409}) == (both.why, both.statuses)
    assert (Why.SIDE, {403}) == (requester.why, requester.statuses)


def test_guards_are_told_by_event(law: Law) -> None:
    extend = machines(law)["share-request"].guards_of("extend")

    assert ["extended-once", "extended-in-bounds", "extension-explained"] == [one.id for one in extend]
    assert [("PRC-014",)] * 3 == [one.requirements for one in extend]
