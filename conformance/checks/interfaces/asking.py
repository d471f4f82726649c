"""Paths that fit an operation: with names that exist nowhere, or inside the sandbox of the run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.interfaces.contract import Description
    from conformance.node import Session
    from conformance.node.contract.document import Operation

_NAME = re.compile(r"\{([^{}]*)\}")
#: Names of the right form that nobody gives; others get a name of the run's own.
_UNKNOWN: Mapping[str, str] = {
    "front": "399999999",
    "sequence": "999999",
    "version": "2147483646",
    "semver": "999.999.999",
    "nodeCode": "999999",
    "part": "9999",
    "recordId": "399999999:999999",
    "elementId": "ZZ-Z9999",
    "componentId": "CMP-no-such-component",
}


def described(run: Session, description: Description) -> tuple[Operation, ...]:
    """Return the operations of the contract that the node describes; those of the sandbox are left out."""
    return tuple(one for one in run.contract.operations if not one.sandbox and description.lists(one) is not None)


def unknown(run: Session, operation: Operation) -> str:
    """Return the path of an operation with names that exist nowhere."""
    return _NAME.sub(lambda match: _UNKNOWN.get(match[1], f"no-such-{run.digits(match[1], 8)}"), operation.path)


def sandboxed(operation: Operation, prefix: str, made: Mapping[str, str]) -> str | None:
    """Return the path of an operation inside the sandbox, None where it cannot be led there.

    Args:
        operation: the operation.
        prefix: of the sandbox.
        made: by path template, the object that this run has made and that the path may name.
    """
    names = _NAME.findall(operation.path)
    if names[:2] == ["front", "sequence"]:
        known: dict[str, Any] = {"front": prefix, "sequence": "999999"}
        return _NAME.sub(lambda match: known.get(match[1], _UNKNOWN.get(match[1], "1")), operation.path)
    home = operation.path.split("/{")[0]
    if names == ["id"] and home in made:
        return operation.path.replace("{id}", made[home])
    return None


def role_of(run: Session, operation: Operation) -> str | None:
    """Return a role of the profile that may call an operation, None where nobody has to be somebody."""
    return next((one for one in operation.roles if run.node.has(one)), None)
