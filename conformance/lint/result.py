"""What a lint found: per requirement the count and the first places, and what the file alone cannot tell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import chain
from typing import TYPE_CHECKING

from conformance.law.codes import divisions
from conformance.lint.trouble import about
from conformance.rules import RULES_BY_ENTRY, RULES_NEEDING_MORE, EntryRules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from conformance.law import Law, Requirement
    from conformance.lint.records import Place, Record, Remarks
    from conformance.lint.source import Source
    from conformance.rules import RuleReport
    from conformance.text import Lang

_STANDARD = "catalog"


@dataclass(frozen=True, slots=True)
class Result:
    """One file, linted.

    Attributes:
        source: the file.
        report: what the rules found.
        places: where each label stands.
        remarks: what the reader manner.
        today: the day that was judged by.
    """

    source: Source
    report: RuleReport
    places: Mapping[str, Place]
    remarks: Remarks
    today: date

    @property
    def total(self) -> int:
        """Breaches and contradictions, all counted."""
        return sum(one.count for one in self.report.tallies.values()) + self.remarks.odd


@dataclass(frozen=True, slots=True)
class Manner:
    """How a lint tells.

    Attributes:
        lang: language of the labels.
        keep: samples of each requirement.
        step: called with the number of entries after each.
    """

    lang: Lang
    keep: int
    step: Callable[[int], None]


class _Elsewhere:
    """Codes outside of the file: nobody knows them; where the file is a part only, every code may be there."""

    def __init__(self, remarks: Remarks) -> None:
        self._remarks = remarks

    def __contains__(self, _code: object) -> bool:
        return self._remarks.partial


def judge(law: Law, source: Source, records: Iterator[Record], remarks: Remarks, manner: Manner) -> Result:
    """Run every entry rule over the records.

    Args:
        law: the law to judge by.
        source: the file.
        records: its entries.
        remarks: filled by the reader of the records.
        manner: how to tell: the language of labels, how many samples to keep, whom to tell of each record.

    Raises:
        LintError: the file cannot be read, or holds no entry, or one that is nested too deep for the rules.
    """
    today = datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()
    rules = EntryRules(
        json.loads((law.folder / _STANDARD / "resource.schema.json").read_bytes()),
        parameters={name: one.default for name, one in law.edition.parameters.items()},
        today=today,
        divisions=divisions(law, today),
        elsewhere=_Elsewhere(remarks),
        keep=manner.keep,
    )
    places: dict[str, Place] = {}
    first = next(records, None)
    if first is None:
        raise about(source.path, "没有目录条目", "holds no catalog entry")
    for record in chain((first,), records):
        label = record.place.label.pick(manner.lang)
        places[label] = record.place
        try:
            rules.feed(label, record.entry)
        except RecursionError as error:
            zh, en = record.place.label
            raise about(source.path, f"{zh}嵌套过深", f"{en} is nested too deep") from error
        manner.step(len(places))
    return Result(source, rules.finish(), places, remarks, today)


def partly(law: Law) -> tuple[tuple[Requirement, str], ...]:
    """Return the requirements that a file can break but not wholly keep, and where the node answers the rest."""
    return tuple((law.requirements[one], where) for one, where in sorted(RULES_NEEDING_MORE.items()))


def undecided(law: Law) -> tuple[Requirement, ...]:
    """Return the requirements of the catalog that no file can decide."""
    return tuple(one for one in law.of_standard(_STANDARD) if one.id not in RULES_BY_ENTRY)
