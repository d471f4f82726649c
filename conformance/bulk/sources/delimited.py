"""CSV: what shape a file has, how many lines, and a clean copy of one that cannot be read as it is."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.bulk.sources.parts import Found

_SAMPLE = 1 << 20
_CHUNK = 1 << 22
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DELIMITERS = ",;\t"
_BLANK = re.compile(rb"\n(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a CSV file is written.

    Attributes:
        encoding: utf-8, utf-16-le, utf-16-be or gb18030.
        bom: bytes before the first character.
        names: the heading; columns without a name are called `column` and their number.
    """

    encoding: str
    bom: int
    delimiter: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """What the bytes of a file say before any of them is understood.

    Attributes:
        breaks: line feeds.
        blanks: lines with nothing on them, behind the first.
        returns: carriage returns; `pairs` are those before a line feed.
        open_end: the file does not end with a line break.
    """

    breaks: int = 0
    blanks: int = 0
    returns: int = 0
    pairs: int = 0
    open_end: bool = False
    blank_start: bool = False

    @property
    def plain(self) -> bool:
        """Every line ends in the same way, and the first one holds something."""
        return (
            self.returns == self.pairs and self.pairs in {0, self.breaks} and self.breaks > 0 and not self.blank_start
        )

    @property
    def written(self) -> int:
        """Lines with something on them."""
        return self.breaks + self.open_end - self.blanks


def lines_of(path: Path) -> Lines:
    """Count the lines of a file; as fast as it can be read."""
    breaks = blanks = returns = pairs = 0
    kept, end, start = b"", b"", b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            start = start or chunk[:5]
            seen = kept + chunk
            breaks += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += seen.count(b"\r\n")
            blanks += len(_BLANK.findall(seen))
            kept = _tail(seen)
            end = chunk[-1:]
    blank_start = start.removeprefix(codecs.BOM_UTF8).startswith((b"\n", b"\r"))
    return Lines(breaks, blanks, returns, pairs, bool(end) and end != b"\n", blank_start)


def _tail(seen: bytes) -> bytes:
    """The end of a chunk that may be the beginning of a blank line or of a pair."""
    return next((one for one in (b"\n\r", b"\n", b"\r") if seen.endswith(one)), b"")


def shape_of(file: Found, encoding: str | None = None) -> Shape:
    """Return the shape of a file by its beginning.

    Args:
        file: the file.
        encoding: where it is known better than the beginning tells.

    Raises:
        SourceError: it is in no known encoding, or its heading names a column twice.
    """
    with file.path.open("rb") as source:
        head = source.read(_SAMPLE)
    marked, bom = next(((name, len(mark)) for mark, name in _BOMS if head.startswith(mark)), ("", 0))
    chosen = marked or encoding or _encoding(file, head)
    line = _first_record(_decoded(file, head[bom:], chosen))
    delimiter = max(_DELIMITERS, key=_outside_quotes(line).__getitem__)
    names = next(csv.reader([line], delimiter=delimiter), [])
    names = [one.strip() or f"column{at}" for at, one in enumerate(names, 1)]
    twice = next((one for one, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise SourceError(Text(f"{file.name}：表头重复 {twice}", f"{file.name}: the heading {twice} occurs twice"))
    return Shape(chosen, bom, delimiter, tuple(names))


def _encoding(file: Found, head: bytes) -> str:
    if b"\x00" in head[:4096]:
        raise SourceError(
            Text(f"{file.name}：像是没有 BOM 的 UTF-16，请另存为 UTF-8", f"{file.name}: looks like UTF-16 without BOM")
        )
    whole = head if len(head) < _SAMPLE else head[: head.rfind(b"\n") + 1]
    return _told(whole.split(b"\n"))


def encoding_of(path: Path) -> str:
    """Tell UTF-8 from GB 18030 by all lines of a file that are not ASCII: that of most of them."""
    with path.open("rb") as lines:
        return _told(lines)


def _told(lines: Iterable[bytes]) -> str:
    told = Counter(readable(one, "utf-8") for one in lines if not one.isascii())
    return "gb18030" if told[False] > told[True] else "utf-8"


def readable(line: bytes, encoding: str) -> bool:
    """Whether bytes are text of an encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: Found, head: bytes, encoding: str) -> str:
    """The beginning of a file as text; a character that the sample cuts in two is left out."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    if not text.strip("\r\n"):
        raise SourceError(Text(f"{file.name}：没有表头", f"{file.name}: there is no heading"))
    return text


def _first_record(text: str) -> str:
    """The first record: up to a line break that stands outside quotes."""
    text = text.lstrip("\r\n")
    quoted = False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char in "\r\n" and not quoted:
            return text[:at]
    return text


def _outside_quotes(line: str) -> Counter[str]:
    return Counter("".join(line.split('"')[::2]))
