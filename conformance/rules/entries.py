"""All rules over a stream of entries: the schema for each, the folds beside it, one report at the end."""

from __future__ import annotations

from collections import Counter
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from conformance.rules import across, within
from conformance.rules.breach import Ledger, RuleReport
from conformance.rules.fold import Fold, Setting, Within
from conformance.rules.identifiers import FORMATS
from conformance.rules.schema import SchemaRules

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping
    from datetime import date


def _each(requirement: str, rule: Callable[..., Any]) -> Callable[[Setting], Fold]:
    return partial(Within, requirement, rule)


FOLDS: Mapping[str, Callable[[Setting], Fold]] = MappingProxyType(
    {
        "CAT-005": across.UniqueCodes,
        "CAT-006": _each("CAT-006", within.code_follows_classification),
        "CAT-009": across.OneName,
        "CAT-011": across.UniqueTitles,
        "CAT-012": _each("CAT-012", within.abstract_differs),
        "CAT-015": across.ItemAttributes,
        "CAT-016": _each("CAT-016", within.unique_items),
        "CAT-025": _each("CAT-025", within.issued_in_order),
        "CAT-026": across.RelatedCodes,
        "CAT-030": _each("CAT-030", within.assessed_before_issue),
        "CAT-040": across.SourceDepartments,
        "CAT-050": _each("CAT-050", within.scope_is_real),
    }
)
"""One fold for each requirement that a schema alone cannot decide."""

RULES_BY_ENTRY: frozenset[str] = frozenset(
    f"CAT-{number:03}" for number in (*range(2, 10), *range(11, 31), 37, 40, 49, 50)
)
"""The requirements that entries alone can break: those of the schema and those of `FOLDS`."""

RULES_NEEDING_MORE: Mapping[str, str] = MappingProxyType(
    {
        "CAT-009": "/organizations",
        "CAT-026": "/catalog/resources",
        "CAT-037": "/catalog/service-items",
        "CAT-040": "/catalog/source-designations",
    }
)
"""Those of `RULES_BY_ENTRY` that entries can break but not wholly keep, and where the node answers the rest."""


class EntryRules:
    """Applies every rule of an entry to a stream of entries, in memory that grows with their codes and titles only."""

    def __init__(  # noqa: PLR0913 - what the rules need beside the schema, each by its name
        self,
        law_schema: Mapping[str, Any],
        *,
        parameters: Mapping[str, Any],
        today: date,
        divisions: frozenset[str] = frozenset(),
        elsewhere: Container[str] = frozenset(),
        formats: Mapping[str, Callable[[str], bool]] = FORMATS,
        keep: int = 20,
    ) -> None:
        """Compile the rules.

        Args:
            law_schema: `standards/catalog/resource.schema.json`.
            parameters: values of the edition's parameters by id; those not given keep their default.
            today: the day that is judged by, in China.
            divisions: valid six-digit division codes; none: their validity is not judged.
            elsewhere: codes of entries that exist outside the set, as at the parent.
            formats: the formats that the schema uses beside the standard ones.
            keep: how many breaches of each requirement are kept as samples; all are counted.
        """
        coverage = float(parameters.get("catalog.item-attribute-coverage", 0.9))
        setting = Setting(today, coverage, divisions, elsewhere)
        self._schema = SchemaRules(law_schema, parameters=parameters, formats=formats)
        self._folds = {name: fold(setting) for name, fold in FOLDS.items()}
        self._ledger = Ledger(keep)
        self._met: Counter[str] = Counter()
        self._entries = 0

    def feed(self, label: str, entry: object) -> None:
        """Apply the rules to one entry.

        Args:
            label: what a breach is reported under: the code of the entry, or its row in a file.
            entry: the entry as it was read from JSON; anything but an object breaks CAT-003.
        """
        self._entries += 1
        if not self._schema.valid(entry):
            self._refuse(label, entry)
        if isinstance(entry, dict):
            applied = self._schema.applying(entry)
            applied.update(name for name, fold in self._folds.items() if self._fold(fold, label, entry))
            self._met.update(applied)

    def _refuse(self, label: str, entry: object) -> None:
        found = [requirement for requirement, _pointer in self._schema.broken(entry)]
        self._ledger.count(found)
        if self._ledger.wants(found):
            self._ledger.sample(self._schema.explain(label, entry))

    def _fold(self, fold: Fold, label: str, entry: dict[str, Any]) -> bool:
        breaches = fold.feed(label, entry)
        if breaches:
            self._ledger.add(breaches)
        return breaches is not None

    def finish(self) -> RuleReport:
        """Close the stream and return what the rules found."""
        for fold in self._folds.values():
            self._ledger.add(fold.finish())
        names, sources = self._folds["CAT-009"], self._folds["CAT-040"]
        assert isinstance(names, across.OneName)
        assert isinstance(sources, across.SourceDepartments)
        always = dict.fromkeys(self._schema.always, self._entries)
        met = {name: self._met[name] for name in sorted(RULES_BY_ENTRY)} | always
        return RuleReport(
            entries=self._entries,
            met=dict(sorted(met.items())),
            tallies=self._ledger.tallies(),
            providers=dict(sorted(names.names.items())),
            shared_elements=sources.shared(),
        )
