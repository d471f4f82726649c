"""The features of a collection, walked from page to page by their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.checks.interfaces.spatial.ogc import fetch, shaped
from conformance.checks.shared import at
from conformance.judge import Failed
from conformance.node.links import GEOJSON, linked
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.checks.interfaces.spatial.ogc import Collection
    from conformance.node import Answer, Session

Feature = dict[str, Any]


@dataclass(frozen=True)
class Walked:
    """What came of a collection.

    Attributes:
        features: in the order in which they came.
        pages: the answers.
        exchange_of: the exchange that brought each feature, by its id.
        whole: the walk came to the last page; else it was cut, or broke off with `problem`.
    """

    collection: Collection
    features: tuple[Feature, ...]
    pages: tuple[Answer, ...]
    exchange_of: Mapping[str, int]
    whole: bool
    problem: Failed | None = None

    @property
    def by_id(self) -> dict[str, Feature]:
        """The features that have an id."""
        return {name_of(one): one for one in self.features if "id" in one}


def name_of(feature: Feature) -> str:
    """Return the id of a feature as text."""
    return str(at(feature, "id"))


def walk_features(
    run: Session, collection: Collection, params: Mapping[str, Any] | None = None, *, page: int = 0, most: int = 0
) -> Walked:
    """Walk a collection, or what a filter leaves of it; a problem ends the walk and stands in the result.

    Args:
        run: the run.
        collection: whose features.
        params: filter of the query.
        page: features asked for at once; 0 is `run.page-size`.
        most: features after which the walk is cut; 0 is `data.features-per-layer`.
    """
    size, left = page or int(run.param("run.page-size")), most or int(run.param("data.features-per-layer"))
    pages: list[Answer] = []
    features: list[Feature] = []
    exchanges: dict[str, int] = {}
    href: str | None = collection.items
    seen: set[str] = set()
    try:
        while href is not None and len(features) < left:
            seen.add(href)
            first = {**(params or {}), "limit": min(size, left)} if not pages else None
            answer = shaped(run, "items", fetch(run, href, first, GEOJSON))
            found = answer.object["features"]
            exchanges.update({name_of(one): answer.n for one in found})
            features += found
            pages.append(answer)
            href = _next(run, answer, seen, empty=not found)
    except Failed as problem:
        return Walked(collection, tuple(features), tuple(pages), exchanges, whole=False, problem=problem)
    return Walked(collection, tuple(features), tuple(pages), exchanges, whole=href is None)


def _next(run: Session, answer: Answer, seen: set[str], *, empty: bool) -> str | None:
    """Return the address of the next page.

    Raises:
        Failed: it was there before, leads away, or follows an empty page.
    """
    href = linked(answer, "next")
    if href is None:
        return None
    if href in seen or empty or not run.node.within(href):
        why = "重复" if href in seen else "位于空页之后" if empty else "指向其他主机"
        why_en = "repeats" if href in seen else "follows an empty page" if empty else "leads to another host"
        raise answer.wrong(
            Text(f"下一页链接{why}：{href}", f"the link to the next page {why_en}: {href}"),
            Text("每页一个新的下一页链接，末页没有", "a new link a page, none on the last"),
        )
    return href
