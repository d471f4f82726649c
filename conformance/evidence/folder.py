"""Reads a run folder, whole or broken off, and refuses one that was changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from conformance.evidence.exchange import Exchange, from_har
from conformance.evidence.seal import unsealed
from conformance.evidence.writer import EVENTS, EXCHANGES, MANIFEST
from conformance.judge.values import CheckResult, result
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

SCHEMA = 1


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

    @property
    def kind(self) -> str:
        """What was judged: `node`, or `data` where it was a table."""
        return str(self.manifest.get("kind", "node"))

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
        due = iter(self.digests.items())
        with _open(self.path / EXCHANGES) as file:
            for number, line in enumerate(file, 1):
                entry = line.rstrip(b"\r\n").removesuffix(b",")
                if number == 1 or entry in {b"]}}", b""}:
                    continue
                n, digest = next(due, (number - 1, ""))
                if hashlib.sha256(entry).hexdigest() == digest:
                    yield from_har(orjson.loads(entry))
                elif not self.complete and _cut_off(line, entry, digest):
                    return
                else:
                    raise _changed(n, number)


def _cut_off(line: bytes, entry: bytes, digest: str) -> bool:
    """Tell whether a run that broke off left this line unfinished, or finished before its digest was on the disk."""
    return not digest or (not line.endswith(b"\n") and not _is_json(entry))


def _is_json(entry: bytes) -> bool:
    try:
        orjson.loads(entry)
    except ValueError:
        return False
    return True


def _changed(n: int, line: int) -> EvidenceError:
    return EvidenceError(
        Text(
            "交换 {n}（{file} 第 {line} 行）与记录的摘要不符，证据已被改动",
            "Exchange {n} ({file} line {line}) does not match its recorded digest: it was changed",
        ).fill(n=n, file=EXCHANGES, line=line)
    )


def _open(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise EvidenceError(
            Text(f"{file} 无法读取：{error.strerror}", f"{file} cannot be read: {error.strerror}")
        ) from error


def open_run(path: Path) -> RunFolder:
    """Open a run folder; of an incomplete run, as far as it got.

    Raises:
        EvidenceError: there is no run, a file is broken, the manifest does not match its seal, or the files of a
            complete run do not match the manifest.
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
        data = unsealed(file.read_bytes())
    except FileNotFoundError as error:
        raise EvidenceError(
            Text(f"{path} 不是运行目录：缺少 {MANIFEST}", f"{path} is not a run folder: no {MANIFEST}")
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise EvidenceError(Text(f"{file} 无法读取：{error}", f"{file} cannot be read: {error}")) from error
    if data is None:
        raise EvidenceError(
            Text(f"{file} 与其自身的封印不符，已被改动", f"{file} does not match its own seal: it was changed")
        )
    if data.get("schema") != SCHEMA:
        raise EvidenceError(Text(f"{file} 的格式版本不是 {SCHEMA}", f"{file} is not of version {SCHEMA} of the format"))
    return data


def _events(path: Path, *, complete: bool) -> tuple[tuple[dict[str, Any], ...], dict[int, str]]:
    events: list[dict[str, Any]] = []
    digests: dict[int, str] = {}
    with _open(path / EVENTS) as file:
        lines = file.read().splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        try:
            event = _event(line)
        except (ValueError, KeyError, TypeError) as error:
            if not complete and number == len(lines) and not line.endswith(b"\n"):
                break
            raise EvidenceError(
                Text(f"{EVENTS} 第 {number} 行无法读取：{error}", f"{EVENTS} line {number} cannot be read: {error!r}")
            ) from error
        if event["event"] == "exchange":
            digests[int(event["n"])] = str(event["sha256"])
        else:
            events.append(event)
    return tuple(events), digests


def _event(line: bytes) -> dict[str, Any]:
    """Return the event in a line, read as far as a reader of the folder relies on it."""
    event = dict(orjson.loads(line))
    match event["event"]:
        case "exchange":
            int(event["n"]), str(event["sha256"])
        case "result":
            result(event)
        case "measurement":
            str(event["name"]), dict(event["data"])
    return event


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
