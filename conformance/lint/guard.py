"""A stream of JSON that is neither nested nor long beyond measure: what keeps a streaming parser in bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from conformance.lint.source import LONGEST
from conformance.lint.trouble import about

if TYPE_CHECKING:
    from pathlib import Path

_DEEPEST = 64
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_TEXT = re.compile(rb'"[^"]*+(?:"|\Z)')
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_PLAIN = bytes(one for one in range(256) if one not in {*_STEP, ord('"')})


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes, none at the end."""


class Guarded:
    """Hands on what it reads, and counts the brackets outside of texts while doing so."""

    def __init__(self, file: Readable, path: Path, level: int) -> None:
        """Guard a file whose entries stand below `level` brackets."""
        self._file = file
        self._path = path
        self._level = level
        self._in_text = False
        self._half_escape = b""
        self._depth = 0
        self._since = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            LintError: deeper than 64 levels, or one entry longer than `LONGEST`.
        """
        chunk = self._file.read(size)
        brackets = self._outside(self._half_escape + chunk)
        lowest = self._walk(brackets)
        self._since = 0 if brackets and lowest <= self._level else self._since + len(chunk)
        if self._since > LONGEST:
            raise about(self._path, "有一条目录超过 4 MB", "one entry is longer than 4 MB")
        return chunk

    def _outside(self, data: bytes) -> bytes:
        """Return the brackets that are not within a text."""
        unescaped = _ESCAPE.sub(b"", data) if b"\\" in data else data
        self._half_escape = b"\\" if unescaped.endswith(b"\\") else b""
        marks = b'"' * self._in_text + unescaped.translate(None, _PLAIN)
        self._in_text = marks.count(b'"') % 2 == 1
        return _TEXT.sub(b"", marks.replace(b'""', b""))

    def _walk(self, brackets: bytes) -> int:
        """Follow the brackets and return the lowest level on the way."""
        depth = lowest = highest = self._depth
        for bracket in brackets:
            depth += _STEP[bracket]
            if depth < lowest:
                lowest = depth
            elif depth > highest:
                highest = depth
        self._depth = depth
        if highest > _DEEPEST:
            raise about(self._path, f"嵌套超过 {_DEEPEST} 层", f"nested deeper than {_DEEPEST} levels")
        return lowest
