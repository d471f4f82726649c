"""Every kind of error that can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bulk.generate import (
    kinds_codes,
    kinds_identifiers,
    kinds_keys,
    kinds_places,
    kinds_text,
    kinds_values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.bulk.generate.bound import BoundPlan
    from conformance.bulk.generate.kind import Kind

KINDS: Mapping[str, Kind] = {
    one.id: one
    for one in (
        *kinds_keys.KINDS,
        *kinds_text.KINDS,
        *kinds_codes.KINDS,
        *kinds_values.KINDS,
        *kinds_identifiers.IDENTITY,
        *kinds_identifiers.CREDIT,
        *kinds_identifiers.CERTIFICATES,
        *kinds_places.KINDS,
    )
}


def fields_for(plan: BoundPlan, kind: str) -> tuple[str, ...]:
    """Return the fields of a table that can have a kind of error."""
    return tuple(one.name for one in plan.table.dataset.fields if KINDS[kind].fits(plan, one))
