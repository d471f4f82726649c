"""data/values: dates, texts and nulls in the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.data.rows import by_rows

if TYPE_CHECKING:
    from conformance.checks.data.served import Served
    from conformance.node import Session


@by_rows(("STD-025", "STD-026", "STD-027", "STD-028", "STD-053", "STD-054"))
def test_values_in_rows(requirement: str, run: Session, served: Served) -> None:
    """The values of the rows keep the rule of the requirement."""
    served.hold(run, requirement)
