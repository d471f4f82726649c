"""Code lists of the law, valid in time."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from conformance.law.data import Change, CodeList, Validity
from conformance.law.load import read_yaml
from conformance.text import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from conformance.law.model import Law


def divisions(law: Law, on: date) -> frozenset[str]:
    """Return the division codes of the city (GB/T 2260) that are valid on a day."""
    rows = read_codes(law.folder / "data" / "code-lists" / "cq-divisions-gbt2260.csv")
    return frozenset(
        row["code"]
        for row in rows
        if (row["valid_from"] or "0") <= on.isoformat() and on.isoformat() <= (row["valid_to"] or "9")
    )


@cache
def read_codes(path: Path) -> tuple[dict[str, str], ...]:
    """Return the rows of a code list; `valid_from` and `valid_to` are inclusive, empty is open."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def code_list(path: Path) -> CodeList:
    """Read a code list by its metadata record; the codes stand beside it in a CSV file of the same name.

    Raises:
        LawError: the record is missing or broken YAML.
        KeyError, TypeError, ValueError: a member is missing or of another type.
    """
    record = read_yaml(path)
    spans: dict[str, list[Validity]] = defaultdict(list)
    names: dict[str, list[str]] = defaultdict(list)
    for row in read_codes(path.with_suffix(".csv")):
        spans[row["code"]].append(Validity(_day(row["valid_from"]), _day(row["valid_to"])))
        names[row["code"]].append(row["name"])
    opened = record.get("open", {})
    return CodeList(
        id=record["id"],
        title=text(record["title"]),
        standard=record["standard"]["number"],
        version=str(record["version"]),
        complete=record["complete"],
        covers=Validity(_day(record["validity"]["from"]), _day(record["validity"]["to"])),
        codes={code: tuple(validities) for code, validities in spans.items()},
        names={code: tuple(known) for code, known in names.items()},
        open_pattern=opened.get("pattern"),
        open_prefix=opened.get("prefix"),
        changes=tuple(_change(one) for one in record.get("changes", ())),
    )


def _change(data: Mapping[str, Any]) -> Change:
    return Change(data["parameter"], frozenset(data["ends"]), frozenset(data["begins"]))


def _day(value: str | date | None) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(value) if value else None


def dated(codes: CodeList, value: Callable[[str], object]) -> CodeList:
    """Return the list with the exact days that parameters of the edition give to its changes.

    Args:
        codes: a list that states the year of a change only.
        value: of a parameter by name; a date, YYYY-MM-DD, or None.
    """
    for change in codes.changes:
        day = value(change.parameter)
        if day is not None:
            codes = _changed(codes, change, date.fromisoformat(str(day)))
    return codes


def _changed(codes: CodeList, change: Change, day: date) -> CodeList:
    """Codes that end take the day before as their last one, codes that begin take the day as their first."""
    spans = dict(codes.codes)
    for code in change.ends:
        *earlier, last = spans[code]
        spans[code] = (*earlier, Validity(last.start, day - timedelta(days=1)))
    for code in change.begins:
        first, *later = spans[code]
        spans[code] = (Validity(day, first.end), *later)
    return replace(codes, codes=spans)
