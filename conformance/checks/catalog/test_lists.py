"""catalog/lists: the three lists (resources, demands, responsibilities)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.checks import decides
from conformance.checks.finding import failure, missing, names
from conformance.checks.shared import Catalog, hold_schema, steady, words
from conformance.checks.walking import Walk, walk
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.node import Session

_SCHEMAS = {
    "resource": ("resource-item", "code"),
    "demand": ("demand", "id"),
    "responsibility": ("responsibility", "code"),
}


@pytest.fixture(scope="session")
def lists(run: Session) -> dict[str, Walk]:
    """The three lists, each walked to its end."""
    size = run.param("run.page-size")
    return {name: walk(run.node, f"/catalog/lists/{name}", {"limit": size}) for name in _SCHEMAS}


@decides("CAT-038")
@pytest.mark.parametrize("name", list(_SCHEMAS))
def test_lists_are_published(run: Session, lists: dict[str, Walk], name: str) -> None:
    """Each list is published, is not empty, and its items have their form; that of a demand is CAT-041's."""
    found = lists[name]
    if not found.items or found.total != len(found.items):
        raise failure(
            Text(
                f"宣告 {found.total} 条，得 {len(found.items)} 条", f"{found.total} announced, {len(found.items)} came"
            ),
            Text("非空且与宣告总数一致", "not empty, as many as announced"),
            found.pages,
        )
    hold_schema(run, "CAT-038", *_with(found, name))


@decides("CAT-038")
def test_resource_list_is_the_catalog(run: Session, lists: dict[str, Walk], catalog: Catalog) -> None:
    """The resource list names exactly the entries of the catalog."""
    _same(run, lists["resource"], catalog)


@decides("CAT-039")
def test_every_entry_has_its_responsibility(run: Session, lists: dict[str, Walk], catalog: Catalog) -> None:
    """The responsibility list names every entry of the catalog with its provider, and nothing else."""
    found = lists["responsibility"]
    _same(run, found, catalog)
    named = {words(one, "code"): words(one, "provider", "uscc") for one in found.items}
    wrong = [code for code, one in catalog.by_code.items() if named.get(code) != words(one, "provider", "uscc")]
    if wrong:
        raise failure(
            Text(
                f"{len(wrong)} 条的责任单位与提供方不同：{names(wrong)}",
                f"{len(wrong)} with another provider: {names(wrong)}",
            ),
            Text("责任单位为目录的提供方", "the provider of the entry"),
            found.pages,
            count=len(wrong),
        )


@decides("CAT-041")
def test_demands_are_stated_in_full(run: Session, lists: dict[str, Walk]) -> None:
    """Every demand states requester, content, scenario, basis, state and due date."""
    if not lists["demand"].items:
        raise Untested(Text("需求清单为空", "the demand list is empty"))
    hold_schema(run, "CAT-041", *_with(lists["demand"], "demand"))


def _with(found: Walk, name: str) -> tuple[str, Walk, str]:
    schema, label = _SCHEMAS[name]
    return schema, found, label


def _same(run: Session, found: Walk, catalog: Catalog) -> None:
    absent, extra = missing(catalog.by_code.keys(), {words(one, "code") for one in found.items})
    if absent or extra:
        steady(run, catalog)
        raise failure(
            Text(
                f"缺 {len(absent)} 条({names(absent)})，多 {len(extra)} 条({names(extra)})",
                f"{len(absent)} missing ({names(absent)}), {len(extra)} too many ({names(extra)})",
            ),
            Text("与目录逐条对应", "one for each entry of the catalog"),
            found.pages,
            count=len(absent) + len(extra),
        )
