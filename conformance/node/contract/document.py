"""The contract of a node, read from the law: operations by method and path, and what they may answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from conformance.law.load import read_yaml
from conformance.rules.read import pointer
from conformance.rules.referring import Referring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_NAME = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Operation:
    """One operation of the contract.

    Attributes:
        id: its operationId.
        method: in capitals.
        path: template, such as `/catalog/resources/{front}/{sequence}`.
        data: the operation object.
        shared: parameters of the path item.
        anyway: responses that every path may give.
    """

    id: str
    method: str
    path: str
    data: Mapping[str, Any]
    shared: tuple[Any, ...]
    anyway: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Method and path, as findings name an operation."""
        return f"{self.method} {self.path}"

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may call; empty where no credentials are needed."""
        named = tuple(self.data.get("x-roles", ()))
        return () if named == ("public",) or self.data.get("security") == [] else named

    @property
    def requirements(self) -> frozenset[str]:
        """The requirements that the operation serves."""
        return frozenset(self.data.get("x-requirements", ()))

    @property
    def sandbox(self) -> bool:
        """Whether only an open test instance has it."""
        return bool(self.data.get("x-sandbox"))

    @property
    def place(self) -> str:
        """JSON pointer of the operation inside the contract."""
        return pointer("paths", self.path, self.method.lower())

    @cached_property
    def takes(self) -> frozenset[str]:
        """Media types of the request body, empty where there is none."""
        return frozenset(self.data.get("requestBody", {}).get("content", ()))

    @cached_property
    def gives(self) -> frozenset[str]:
        """Media types of its good answers."""
        good = (one for status, one in self.data.get("responses", {}).items() if status.startswith("2"))
        return frozenset(media for one in good for media in one.get("content", ()))


@dataclass(frozen=True)
class Contract:
    """The whole contract; references inside it are followed where they are used."""

    data: Mapping[str, Any]

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the order of the document."""
        return tuple(self._operations())

    @cached_property
    def schemas(self) -> Referring:
        """Every schema of the document, compiled when it is first asked for."""
        return Referring(self.data)

    @cached_property
    def _templates(self) -> tuple[tuple[re.Pattern[str], str, dict[str, Operation]], ...]:
        """Paths by pattern, those with the most fixed letters first."""
        by_path: dict[str, dict[str, Operation]] = {}
        for one in self.operations:
            by_path.setdefault(one.path, {})[one.method] = one
        ordered = sorted(by_path, key=lambda path: (path.count("{"), -len(_NAME.sub("", path))))
        return tuple((_pattern(path), path, by_path[path]) for path in ordered)

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that answers a path (without its query), None where the contract has none.

        HEAD is answered by GET.
        """
        found = self.methods(path)
        return found.get(method) or (found.get("GET") if method == "HEAD" else None)

    def methods(self, path: str) -> Mapping[str, Operation]:
        """Return the operations of a path by method; empty where the contract does not have the path."""
        decoded = unquote(path)
        return next((found for pattern, _, found in self._templates if pattern.fullmatch(decoded)), {})

    def resolved(self, value: Any) -> Any:
        """Return what a reference object refers to, or the value itself."""
        for _ in range(20):
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str) or not reference.startswith("#/"):
                break
            value = self.at(reference[1:])
        return value

    def at(self, place: str) -> Any:
        """Return what stands at a JSON pointer.

        Raises:
            KeyError: nothing does.
        """
        value: Any = self.data
        for step in place.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]
        return value

    def response(self, operation: Operation, status: int) -> tuple[str, Mapping[str, Any]] | None:
        """Return place and object of the response that an operation declares for a status, None where it does not."""
        for named in (str(status), f"{status // 100}XX", "default"):
            if named in operation.data["responses"]:
                return self._followed(f"{operation.place}/responses/{named}", operation.data["responses"][named])
        if str(status) in operation.anyway:
            return self._followed(f"/x-any-path-responses/{status}", operation.anyway[str(status)])
        return None

    def _followed(self, place: str, value: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        reference = value.get("$ref")
        return (str(reference)[1:], self.resolved(value)) if reference else (place, value)

    def _operations(self) -> Iterator[Operation]:
        anyway = self.data.get("x-any-path-responses", {})
        for path, item in self.data["paths"].items():
            for method in METHODS:
                if method in item:
                    data = item[method]
                    shared = tuple(item.get("parameters", ()))
                    yield Operation(data["operationId"], method.upper(), path, data, shared, anyway)


@cache
def read_contract(folder: Path) -> Contract:
    """Read the contract of an edition.

    Raises:
        LawError: the file is missing or is not YAML.
    """
    return Contract(read_yaml(folder / "interfaces" / "openapi.yaml"))


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(map(re.escape, _NAME.split(path))))
