"""The second opinion: the same law schema under jsonschema, which explains each breach and checks the fast engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from conformance.rules.breach import Breach
from conformance.rules.read import pointer
from conformance.rules.schema import requirement_of
from conformance.rules.wording import came, due, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


class Oracle:
    """One schema under jsonschema."""

    def __init__(self, schema: Mapping[str, Any], formats: Mapping[str, Callable[[str], bool]]) -> None:
        """Prepare a schema, parameters filled in, with the formats beside the standard ones."""
        self._schema = schema
        self._validator = _VALIDATOR(schema, format_checker=_checker(formats))

    def valid(self, value: Any) -> bool:
        """Tell whether a value keeps every rule of the schema."""
        return bool(self._validator.is_valid(value))

    def explain(self, label: str, value: Any) -> tuple[Breach, ...]:
        """Return every breach with words, the first for each requirement and place."""
        found: dict[tuple[str, str], Breach] = {}
        for error in self._validator.iter_errors(value):
            for breach in _breaches(requirement_of(self._schema, error.absolute_schema_path), label, error):
                found.setdefault(breach.key, breach)
        return tuple(found.values())


def _breaches(requirement: str, label: str, error: ValidationError) -> Iterator[Breach]:
    if error.validator != "required":
        yield Breach(requirement, label, pointer(*error.absolute_path), came(error), due(error))
        return
    names: Sequence[str] = error.validator_value if isinstance(error.validator_value, list) else ()
    for name in names:
        if isinstance(error.instance, dict) and name not in error.instance:
            yield Breach(requirement, label, pointer(*error.absolute_path, name), *missing(name))


def _checker(formats: Mapping[str, Callable[[str], bool]]) -> FormatChecker:
    checker = FormatChecker(("date", "date-time"))
    for name, accepts in formats.items():
        checker.checks(name)(lambda value, accepts=accepts: not isinstance(value, str) or accepts(value))
    return checker


def _ecma_pattern(_: Any, pattern: str, instance: object, __: object) -> Iterator[ValidationError]:
    """Judge `pattern` as ECMA-262 does: `$` is the very end, where Python also stops before a last line feed."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_VALIDATOR: Any = extend(Draft202012Validator, {"pattern": _ecma_pattern})  # type: ignore[no-untyped-call]
