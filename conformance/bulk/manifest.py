"""The manifest of a data run: which table was judged by which description, and how to know its files again."""

from __future__ import annotations

import hashlib
import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.bulk.record import File
from conformance.bulk.values import Progress, SourceError
from conformance.judge.values import as_data
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.bulk.opening import Bench, Job
    from conformance.bulk.values import Tell
    from conformance.law.data import Dataset

#: Sources up to so many bytes are digested without being asked: a second or two.
CHEAP = 2**30
_DIGEST = Text("计算摘要", "taking digests")
_CHANGED = Text(
    "{file} 在计数期间被改动，计数可能混有前后两个版本",
    "{file} was changed while it was counted; the counts may be of both versions",
)


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a run folder goes, and what its manifest says beside what was opened.

    Attributes:
        out: parent of the folders of all datasets.
        run: id of the run.
        started: when, with zone.
        description: the file of the dataset's description.
        own: whether the description is no part of the edition, so that the manifest holds all of it.
        boundary: the file of the district's boundary.
        digest_up_to: bytes of all files of the source up to which their SHA-256 is taken; None for always.
    """

    out: Path
    run: str
    started: datetime
    description: Path
    own: bool = False
    boundary: Path | None = None
    digest_up_to: int | None = CHEAP

    def folder(self, dataset: Dataset) -> Path:
        """Return the run folder."""
        return self.out / dataset.id / self.run


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How to know a file again: its size, the time of its last change, its digest where it was taken."""

    path: Path
    file: File
    modified: int

    def data(self) -> dict[str, Any]:
        """Return the entry of the manifest."""
        when = datetime.fromtimestamp(self.modified / 1e9, UTC).astimezone()
        return {
            "name": self.file.name,
            "bytes": self.file.bytes,
            "modified": when.isoformat(timespec="microseconds"),
            "sha256": self.file.sha256,
        }


def fingerprints(files: Iterable[str], up_to: int | None, tell: Tell) -> tuple[Fingerprint, ...]:
    """Return size, time and, up to so many bytes in all, digest of the files of a source.

    Raises:
        SourceError: a file cannot be read.
    """
    paths = [Path(one) for one in files]
    try:
        stats = [one.stat() for one in paths]
        total = sum(one.st_size for one in stats)
        digests = _digests(paths, tell) if up_to is None or total <= up_to else [None] * len(paths)
    except OSError as error:
        raise SourceError(
            Text(f"{error.filename} 无法读取：{error.strerror}", f"{error.filename} cannot be read: {error.strerror}")
        ) from error
    names = _names(paths)
    return tuple(
        Fingerprint(path, File(name, stat.st_size, digest), stat.st_mtime_ns)
        for path, name, stat, digest in zip(paths, names, stats, digests, strict=True)
    )


def _names(paths: list[Path]) -> list[str]:
    """Return the names of files below the folder that they share."""
    if len({one.name for one in paths}) == len(paths):
        return [one.name for one in paths]
    root = os.path.commonpath([one.resolve().parent for one in paths])
    return [one.resolve().relative_to(root).as_posix() for one in paths]


def _digests(paths: Iterable[Path], tell: Tell) -> list[str | None]:
    found: list[str | None] = []
    tell(Progress(_DIGEST, 0, None))
    for path in paths:
        with path.open("rb") as file:
            found.append(hashlib.file_digest(file, "sha256").hexdigest())
    return found


def changed(files: Iterable[Fingerprint]) -> Text | None:
    """Return which file is not what it was when its fingerprint was taken, None where none is."""
    for one in files:
        try:
            stat = one.path.stat()
        except OSError:
            return _CHANGED.fill(file=one.file.name)
        if (stat.st_size, stat.st_mtime_ns) != (one.file.bytes, one.modified):
            return _CHANGED.fill(file=one.file.name)
    return None


def describe(job: Job, opened: Bench, paper: Paper, files: Iterable[Fingerprint]) -> dict[str, Any]:
    """Return the manifest of a run that begins."""
    law = job.law
    return {
        "schema": 1,
        "run": paper.run,
        "kind": "data",
        "data": {
            "source": opened.table.source,
            "dataset": _described(job.dataset, paper),
            "engine": opened.engine.name,
            "files": [one.data() for one in files],
            "against": {name: table.source for name, table in opened.others.items()},
            "municipal": opened.municipal[1].source if opened.municipal else None,
            "boundary": _sha256(paper.boundary.read_bytes()) if paper.boundary else None,
            "today": job.today,
            "rules": sorted(job.rules),
        },
        "edition": law.edition.id,
        "law": law.digest,
        "suite": __version__,
        "selected": list(opened.selected),
        "parameters": {},
        "started": paper.started.isoformat(),
        "versions": {"python": platform.python_version(), "engine": opened.engine.name},
    }


def _described(dataset: Dataset, paper: Paper) -> dict[str, Any]:
    content = paper.description.read_bytes()
    return {
        "id": dataset.id,
        "version": dataset.version,
        "title": as_data(dataset.title),
        "sha256": _sha256(content),
        "description": content.decode() if paper.own else None,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
