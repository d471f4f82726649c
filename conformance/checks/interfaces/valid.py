"""Whether a document is OpenAPI 3.1: by the schema of the specification, and by what that schema cannot say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

from conformance.judge import Sample
from conformance.node.contract.document import METHODS
from conformance.rules.read import pointer
from conformance.rules.referring import Referring
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.node import Session

_NAME = re.compile(r"\{([^{}]*)\}")
_MOST = 60
_DEEPEST = 400


def faults_of(run: Session, document: Mapping[str, Any]) -> list[Sample]:
    """Return where a document is no valid OpenAPI 3.1, the first 60 places."""
    found: list[Sample] = []
    for check in (_by_schema(run, document), _references(document), _names(document)):
        for one in check:
            found.append(one)
            if len(found) >= _MOST:
                return found
    return found


def _by_schema(run: Session, document: Mapping[str, Any]) -> Iterator[Sample]:
    schema = orjson.loads((run.law.folder / "interfaces" / "openapi-3.1.schema.json").read_bytes())
    for _, breach in Referring(schema).breaches("", document, "API-001"):
        yield Sample("openapi.json", breach.pointer, breach.came, breach.due)


def _references(document: Mapping[str, Any]) -> Iterator[Sample]:
    """Every reference inside the document leads somewhere."""
    waiting: list[tuple[Any, tuple[Any, ...]]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        if len(path) > _DEEPEST:
            yield Sample(
                "openapi.json",
                pointer(*path[:8]),
                Text("嵌套过深", "nested too deeply"),
                Text("有限的深度", "a sane depth"),
            )
            return
        if isinstance(value, dict):
            target = value.get("$ref")
            if (
                isinstance(target, str)
                and target.startswith("#/")
                and "example" not in path
                and not _leads(document, target)
            ):
                yield Sample(
                    "openapi.json",
                    pointer(*path, "$ref"),
                    Text(target[:80], target[:80]),
                    Text("存在的位置", "a place that exists"),
                )
            waiting += [(inner, (*path, name)) for name, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, (*path, place)) for place, inner in enumerate(value)]


def _leads(document: Mapping[str, Any], target: str) -> bool:
    value: Any = document
    for step in target.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return False
    return True


def _names(document: Mapping[str, Any]) -> Iterator[Sample]:
    """Operation ids differ, and every name in a path template is a path parameter."""
    known: dict[str, str] = {}
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, dict) else None
            if not isinstance(operation, dict):
                continue
            place = pointer("paths", path, method)
            name = operation.get("operationId")
            if isinstance(name, str) and name in known:
                came = Text(f"{name}，与 {known[name]} 相同", f"{name}, as {known[name]}")
                yield Sample(
                    "openapi.json", f"{place}/operationId", came, Text("唯一的 operationId", "an id of its own")
                )
            elif isinstance(name, str):
                known[name] = place
            stated = _stated(document, item, operation)
            for missing in sorted(set(_NAME.findall(path)) - stated):
                came = Text(f"未声明参数 {missing}", f"parameter {missing} is not declared")
                yield Sample("openapi.json", place, came, Text(f"路径参数 {missing}", f"path parameter {missing}"))


def _stated(document: Mapping[str, Any], *holders: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for holder in holders:
        listed = holder.get("parameters")
        for raw in listed if isinstance(listed, list) else ():
            one = raw
            if isinstance(raw, dict) and isinstance(raw.get("$ref"), str):
                one = _target(document, raw["$ref"])
            if isinstance(one, dict) and one.get("in") == "path":
                found.add(str(one.get("name")))
    return found


def _target(document: Mapping[str, Any], reference: str) -> Any:
    value: Any = document
    for step in reference.split("/")[1:]:
        value = value.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value
