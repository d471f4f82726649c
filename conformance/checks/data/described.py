"""From a served schema to the description of a table, and from the description to the plan of its rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from conformance.bulk.bind import plan
from conformance.bulk.notation import shape
from conformance.checks.shared import at, words
from conformance.law.data import CodeList, Element, Validity
from conformance.law.model import Source
from conformance.law.read_data import dataset
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.bulk.values import Plan
    from conformance.law.data import Dataset
    from conformance.node import Session

_OWN = Source(Text("节点发布", "published by the node"), "P")
_TYPES = frozenset("CNYDTLMGBIF")
_LONGEST = 65_535  # characters of a value
_LIST = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # what the interface allows as the id of a code list
_STATUSES = frozenset({"draft", "current", "retired"})


def element_of(item: Mapping[str, Any]) -> Element:
    """Return a published data element as a value; what it does not say is left empty."""
    domain = words(item, "valueDomain", "description")
    return Element(
        id=words(item, "id"),
        name=Text(words(item, "name"), words(item, "nameEn")),
        object_class=_same(words(item, "objectClass")),
        property=_same(words(item, "property")),
        representation=_same(words(item, "representation")),
        definition=_same(words(item, "definition")),
        data_type=words(item, "type") if words(item, "type") in {*_TYPES, "geometry"} else "C",
        format=words(item, "format") if _is_notation(words(item, "format")) else None,
        code_list=None,
        domain=_same(domain),
        unit=_same(words(item, "unit")) if words(item, "unit") else None,
        synonyms=(),
        sensitivity=words(item, "sensitivity") or "none",
        version=str(item.get("version")),
        status=words(item, "status") if words(item, "status") in _STATUSES else "current",
        source=_OWN,
    )


def _same(word: str) -> Text:
    return Text(word, word)


def _is_notation(word: str) -> bool:
    """Tell whether a node's own notation is one that rules can be made of; what it should be is STD-002's."""
    if any(int(number) > _LONGEST for number in re.findall("[0-9]{1,9}", word)):
        return False
    try:
        shape(word)
    except ValueError:
        return False
    return True


@dataclass
class Bench:
    """Makes plans, one for each different list of fields.

    Attributes:
        elements: data elements by id; those of the law, and what the node publishes beside them.
        own_lists: code lists that the node publishes beside those of the law.
        boundary: WKB of the district, None where it is not known.
    """

    run: Session
    elements: Mapping[str, Element]
    own_lists: Mapping[str, CodeList]
    boundary: bytes | None = None
    _plans: dict[Any, Plan] = field(default_factory=dict)

    def plan(self, structure: Mapping[str, Any]) -> Plan:
        """Return the rules of a table by its served schema.

        Raises:
            KeyError, TypeError, ValueError: the schema cannot be read as the description of a table.
        """
        key = _shape(structure)
        if key not in self._plans:
            self._plans[key] = self.plan_of(self.describe(structure))
        return self._plans[key]

    def plan_or_none(self, structure: Mapping[str, Any]) -> Plan | None:
        """Return the rules of a table by its served schema, None where that cannot be read."""
        try:
            return self.plan(structure)
        except (KeyError, TypeError, ValueError):
            return None

    def plan_of(self, described: Dataset) -> Plan:
        """Return the rules of a table by its description."""
        today = self.run.today.isoformat()
        made = plan(self.run.law, described, today=today, params=self.run.param, boundary=self.boundary)
        lists = {**self.own_lists, **made.context.code_lists}
        return replace(made, context=replace(made.context, code_lists=lists))

    def describe(self, structure: Mapping[str, Any]) -> Dataset:
        """Return the description that a served schema amounts to.

        What a bound field is, its data element says: a schema cannot take a rule away by another type or list. A
        table of a dataset of the law keeps the business key and the own rules of that dataset.

        Raises:
            KeyError, TypeError, ValueError: it cannot be read.
        """
        names = {words(one, "name") for one in structure["fields"]}
        fields = [self._field(one, names) for one in structure["fields"]]
        base = self.run.law.data.datasets.get(words(structure, "dataset"))
        update_time = words(structure, "updateTime")
        made = dataset(
            {
                "id": base.id if base else words(structure, "code") or "table",
                "title": {"zh": words(structure, "code"), "en": words(structure, "code")},
                "version": str(structure.get("version")),
                "fields": fields,
                "primaryKey": _flagged(structure["fields"], "primaryKey"),
                "updateKey": update_key(structure),
                "updateTime": update_time if update_time in names else None,
            },
            self.elements,
        )
        if base is None:
            return made
        return replace(
            made,
            business_key=base.business_key if names.issuperset(base.business_key) else (),
            rules=tuple(
                one for one in base.rules if all(name in names for name in _named(one.population + one.predicate))
            ),
        )

    def _field(self, one: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
        element = self.elements.get(words(one, "element"))
        named, known = words(one, "codeList"), {*self.own_lists, *self.run.law.data.code_lists}
        lists = named if named in known else named.replace("_", "-")
        when = words(one, "when")
        if not words(one, "name"):
            raise ValueError(one)
        return {
            "name": one["name"],
            "element": element.id if element else None,
            "dataType": None if element else words(one, "dataType"),
            "codeList": None if (element and element.code_list) or lists not in known else lists,
            "nullable": one.get("nullable") is not False,
            "sensitivity": words(one, "sensitivity") or None,
            "when": when if when in names else None,
            "subject": words(one, "subject"),
        }


def update_key(structure: Mapping[str, Any]) -> list[str]:
    """Return the fields of the update key that a schema states, in either way."""
    stated = structure.get("updateKey")
    if isinstance(stated, list) and all(isinstance(one, str) for one in stated):
        return list(stated)
    return _flagged(structure["fields"], "updateKey")


def primary_key(structure: Mapping[str, Any]) -> list[str]:
    """Return the fields of the primary key that a schema states."""
    return _flagged(structure["fields"], "primaryKey")


def _flagged(fields: list[Any], flag: str) -> list[str]:
    return [words(one, "name") for one in fields if at(one, flag) is True]


def _named(expression: str) -> list[str]:
    return [part.split("}", 1)[0].split(".", 1)[0] for part in expression.split("{")[1:]]


def _shape(structure: Mapping[str, Any]) -> Any:
    names = ("name", "dataType", "nullable", "primaryKey", "element", "codeList", "sensitivity", "when", "subject")
    return (
        words(structure, "dataset"),
        words(structure, "updateTime"),
        tuple(update_key(structure)),
        tuple(tuple(str(at(one, name)) for name in names) for one in structure["fields"]),
    )


def is_list_id(name: str) -> bool:
    """Tell whether a code list may be called so."""
    return _LIST.fullmatch(name) is not None


def code_list_of(header: Mapping[str, Any], items: list[Any]) -> CodeList:
    """Return a published code list as a value: complete by definition, since it is the node's own.

    Raises:
        ValueError: a day cannot be read.
    """
    from datetime import date  # noqa: PLC0415

    def day(value: Any) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) and value else None

    spans: dict[str, list[Validity]] = {}
    names: dict[str, list[str]] = {}
    for one in items:
        spans.setdefault(words(one, "code"), []).append(Validity(day(at(one, "validFrom")), day(at(one, "validTo"))))
        names.setdefault(words(one, "code"), []).append(words(one, "name"))
    return CodeList(
        id=words(header, "id"),
        title=_same(words(header, "title")),
        standard=words(header, "standard") or None,
        version=str(header.get("version")),
        complete=True,
        covers=Validity(None, None),
        codes={code: tuple(found) for code, found in spans.items()},
        names={code: tuple(found) for code, found in names.items()},
    )
