"""report.json: the whole report as data, described by standards/meta/report.schema.json."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import orjson

from conformance.text import Text

if TYPE_CHECKING:
    from conformance.report.service import ServiceView
    from conformance.report.tables import RuleView, TableView
    from conformance.report.values import Excerpt, FindingView, RequirementView, StandardView, View


def render(view: View) -> str:
    """Return the document. Equal runs give equal documents but for times."""
    return orjson.dumps(data(view), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def data(view: View) -> dict[str, Any]:
    """Return the report as JSON data."""
    return {
        "schema": 1,
        "kind": view.head.kind,
        **_conclusion(view),
        "run": _run(view),
        "node": {"name": _data(view.head.node), "url": view.head.url, "code": view.head.code},
        "edition": _edition(view),
        "scope": {
            "selected": view.head.selected,
            "claims": list(view.head.claims),
            "parameters": dict(view.head.parameters),
        },
        "counts": dict(view.counts),
        "standards": [_standard(one) for one in view.standards],
        "failures": [row.requirement.id for row in view.failures],
        "requirements": [_requirement(row) for row in view.rows],
        "tables": [_table(one) for one in view.tables],
        "service": [_load(one) for one in view.service],
        "account": _data(view.account),
        "evidence": {"files": dict(view.head.files), "exchanges": view.head.exchanges},
    }


def _conclusion(view: View) -> dict[str, Any]:
    return {
        "conclusion": str(view.verdict.conclusion),
        "headline": _data(view.headline),
        "complete": view.verdict.complete,
        "score": _rounded(view.verdict.score),
        "grade": view.verdict.grade,
        "sentences": _data(view.sentences),
        "notices": _data(view.notices),
    }


def _run(view: View) -> dict[str, Any]:
    head = view.head
    names = ("suite", "mode", "seed", "started", "finished", "seconds")
    return {"id": head.run, **{name: getattr(head, name) for name in names}, "versions": dict(head.versions)}


def _edition(view: View) -> dict[str, Any]:
    edition = view.law.edition
    return {
        "id": view.head.edition,
        "law": view.head.law,
        "judged_by": {"id": edition.id, "law": view.law.digest},
        "title": _data(edition.title),
        "statement": _data(edition.statement),
    }


def _standard(one: StandardView) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": _data(one.title),
        "weight": one.weight,
        "score": _rounded(one.score),
        "total": one.total,
        "counts": dict(one.counts),
    }


def _requirement(row: RequirementView) -> dict[str, Any]:
    it = row.requirement
    return {
        "id": it.id,
        "standard": it.standard,
        "class": it.class_id,
        "obligation": str(it.obligation),
        "disposition": str(it.disposition),
        "outcome": row.state if row.state != it.disposition else None,
        "title": _data(it.title),
        "text": _data(it.text),
        "source": {
            "cite": _data(it.source.cite),
            "tier": it.source.tier,
            "authority": _data(row.tier.name),
            "law": row.tier.law,
            "note": _data(it.source.note),
        },
        "reason": _data(row.reason),
        "notes": _data(row.notes),
        "remedy": _data(it.remedy),
        "checks": [{"check": one.check, "outcome": str(one.outcome), "seconds": one.seconds} for one in row.checks],
        "findings": [_finding(one) for one in row.findings],
        "exchanges": list(row.exchanges),
        "requests": [_request(one) for one in row.excerpts],
        "replay": row.replay,
    }


def _finding(one: FindingView) -> dict[str, Any]:
    return {
        "asked": _data(one.asked),
        "came": _data(one.came),
        "due": _data(one.due),
        "count": one.count,
        "samples": _data(one.samples),
        "exchanges": list(one.exchanges),
    }


def _request(one: Excerpt) -> dict[str, Any]:
    names = ("n", "role", "method", "url", "status", "refused", "curl")
    return {**{name: getattr(one, name) for name in names}, "missing": _data(one.missing)}


def _table(one: TableView) -> dict[str, Any]:
    files = [{"name": name, "bytes": size, "sha256": digest} for name, size, digest in one.files]
    return {**_data(one), "files": files, "rules": [_rule(each) for each in one.rules]}


def _load(one: ServiceView) -> dict[str, Any]:
    drawn = {"bars", "across", "up", "line"}
    return {name: value for name, value in _data(one).items() if name not in drawn}


def _rule(one: RuleView) -> dict[str, Any]:
    return {name: value for name, value in _data(one).items() if name not in {"good", "threshold"}}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _data(value: Any) -> Any:
    """Return a value of the view as JSON data."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, tuple):
        return [_data(one) for one in value]
    if is_dataclass(value):
        return {one.name: _data(getattr(value, one.name)) for one in fields(value)}
    return value
