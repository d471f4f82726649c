"""The file that a download lands in: hashed as it grows, begun anew when the node begins anew, never in memory."""

from __future__ import annotations

import contextlib
import hashlib
import re
from typing import TYPE_CHECKING

from conformance.evidence import Aside

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from conformance.evidence.exchange import Headers

_RANGE = re.compile(r"bytes ([0-9]+)-([0-9]+)/([0-9]+|\*)")
_WHOLE, _PART = 200, 206


class DiskError(Exception):
    """The file cannot be written: a full disk, a folder that is gone."""


class OverlongError(Exception):
    """A body goes on beyond the length that was announced for it."""


class Landing:
    """Takes the bodies of one download, one after the other.

    Attributes:
        most: bytes that the whole file may have.
        size: bytes that it has.
        status: of the response whose body came last, 0 before the first.
        headers: of that response.
    """

    def __init__(self, path: Path, most: int) -> None:
        self.most = most
        self.size = 0
        self.status = 0
        self.headers: Headers = ()
        self._path = path
        self._hash = hashlib.sha256()
        self._file: BinaryIO | None = None
        self._begun = 0
        self._misplaced = False

    def ready(self) -> None:
        """Expect the next response."""
        self.status, self.headers, self._begun = 0, (), self.size

    def takes(self, status: int, headers: Headers) -> bool:
        """Tell whether the body of a response belongs here, and make ready for it.

        A 206 goes on where the file ends; one that begins elsewhere is read and dropped. A 200 begins anew.

        Raises:
            DiskError: the file cannot be opened.
        """
        if status not in {_WHOLE, _PART}:
            return False
        self.status, self.headers = status, headers
        self._misplaced = status == _PART and _start(headers) != self.size
        try:
            if self._file is None:
                self._file = self._path.open("wb")
            if status == _WHOLE:
                self._file.truncate(0)
                self._file.seek(0)
                self._hash, self.size = hashlib.sha256(), 0
        except OSError as error:
            raise DiskError(f"{self._path}: {error.strerror}") from error
        self._begun = self.size
        return True

    def write(self, chunk: bytes) -> None:
        """Append a chunk.

        Raises:
            DiskError: it cannot be written.
            OverlongError: the file would get longer than announced.
        """
        if self._misplaced or self._file is None:
            return
        if self.size + len(chunk) > self.most:
            raise OverlongError(f"more than the {self.most} bytes announced")
        try:
            self._file.write(chunk)
        except OSError as error:
            raise DiskError(f"{self._path}: {error.strerror}") from error
        self._hash.update(chunk)
        self.size += len(chunk)

    def flush(self) -> None:
        """Bring everything to the disk.

        Raises:
            DiskError: it cannot be written.
        """
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            raise DiskError(f"{self._path}: {error.strerror}") from error

    def aside(self) -> Aside | None:
        """Return what can be said of the body that came last and of the file, None where it took none."""
        return Aside(self.size - self._begun, self.size, self._hash.hexdigest()) if self.status else None

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # what could not be written was said by `flush`
                self._file.close()


def _start(headers: Headers) -> int:
    """Return where a partial body begins, -1 where its Content-Range does not say."""
    told = next((value for name, value in headers if name == "content-range"), "")
    match = _RANGE.fullmatch(told.strip())
    return int(match[1]) if match else -1
