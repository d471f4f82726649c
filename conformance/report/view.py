"""From a run folder and the law to the view: a pure function, no network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from conformance.evidence import open_run
from conformance.judge import Outcome
from conformance.judge.verdict import Conclusion, judge
from conformance.law import Obligation
from conformance.report import words
from conformance.report.account import account
from conformance.report.clean import line, some_words
from conformance.report.rows import standards
from conformance.report.service import service_levels
from conformance.report.tables import tables
from conformance.report.values import Head, View
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.evidence import RunFolder
    from conformance.judge.verdict import Verdict
    from conformance.law import Law
    from conformance.report.tables import TableView
    from conformance.report.values import Account, RequirementView

_VALUE = 200


def load_view(path: Path, law: Law) -> View:
    """Read a run folder, whole or broken off, and judge it by `law`.

    Raises:
        EvidenceError: there is no run, or a complete one was changed.
    """
    folder = open_run(path)
    verdict = judge(law, folder.results, folder.manifest["selected"], complete=folder.complete)
    head = _head(folder)
    shown = standards(folder, law, verdict, head.path)
    rows = {row.requirement.id: row for one in shown for each in one.classes for row in each.rows}
    around = account(folder)
    counted = tables(folder)
    return View(
        law=law,
        verdict=verdict,
        head=head,
        headline=_headline(verdict),
        sentences=tuple(_sentences(verdict)),
        notices=tuple(_notices(folder, law, around, counted)),
        counts={name: sum(one.counts[name] for one in shown) for name in words.STATES},
        standards=shown,
        failures=_failures(verdict, rows),
        account=around,
        tables=counted,
        service=service_levels(folder),
        manifest=folder.manifest,
    )


def _failures(verdict: Verdict, rows: Mapping[str, RequirementView]) -> tuple[RequirementView, ...]:
    return tuple(rows[row.requirement.id] for row in verdict.failures)


def _head(folder: RunFolder) -> Head:
    data = folder.manifest
    node = _judged(folder)
    started, finished = data["started"], data.get("finished")
    return Head(
        kind=folder.kind,
        run=line(data["run"]),
        path=_shown_path(folder.path),
        node=some_words(node.get("name")) or _plain(line(node.get("code") or node["url"])),
        url=line(node["url"]),
        code=line(node.get("code") or ""),
        edition=line(data["edition"]),
        law=line(data["law"]),
        suite=line(str(data["suite"])),
        mode=line(data.get("mode", "")),
        seed=line(str(data.get("seed", ""))),
        started=line(started),
        finished=line(finished) if finished else None,
        seconds=_seconds(started, finished),
        selected=len(data["selected"]),
        claims=tuple(line(one) for one in data.get("claims", ())),
        parameters=_pairs(data.get("parameters", {})),
        versions=_pairs(data.get("versions", {})),
        files=_pairs(data["files"]),
        exchanges=len(folder.digests),
    )


def _judged(folder: RunFolder) -> Mapping[str, Any]:
    """Return name, address and code of what was judged: the node, or the table."""
    if folder.kind == "node":
        return dict(folder.manifest["node"])
    data = folder.manifest["data"]
    return {"name": data["dataset"]["title"], "url": data["source"], "code": data["dataset"]["id"]}


def _plain(value: str) -> Text:
    return Text(value, value)


def _pairs(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((line(name), line(_value(value), _VALUE)) for name, value in values.items())


def _value(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _seconds(started: str, finished: str | None) -> float | None:
    if not finished:
        return None
    return (datetime.fromisoformat(finished) - datetime.fromisoformat(started)).total_seconds()


def _shown_path(path: Path) -> str:
    """Return the folder as a command line in this directory names it."""
    whole, here = path.resolve(), Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix()


def _headline(verdict: Verdict) -> Text:
    if verdict.conclusion is Conclusion.CONFORMS and verdict.grade is None:
        return words.CONFORMS_SO_FAR
    return words.CONCLUSIONS[verdict.conclusion]


def _sentences(verdict: Verdict) -> Iterator[Text]:
    decided = [row for row in verdict.rows if row.outcome is not None]
    failed = [row for row in decided if row.outcome is Outcome.FAILED]
    numbers = {
        "checked": len(decided),
        "failed": len(failed),
        "must": sum(row.requirement.obligation is Obligation.MUST for row in failed),
        "open": sum(row.outcome in {Outcome.UNTESTED, Outcome.CANT_TELL} for row in decided),
        "error": sum(row.outcome is Outcome.ERROR for row in decided),
    }
    yield words.SENTENCES[verdict.conclusion].fill(**numbers)
    if numbers["open"]:
        yield words.OPEN.fill(n=numbers["open"])
    if verdict.conclusion is Conclusion.NOT_JUDGED and Outcome.PASSED not in {row.outcome for row in decided}:
        yield words.NOTHING_PASSED
    yield from _left_open(verdict)


def _left_open(verdict: Verdict) -> Iterator[Text]:
    planned, other = (sum(getattr(one, name) for one in verdict.standards) for name in ("planned", "other"))
    if planned:
        yield words.PLANNED.fill(n=planned)
    if other:
        yield words.OTHER.fill(n=other)
    scored = sum(one.score is not None for one in verdict.standards)
    if verdict.score is not None and verdict.grade is None:
        yield words.PARTIAL.fill(n=scored, of=len(verdict.standards))


def _notices(folder: RunFolder, law: Law, around: Account, counted: Iterable[TableView]) -> Iterator[Text]:
    reasons = [one["reason"] for one in folder.of_kind("stopped")] + [folder.manifest.get("interrupted")]
    stops = dict.fromkeys(said for one in reasons if one and (said := some_words(one)))
    ended = not folder.complete and _ended(folder)
    if not folder.complete and not ended:
        yield words.INCOMPLETE
    yield from stops if ended else (words.INTERRUPTED.fill(reason=one) for one in stops)
    if folder.manifest["law"] != law.digest:
        yield words.OTHER_LAW.fill(then=line(folder.manifest["law"], 12)[:12], now=law.digest[:12])
    failed = sum(not one.passed for one in around.controls)
    if failed:
        yield words.CONTROLS_FAILED.fill(n=failed)
    if not around.controls and folder.kind == "node":
        yield words.NO_CONTROLS
    yield from (notice for table in counted for notice in _on_table(table, unread=not ended))
    yield from _on_request(folder, law)
    left = [one for one in around.residue if not one.tombstone]
    if left:
        yield words.RESIDUE_LEFT.fill(n=len(left))


def _on_request(folder: RunFolder, law: Law) -> Iterator[Text]:
    """Classes that the node claims and that a run over several classes left out because nobody named them."""
    judged = {law.requirements[name].class_id for name in folder.manifest["selected"] if name in law.requirements}
    for one in law.classes().values():
        near = [each for each in judged if each.partition("/")[0] == one.id.partition("/")[0]]
        if one.on_request and one.id in folder.manifest.get("claims", ()) and one.id not in judged and len(near) > 1:
            yield words.ON_REQUEST.fill(title=one.title, name=one.id)


def _ended(folder: RunFolder) -> bool:
    """Whether a table was counted to its end, though its verdict cannot be that it conforms."""
    decided = {one.requirement for one in folder.results}
    return folder.kind == "data" and {*folder.manifest["selected"]} <= decided


def _on_table(table: TableView, *, unread: bool) -> Iterator[Text]:
    if table.unread and unread:
        yield words.UNREAD.fill(table=table.name, n=len(table.unread), first=table.unread[0].place)
    if table.missing:
        names = Text("、".join(table.missing), ", ".join(table.missing))
        yield words.MISSING.fill(table=table.name, names=names)
