"""Rows whose questions to kernels have been answered: which of them break a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.bulk.language import to_sql
from conformance.bulk.selects import RowSelect

if TYPE_CHECKING:
    from conformance.bulk.selects import Condition


class Answered(RowSelect):
    """A select over rows that have a column for the answer to each call of a kernel."""

    def failing(self, one: Condition) -> str:
        """Return the condition that leaves the rows that break a rule."""
        trees = (self._shorter(self._hoisted(tree)) for tree in (one.population, one.predicate))
        within, good = (to_sql(tree, self.dialect) for tree in trees)
        return f"({within}) and not ({good})"
