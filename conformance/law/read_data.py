"""Reads `standards/data/` and dataset descriptions of districts into values. A broken file is a named error."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.law.codes import code_list
from conformance.law.data import (
    Agreement,
    Dataset,
    DataStandard,
    Element,
    Field,
    ForeignKey,
    Indicator,
    KeyTemplate,
    OwnRule,
    Selector,
    Template,
)
from conformance.law.load import LawError, read_source, read_yaml
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@cache
def data_standard(folder: Path) -> DataStandard:
    """Read the data standard below `standards/`.

    Raises:
        LawError: a file is missing or broken; the message names it.
    """
    where = folder / "data"
    elements = {one["id"]: _element(one) for one in _within(where / "elements.yaml", "elements")}
    rules = read_yaml(where / "rules.yaml")
    try:
        return DataStandard(
            elements=elements,
            code_lists={path.stem: code_list(path) for path in sorted((where / "code-lists").glob("*.yaml"))},
            datasets={path.stem: read_dataset(path, elements) for path in sorted((where / "datasets").glob("*.yaml"))},
            templates=tuple(_template(one) for one in rules["rules"]),
            keys=tuple(_key(one) for one in rules["keys"]),
            indicators=tuple(_indicator(one) for one in _within(where / "quality.yaml", "indicators")),
            placeholders=frozenset(rules["placeholders"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise LawError(f"{where}: {type(error).__name__} {error}") from error


def _within(path: Path, name: str) -> list[dict[str, Any]]:
    data = read_yaml(path)
    if not isinstance(data, dict) or not isinstance(data.get(name), list):
        raise LawError(f"{path}: no list {name}")
    found: list[dict[str, Any]] = data[name]
    return found


def read_dataset(path: Path, elements: Mapping[str, Element]) -> Dataset:
    """Read one dataset description; what a field leaves out comes from its data element.

    Raises:
        LawError: the file is missing or broken, or names an element or field that is not there; the message says which.
    """
    data = read_yaml(path)
    try:
        found = dataset(data, elements)
    except (KeyError, TypeError, ValueError) as error:
        raise LawError(f"{path}: {type(error).__name__} {error}") from error
    _consistent(path, found)
    return found


def dataset(data: Mapping[str, Any], elements: Mapping[str, Element]) -> Dataset:
    """Return a dataset from its data form.

    Raises:
        KeyError, TypeError, ValueError: a member is missing or of another type, or an element is not known.
    """
    return Dataset(
        id=data["id"],
        title=text(data["title"]),
        version=str(data["version"]),
        fields=tuple(_field(one, elements) for one in data["fields"]),
        primary_key=tuple(data["primaryKey"]),
        business_key=tuple(data.get("businessKey", ())),
        update_key=tuple(data.get("updateKey", ())),
        update_time=data.get("updateTime"),
        foreign_keys=tuple(
            ForeignKey(tuple(one["fields"]), one["dataset"], tuple(one["references"]))
            for one in data.get("foreignKeys", ())
        ),
        agreements=tuple(_agreement(one) for one in data.get("agrees", ())),
        rules=tuple(_own_rule(one) for one in data.get("rules", ())),
        source=read_source(data["source"]) if "source" in data else None,
        description=_optional(data, "description"),
    )


def _field(data: Mapping[str, Any], elements: Mapping[str, Element]) -> Field:
    name = data.get("element")
    element = elements[name] if name is not None else None
    return Field(
        name=data["name"],
        title=text(data["title"]) if "title" in data else element.name if element else Text(data["name"], data["name"]),
        element=name,
        data_type=data.get("dataType") or (element.data_type if element else "C"),
        format=data.get("format") or (element.format if element else None),
        code_list=data.get("codeList") or (element.code_list if element else None),
        nullable=data.get("nullable", True),
        sensitivity=data.get("sensitivity") or (element.sensitivity if element else "none"),
        when=data.get("when"),
        subject=data.get("subject", ""),
        aliases=tuple(data.get("aliases", ())),
    )


def _agreement(data: Mapping[str, Any]) -> Agreement:
    return Agreement(data["dataset"], tuple(data["key"].items()), tuple(data["attributes"].items()))


def _own_rule(data: Mapping[str, Any]) -> OwnRule:
    return OwnRule(
        data["id"],
        data["requirement"],
        text(data["title"]),
        data["population"],
        data["predicate"],
        data.get("severity", "error"),
        data.get("least"),
        data.get("most"),
    )


def _consistent(path: Path, found: Dataset) -> None:
    known = {one.name for one in found.fields}
    named = {
        *found.primary_key,
        *found.business_key,
        *found.update_key,
        *([found.update_time] if found.update_time else []),
        *(one.when for one in found.fields if one.when),
        *(name for key in found.foreign_keys for name in key.fields),
        *(here for one in found.agreements for here, _ in (*one.key, *one.attributes)),
    }
    lost = sorted(named - known)
    if lost:
        raise LawError(f"{path}: no field {', '.join(lost)}")


def _element(data: Mapping[str, Any]) -> Element:
    return Element(
        id=data["id"],
        name=text(data["name"]),
        object_class=text(data["object"]),
        property=text(data["property"]),
        representation=text(data["representation"]),
        definition=text(data["definition"]),
        data_type=data["type"],
        format=data.get("format"),
        code_list=data.get("codeList"),
        domain=text(data["domain"]),
        unit=_optional(data, "unit"),
        synonyms=tuple(data.get("synonyms", ())),
        sensitivity=data.get("sensitivity", "none"),
        version=str(data["version"]),
        status=data["status"],
        source=read_source(data["source"]),
    )


def _template(data: Mapping[str, Any]) -> Template:
    return Template(
        id=data["id"],
        requirement=data["requirement"],
        title=text(data["title"]),
        population=" ".join(data["population"].split()),
        predicate=" ".join(data["predicate"].split()),
        each=_selector(data["each"]) if "each" in data else None,
        together=tuple(data.get("together", ())),
        within=data.get("within"),
        needs=data.get("needs"),
        severity=data.get("severity", "error"),
        least=data.get("least"),
        most=data.get("most"),
    )


def _selector(data: Mapping[str, Any]) -> Selector:
    lists = data.get("lists", ())
    return Selector(
        elements=frozenset(data.get("elements", ())),
        without=frozenset(data.get("except", ())),
        lists=frozenset([lists] if isinstance(lists, str) else lists),
        types=frozenset(data.get("types", ())),
        nullable=data.get("nullable"),
        bound=data.get("bound"),
    )


def _key(data: Mapping[str, Any]) -> KeyTemplate:
    return KeyTemplate(
        data["id"],
        data["requirement"],
        text(data["title"]),
        data["kind"],
        data["of"],
        data.get("least"),
        data.get("most"),
    )


def _indicator(data: Mapping[str, Any]) -> Indicator:
    return Indicator(
        code=data["code"],
        group=text(data["group"]),
        name=text(data["name"]),
        numerator=text(data["numerator"]),
        denominator=text(data["denominator"]),
        inverse=data["form"] == "inverse",
        direction=data["direction"],
        threshold=data.get("threshold"),
        rules=tuple(data["rules"]),
        by=_optional(data, "by"),
        source=read_source(data["source"]),
    )


def _optional(data: Mapping[str, Any], name: str) -> Text | None:
    return text(data[name]) if data.get(name) else None
