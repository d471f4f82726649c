"""Whether a machine and the OpenAPI contract say the same: operations, roles, sides, bodies, states, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.law.machine_checks import Trouble
from conformance.law.machine_guards import Ahead, Members, Most, Values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.law.lines import Key
    from conformance.law.machines import Event, Machine

    Document = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_SIDES = {"provider-or-authority": {"provider", "authority"}, "either": {"requester", "provider"}}


class Contract:
    """The part of the OpenAPI document that machines have to agree with."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.operations: dict[str, tuple[str, str, Document]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
            if method in _METHODS
        }
        self.roles: tuple[str, ...] = tuple(self.schema("Role")["enum"])
        self.problems: dict[str, int] = {one["code"]: one["status"] for one in document["x-problem-codes"]}

    def schema(self, name: str) -> Document:
        """Return a schema by its name; empty where there is none."""
        found: Document = self._document["components"]["schemas"].get(name, {})
        return found

    def member(self, schema: str, pointer: str) -> tuple[Document, ...]:
        """Return every subschema of the member at a JSON Pointer; none where the schema has no such member."""
        here: list[Document] = [self.schema(schema)]
        for name in pointer.split("/")[1:]:
            parts = [one for each in here for one in self._all(each)]
            here = [one["properties"][name] for one in parts if name in one.get("properties", {})]
        return tuple(here)

    def _all(self, schema: Document) -> Iterator[Document]:
        """The schema itself and every one that it takes in."""
        yield schema
        if "$ref" in schema:
            yield from self._all(self.schema(schema["$ref"].rpartition("/")[2]))
        for one in (*schema.get("allOf", ()), *schema.get("oneOf", ())):
            yield from self._all(one)

    def values(self, schema: str, pointer: str) -> list[str]:
        """Return the values that a member may have; empty where it has no list."""
        found = [one for each in self.member(schema, pointer) for one in self._all(each)]
        return [str(value) for one in found for value in one.get("enum", ())]


def troubles(machine: Machine, contract: Contract) -> Iterator[Trouble]:
    """Yield every place where the machine says something else than the contract."""
    yield from _case(machine, contract)
    for index, event in enumerate(machine.events.values()):
        if event.operation:
            yield from _operation(machine, contract, ("events", index), event)
            yield from _body(machine, contract, ("events", index), event)
    for index, guard in enumerate(machine.guards.values()):
        if contract.problems.get(guard.code) != guard.status:
            yield Trouble(("guards", index, "refused"), f"the contract has no {guard.status} {guard.code}")
    for index, timer in enumerate(machine.timers):
        for name, pointer in (("counts_from", timer.counts_from), ("limit", timer.limit.date)):
            if pointer and not _in_case(machine, contract, pointer):
                yield Trouble(("timers", index, name), f"{machine.case.schema} has no member {pointer}")


def _in_case(machine: Machine, contract: Contract, pointer: str) -> bool:
    return bool(contract.member(machine.case.schema, pointer))


def _case(machine: Machine, contract: Contract) -> Iterator[Trouble]:
    if machine.case.read not in contract.operations:
        yield Trouble(("case", "read"), f"{machine.case.read}: no such operation")
    known = set(contract.values(machine.case.schema, f"/{machine.case.state}"))
    named = {one.id for one in machine.states.values() if not one.gone}
    for name in sorted(known ^ named):
        where = "the contract has" if name in known else "the machine has"
        yield Trouble(("states",), f"{name}: only {where} this state")


def _operation(machine: Machine, contract: Contract, key: Key, event: Event) -> Iterator[Trouble]:
    assert event.operation is not None
    method, path, data = contract.operations.get(event.operation.id, ("", "", {}))
    if (method, path) != (event.operation.method, event.operation.path):
        yield Trouble((*key, "operation"), f"{event.operation.id}: the contract has {method} {path}".rstrip())
        return
    if set(event.roles) != set(data["x-roles"]):
        yield Trouble((*key, "roles"), f"{event.id}: the contract has {', '.join(data['x-roles'])}")
    for role in event.roles:
        if role not in contract.roles:
            yield Trouble((*key, "roles"), f"{role}: no such role")
    side = data.get("x-side")
    if set(event.sides) != (_SIDES.get(side, {side}) if side else set()):
        yield Trouble((*key, "sides"), f"{event.id}: the contract has {side}")
    if "x-transition" in data:
        yield from (Trouble((*key, "moves"), one) for one in _differs(machine, event, data["x-transition"]))


def _differs(machine: Machine, event: Event, said: Document) -> Iterator[str]:
    if (said["machine"], said["event"]) != (machine.id, event.id):
        yield f"{event.id}: the contract has {said['machine']}, {said['event']}"
    if set(said["from"]) != event.starts:
        yield f"{event.id}: the contract leads from {', '.join(said['from'])}"
    if set(said["to"].split("|")) != {move.to for move in event.moves}:
        yield f"{event.id}: the contract leads to {said['to']}"


def _body(machine: Machine, contract: Contract, key: Key, event: Event) -> Iterator[Trouble]:
    assert event.operation is not None
    body = contract.operations.get(event.operation.id, ("", "", {}))[2].get("requestBody")
    ref = body["content"]["application/json"]["schema"]["$ref"] if body else "/"
    name = ref.rpartition("/")[2]
    if (event.body or "") != name:
        yield Trouble((*key, "body"), f"{event.id}: the contract has {name or 'no body'}")
    elif set(contract.schema(name).get("required", ())) != set(event.required):
        yield Trouble((*key, "body", "required"), f"{event.id}: the contract has other required members")
    for pointer in _pointers(machine, event):
        if not contract.member(name, pointer):
            yield Trouble((*key, "guards"), f"{name} has no member {pointer}")
    yield from _lists(machine, contract, key, event)


def _pointers(machine: Machine, event: Event) -> Iterator[str]:
    """Every member of the body that guards and choices of an event speak of."""
    for guard in machine.guards_of(event.id):
        if guard.when and guard.when.place == "body":
            yield guard.when.member
        match guard.rule:
            case Members(pointers=pointers):
                yield from pointers
            case Values(pointer=pointer) | Most(pointer=pointer) | Ahead(pointer=pointer):
                yield pointer
            case _:
                pass
    for move in event.moves:
        if move.choice and (member := machine.choices[move.choice].member):
            yield member


def _lists(machine: Machine, contract: Contract, key: Key, event: Event) -> Iterator[Trouble]:
    """Values that guards and choices name are those of the contract's lists."""
    schema = event.body or ""
    for guard in machine.guards_of(event.id):
        if isinstance(guard.rule, Values) and not contract.values(schema, guard.rule.pointer):
            yield Trouble((*key, "guards"), f"{schema}: {guard.rule.pointer} has no list of values")
        if guard.when:
            holder = schema if guard.when.place == "body" else machine.case.schema
            for value in set(guard.when.values) - set(contract.values(holder, guard.when.member)):
                yield Trouble((*key, "guards"), f"{holder}: {guard.when.member} is never {value}")
    for name in {move.choice for move in event.moves if move.choice}:
        choice = machine.choices[name]
        if choice.member and set(contract.values(schema, choice.member)) != {one.id for one in choice.values}:
            yield Trouble((*key, "moves"), f"{schema}: {choice.member} has other values than {name}")


def missing(machines: Iterable[Machine], contract: Contract) -> Iterator[str]:
    """Yield every operation of the contract with an x-transition that no machine has."""
    known = {one.operation.id for machine in machines for one in machine.events.values() if one.operation}
    for name, (method, path, data) in contract.operations.items():
        if "x-transition" in data and name not in known:
            yield f"{method} {path}: x-transition {data['x-transition']['machine']}, {data['x-transition']['event']}"
