"""Words for schema errors: what came and what was due, in Chinese and English, one small function a keyword."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.rules.read import at, shown
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jsonschema.exceptions import ValidationError

_TYPES = {
    "array": Text("数组", "an array"),
    "boolean": Text("true 或 false", "true or false"),
    "integer": Text("整数", "an integer"),
    "null": Text("null", "null"),
    "number": Text("数值", "a number"),
    "object": Text("对象", "an object"),
    "string": Text("文字", "a text"),
}
_FORMATS = {
    "date": Text("有效日期 CCYY-MM-DD", "a valid date, CCYY-MM-DD"),
    "date-time": Text("带时区的日期时间（RFC 3339）", "a date-time with its offset (RFC 3339)"),
    "uscc": Text("校验正确的 18 位统一社会信用代码", "a social credit code of 18 characters with right check digits"),
}


def came(error: ValidationError) -> Text:
    """Return what is there, for one schema error that is not about a missing member."""
    value = error.instance
    if error.validator == "minLength" and isinstance(value, str):
        return Text(f"{len(value)} 字：{shown(value)}", f"{len(value)} characters: {shown(value)}")
    if error.validator in {"minItems", "maxItems"} and isinstance(value, list):
        return Text(f"{len(value)} 项", f"{len(value)} elements")
    return Text(shown(value), shown(value))


def due(error: ValidationError) -> Text:
    """Return what was due: the words that the schema itself gives (`x-due`), or those of the keyword."""
    hint = at(error.schema, "x-due")
    if isinstance(hint, dict):
        return text(hint)
    return _DUE.get(str(error.validator), _other)(error.validator_value)


def rule(keyword: str, value: Any) -> Text:
    """Return what was due, from a keyword of a schema and its value."""
    return _DUE.get(keyword, _other)(value)


def missing(name: str) -> tuple[Text, Text]:
    """Return what came and what was due where the member `name` is missing."""
    return Text(f"缺少 {name}", f"{name} is missing"), Text(f"应有 {name}", f"{name} is present")


def _type(value: Any) -> Text:
    names = [_TYPES[one] for one in ([value] if isinstance(value, str) else value)]
    return Text("或".join(one.zh for one in names), " or ".join(one.en for one in names))


def _enum(value: Any) -> Text:
    text = shown(value)
    return Text(f"取值之一：{text}", f"one of {text}")


def _same(value: Any) -> Text:
    return Text(f"应为 {shown(value)}", f"exactly {shown(value)}")


def _pattern(value: Any) -> Text:
    return Text(f"符合 {shown(value)}", f"a text matching {shown(value)}")


def _format(value: Any) -> Text:
    return _FORMATS.get(str(value), Text(f"符合格式 {value}", f"a text of format {value}"))


def _contains(value: Any) -> Text:
    return Text(f"至少一项符合 {shown(value)}", f"at least one element like {shown(value)}")


def _at_least(zh: str, en: str) -> Callable[[Any], Text]:
    return lambda value: Text(f"不少于 {value} {zh}".rstrip(), f"at least {value} {_many(value, en)}".rstrip())


def _at_most(zh: str, en: str) -> Callable[[Any], Text]:
    return lambda value: Text(f"不多于 {value} {zh}".rstrip(), f"at most {value} {_many(value, en)}".rstrip())


def _many(value: Any, noun: str) -> str:
    return noun if value == 1 or not noun else f"{noun}s"


def _not(value: Any) -> Text:
    return Text(f"不得符合 {shown(value)}", f"nothing like {shown(value)}")


def _other(value: Any) -> Text:
    return Text(f"符合规则 {shown(value)}", f"what the rule says: {shown(value)}")


_DUE: Mapping[str, Callable[[Any], Text]] = MappingProxyType(
    {
        "type": _type,
        "enum": _enum,
        "const": _same,
        "pattern": _pattern,
        "format": _format,
        "contains": _contains,
        "not": _not,
        "minLength": _at_least("字", "character"),
        "minItems": _at_least("项", "element"),
        "maxItems": _at_most("项", "element"),
        "minimum": _at_least("", ""),
        "maximum": _at_most("", ""),
    }
)
