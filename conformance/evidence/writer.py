"""Writes a run folder: events and exchanges as they come, the manifest at both ends."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import orjson

from conformance.evidence.seal import sealed
from conformance.judge.values import CheckResult, as_data
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from conformance.evidence.exchange import Exchange

EVENTS = "events.ndjson"
EXCHANGES = "exchanges.har"
MANIFEST = "manifest.json"
_HEAD = b'{"log":{"version":"1.2","creator":{"name":"district-conformance","version":"1"},"entries":[\n'
_TAIL = b"\n]}}\n"


class UnwritableError(Exception):
    """The run folder cannot be written (any more); the text names it and says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.text = message


class RunWriter:
    """The one writer of a run folder.

    What is flushed is readable whatever happens later: a run that breaks off leaves a folder marked incomplete.

    Attributes:
        broken: why the folder can be written no more, such as a full disk. The first write that fails raises;
            later ones are dropped, so that a run can still clean up on the node.
    """

    def __init__(self, path: Path, manifest: dict[str, Any]) -> None:
        """Make the folder and write its first manifest.

        Raises:
            UnwritableError: the folder holds a run already, or cannot be written.
        """
        self.path = path
        self.broken: Text | None = None
        self._manifest = manifest | {"complete": False, "files": {}}
        self._lock = threading.Lock()
        self._separator = b""
        try:
            path.mkdir(parents=True)
            self._write_manifest()
            self._events: BinaryIO = (path / EVENTS).open("wb")
            self._exchanges: BinaryIO = (path / EXCHANGES).open("wb")
        except OSError as error:
            raise UnwritableError(_unwritable(path, error)) from error
        self._exchanges.write(_HEAD)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._exchanges, self._events):
            with contextlib.suppress(OSError):  # whoever wrote what cannot be flushed was told
                file.close()

    def event(self, kind: str, **members: Any) -> None:
        """Append one event.

        Raises:
            UnwritableError: it cannot be written; so do all methods below.
        """
        line = orjson.dumps({"event": kind, **{name: as_data(value) for name, value in members.items()}})
        self._writing(lambda: self._events.write(line + b"\n"))

    def exchange(self, exchange: Exchange) -> None:
        """Append one exchange, and its digest to the events."""
        line = orjson.dumps(exchange.to_har())
        digest = hashlib.sha256(line).hexdigest()

        def write() -> None:
            self._exchanges.write(self._separator + line)
            self._separator = b",\n"
            self._events.write(b'{"event":"exchange","n":%d,"sha256":"%s"}\n' % (exchange.n, digest.encode()))

        self._writing(write)

    def result(self, result: CheckResult) -> None:
        """Append what a check decided, and bring everything so far to the disk: exchanges before the result."""
        self._writing(self._exchanges.flush)
        self.event("result", **as_data(result))
        self.flush()

    def flush(self) -> None:
        """Bring what was written so far to the disk."""
        self._writing(self._flush)

    def describe(self, **members: Any) -> None:
        """Add members to the manifest and write it."""
        self._manifest |= members
        self._writing(self._write_manifest)

    def finish(self, **members: Any) -> None:
        """Close the archive, take the digests and mark the run complete."""

        def write() -> None:
            self._exchanges.write(_TAIL)
            self._flush()
            files = {name: _sha256(self.path / name) for name in (EVENTS, EXCHANGES)}
            self._manifest |= {**members, "complete": True, "files": files}
            self._write_manifest()

        self._writing(write)

    def stop(self, reason: Text, **members: Any) -> None:
        """Close a run that was broken off: it stays incomplete, and says why where that can still be written."""

        def write() -> None:
            self._exchanges.write(_TAIL)
            self._flush()

        with contextlib.suppress(UnwritableError):
            self.event("stopped", reason=reason)
            self._writing(write)
        self._manifest |= {**members, "complete": False, "files": {}, "interrupted": as_data(reason)}
        with contextlib.suppress(OSError):  # then the manifest from the beginning of the run stands
            self._write_manifest()

    def _writing(self, write: Callable[[], object]) -> None:
        with self._lock:
            if self.broken is not None:
                return
            try:
                write()
            except OSError as error:
                self.broken = _unwritable(self.path, error)
                raise UnwritableError(self.broken) from error

    def _flush(self) -> None:
        self._exchanges.flush()
        self._events.flush()

    def _write_manifest(self) -> None:
        beside = self.path / f"{MANIFEST}.new"
        try:
            beside.write_bytes(sealed(self._manifest))
            beside.replace(self.path / MANIFEST)
        except OSError:
            beside.unlink(missing_ok=True)
            raise


def _unwritable(path: Path, error: OSError) -> Text:
    why = error.strerror or type(error).__name__
    return Text(f"运行目录 {path} 无法写入：{why}", f"The run folder {path} cannot be written: {why}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
