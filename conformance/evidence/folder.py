"""Reads a run folder, whole or broken off, and refuses one that was changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from conformance.evidence.exchange import Exchange, from_har
from conformance.evidence.writer import EVENTS, EXCHANGES, MANIFEST
from conformance.judge.values import CheckResult, result
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class EvidenceError(Exception):
    """A run folder is missing, broken or was changed; the text names file, line or exchange."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True)
class RunFolder:
    """A run as it lies on the disk.

    Attributes:
        manifest: run id, node, seed, mode, edition, law digest, selected requirements, digests of the files.
        events: every event in its order, without the digests of exchanges.
        digests: SHA-256 of each recorded exchange by its number.
    """

    path: Path
    manifest: dict[str, Any]
    events: tuple[dict[str, Any], ...]
    digests: dict[int, str]

    @property
    def complete(self) -> bool:
        """Whether the run came to its end."""
        return bool(self.manifest["complete"])

    @cached_property
    def results(self) -> tuple[CheckResult, ...]:
        """What the checks decided."""
        return tuple(result(one) for one in self.events if one["event"] == "result")

    @cached_property
    def exchanges(self) -> dict[int, Exchange]:
        """Every exchange by its number.

        Raises:
            EvidenceError: one was changed, is missing or cannot be read.
        """
        found = {one.n: one for one in self._read_exchanges()}
        missing = sorted(set(self.digests) - set(found))
        if missing and self.complete:
            raise EvidenceError(
                Text("交换 {n} 缺失：{file}", "Exchange {n} is missing from {file}").fill(n=missing[0], file=EXCHANGES)
            )
        return found

    def of_kind(self, kind: str) -> tuple[dict[str, Any], ...]:
        """Return the events of one kind."""
        return tuple(one for one in self.events if one["event"] == kind)

    def _read_exchanges(self) -> Iterator[Exchange]:
        with (self.path / EXCHANGES).open("rb") as file:
            for number, line in enumerate(file, 1):
                entry = line.rstrip(b"\r\n").removesuffix(b",")
                if number == 1 or entry in {b"]}}", b""}:
                    continue
                yield self._exchange(number, entry)

    def _exchange(self, number: int, entry: bytes) -> Exchange:
        expected = list(self.digests.items())[number - 2] if number - 2 < len(self.digests) else None
        if expected and hashlib.sha256(entry).hexdigest() == expected[1]:
            return from_har(orjson.loads(entry))
        name = expected[0] if expected else number - 1
        raise EvidenceError(
            Text(
                "交换 {n}（{file} 第 {line} 行）与记录的摘要不符，证据已被改动或写入中断",
                "Exchange {n} ({file} line {line}) does not match its recorded digest: it was changed or cut off",
            ).fill(n=name, file=EXCHANGES, line=number)
        )


def open_run(path: Path) -> RunFolder:
    """Open a run folder; of an incomplete run, as far as it got.

    Raises:
        EvidenceError: there is no run, a file is broken, or a complete run's files do not match its manifest.
    """
    manifest = _manifest(path)
    events, digests = _events(path, complete=manifest["complete"])
    folder = RunFolder(path, manifest, events, digests)
    if folder.complete:
        _verify(folder)
    return folder


def _manifest(path: Path) -> dict[str, Any]:
    file = path / MANIFEST
    try:
        data = orjson.loads(file.read_bytes())
        data["complete"], data["files"], data["run"]
    except FileNotFoundError as error:
        raise EvidenceError(
            Text(f"{path} 不是运行目录：缺少 {MANIFEST}", f"{path} is not a run folder: no {MANIFEST}")
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(Text(f"{file} 无法读取：{error}", f"{file} cannot be read: {error}")) from error
    return dict(data)


def _events(path: Path, *, complete: bool) -> tuple[tuple[dict[str, Any], ...], dict[int, str]]:
    events: list[dict[str, Any]] = []
    digests: dict[int, str] = {}
    lines = (path / EVENTS).read_bytes().splitlines() if (path / EVENTS).exists() else []
    for number, line in enumerate(lines, 1):
        try:
            event = orjson.loads(line)
        except ValueError as error:
            if not complete and number == len(lines):
                break
            raise EvidenceError(
                Text(f"{EVENTS} 第 {number} 行不是 JSON:{error}", f"{EVENTS} line {number} is not JSON: {error}")
            ) from error
        if event["event"] == "exchange":
            digests[event["n"]] = event["sha256"]
        else:
            events.append(event)
    return tuple(events), digests


def _verify(folder: RunFolder) -> None:
    """Name the exchange that was changed where one was; else the file."""
    for name, digest in folder.manifest["files"].items():
        file = folder.path / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else "-"
        if found == digest:
            continue
        if name == EXCHANGES and file.exists():
            _ = folder.exchanges
        raise EvidenceError(
            Text(
                "{file} 与清单摘要不符：应为 {due}，实为 {came}",
                "{file} does not match the manifest: due {due}, came {came}",
            ).fill(file=name, due=digest, came=found)
        )
