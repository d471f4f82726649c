"""A result as JSON, for a pipeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from conformance.lint.result import partly, undecided

if TYPE_CHECKING:
    from conformance.law import Law, Requirement
    from conformance.lint.fields import Fields
    from conformance.lint.records import Oddity
    from conformance.lint.result import Result
    from conformance.rules import Breach, Tally
    from conformance.text import Lang, Text


def document(law: Law, result: Result, fields: Fields, lang: Lang) -> str:
    """Return the result as indented JSON; texts are in `lang`."""
    data = _Document(result, fields, lang).data(law)
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace").decode()


class _Document:
    def __init__(self, result: Result, fields: Fields, lang: Lang) -> None:
        self._result = result
        self._fields = fields
        self._lang: Lang = lang

    def data(self, law: Law) -> dict[str, Any]:
        result = self._result
        return {
            "file": str(result.source.path),
            "format": result.source.form,
            **result.remarks.details,
            "edition": law.edition.id,
            "date": result.today.isoformat(),
            "lang": self._lang,
            "entries": result.report.entries,
            "breaches": result.total,
            "requirements": [self._tally(law.requirements[name], one) for name, one in result.report.tallies.items()],
            "inconsistent": {
                "count": result.remarks.odd,
                "truncated": result.remarks.odd > len(result.remarks.oddities),
                "samples": [self._oddity(one) for one in result.remarks.oddities],
            },
            "notes": [self._say(one) for one in result.remarks.notes],
            "decidedInPart": [{**self._name(row), "needs": where} for row, where in partly(law)],
            "notDecided": [self._name(row) for row in undecided(law)],
        }

    def _say(self, words: Text) -> str:
        return words.pick(self._lang)

    def _name(self, row: Requirement) -> dict[str, str]:
        return {"id": row.id, "obligation": str(row.obligation), "title": self._say(row.title)}

    def _tally(self, row: Requirement, tally: Tally) -> dict[str, Any]:
        return {
            **self._name(row),
            "text": self._say(row.text),
            "remedy": self._say(row.remedy),
            "met": self._result.report.met.get(row.id, 0),
            "count": tally.count,
            "truncated": tally.count > len(tally.samples),
            "samples": [self._breach(one) for one in tally.samples],
        }

    def _breach(self, breach: Breach) -> dict[str, Any]:
        place = self._result.places.get(breach.label)
        spot = self._fields.spot(place, breach.pointer)
        where: dict[str, Any] = {}
        if place is not None:
            where = {"code": place.code, "sheet": place.sheet, "row": spot.row, "line": place.line}
            where |= {} if place.row or place.line else {"index": place.index}
        return {
            **{name: value for name, value in where.items() if value},
            **{name: value for name, value in (("column", spot.letter), ("heading", self._say(spot.heading))) if value},
            "pointer": breach.pointer,
            "came": self._say(self._fields.say(place, breach.pointer, breach.came)),
            "due": self._say(self._fields.say(place, breach.pointer, breach.due)),
        }

    def _oddity(self, one: Oddity) -> dict[str, Any]:
        sheet = {"sheet": one.sheet} if one.sheet else {}
        return {**sheet, "row": one.row, "heading": one.column, "came": self._say(one.came), "due": self._say(one.due)}
