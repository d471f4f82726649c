"""Writes a run folder: events and exchanges as they come, the manifest at both ends."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import orjson

from conformance.judge.values import CheckResult, as_data

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from conformance.evidence.exchange import Exchange

EVENTS = "events.ndjson"
EXCHANGES = "exchanges.har"
MANIFEST = "manifest.json"
_HEAD = b'{"log":{"version":"1.2","creator":{"name":"district-conformance","version":"1"},"entries":[\n'
_TAIL = b"\n]}}\n"


class RunWriter:
    """The one writer of a run folder.

    What is flushed is readable whatever happens later: a run that breaks off leaves a folder marked incomplete.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        """Make the folder and write its first manifest.

        Raises:
            FileExistsError: the folder holds a run already.
            OSError: it cannot be written.
        """
        path.mkdir(parents=True)
        self.path = path
        self._manifest = manifest | {"complete": False, "files": {}}
        self._lock = threading.Lock()
        self._events: BinaryIO = (path / EVENTS).open("wb")
        self._exchanges: BinaryIO = (path / EXCHANGES).open("wb")
        self._exchanges.write(_HEAD)
        self._separator = b""
        self._write_manifest()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._events.close()
        self._exchanges.close()

    def event(self, kind: str, **members: Any) -> None:
        """Append one event."""
        line = orjson.dumps({"event": kind, **{name: as_data(value) for name, value in members.items()}})
        with self._lock:
            self._events.write(line + b"\n")

    def exchange(self, exchange: Exchange) -> None:
        """Append one exchange, and its digest to the events."""
        line = orjson.dumps(exchange.to_har())
        with self._lock:
            self._exchanges.write(self._separator + line)
            self._separator = b",\n"
            digest = hashlib.sha256(line).hexdigest()
            self._events.write(b'{"event":"exchange","n":%d,"sha256":"%s"}\n' % (exchange.n, digest.encode()))

    def result(self, result: CheckResult) -> None:
        """Append what a check decided, and bring everything so far to the disk."""
        self.event("result", **as_data(result))
        self.flush()

    def flush(self) -> None:
        """Bring what was written so far to the disk."""
        with self._lock:
            self._events.flush()
            self._exchanges.flush()

    def describe(self, **members: Any) -> None:
        """Add members to the manifest and write it."""
        self._manifest |= members
        self._write_manifest()

    def finish(self, **members: Any) -> None:
        """Close the archive, take the digests and mark the run complete."""
        self._exchanges.write(_TAIL)
        self.flush()
        files = {name: _sha256(self.path / name) for name in (EVENTS, EXCHANGES)}
        self._manifest |= {**members, "complete": True, "files": files}
        self._write_manifest()

    def _write_manifest(self) -> None:
        data = orjson.dumps(self._manifest, option=orjson.OPT_INDENT_2)
        beside = self.path / f"{MANIFEST}.new"
        beside.write_bytes(data + b"\n")
        beside.replace(self.path / MANIFEST)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
