"""What the checks share: the whole catalog walked once, schemas of the law, small readers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import orjson

from conformance.checks.finding import of_breaches
from conformance.checks.walking import Walk, walk
from conformance.judge import CantTell
from conformance.rules import Breach, SchemaRules
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.node import Session


_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Catalog:
    """The published catalog as the node lists it."""

    walk: Walk

    @cached_property
    def entries(self) -> tuple[dict[str, Any], ...]:
        """Every listed entry that is an object."""
        return tuple(one for one in self.walk.items if isinstance(one, dict))

    @cached_property
    def by_code(self) -> dict[str, dict[str, Any]]:
        """The entries by their code."""
        return {one["code"]: one for one in self.entries if isinstance(one.get("code"), str)}

    @cached_property
    def exchange_of(self) -> dict[str, int]:
        """The exchange that brought each code."""
        pairs = zip(self.walk.items, self.walk.exchanges, strict=True)
        return {str(one.get("code")): number for one, number in pairs if isinstance(one, dict)}

    @cached_property
    def shared(self) -> tuple[dict[str, Any], ...]:
        """The entries that are shared, with or without conditions."""
        return tuple(
            one for one in self.by_code.values() if at(one, "share", "type") in {"unconditional", "conditional"}
        )


def at(value: Any, *path: str) -> Any:
    """Return a member below a JSON object, None where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def words(value: Any, *path: str) -> str:
    """Return a text below a JSON object, empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, str) else ""


def whole(run: Session) -> Catalog:
    """Walk the catalog."""
    return Catalog(walk(run.node, "/catalog/resources", {"limit": run.param("run.page-size")}))


def steady(run: Session, catalog: Catalog) -> None:
    """Before a comparison is held against the node: see that the catalog did not change meanwhile.

    Raises:
        CantTell: it did.
    """
    again = whole(run)
    before = [(one.get("code"), one.get("version")) for one in catalog.entries]
    after = [(one.get("code"), one.get("version")) for one in again.entries]
    if before != after or catalog.walk.total != again.walk.total:
        raise CantTell(
            Text(
                f"目录在两次读取之间变化（交换 {catalog.walk.pages[0]} 与 {again.walk.pages[0]}），无法比对",
                f"The catalog changed between two reads (exchanges {catalog.walk.pages[0]} and {again.walk.pages[0]}): "
                "no comparison is possible",
            )
        )


def schema_data(run: Session, name: str) -> Any:
    """Return a schema of the law by its name, such as `catalog/resource`; without a standard, one of the catalog."""
    where = name if "/" in name else f"catalog/{name}"
    return orjson.loads((run.law.folder / f"{where}.schema.json").read_bytes())


def schema(run: Session, name: str) -> SchemaRules:
    """Return the rules of a schema of the law, named as `schema_data` has it."""
    return SchemaRules(schema_data(run, name), parameters={one: run.param(one) for one in run.law.edition.parameters})


def hold_schema(run: Session, requirement: str, name: str, found: Walk, label: str) -> None:
    """Hold every item of a list to what a schema says of a requirement; `label` is the member that names an item.

    Raises:
        Failed: items break it.
    """
    rules = schema(run, name)
    numbers: dict[str, int] = {}
    breaches: list[Breach] = []
    for index, (item, number) in enumerate(zip(found.items, found.exchanges, strict=True)):
        called = words(item, label) or f"#{index}"
        numbers[called] = number
        breaches += [one for one in rules.breaches(called, item) if one.requirement == requirement]
    if breaches:
        raise of_breaches(breaches, len(breaches), numbers, len(found.items))


def sample(
    run: Session, name: str, population: Sequence[_Item], parameter: str = "catalog.binding-sample"
) -> Sequence[_Item]:
    """Return the population, or a draw from it where the profile limits the sample; a draw is announced.

    Args:
        run: the run.
        name: of the draw; it depends on nothing else but the seed.
        population: what is drawn from.
        parameter: how many at most; 0 is all.
    """
    most = int(run.param(parameter))
    if not 0 < most < len(population):
        return population
    run.note(f"抽查 {most} 条（共 {len(population)} 条）", f"a sample of {most} out of {len(population)}")
    return run.rng(name).sample(population, most)
