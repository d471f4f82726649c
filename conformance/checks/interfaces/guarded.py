"""Every protected operation of the contract that the node has, with a harmless request to each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.interfaces.contract import Description
    from conformance.checks.shared import Catalog
    from conformance.node import Answer, Session
    from conformance.node.contract.document import Operation

_PARAMETER = re.compile(r"\{([^{}]*)\}")
_NUMBERS = frozenset({"version", "part"})
SAFE = frozenset({"GET", "HEAD"})
#: Statuses by which a node says that it does not have an operation, or nothing at such a path.
ABSENT = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Door:
    """A protected operation and how a run may knock at it.

    Attributes:
        path: filled with an existing code, or with names below the sandbox prefix.
        body: JSON that names nothing but the sandbox, None where the operation takes none.
        exact: the path leads to something that is there for certain.
    """

    operation: Operation
    path: str
    body: Any
    exact: bool

    @property
    def label(self) -> str:
        """Method and path of the operation."""
        return self.operation.label

    def knock(self, run: Session, role: str | None, headers: Mapping[str, str] | None = None) -> Answer | None:
        """Ask as a role, or without a token; None where the mode or the sandbox does not allow the request.

        Raises:
            CantTell: no response came.
        """
        try:
            return run.node.ask(self.operation.method, self.path, role=role, headers=headers, json=self.body)
        except Untested:
            return None


def doors(run: Session, catalog: Catalog, description: Description) -> Iterator[Door]:
    """Yield every protected operation that the node describes; in mode observe those that only read.

    Raises:
        Untested: the catalog has no entry.
    """
    area = run.node.profile.access.sandbox
    prefix = area.prefix if area else "399999"
    for one in _protected(run, description):
        safe = one.method in SAFE
        if not safe and (run.mode != "sandbox" or area is None):
            continue
        yield _door(run, one, next(iter(catalog.by_code), "") if safe else "", prefix)


def _protected(run: Session, description: Description) -> Iterator[Operation]:
    contract = run.contract
    known = [one for one in contract.operations if one.roles]
    described = [one for one in known if description.data is None or description.lists(one)]
    if not described:
        raise Untested(Text("节点没有描述任何受保护的操作", "The node describes no protected operation"))
    yield from described


def _door(run: Session, operation: Operation, code: str, prefix: str) -> Door:
    front, _, sequence = code.partition("/")
    made = f"{prefix}{run.digits(operation.id, 9)}"
    known = {"front": front or f"{prefix}001", "sequence": sequence or run.digits(operation.id, 9)}
    wanted = _PARAMETER.findall(operation.path)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return known.get(name) or ("1" if name in _NUMBERS else made)

    names = {
        "subject": prefix,
        "code": f"{prefix}001/{run.digits(operation.id, 9)}",
        "resource": f"{prefix}001/{run.digits(operation.id, 9)}",
    }
    body = None if operation.method in SAFE or not operation.takes else names
    exact = not wanted or (bool(code) and set(wanted) <= {"front", "sequence"})
    return Door(operation, _PARAMETER.sub(value, operation.path), body, exact)
