"""Generated requests on their way to the node: those that write are led into the sandbox of the run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson

from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.node import Answer, Session
    from conformance.node.contract.document import Operation

Sequence = Callable[[str], str]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_CODE = re.compile(r"[123][0-9]{5}[0-9]*/[0-9]+")
_CODES = frozenset({"code", "resource"})
#: Operations that write and that generated requests may use: what they make, the ledger knows how to take back.
WRITES = frozenset(
    {
        ("POST", "/catalog/drafts"),
        ("PUT", "/catalog/drafts/{id}"),
        ("DELETE", "/catalog/drafts/{id}"),
        ("POST", "/certificates/query"),
        ("POST", "/certificates/verify"),
    }
)


def may_generate(operation: Operation, mode: str) -> bool:
    """Tell whether requests to an operation may be generated at all in a mode."""
    if operation.sandbox:
        return False
    return operation.method in _SAFE or (mode == "sandbox" and (operation.method, operation.path) in WRITES)


def inside(
    run: Session, operation: Operation, role: str | None, path: str, headers: Mapping[str, str], body: bytes
) -> Answer:
    """Send one request; what it writes is written below the prefix of the sandbox.

    Raises:
        CantTell: no response came.
        Untested: the request would leave the sandbox, or the budget is used up.
    """
    if operation.method in _SAFE:
        return run.node.ask(operation.method, path, role=role, headers=headers, json=body or None)
    area = run.node.profile.access.sandbox
    if area is None:
        raise Untested(Text("没有沙箱", "no sandbox"))
    made = _moved(body, area.prefix, lambda code: run.digits(f"generated:{code}", 12))
    if operation.method != "POST":
        return run.node.ask(operation.method, path, role=role, headers=headers, json=made or None)
    answer = run.node.post(path, made, role=role, headers=dict(headers))
    if answer.status == 201 and operation.path == "/catalog/drafts":
        _enter(run, answer)
    return answer


def _enter(run: Session, answer: Answer) -> None:
    made = answer.json if isinstance(answer.json, dict) else {}
    entry = made.get("entry")
    if isinstance(made.get("id"), str) and isinstance(entry, dict) and isinstance(entry.get("code"), str):
        run.ledger.draft(made["id"], entry["code"], answer)


def _moved(body: bytes, prefix: str, sequence: Sequence) -> bytes:
    """Return a JSON body with the codes in it below the prefix; a body that is no JSON stays as it is."""
    try:
        value = orjson.loads(body)
    except ValueError:
        return body
    changed = _below(value, prefix, sequence)
    return body if changed == value else orjson.dumps(changed)


def _below(value: Any, prefix: str, sequence: Sequence) -> Any:
    if isinstance(value, list):
        return [_below(one, prefix, sequence) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _code(inner, prefix, sequence)
        if name in _CODES and isinstance(inner, str)
        else _below(inner, prefix, sequence)
        for name, inner in value.items()
    }


def _code(value: str, prefix: str, sequence: Sequence) -> str:
    """Return a code of the sandbox for a code; what is none stays wrong, and lies below the prefix too."""
    if value.startswith(prefix):
        return value
    return f"{prefix}/{sequence(value)}" if _CODE.fullmatch(value) else prefix + value
