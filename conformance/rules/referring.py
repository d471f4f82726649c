"""One document with many schemas inside, such as an OpenAPI description: each is compiled where it stands."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema_rs

from conformance.rules.breach import Breach
from conformance.rules.identifiers import FORMATS
from conformance.rules.read import pointer, shown
from conformance.rules.wording import missing, rule
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HOME = "urn:conformance:contract"
_MOST = 40  # errors of one value that are looked at


class Referring:
    """The schemas of one document; `$ref` works inside it and never leads out of it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Take a document that is JSON: names are texts."""
        self._document = document
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(_HOME, dict(self._document))])

    def breaches(self, place: str, value: Any, otherwise: str) -> Iterator[tuple[str, Breach]]:
        """Yield where in the document each broken rule stands, and the breach.

        Args:
            place: JSON pointer of the schema.
            value: what is held to it.
            otherwise: the requirement that a breach belongs to where no subschema names one.
        """
        compiled = self._schema(place)
        try:
            if compiled.is_valid(value):
                return
            errors = list(islice(compiled.iter_errors(value), _MOST))
        except ValueError as error:  # not JSON for the engine: a number or text that it cannot hold
            yield place, Breach(otherwise, "", "", Text(str(error), str(error)), Text("JSON", "JSON"))
            return
        for one in errors:
            requirement = self._requirement(place, one.evaluation_path) or otherwise
            yield self._stands(place, one), Breach(requirement, "", pointer(*one.instance_path), *_words(one))

    def _schema(self, place: str) -> jsonschema_rs.Draft202012Validator:
        if place not in self._compiled:
            self._compiled[place] = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_HOME}#{quote(place)}"},
                registry=self._registry,
                formats=dict(FORMATS),
                validate_formats=True,
                offline=True,
            )
        return self._compiled[place]

    def _stands(self, place: str, error: jsonschema_rs.ValidationError) -> str:
        steps = list(error.schema_path)
        return place if steps[:1] == ["$ref"] else pointer(*steps)

    def _requirement(self, place: str, path: Sequence[str | int]) -> str:
        """Return the innermost `x-requirement` on the way to an error, references followed."""
        schema, found = self._at(place), ""
        for step in list(path)[1:]:
            if isinstance(schema, dict):
                found = schema.get("x-requirement", found)
            if step == "$ref" and isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
                schema = self._at(schema["$ref"][1:])
                continue
            try:
                schema = schema[step]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(schema, dict):
            found = schema.get("x-requirement", found)
        return str(found)

    def _at(self, place: str) -> Any:
        value: Any = self._document
        for step in place.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            value = value[int(name)] if isinstance(value, list) else value[name]
        return value


def _words(error: jsonschema_rs.ValidationError) -> tuple[Text, Text]:
    """Return what came and what was due, in the words of the keyword."""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return missing(error.kind.property)
    came = shown(error.instance)
    return Text(came, came), rule(error.kind.name, getattr(error.kind, "value", None))
