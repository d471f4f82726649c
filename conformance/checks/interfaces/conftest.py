"""Fixtures of the interface checks."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import pytest

from conformance.checks.desk import Desk
from conformance.checks.interfaces.contract import generation_of, read_description
from conformance.checks.interfaces.events import Told, listen
from conformance.checks.interfaces.histories import Histories, read_histories
from conformance.checks.interfaces.hostile import ordinary, provoke, reads
from conformance.checks.interfaces.lists import List, read_lists
from conformance.checks.interfaces.shaken import Shaken, shake
from conformance.checks.interfaces.signed import Signer
from conformance.checks.interfaces.spatial.featured import walk_features
from conformance.checks.interfaces.spatial.ogc import reach
from conformance.checks.interfaces.upper import standing_above
from conformance.judge import Untested
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.checks.interfaces.contract import Description, Generation
    from conformance.checks.interfaces.hostile import Provoked
    from conformance.checks.interfaces.spatial.featured import Walked
    from conformance.checks.interfaces.spatial.ogc import Server
    from conformance.checks.interfaces.upper import Upper
    from conformance.checks.resources import Resources
    from conformance.checks.shared import Catalog
    from conformance.node import Session


@pytest.fixture(scope="session")
def ogc_server(run: Session) -> Server:
    """What the landing page of OGC API Features leads to."""
    return reach(run)


@pytest.fixture(scope="session")
def ogc_features(run: Session, ogc_server: Server) -> tuple[Walked, ...]:
    """The features of every collection; what went wrong on the way is API-040's."""
    return tuple(walk_features(run, one) for one in ogc_server.collections)


@pytest.fixture(scope="session")
def ogc_layers(ogc_features: tuple[Walked, ...]) -> tuple[Walked, ...]:
    """The layers with their features.

    Raises:
        Untested: no layer has a feature.
    """
    found = tuple(one for one in ogc_features if one.collection.is_layer and one.features)
    if not found:
        raise Untested(Text("没有任何图层有要素", "no layer has a feature"))
    return found


@pytest.fixture(scope="session")
def description(run: Session) -> Description:
    """The node's own description of its interfaces."""
    return read_description(run)


@pytest.fixture(scope="session")
def generation(run: Session, description: Description) -> Generation:
    """What was generated from the contract and sent; its answers are what the checks over all responses judge."""
    return generation_of(run, description)


@pytest.fixture(scope="session")
def lists(run: Session, catalog: Catalog) -> tuple[List, ...]:
    """Every list of the contract that the node lets the run read, and a few tables of rows."""
    return read_lists(run, catalog)


@pytest.fixture(scope="session")
def told(run: Session, catalog: Catalog) -> Told:
    """What a receiver of events was told of changes below the sandbox prefix."""
    return listen(run, catalog)


@pytest.fixture
def upper(run: Session) -> Iterator[Upper]:
    """The node's parent, played by the suite."""
    with standing_above(run) as found:
        yield found


@pytest.fixture(scope="session")
def histories(run: Session, catalog: Catalog, resources: Resources) -> Histories:
    """What came of scripts of changes to a table of the sandbox; what stopped them is told to each check."""
    return read_histories(run, Desk(run, catalog), resources)


@pytest.fixture(scope="session")
def signer(run: Session) -> Signer:
    """Signs requests by the node's clock."""
    return Signer(run)


@pytest.fixture(scope="session")
def shaken(run: Session) -> Shaken:
    """What handshakes with the node came to."""
    return shake(run)


@pytest.fixture(scope="session")
def provoked(run: Session, description: Description) -> Provoked:
    """What came of requests that only read and that no node may take at face value."""
    return provoke(run, chain(reads(), ordinary(run, description)))
