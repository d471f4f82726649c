"""Code lists and datasets as the node publishes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.checks.data.described import code_list_of, is_list_id
from conformance.checks.shared import Catalog, at, words
from conformance.checks.walking import pages, walk
from conformance.judge import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.checks.resources import Resources
    from conformance.law.data import CodeList
    from conformance.node import Session


@dataclass(frozen=True)
class Published:
    """One code list as the node serves it.

    Attributes:
        used: how many items and fields refer to it.
        header: the first page without its items.
        items: every code.
        exchanges: numbers of the pages.
        lost: why it cannot be read, None where it can.
    """

    id: str
    used: int
    header: dict[str, Any]
    items: tuple[Any, ...]
    exchanges: tuple[int, ...]
    lost: Failed | None = None


@dataclass(frozen=True)
class CodeLists:
    """Every code list that is referred to."""

    all: tuple[Published, ...]

    def values(self) -> dict[str, CodeList]:
        """Return the lists that can be read, by id."""
        return dict(self._values)

    @cached_property
    def _values(self) -> tuple[tuple[str, CodeList], ...]:
        return tuple(_read(self.all))


def _read(found: tuple[Published, ...]) -> Iterator[tuple[str, CodeList]]:
    for one in found:
        if one.lost is None and is_list_id(one.id):
            try:
                yield one.id, code_list_of(one.header, list(one.items))
            except ValueError:
                continue  # what is wrong with it is said by the check of STD-005


def fetch_code_lists(run: Session, catalog: Catalog, resources: Resources) -> CodeLists:
    """Walk every code list that an item of the catalog or a served field refers to.

    Raises:
        CantTell, Untested: as `Node.ask`.
    """
    used = Counter(resources.structures)
    for entry in catalog.shared:
        for item in entry.get("items") or []:
            used[words(item, "codeList")] += bool(words(item, "codeList"))
    return CodeLists(tuple(_fetch(run, name, times) for name, times in sorted(used.items()) if name))


def _fetch(run: Session, name: str, used: int) -> Published:
    header: dict[str, Any] = {}
    items: list[Any] = []
    numbers: list[int] = []
    try:
        for page in pages(run.node, f"/standards/codelists/{name}", {"limit": run.param("run.page-size")}):
            header = header or {key: value for key, value in page.object.items() if key != "items"}
            items += page.object["items"]
            numbers.append(page.n)
    except Failed as lost:
        return Published(name, used, header, tuple(items), tuple(numbers), lost)
    return Published(name, used, header, tuple(items), tuple(numbers))


@dataclass(frozen=True)
class Datasets:
    """The resources of each dataset of the law that the node lists.

    Attributes:
        lost: why the list cannot be read, None where it can.
    """

    resources: Mapping[str, tuple[str, ...]]
    lost: Failed | None = None


def fetch_datasets(run: Session) -> Datasets:
    """Return which datasets of the law the node holds.

    Raises:
        CantTell, Untested: as `Node.ask`.
    """
    try:
        listed = walk(run.node, "/standards/datasets", {"limit": run.param("run.page-size")})
    except Failed as lost:
        return Datasets({}, lost)
    found: dict[str, tuple[str, ...]] = {}
    for one in listed.items:
        codes = at(one, "resources")
        if words(one, "id") in run.law.data.datasets and isinstance(codes, list) and codes:
            found[words(one, "id")] = tuple(code for code in codes if isinstance(code, str))
    return Datasets(found)
