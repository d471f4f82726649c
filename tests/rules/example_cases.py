"""The language-neutral cases of fixtures/examples/catalog, read into values."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "fixtures" / "examples" / "catalog"
STANDARD = ROOT / "standards" / "catalog"


@dataclass(frozen=True)
class Case:
    """One example: its data, what is expected of it, and what the rules may know."""

    name: str
    requirement: str
    schema: str
    values: tuple[Any, ...]
    broken: frozenset[str]
    given: dict[str, Any]


@cache
def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def schema(name: str = "resource") -> Any:
    return read(STANDARD / f"{name}.schema.json")


def base() -> Any:
    return copy.deepcopy(read(EXAMPLES / "base.json"))


def files() -> list[Path]:
    return sorted(EXAMPLES.glob("CAT-*.json"))


def cases() -> list[Case]:
    return [_case(read(path), one) for path in files() for one in read(path)["cases"]]


def patched(document: Any, operations: list[dict[str, Any]]) -> Any:
    """Apply the operations add, remove and replace of RFC 6902 to a copy of a document."""
    whole = {"": copy.deepcopy(document)}
    for one in operations:
        *path, last = one["path"].split("/")
        target: Any = whole
        for step in path:
            target = target[int(step) if isinstance(target, list) else step]
        _apply(target, last, one)
    return whole[""]


def _apply(target: Any, last: str, operation: dict[str, Any]) -> None:
    key = int(last) if isinstance(target, list) and last != "-" else last
    if operation["op"] == "remove":
        del target[key]
    elif isinstance(target, list) and operation["op"] == "add":
        target.insert(len(target) if key == "-" else key, operation["value"])
    else:
        target[key] = copy.deepcopy(operation["value"])


def _case(file: dict[str, Any], case: dict[str, Any]) -> Case:
    data = case["data"]
    expected = {file["requirement"]} if not case["valid"] else set()
    return Case(
        name=f"{file['requirement']}-{case['id']}",
        requirement=file["requirement"],
        schema=case.get("schema", "resource"),
        values=tuple(_value(one) for one in data.get("entries", [data])),
        broken=frozenset(expected | set(case.get("also", ()))),
        given=file.get("given", {}),
    )


def _value(data: dict[str, Any]) -> Any:
    return data["value"] if "value" in data else patched(read(EXAMPLES / data["base"]), data["patch"])
