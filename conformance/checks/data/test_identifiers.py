"""data/identifiers: identity numbers and credit codes in the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.checks.data.rows import by_rows

if TYPE_CHECKING:
    from conformance.checks.data.served import Served
    from conformance.node import Session


@by_rows(("STD-007", "STD-008", "STD-009", "STD-010", "STD-011", "STD-051"))
def test_identifiers_in_rows(requirement: str, run: Session, served: Served) -> None:
    """The identifiers of the rows keep the rule of the requirement."""
    served.hold(run, requirement)
