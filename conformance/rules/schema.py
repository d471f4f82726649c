"""One law schema at work: jsonschema-rs decides, jsonschema explains, every error names its requirement.

A law schema is JSON Schema 2020-12 with three words of our own: `x-requirement` on a subschema names what it decides,
`x-parameter` names the parameter of the edition that replaces the value beside it, `x-due` says in words what is due.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from conformance.rules.identifiers import FORMATS
from conformance.rules.read import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.rules.breach import Breach, Key
    from conformance.rules.oracle import Oracle

_REPLACEABLE = ("enum", "const", "minLength", "minimum", "maximum", "minItems", "maxItems")


class SchemaRules:
    """The rules of one schema, compiled once."""

    def __init__(
        self,
        law_schema: Mapping[str, Any],
        *,
        parameters: Mapping[str, object] | None = None,
        formats: Mapping[str, Callable[[str], bool]] = FORMATS,
    ) -> None:
        """Compile `law_schema` with the given parameters of the edition and the formats beside the standard ones."""
        self._schema = with_parameters(law_schema, parameters or {})
        self._fast = _fast(self._schema, formats)
        self._formats = formats
        members = self._schema.get("allOf", [])
        self.always = frozenset(one["x-requirement"] for one in members if "if" not in one)
        self._conditions = [
            _Condition(one, self._schema, formats) for one in members if one["x-requirement"] not in self.always
        ]
        self.requirements = frozenset(one["x-requirement"] for one in members)

    def applying(self, entry: Mapping[str, Any]) -> set[str]:
        """Return the requirements whose condition (`if`) holds for an entry; those of `always` are not repeated."""
        return {one.requirement for one in self._conditions if one.holds(entry)}

    @cached_property
    def oracle(self) -> Oracle:
        """The same rules as jsonschema sees them."""
        from conformance.rules.oracle import Oracle  # noqa: PLC0415 - takes a second to import, and only breaches need it

        return Oracle(self._schema, self._formats)

    def valid(self, value: Any) -> bool:
        """Tell whether a value keeps every rule of the schema."""
        try:
            return self._fast.is_valid(value)
        except ValueError:  # not JSON for the fast engine: a number or text that it cannot hold
            return self.oracle.valid(value)

    def broken(self, value: Any) -> frozenset[Key]:
        """Return requirement and place of every breach, as jsonschema-rs sees them: fast, without words."""
        try:
            errors = self._fast.iter_errors(value)
            return frozenset(
                (requirement_of(self._schema, one.evaluation_path), pointer(*one.instance_path, *_absent(one)))
                for one in errors
            )
        except ValueError:
            return frozenset(one.key for one in self.explain("", value))

    def explain(self, label: str, value: Any) -> tuple[Breach, ...]:
        """Return every breach with words, as jsonschema sees them, one for each requirement and place."""
        return self.oracle.explain(label, value)

    def breaches(self, label: str, value: Any) -> tuple[Breach, ...]:
        """Return every breach of one value, decided fast and explained in words."""
        return () if self.valid(value) else self.explain(label, value)


class _Condition:
    """The `if` of one member: it looks only at the members of the entry that the `if` names."""

    def __init__(
        self, member: Mapping[str, Any], schema: Mapping[str, Any], formats: Mapping[str, Callable[[str], bool]]
    ) -> None:
        self.requirement: str = member["x-requirement"]
        self._names = tuple(member["if"].get("properties", ()))
        self._fast = _fast({**member["if"], "$defs": schema.get("$defs", {})}, formats)

    def holds(self, entry: Mapping[str, Any]) -> bool:
        part = {name: entry[name] for name in self._names if name in entry}
        try:
            return self._fast.is_valid(part)
        except ValueError:
            return False


def with_parameters(schema: Any, parameters: Mapping[str, object]) -> Any:
    """Return a copy of a schema in which the given parameters have replaced the defaults beside `x-parameter`."""
    if isinstance(schema, list):
        return [with_parameters(one, parameters) for one in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {name: with_parameters(one, parameters) for name, one in schema.items()}
    name = str(schema.get("x-parameter"))
    if name in parameters:
        keyword = next(one for one in _REPLACEABLE if one in schema)
        copy[keyword] = parameters[name]
    return copy


def _fast(
    schema: Mapping[str, Any], formats: Mapping[str, Callable[[str], bool]]
) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(dict(schema), formats=dict(formats), validate_formats=True, offline=True)


def requirement_of(schema: Any, path: Sequence[str | int]) -> str:
    """Return the innermost `x-requirement` along a schema path."""
    found = ""
    for step in path:
        try:
            schema = schema[step]
        except (KeyError, IndexError, TypeError):  # the path goes on behind a reference
            break
        if isinstance(schema, dict):
            found = schema.get("x-requirement", found)
    return str(found)


def _absent(error: jsonschema_rs.ValidationError) -> tuple[str, ...]:
    return (error.kind.property,) if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required) else ()
