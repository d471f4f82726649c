"""Fixtures that the checks of several standards share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.checks.desk import Desk
from conformance.checks.resources import Resources, fetch_resources
from conformance.checks.shared import Catalog, whole
from conformance.node.references import References, from_wire

if TYPE_CHECKING:
    from conformance.node import Session


@pytest.fixture(scope="session")
def catalog(run: Session) -> Catalog:
    """The whole catalog, page by page."""
    return whole(run)


@pytest.fixture
def desk(run: Session, catalog: Catalog) -> Desk:
    """The desk for entries of this run."""
    return Desk(run, catalog)


@pytest.fixture(scope="session")
def resources(run: Session, catalog: Catalog) -> Resources:
    """Schema and first rows of every shared resource."""
    return fetch_resources(run, catalog)


@pytest.fixture(scope="session")
def references(run: Session) -> References:
    """What the data are compared with: the profile's files, or what an open test instance gives; else nothing."""
    profile = run.node.profile
    if profile.references is not None:
        return profile.references
    if not profile.access.open:
        return References()
    answer = run.node.get("/sandbox/references", role=None)
    return from_wire(answer.json) if answer.status == 200 else References()
