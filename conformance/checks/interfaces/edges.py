"""The edges of an operation's query parameters: each at its least and at its most, and all at their most together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.sandboxed import inside
from conformance.judge import CantTell, Untested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.node import Session
    from conformance.node.contract.document import Contract, Operation


def walk_edges(run: Session, operation: Operation) -> int:
    """Send the edges of one operation; return how many were answered."""
    if operation.method != "GET":
        return 0
    role = next((one for one in operation.roles if run.node.has(one)), None)
    sent = 0
    for path, query in edges(run.contract, operation):
        try:
            inside(run, operation, role, run.node.url(path, query).removeprefix(run.node.profile.url), {}, b"")
        except Untested:
            break
        except CantTell:
            continue  # the wire loses patience where this goes on
        sent += 1
    return sent


def edges(contract: Contract, operation: Operation) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield path and query of each edge of an operation; the path is that of its examples."""
    parameters = [contract.resolved(one) for one in (*operation.shared, *operation.data.get("parameters", ()))]
    path = operation.path
    for one in parameters:
        if one["in"] == "path":
            path = path.replace("{" + one["name"] + "}", str(one.get("example", "x")))
    ranges = {
        one["name"]: _range(contract.resolved(one.get("schema", {}))) for one in parameters if one["in"] == "query"
    }
    known = {name: found for name, found in ranges.items() if found}
    yield path, {}
    for name, values in known.items():
        for value in values:
            yield path, {name: value}
    if len(known) > 1:
        yield path, {name: values[-1] for name, values in known.items()}


def _range(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the edges of a schema, least first; none where it has none."""
    if "enum" in schema:
        return tuple(schema["enum"])
    found = [schema[word] for word in ("minimum", "maximum") if word in schema]
    return tuple(dict.fromkeys(found))
