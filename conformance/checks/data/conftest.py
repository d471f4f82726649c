"""Fixtures of the data checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.bulk.kernels.geometry import wkb_of_geojson
from conformance.checks.data.described import Bench, element_of
from conformance.checks.data.layers import Layers, fetch_layers
from conformance.checks.data.measuring import measure_exports
from conformance.checks.data.published import CodeLists, Datasets, fetch_code_lists, fetch_datasets
from conformance.checks.data.served import Served, judge_resources
from conformance.checks.shared import Catalog, words
from conformance.checks.walking import Walk, walk
from conformance.judge import Decision, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.checks.data.exports import Exports
    from conformance.checks.resources import Resources
    from conformance.node import Session
    from conformance.node.references import References


@pytest.fixture(scope="session")
def elements(run: Session) -> Walk:
    """The data element directory of the node."""
    return walk(run.node, "/standards/elements", {"limit": run.param("run.page-size")})


@pytest.fixture(scope="session")
def code_lists(run: Session, catalog: Catalog, resources: Resources) -> CodeLists:
    """Every code list that an item or a served field refers to."""
    return fetch_code_lists(run, catalog, resources)


@pytest.fixture(scope="session")
def datasets(run: Session) -> Datasets:
    """The resources of each dataset of the law that the node says it holds."""
    return fetch_datasets(run)


@pytest.fixture(scope="session")
def bench(run: Session, request: pytest.FixtureRequest, code_lists: CodeLists, references: References) -> Bench:
    """What makes plans of rules: the law's elements and lists, and what the node publishes beside them."""
    try:
        own: Walk | None = request.getfixturevalue("elements")
    except Decision:
        own = None
    known = dict(run.law.data.elements)
    for one in own.items if own else ():
        if isinstance(one, dict) and words(one, "id") and words(one, "id") not in known:
            known[words(one, "id")] = element_of(one)
    return Bench(run, known, code_lists.values(), _boundary(references))


def _boundary(references: References) -> bytes | None:
    """Return the boundary of the district for the rules.

    Raises:
        Untested: what was given is no geometry.
    """
    if references.boundary is None:
        return None
    try:
        return wkb_of_geojson(references.boundary)
    except ValueError as error:
        raise Untested(Text(f"区县边界无法读取：{error}", f"the boundary cannot be read: {error}")) from error


@pytest.fixture(scope="session")
def exports(run: Session, datasets: Datasets, references: References) -> Exports:
    """Every dataset of the law as the node exports it, downloaded and counted whole."""
    bench = Bench(run, run.law.data.elements, {}, _boundary(references))
    return measure_exports(run, bench, datasets, references)


@pytest.fixture(scope="session")
def served(run: Session, exports: Exports, resources: Resources, bench: Bench) -> Served:
    """The first rows of every resource, judged; after the exports, whose engine needs the room for itself."""
    return judge_resources(run, bench, resources, exports)


@pytest.fixture(scope="session")
def reports(run: Session) -> Walk:
    """The quality reports."""
    return walk(run.node, "/quality/reports", {"limit": run.param("run.page-size")})


@pytest.fixture(scope="session")
def layers(run: Session) -> Layers:
    """The spatial layers with their first features."""
    return fetch_layers(run)
