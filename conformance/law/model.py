"""The frozen values of the law: edition, standards, classes, requirements, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from conformance.law.digest import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from conformance.law.data import DataStandard
    from conformance.text import Text


class Obligation(StrEnum):
    """How binding a requirement is (RFC 2119)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    MAY = "MAY"


class Disposition(StrEnum):
    """What decides a requirement: a check, a document, nothing (with a reason), or a check still to land."""

    CHECK = "check"
    ATTEST = "attest"
    UNTESTABLE = "untestable"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Source:
    """What a requirement rests on.

    Attributes:
        cite: the clause, in both languages.
        tier: its authority: A read at source, B secondary, C memory, P this project; a star where only the idea has it.
        note: what the star or a part of our own means, where that needs a word.
    """

    cite: Text
    tier: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One testable sentence of the law."""

    id: str
    standard: str
    class_id: str
    obligation: Obligation
    title: Text
    text: Text
    remedy: Text
    source: Source
    disposition: Disposition
    reason: Text | None
    applies: str


@dataclass(frozen=True, slots=True)
class ConformanceClass:
    """Requirements of one standard that a node claims together.

    Attributes:
        probe: a path that must not answer 200 when an optional class is not claimed.
        on_request: it burdens the node: a run judges it only where its class or a requirement of it is named.
    """

    id: str
    title: Text
    mandatory: bool
    probe: str | None = None
    on_request: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the six standards; `weight` is its share of the score in per cent."""

    id: str
    prefix: str
    title: Text
    weight: int
    classes: tuple[ConformanceClass, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or list that the law leaves open.

    Attributes:
        default: its value where nobody changed it; None where it is not decided yet.
        changed_by: who may change it: `bureau`, `district` or `nobody`.
        requirements: ids of those that it is a part of; empty where it steers the run only.
    """

    id: str
    title: Text
    default: Any
    unit: str | None
    changed_by: str
    source: Source
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade and the score in per cent from which it is given."""

    grade: str
    floor: float


@dataclass(frozen=True, slots=True)
class Gate:
    """Scores in per cent that a certificate asks for."""

    total: float
    each: float
    conditional: float


@dataclass(frozen=True, slots=True)
class Edition:
    """The frozen set that a certificate names."""

    id: str
    date: str
    title: Text
    statement: Text
    standards: tuple[Standard, ...]
    points: Mapping[Obligation, int]
    grades: tuple[Grade, ...]
    gate: Gate
    parameters: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Law:
    """Everything below `standards/` that code interprets.

    Attributes:
        folder: where it was read.
    """

    folder: Path
    edition: Edition
    requirements: Mapping[str, Requirement]

    @property
    def digest(self) -> str:
        """SHA-256 over every file of the folder, in hex; only runs and reports pay for it."""
        return digest(self.folder)

    @property
    def data(self) -> DataStandard:
        """The data standard; only what judges rows pays for reading it.

        Raises:
            LawError: a file is missing or broken.
        """
        from conformance.law.read_data import data_standard  # noqa: PLC0415 - it is built on this module

        return data_standard(self.folder)

    def standard(self, name: str) -> Standard:
        """Return a standard by its id.

        Raises:
            KeyError: there is none.
        """
        return {one.id: one for one in self.edition.standards}[name]

    def names(self) -> tuple[str, ...]:
        """Return the ids of the six standards in their order."""
        return tuple(one.id for one in self.edition.standards)

    def classes(self) -> dict[str, ConformanceClass]:
        """Return every conformance class by its id."""
        return {one.id: one for standard in self.edition.standards for one in standard.classes}

    def of_standard(self, name: str) -> tuple[Requirement, ...]:
        """Return the requirements of one standard in the order of their ids."""
        return tuple(one for one in self.requirements.values() if one.standard == name)
