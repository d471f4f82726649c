"""Reads which errors are asked for. A mistake is an error with file, line and member."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk.generate.kinds import KINDS, fields_for
from conformance.bulk.generate.world import GenerateError
from conformance.law.lines import LineError, read_lines
from conformance.law.load import read_yaml
from conformance.resources import folder
from conformance.rules import wording
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from jsonschema.exceptions import ValidationError

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.law.lines import Lines


_NOWHERE = Text("", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of error, in one field, in so many rows.

    Attributes:
        field: None where only one field of the table can have it.
        place: where it was asked, for messages; empty where no file did.
    """

    kind: str
    count: int
    field: str | None = None
    place: Text = _NOWHERE


def read_errors(path: Path) -> tuple[Asked, ...]:
    """Read an errors file (standards/meta/errors.schema.json).

    Raises:
        GenerateError: it is missing, is not YAML, or breaks the schema; the text names file, line and member.
    """
    import jsonschema  # noqa: PLC0415 - only who asks for errors pays for it

    try:
        data, lines = read_lines(path)
    except LineError as error:
        raise GenerateError(error.text) from error
    schema = read_yaml(folder("standards") / "meta" / "errors.schema.json")
    found = jsonschema.Draft202012Validator(schema).iter_errors(data)
    errors = sorted(found, key=lambda one: ([*map(str, one.absolute_path)], one.validator))
    if errors:
        raise _broken(path, errors, lines)
    return tuple(
        Asked(one["kind"], one["count"], one.get("field"), _place(path, lines, ("errors", at)))
        for at, one in enumerate(data["errors"])
    )


def bound_to(plan: BoundPlan, asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Return the errors with their fields named.

    Raises:
        GenerateError: a kind is not known, a field is not there or cannot have it, or several can and none is named.
    """
    return tuple(_bound(plan, one) for one in asked)


def _bound(plan: BoundPlan, one: Asked) -> Asked:
    if one.kind not in KINDS:
        raise _refused(one, Text(f"没有错误种类 {one.kind}", f"there is no kind of error {one.kind}"))
    fit = fields_for(plan, one.kind)
    if one.field is None and len(fit) == 1:
        return Asked(one.kind, one.count, fit[0], one.place)
    if one.field in fit:
        return one
    came = Text("未指明字段", "no field is named")
    if one.field:
        came = Text(f"字段 {one.field} 不适用", f"field {one.field} cannot have it")
    due = Text(f"可用字段：{'、'.join(fit) or '无'}", f"the fields are {', '.join(fit) or 'none'}")
    raise _refused(one, Text(f"{one.kind}：{came.zh}；{due.zh}", f"{one.kind}: {came.en}; {due.en}"))


def _refused(one: Asked, said: Text) -> GenerateError:
    return GenerateError(Text(f"{one.place.zh}{said.zh}", f"{one.place.en}{said.en}"))


def too_few(one: Asked, found: int) -> GenerateError:
    """Return the error that a table has not enough rows for what is asked."""
    return _refused(
        one,
        Text(
            f"{one.kind}（{one.field}）要求 {one.count} 行，表中只有 {found} 行可用",
            f"{one.kind} in {one.field} asks for {one.count} rows, the table has {found} that can have it",
        ),
    )


def _place(path: Path, lines: Lines, key: tuple[str | int, ...]) -> Text:
    line = lines.of(key)
    return Text(f"{path} 第 {line} 行：", f"{path}, line {line}: ")


def _broken(path: Path, errors: Sequence[ValidationError], lines: Lines) -> GenerateError:
    first = errors[0]
    key = tuple(first.absolute_path)
    came, due = wording.came(first), wording.due(first)
    quoted = re.findall(r"'([^']+)'", first.message)
    if first.validator == "additionalProperties" and quoted:
        key = (*key, quoted[0])
        came = Text(f"未知成员 {'、'.join(quoted)}", f"unknown member {', '.join(quoted)}")
        known = sorted(first.schema["properties"]) if isinstance(first.schema, dict) else []
        due = Text(f"可用成员：{'、'.join(known)}", f"the members are {', '.join(known)}")
    elif first.validator == "required":
        came, due = wording.missing(quoted[0])
    line, member = lines.of(key), ".".join(map(str, key)) or "/"
    return GenerateError(
        Text(
            f"{path} 第 {line} 行 {member}：{came.zh}；{due.zh}（共 {len(errors)} 处）",
            f"{path}, line {line}, {member}: {came.en}; due: {due.en} ({len(errors)} in all)",
        )
    )
