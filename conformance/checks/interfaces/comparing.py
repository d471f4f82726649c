"""The node's description beside the contract: what it does not promise, and what it asks for beyond the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.judge import Sample
from conformance.rules.read import pointer, shown
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.node.contract.document import Contract, Operation

_DEEPEST = 6
_HOPS = 20


@dataclass(frozen=True)
class Theirs:
    """A description of which nothing is taken for granted."""

    data: Mapping[str, Any]

    def followed(self, value: Any, place: str) -> tuple[Any, str]:
        """Return what a reference inside the document leads to and where it stands; None where it leads nowhere."""
        for _ in range(_HOPS):
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str):
                return value, place
            place = reference.removeprefix("#")
            value = self._at(place) if reference.startswith("#/") else None
        return None, place

    def _at(self, place: str) -> Any:
        value: Any = self.data
        for step in place.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            value = value.get(name) if isinstance(value, dict) else None
        return value


def narrower(contract: Contract, ours: Operation, theirs: Theirs, path: str) -> Iterator[Sample]:
    """Yield where a described operation promises less, or asks for more, than the contract."""
    item = theirs.data["paths"][path]
    place = pointer("paths", path, ours.method.lower())
    given = item[ours.method.lower()]
    if not isinstance(given, dict):
        yield _sample(ours, place, given, Text("操作对象", "an operation object"))
        return
    yield from _parameters(contract, ours, theirs, [*_list(item), *_list(given)], place)
    yield from _body(contract, ours, theirs, given, place)
    yield from _responses(contract, ours, theirs, given, place)


def _list(holder: Mapping[str, Any]) -> list[Any]:
    found = holder.get("parameters")
    return found if isinstance(found, list) else []


def _parameters(contract: Contract, ours: Operation, theirs: Theirs, given: list[Any], place: str) -> Iterator[Sample]:
    mine = (contract.resolved(one) for one in (*ours.shared, *ours.data.get("parameters", ())))
    known = {(one["in"], one["name"]): one for one in mine}
    for index, raw in enumerate(given):
        one, _ = theirs.followed(raw, place)
        if not isinstance(one, dict) or one.get("required") is not True or one.get("in") == "path":
            continue
        if not known.get((one.get("in"), one.get("name")), {}).get("required"):
            came = Text(f"必填参数 {one.get('name')}", f"required parameter {one.get('name')}")
            yield Sample(
                ours.label, f"{place}/parameters/{index}", came, Text("契约不要求它", "not required by the contract")
            )


def _body(
    contract: Contract, ours: Operation, theirs: Theirs, given: Mapping[str, Any], place: str
) -> Iterator[Sample]:
    asked, where = theirs.followed(given.get("requestBody"), f"{place}/requestBody")
    mine = contract.resolved(ours.data.get("requestBody", {}))
    if not isinstance(asked, dict):
        return
    if asked.get("required") is True and not mine.get("required"):
        yield Sample(
            ours.label, f"{where}/required", Text("必须有请求体", "a body is required"), Text("可以没有", "none is")
        )
    content = _object(asked, "content")
    for media, wanted in mine.get("content", {}).items():
        step = f"{where}/content{pointer(media)}"
        if media not in content:
            yield Sample(ours.label, step, Text(f"不接受 {media}", f"{media} is not taken"), Text(media, media))
            continue
        schema, there = theirs.followed(_of(content[media], "schema"), f"{step}/schema")
        due = contract.resolved(wanted.get("schema", {}))
        extra = sorted(set(_names(schema, "required")) - set(_names(due, "required"))) if "allOf" not in due else []
        for name in extra:
            came = Text(f"必填成员 {name}", f"required member {name}")
            yield Sample(ours.label, f"{there}/required", came, Text("契约不要求它", "not required by the contract"))


def _responses(
    contract: Contract, ours: Operation, theirs: Theirs, given: Mapping[str, Any], place: str
) -> Iterator[Sample]:
    listed = _object(given, "responses")
    for status, raw in ours.data["responses"].items():
        if not status.startswith("2"):
            continue
        step = f"{place}/responses/{status}"
        found = next((listed[one] for one in (status, f"{status[0]}XX", "default") if one in listed), None)
        answer, where = theirs.followed(found, step)
        if not isinstance(answer, dict):
            yield Sample(
                ours.label, step, Text(f"没有 {status}", f"no {status}"), Text(f"响应 {status}", f"response {status}")
            )
            continue
        content = _object(answer, "content")
        for media, wanted in contract.resolved(raw).get("content", {}).items():
            there = f"{where}/content{pointer(media)}"
            if media not in content:
                yield Sample(ours.label, there, Text(f"没有 {media}", f"no {media}"), Text(media, media))
                continue
            due = contract.resolved(wanted.get("schema", {}))
            yield from _promised(contract, ours, theirs, due, (_of(content[media], "schema"), f"{there}/schema"), 0)


def _promised(
    contract: Contract, ours: Operation, theirs: Theirs, due: Any, given: tuple[Any, str], depth: int
) -> Iterator[Sample]:
    """Yield where a schema of the description promises less than that of the contract."""
    schema, place = theirs.followed(*given)
    due = contract.resolved(due)
    if depth > _DEEPEST or not isinstance(due, dict) or due == schema:
        return
    if not isinstance(schema, dict):
        yield _sample(ours, place, schema, Text("响应报文的模式", "a schema of the body"))
        return
    mine, other = _types(due), _types(schema)
    if mine and other and not other <= mine | ({"integer"} if "number" in mine else set()):
        yield _sample(ours, f"{place}/type", schema.get("type"), Text(shown(due.get("type")), shown(due.get("type"))))
        return
    for name in sorted(set(_names(due, "required")) - set(_names(schema, "required"))):
        if not _composed(schema):
            came = Text(f"不保证成员 {name}", f"member {name} is not promised")
            yield Sample(ours.label, f"{place}/required", came, Text(f"必有成员 {name}", f"member {name} is required"))
    members, listed = _of(due, "properties"), _of(schema, "properties")
    for name in members if isinstance(members, dict) and isinstance(listed, dict) else ():
        if name in listed:
            inner = (listed[name], f"{place}/properties{pointer(name)}")
            yield from _promised(contract, ours, theirs, members[name], inner, depth + 1)
    if "items" in due and "items" in schema:
        yield from _promised(contract, ours, theirs, due["items"], (schema["items"], f"{place}/items"), depth + 1)


def _composed(schema: Mapping[str, Any]) -> bool:
    return any(word in schema for word in ("allOf", "anyOf", "oneOf"))


def _types(schema: Mapping[str, Any]) -> set[str]:
    stated = schema.get("type")
    return (
        {stated}
        if isinstance(stated, str)
        else {one for one in stated if isinstance(one, str)}
        if isinstance(stated, list)
        else set()
    )


def _names(schema: Any, word: str) -> list[str]:
    found = _of(schema, word)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _of(holder: Any, word: str) -> Any:
    return holder.get(word) if isinstance(holder, dict) else None


def _object(holder: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = holder.get(word)
    return found if isinstance(found, dict) else {}


def _sample(ours: Operation, place: str, came: Any, due: Text) -> Sample:
    return Sample(ours.label, place, Text(shown(came), shown(came)), due)
