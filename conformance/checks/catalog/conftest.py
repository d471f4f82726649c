"""Fixtures of the catalog checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.checks.catalog.feed import Feed, read_feed
from conformance.checks.shared import Catalog, schema_data
from conformance.checks.walking import Walk, walk
from conformance.law.codes import divisions
from conformance.rules import EntryRules, RuleReport

if TYPE_CHECKING:
    from conformance.node import Session


@pytest.fixture(scope="session")
def rules(run: Session, catalog: Catalog) -> RuleReport:
    """What the entry rules find in the whole catalog."""
    today = run.today
    engine = EntryRules(
        schema_data(run, "resource"),
        parameters={name: run.param(name) for name in run.law.edition.parameters},
        today=today,
        divisions=divisions(run.law, today),
    )
    for number, entry in enumerate(catalog.walk.items):
        code = entry.get("code") if isinstance(entry, dict) else None
        engine.feed(code if isinstance(code, str) else f"#{number}", entry)
    return engine.finish()


@pytest.fixture(scope="session")
def organizations(run: Session) -> Walk:
    """The register of organisations."""
    return walk(run.node, "/organizations", {"limit": run.param("run.page-size")})


@pytest.fixture(scope="session")
def feed(run: Session, catalog: Catalog) -> Feed:
    """The change feed, read right after the catalog."""
    del catalog
    return read_feed(run)
