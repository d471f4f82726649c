"""Descriptions of tables that a district writes: read with file, line and member of whatever is wrong in them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.law.lines import LineError, read_lines
from conformance.law.read_data import dataset
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

    from conformance.law.data import Dataset
    from conformance.law.lines import Key
    from conformance.law.model import Law

_SHOWN = 80
_LONGEST = 1 << 20
_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_QUANTIFIER = re.compile(r"[0-9]+(,[0-9]*)?")
_FIELD = Text("本表的字段", "a field of this table")
_ELEMENT = Text("数据元目录中的数据元", "a data element of the directory")
_LIST = Text("本规范的代码表", "a code list of this profile")
_REQUIREMENT = Text("数据标准的要求", "a requirement of the data standard")
_PARAMETER = Text("版本的参数", "a parameter of the edition")
_NEW = Text("本规范和本表其他规则未用的标识", "an id that neither this profile nor another rule of the table has")
_MEMBERS = (".format", ".list", ".when", ".on", ".filled")


class DatasetError(Exception):
    """A description of a table is wrong; the text names file, line and member."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What is wrong with the member at `key`."""

    key: Key
    came: Text
    due: Text


def read_district_dataset(path: Path, law: Law) -> Dataset:
    """Read a description of a table in the format of standards/meta/dataset.schema.json.

    Args:
        path: the file.
        law: whose data elements, code lists, requirements and parameters the description may name.

    Raises:
        DatasetError: the file cannot be read or is wrong; the text names file, line and member of the first trouble in
            the order of the file and says how many there are.
    """
    try:
        if path.is_file() and path.stat().st_size > _LONGEST:
            raise DatasetError(
                Text(f"{path} 大于 1 MiB，不是数据集描述", f"{path}: no description has more than 1 MiB")
            )
        data, lines = read_lines(path)
    except LineError as error:
        raise DatasetError(error.text) from error
    troubles = list(_schema_troubles(law, data)) or list(_troubles(law, data))
    if troubles:
        line, first = min(((lines.of(one.key), one) for one in troubles), key=lambda pair: pair[0])
        member = ".".join(map(str, first.key)) or "/"
        raise DatasetError(
            Text(
                f"{path} 第 {line} 行 {member}：{first.came.zh}；应为：{first.due.zh}（共 {len(troubles)} 处）",
                f"{path}, line {line}, {member}: {first.came.en}; due: {first.due.en} ({len(troubles)} in all)",
            )
        )
    return dataset(data, law.data.elements)


def _schema_troubles(law: Law, data: Mapping[str, Any]) -> Iterator[_Trouble]:
    import jsonschema  # noqa: PLC0415 - only a description pays for it

    schema = json.loads((law.folder / "meta" / "dataset.schema.json").read_bytes())
    for error in jsonschema.Draft202012Validator(schema).iter_errors(data):
        yield _broken(error)


def _broken(error: ValidationError) -> _Trouble:
    """Say one schema error in words; the schema itself says what is due."""
    key, schema = tuple(error.absolute_path), dict(error.schema) if isinstance(error.schema, dict) else {}
    quoted = re.findall(r"'([^']+)'", error.message)
    if error.validator == "required":
        return _Trouble(key, _both(f"缺少 {quoted[0]}", f"{quoted[0]} is missing"), _both(f"有 {quoted[0]}", quoted[0]))
    if error.validator == "additionalProperties":
        unknown, known = "、".join(quoted), ", ".join(schema.get("properties", ()))
        came = Text(f"未知成员 {unknown}", f"unknown member {', '.join(quoted)}")
        return _Trouble((*key, quoted[0]), came, Text(f"成员之一：{known}", f"one of the members {known}"))
    said = schema.get("x-due")
    due = text(said) if said else _both(f"{error.validator} {_cut(error.validator_value)}")
    return _Trouble(key, _both(_cut(error.instance)), due)


def _both(zh: str, en: str = "") -> Text:
    return Text(zh, en or zh)


def _cut(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _troubles(law: Law, data: Mapping[str, Any]) -> Iterator[_Trouble]:
    """What a schema cannot say: names that must be there, and names that must not be there twice."""
    names = [one["name"] for one in data["fields"]]
    yield from _field_troubles(law, data["fields"], names)
    for key, name in _field_names(data):
        yield from _named(key, name, names, _FIELD)
    for index, one in enumerate(data.get("foreignKeys", ())):
        if len(one["fields"]) != len(one["references"]):
            came = Text(f"{len(one['references'])} 个字段", f"{len(one['references'])} of them")
            due = Text(f"{len(one['fields'])} 个字段，与 fields 一样多", f"{len(one['fields'])}, as many as fields")
            yield _Trouble(("foreignKeys", index, "references"), came, due)
    taken = {*(one.id for one in law.data.templates), *(one.id for one in law.data.keys)}
    for index, one in enumerate(data.get("rules", ())):
        if one["id"] in taken:
            yield _Trouble(("rules", index, "id"), _both(one["id"]), _NEW)
        taken.add(one["id"])
        yield from _rule_troubles(law, ("rules", index), one, names)


def _field_troubles(law: Law, fields: list[dict[str, Any]], names: list[str]) -> Iterator[_Trouble]:
    for index, one in enumerate(fields):
        key: Key = ("fields", index)
        if one["name"] in names[:index]:
            yield _Trouble((*key, "name"), _both(one["name"]), Text("不重复的字段名", "a name that no other field has"))
        yield from _named((*key, "element"), one.get("element"), law.data.elements, _ELEMENT)
        yield from _named((*key, "codeList"), one.get("codeList"), law.data.code_lists, _LIST)
        yield from _named((*key, "when"), one.get("when"), names, _FIELD)


def _named(key: Key, name: str | None, known: Any, due: Text) -> Iterator[_Trouble]:
    if name is not None and name not in known:
        yield _Trouble(key, _both(name), due)


def _field_names(data: Mapping[str, Any]) -> Iterator[tuple[Key, str]]:
    """Every place outside of fields and rules that names a field of this table."""
    for member in ("primaryKey", "businessKey", "updateKey"):
        yield from (((member, index), name) for index, name in enumerate(data.get(member, ())))
    if "updateTime" in data:
        yield ("updateTime",), data["updateTime"]
    for at, one in enumerate(data.get("foreignKeys", ())):
        yield from ((("foreignKeys", at, "fields", index), name) for index, name in enumerate(one["fields"]))
    for at, one in enumerate(data.get("agrees", ())):
        for member in ("key", "attributes"):
            yield from ((("agrees", at, member, name), name) for name in one[member])


def _rule_troubles(law: Law, key: Key, rule: Mapping[str, Any], names: list[str]) -> Iterator[_Trouble]:
    yield from _named((*key, "requirement"), rule["requirement"], law.requirements, _REQUIREMENT)
    for share in ("least", "most"):
        yield from _named((*key, share), rule.get(share), law.edition.parameters, _PARAMETER)
    known = {*names, *(name + member for name in names for member in _MEMBERS)}
    for member in ("population", "predicate"):
        for name in _IN_BRACES.findall(rule[member]):
            if not _QUANTIFIER.fullmatch(name):
                yield from _named((*key, member), name, known, _FIELD)
