"""Reads `standards/` into values. A broken file is an error that names the file and the line."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from conformance.law.model import (
    ConformanceClass,
    Disposition,
    Edition,
    Gate,
    Grade,
    Law,
    Obligation,
    Parameter,
    Requirement,
    Source,
    Standard,
)
from conformance.resources import folder
from conformance.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LawError(Exception):
    """A file of `standards/` cannot be read; the message names it."""


@cache
def load(path: Path | None = None) -> Law:
    """Read the law below `path`, or the one that ships with the suite.

    Raises:
        LawError: a file is missing or broken.
    """
    where = path or folder("standards")
    try:
        edition = _edition(read_yaml(where / "edition.yaml"))
        rows = [row for standard in edition.standards for row in _rows(where, standard)]
    except (KeyError, TypeError, ValueError) as error:
        raise LawError(f"{where}: {type(error).__name__} {error}") from error
    return Law(where, edition, {row.id: row for row in rows})


def read_yaml(path: Path) -> Any:
    """Return the content of one YAML file of the law.

    Raises:
        LawError: the file is missing or is not YAML; the message names file and line.
    """
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)  # noqa: S506 - the loader is the safe one
    except (OSError, yaml.YAMLError) as error:
        raise LawError(f"{path}: {error}") from error


def _edition(data: Mapping[str, Any]) -> Edition:
    return Edition(
        id=data["edition"],
        date=str(data["date"]),
        title=text(data["title"]),
        statement=text(data["statement"]),
        standards=tuple(_standard(one) for one in data["standards"]),
        points={Obligation(name): points for name, points in data["points"].items()},
        grades=tuple(Grade(one["grade"], one["from"]) for one in data["grades"]),
        gate=Gate(**data["gate"]),
        parameters={one["id"]: _parameter(one) for one in data["parameters"]},
    )


def _standard(data: Mapping[str, Any]) -> Standard:
    classes = tuple(
        ConformanceClass(
            one["id"],
            text(one["title"]),
            one.get("mandatory", True),
            one.get("probe"),
            one.get("on_request", False),
        )
        for one in data["classes"]
    )
    return Standard(data["id"], data["prefix"], text(data["title"]), data["weight"], classes)


def _parameter(data: Mapping[str, Any]) -> Parameter:
    return Parameter(
        data["id"],
        text(data["title"]),
        data["default"],
        data.get("unit"),
        data["changed_by"],
        read_source(data["source"]),
        tuple(data.get("requirements", ())),
    )


def _rows(where: Path, standard: Standard) -> Iterator[Requirement]:
    for row in read_yaml(where / standard.id / "requirements.yaml")["requirements"]:
        yield Requirement(
            id=row["id"],
            standard=standard.id,
            class_id=row["class"],
            obligation=Obligation(row["obligation"]),
            title=text(row["title"]),
            text=text(row["text"]),
            remedy=text(row["remedy"]),
            source=read_source(row["source"]),
            disposition=Disposition(row["disposition"]),
            reason=text(row["reason"]) if "reason" in row else None,
            applies=row["applies"],
        )


def read_source(data: Mapping[str, Any]) -> Source:
    """Return what something rests on, from its data form."""
    note = text(data["note"]) if "note" in data else None
    return Source(Text(data["cite"], data.get("en", data["cite"])), data["tier"], note)
