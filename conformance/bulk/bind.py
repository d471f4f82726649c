"""Binds the rules of the law to the fields of a dataset: the plan that every engine and the row path follow."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, cast

from conformance.bulk.values import AgreementRule, Context, KeyRule, Plan, ReferenceRule, RowRule, Rule
from conformance.law.codes import dated
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.law import Law
    from conformance.law.data import Dataset, DataStandard, Field, OwnRule, Selector, Template

_NO_BOUNDARY = Text("未提供本区县边界", "no boundary of the district was given")
_OPERATION = "DE-M02"
_BOX = "data.chongqing-box"
_SIDES = ("west", "south", "east", "north")


def plan(
    law: Law,
    dataset: Dataset,
    *,
    today: str,
    params: Callable[[str], object] | None = None,
    boundary: bytes | None = None,
) -> Plan:
    """Return every rule of the law that a table of this dataset can break.

    Args:
        law: gives templates, code lists and parameters.
        dataset: the description of the table, from the law, a district or a served schema.
        today: the day of the run in China, YYYY-MM-DD.
        params: value of a parameter by name; the edition's defaults where it is None.
        boundary: WKB of the district's boundary in degrees, None where there is none.
    """
    value = params or (lambda name: law.edition.parameters[name].default)
    context = _context(law, today, value, boundary)
    bound = [
        (template.needs, rule)
        for template in law.data.templates
        if template.within in {None, dataset.id}
        for rule in _rows(law.data, template, dataset, context, value)
    ]
    own = [_own(rule, dataset, context, value) for rule in dataset.rules]
    blocked: tuple[tuple[Rule, Text], ...] = tuple(
        (rule, _NO_BOUNDARY) for needs, rule in bound if needs == "boundary" and boundary is None
    )
    gone = {rule.id for rule, _ in blocked}
    return Plan(
        dataset,
        context,
        tuple(rule for _, rule in bound if rule.id not in gone) + tuple(own),
        tuple(_keys(law.data, dataset, value)),
        tuple(_references(law.data, dataset, value)),
        tuple(_agreements(law.data, dataset, value)),
        blocked,
    )


def _context(law: Law, today: str, value: Callable[[str], object], boundary: bytes | None) -> Context:
    west, south, east, north = cast("list[float]", value(_BOX))
    return Context(
        today=today,
        code_lists={name: dated(one, value) for name, one in law.data.code_lists.items()},
        placeholders=law.data.placeholders,
        boundary=boundary,
        boundary_tolerance=float(str(value("data.boundary-tolerance"))),
        boxes={_BOX: (west, south, east, north)},
    )


def _rows(
    data: DataStandard, template: Template, dataset: Dataset, context: Context, value: Callable[[str], object]
) -> Iterator[RowRule]:
    if template.each is not None:
        ruled = _ruled_lists(data)
        for one in dataset.fields:
            if _selected(template.each, one, ruled):
                yield _bound(template, {"x": one}, context, value)
        return
    for roles in template.together:
        yield from (_bound(template, one, context, value) for one in _combinations(roles, dataset))


def _ruled_lists(data: DataStandard) -> frozenset[str]:
    """Code lists that have a rule of their own."""
    return frozenset(one for template in data.templates if template.each for one in template.each.lists) - {"others"}


def _selected(selector: Selector, one: Field, ruled: frozenset[str]) -> bool:
    if (selector.elements and one.element not in selector.elements) or one.element in selector.without:
        return False
    if selector.lists == {"others"}:
        return one.code_list is not None and one.code_list not in ruled
    return (
        (not selector.lists or one.code_list in selector.lists)
        and (not selector.types or one.data_type in selector.types)
        and (selector.nullable is None or one.nullable == selector.nullable)
        and (selector.bound is None or (one.format is not None) == selector.bound)
    )


def _combinations(roles: Mapping[str, str], dataset: Dataset) -> Iterator[dict[str, Field]]:
    """Every choice of fields for the roles within one subject."""
    choices = [[one for one in dataset.fields if one.element == element] for element in roles.values()]
    for chosen in product(*choices):
        if len({one.subject for one in chosen}) == 1:
            yield dict(zip(roles, chosen, strict=True))


def _bound(
    template: Template, fields: Mapping[str, Field], context: Context, value: Callable[[str], object]
) -> RowRule:
    columns = tuple(one.name for one in fields.values())
    return RowRule(
        id=f"{template.id}/{'+'.join(columns)}",
        template=template.id,
        requirement=template.requirement,
        title=template.title,
        columns=columns,
        population=_fill(template.population, fields, context),
        predicate=_fill(template.predicate, fields, context),
        severity=template.severity,
        least=_share(template.least, value),
        most=_share(template.most, value),
    )


def _own(rule: OwnRule, dataset: Dataset, context: Context, value: Callable[[str], object]) -> RowRule:
    fields = {one.name: one for one in dataset.fields}
    used = tuple(name for name in fields if re.search(rf"{{{re.escape(name)}[}}.]", rule.population + rule.predicate))
    return RowRule(
        id=f"{rule.id}/{'+'.join(used)}",
        template=rule.id,
        requirement=rule.requirement,
        title=rule.title,
        columns=used,
        population=_fill(rule.population, fields, context),
        predicate=_fill(rule.predicate, fields, context),
        severity=rule.severity,
        least=_share(rule.least, value),
        most=_share(rule.most, value),
    )


def _fill(expression: str, fields: Mapping[str, Field], context: Context) -> str:
    """Put columns, notations, lists and the sides of the box into an expression."""
    words: dict[str, str] = dict(zip((f"box.{one}" for one in _SIDES), map(str, context.boxes[_BOX]), strict=True))
    for role, one in fields.items():
        words |= {
            role: quoted(one.name),
            f"{role}.format": _inside(one.format),
            f"{role}.list": _inside(one.code_list),
            f"{role}.filled": _filled(one),
            f"{role}.when": quoted(one.when) if one.when else "null",
            f"{role}.on": f", {quoted(one.when)}" if one.when else "",
        }
    return re.sub(r"\{([^{}]+)\}", lambda match: words.get(match[1], match[0]), expression)


def quoted(name: str) -> str:
    """Return a column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _filled(one: Field) -> str:
    """The condition that a cell holds a value; a geometry has no empty text."""
    some = f"{quoted(one.name)} is not null"
    return some if one.data_type == "geometry" else f"{some} and {quoted(one.name)} <> ''"


def _inside(word: str | None) -> str:
    """A word as it stands inside an SQL literal; descriptions of districts and nodes may hold anything."""
    return (word or "").replace("'", "''")


def _share(name: str | None, value: Callable[[str], object]) -> float | None:
    return None if name is None else float(str(value(name)))


def _keys(data: DataStandard, dataset: Dataset, value: Callable[[str], object]) -> Iterator[KeyRule]:
    columns = {"primaryKey": dataset.primary_key, "businessKey": dataset.business_key}
    for one in data.keys:
        if one.kind in {"filled", "unique"} and columns[one.of]:
            least, most = _share(one.least, value), _share(one.most, value)
            name = f"{one.id}/{'+'.join(columns[one.of])}"
            yield KeyRule(name, one.id, one.requirement, one.title, one.kind, columns[one.of], least, most)


def _references(data: DataStandard, dataset: Dataset, value: Callable[[str], object]) -> Iterator[ReferenceRule]:
    for one in (one for one in data.keys if one.kind == "reference"):
        for index, key in enumerate(dataset.foreign_keys):
            alike = any(other.fields == key.fields for other in dataset.foreign_keys[:index])
            name = f"{one.id}/{'+'.join(key.fields)}" + (f"@{key.dataset}" if alike else "")
            least, most = _share(one.least, value), _share(one.most, value)
            yield ReferenceRule(
                name, one.id, one.requirement, one.title, key.fields, key.dataset, key.references, least, most
            )


def _agreements(data: DataStandard, dataset: Dataset, value: Callable[[str], object]) -> Iterator[AgreementRule]:
    for one in (one for one in data.keys if one.kind == "agreement" and one.of == "agrees"):
        for index, shared in enumerate(dataset.agreements):
            alike = any(other.attributes == shared.attributes for other in dataset.agreements[:index])
            name = f"{one.id}/{'+'.join(here for here, _ in shared.attributes)}" + (
                f"@{shared.dataset}" if alike else ""
            )
            least, most = _share(one.least, value), _share(one.most, value)
            yield AgreementRule(
                name, one.id, one.requirement, one.title, shared.dataset, shared.key, shared.attributes, least, most
            )


def municipal_agreement(data: DataStandard, dataset: Dataset, value: Callable[[str], object]) -> AgreementRule:
    """Return the rule that every attribute of a table agrees with the municipal table of the same dataset (STD-058).

    When a row changed last and by which operation is each node's own, and geometries are not compared byte by byte.
    """
    [one] = [one for one in data.keys if one.of == "municipal"]
    own = {*dataset.primary_key, dataset.update_time}
    own |= {field.name for field in dataset.fields if field.element == _OPERATION or field.data_type == "geometry"}
    shared = tuple((field.name, field.name) for field in dataset.fields if field.name not in own)
    key = tuple((name, name) for name in dataset.primary_key)
    least, most = _share(one.least, value), _share(one.most, value)
    return AgreementRule(one.id, one.id, one.requirement, one.title, dataset.id, key, shared, least, most)
