"""What happened around the checks of a run: controls, doctor, writes, residue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.report.clean import line, some_words
from conformance.report.values import Account, Control, Diagnosis, Residue, Write
from conformance.text import Text

if TYPE_CHECKING:
    from conformance.evidence import RunFolder

_NOTHING = Text("", "")


def account(folder: RunFolder) -> Account:
    """Return the account of a run from its events."""
    sweeps = folder.of_kind("residue")
    return Account(
        controls=tuple(_control(one) for one in folder.of_kind("control")),
        doctor=tuple(_diagnosis(one) for one in folder.of_kind("doctor")),
        writes=tuple(_write(one) for one in folder.of_kind("write")),
        residue=tuple(_residue(item) for one in sweeps for item in one["items"]),
        swept=bool(sweeps),
    )


def _control(event: dict[str, Any]) -> Control:
    return Control(
        line(event["name"]), bool(event["passed"]), some_words(event["text"]) or _NOTHING, tuple(event["exchanges"])
    )


def _diagnosis(event: dict[str, Any]) -> Diagnosis:
    name, text, owner, remedy = (some_words(event[each]) for each in ("name", "text", "owner", "remedy"))
    return Diagnosis(
        name or _NOTHING,
        bool(event["ok"]),
        owner or _NOTHING,
        text or _NOTHING,
        remedy if remedy and any(remedy) else None,
    )


def _write(event: dict[str, Any]) -> Write:
    return Write(line(event["method"]), line(event["path"]), int(event["exchange"] or 0), line(event["object"] or ""))


def _residue(item: dict[str, Any]) -> Residue:
    return Residue(line(item["object"]), item["kind"] == "tombstone", some_words(item["text"]) or _NOTHING)
