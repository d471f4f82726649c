"""Findings and results: frozen values that go into the run folder and come back equal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from conformance.judge.outcome import Outcome
from conformance.text import Text, text


@dataclass(frozen=True, slots=True)
class Sample:
    """One place where a rule is broken.

    Attributes:
        label: the entry, row or object it was seen on.
        pointer: JSON pointer (RFC 6901) inside it.
        exchange: number of the exchange that brought it, 0 where none did.
    """

    label: str
    pointer: str
    came: Text
    due: Text
    exchange: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: what came, what was due, the exchanges that show it.

    Attributes:
        asked: what was asked, in words, where the exchanges alone do not say it.
        count: how many places are affected.
        samples: the first of them; `count` announces how many were left out.
    """

    requirement: str
    came: Text
    due: Text
    asked: Text | None = None
    exchanges: tuple[int, ...] = ()
    count: int = 1
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check decided on its requirement."""

    check: str
    requirement: str
    outcome: Outcome
    reason: Text | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[Text, ...] = ()
    exchanges: tuple[int, ...] = ()
    seconds: float = field(default=0.0, compare=False)


def as_data(value: Any) -> Any:
    """Return a value of this module as JSON data; texts become {zh, en}."""
    match value:
        case Text():
            return {"zh": value.zh, "en": value.en}
        case Sample() | Finding() | CheckResult():
            return {name: as_data(getattr(value, name)) for name in value.__slots__}
        case tuple() | list():
            return [as_data(one) for one in value]
    return value


def finding(data: dict[str, Any]) -> Finding:
    """Read a finding back from its JSON data."""
    return Finding(
        requirement=data["requirement"],
        came=text(data["came"]),
        due=text(data["due"]),
        asked=_text(data["asked"]),
        exchanges=tuple(data["exchanges"]),
        count=data["count"],
        samples=tuple(_sample(one) for one in data["samples"]),
    )


def result(data: dict[str, Any]) -> CheckResult:
    """Read a result back from its JSON data."""
    return CheckResult(
        check=data["check"],
        requirement=data["requirement"],
        outcome=Outcome(data["outcome"]),
        reason=_text(data["reason"]),
        findings=tuple(finding(one) for one in data["findings"]),
        notes=tuple(text(one) for one in data["notes"]),
        exchanges=tuple(data["exchanges"]),
        seconds=data["seconds"],
    )


def _sample(data: dict[str, Any]) -> Sample:
    return Sample(data["label"], data["pointer"], text(data["came"]), text(data["due"]), data["exchange"])


def _text(data: dict[str, str] | None) -> Text | None:
    return None if data is None else text(data)
