"""Reads `standards/process/machines/`. Whatever is wrong with a machine is an error with file, line and member."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.law.lines import LineError, read_lines
from conformance.law.load import LawError, read_yaml
from conformance.law.machine_checks import Trouble, parameters, repeated, troubles
from conformance.law.machine_contract import Contract, missing
from conformance.law.machine_contract import troubles as contract_troubles
from conformance.law.machine_parts import machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import jsonschema_rs

    from conformance.law.machines import Machine
    from conformance.law.model import Law


def machines(law: Law) -> Mapping[str, Machine]:
    """Return every machine of the law by its id; read and checked once a process.

    Raises:
        LawError: a machine is missing, broken or at odds with the contract; the message names file, line and member.
    """
    names = frozenset(law.requirements) | frozenset(law.edition.parameters) | frozenset(law.classes())
    return _machines(law.folder, names)


@cache
def contract(folder: Path) -> Contract:
    """Return what machines have to agree with: the OpenAPI document below `standards/`, read once a process.

    Raises:
        LawError: it is missing or broken.
    """
    return Contract(read_yaml(folder / "interfaces" / "openapi.yaml"))


@cache
def _machines(folder: Path, names: frozenset[str]) -> Mapping[str, Machine]:
    paths = sorted((folder / "process" / "machines").glob("*.yaml"))
    if not paths:
        raise LawError(f"{folder / 'process' / 'machines'}: no machine there")
    agreed, valid = contract(folder), validator(folder)
    found = [read_machine(path, valid, names, agreed) for path in paths]
    for one in missing(found, agreed):
        raise LawError(f"{folder / 'interfaces' / 'openapi.yaml'}: {one}: no machine has it")
    return {one.id: one for one in found}


def validator(folder: Path) -> jsonschema_rs.Draft202012Validator:
    """Return what decides whether a file has the format of a machine, from the meta schema below `standards/`."""
    import jsonschema_rs  # noqa: PLC0415 - only what needs a machine pays for it

    return jsonschema_rs.Draft202012Validator(json.loads((folder / "meta" / "machine.schema.json").read_bytes()))


def read_machine(
    path: Path, valid: jsonschema_rs.Draft202012Validator, names: frozenset[str], agreed: Contract
) -> Machine:
    """Read one machine.

    Args:
        path: its file; its name is the id of the machine.
        valid: validator of the format.
        names: ids of the requirements, parameters and classes that it may name.
        agreed: the contract that it has to agree with.

    Raises:
        LawError: it is broken; the message names file, line and member of the first trouble, and how many there are.
    """
    data = read_yaml(path)
    if not isinstance(data, dict):
        raise LawError(f"{path}, line 1: a mapping is due")
    _refuse(path, list(_misshapen(valid, data)) or list(repeated(data)))
    found = machine(data)
    if found.id != path.stem:
        _refuse(path, [Trouble(("machine",), f"{found.id}: the file says {path.stem}")])
    _refuse(path, [*_unknown(data, (), names), *_parameters(found, names)] or list(troubles(found)))
    _refuse(path, list(contract_troubles(found, agreed)))
    return found


def _misshapen(valid: jsonschema_rs.Draft202012Validator, data: Mapping[str, Any]) -> Iterator[Trouble]:
    for error in valid.iter_errors(data):
        yield Trouble(tuple(error.instance_path), error.message)


def _refuse(path: Path, found: list[Trouble]) -> None:
    """Say the first trouble with its line, in the order of the file."""
    if not found:
        return
    try:
        _, lines = read_lines(path)
    except LineError as error:
        raise LawError(error.text.en) from error
    line, first = min(((lines.of(one.key, one.text), one) for one in found), key=lambda pair: pair[0])
    place = "/" + "/".join(map(str, first.key))
    raise LawError(f"{path}, line {line}, {place}: {first.text} ({len(found)} in all)")


def _unknown(value: Any, key: tuple[str | int, ...], names: frozenset[str]) -> Iterator[Trouble]:
    """Requirements and classes that the law has not, wherever the file names them."""
    if isinstance(value, dict):
        for name, inner in value.items():
            place = (*key, name)
            if name in {"requirements", "classes"}:
                yield from (Trouble(place, f"{one}: the law has none") for one in inner if one not in names)
            elif name == "requirement":
                yield from [] if inner in names else [Trouble(place, f"{inner}: the law has none")]
            else:
                yield from _unknown(inner, place, names)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unknown(inner, (*key, index), names)


def _parameters(found: Machine, names: frozenset[str]) -> Iterator[Trouble]:
    for key, name in parameters(found):
        if name not in names:
            yield Trouble(key, f"{name}: the edition has no such parameter")
