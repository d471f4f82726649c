"""Downloads a file of the node: streamed to the disk, resumed after a cut, held to its length and digest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.judge import Failed, Finding
from conformance.node.answer import Answer, broken_off
from conformance.node.landing import Landing
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from conformance.evidence import Exchange
    from conformance.evidence.exchange import Headers

_RESUMED = frozenset({"timeout", "cut", "protocol"})
_ATTEMPTS = 100
_WHOLE, _PART = 200, 206


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that came whole, or as whole as its responses said.

    Attributes:
        bytes: its length.
        sha256: its digest, in hex.
        exchanges: the exchanges that brought it, more than one after a cut.
        answer: the last of them.
    """

    bytes: int
    sha256: str
    exchanges: tuple[int, ...]
    answer: Answer

    def hold(self, due_bytes: int, digest: str) -> None:
        """Hold the file to its announced length and digest (`sha-256:` and hex).

        Raises:
            Failed: it has another length or another digest.
        """
        came, due = (self.bytes, f"sha-256:{self.sha256}"), (due_bytes, digest.lower())
        if came != due:
            raise failed(
                self.exchanges,
                Text(f"{came[0]} 字节，摘要 {came[1]}", f"{came[0]} bytes, digest {came[1]}"),
                Text(f"{due[0]} 字节，摘要 {due[1]}", f"{due[0]} bytes, digest {due[1]}"),
            )


def failed(exchanges: tuple[int, ...], came: Text, due: Text) -> Failed:
    """Return the failure that the exchanges of a download show."""
    return Failed(came, (Finding("", came, due, exchanges=exchanges[-20:]),))


def download(fetch: Callable[[Landing, Headers], Exchange], file: Path, most: int) -> Downloaded:
    """Fetch a file, going on where it was cut off as long as each attempt brings something.

    Args:
        fetch: sends one request with further headers and returns its exchange, its body in the landing.
        file: where it goes; it is overwritten.
        most: bytes that were announced; a longer body is a failure.

    Raises:
        Failed: no 200 or 206 came, a range begins elsewhere, or the body is longer than announced.
        CantTell: the node stopped sending for good, or the file cannot be written here.
        Untested: as `Node.ask`.
    """
    landing = Landing(file, most)
    numbers: list[int] = []
    size, etag = 0, ""
    try:
        for _ in range(_ATTEMPTS):
            asked = (("range", f"bytes={size}-"), ("if-range", etag)) if size and etag else ()
            exchange = fetch(landing, asked)
            numbers.append(exchange.n)
            if exchange.refused is None:
                return _done(exchange, tuple(numbers), resumed_at=size if asked else 0)
            before, size = size, exchange.aside.file_bytes if exchange.aside else size
            etag = _strong(exchange)
            if exchange.refused.kind not in _RESUMED or size <= before:
                raise _given_up(exchange, tuple(numbers), most)
        raise _given_up(exchange, tuple(numbers), most)
    finally:
        landing.close()


def pieces(
    fetch: Callable[[Landing, Headers], Exchange], file: Path, most: int, asked: Sequence[Headers]
) -> tuple[Exchange, ...]:
    """Fetch a file piece by piece, each joined to what came before; `asked` are the further headers of each request.

    Args:
        fetch: as `download`.
        file: where it goes; it is overwritten.
        most: bytes that may come before the node is cut short.
        asked: one request each.

    Raises:
        Failed: more than `most` bytes came.
        CantTell: a response broke off.
        Untested: as `Node.ask`.
    """
    landing = Landing(file, most)
    found: list[Exchange] = []
    try:
        for headers in asked:
            found.append(fetch(landing, headers))
            if found[-1].refused is not None:
                raise _given_up(found[-1], tuple(one.n for one in found), most)
    finally:
        landing.close()
    return tuple(found)


def _done(exchange: Exchange, numbers: tuple[int, ...], *, resumed_at: int) -> Downloaded:
    answer = Answer(exchange).expect(_WHOLE, _PART)
    aside = exchange.aside
    assert aside is not None
    told = answer.header("content-range") or ""
    if answer.status == _PART and not told.startswith(f"bytes {resumed_at}-"):
        raise _misplaced(answer, resumed_at)
    return Downloaded(aside.file_bytes, aside.file_sha256, numbers, answer)


def _misplaced(answer: Answer, start: int) -> Failed:
    told = answer.header("content-range")
    return answer.wrong(
        Text(f"206，Content-Range 为 {told}", f"206 with Content-Range {told}"),
        Text(f"自第 {start} 字节起的范围，或 200 与全文", f"the range from byte {start}, or 200 and the whole"),
    )


def _given_up(exchange: Exchange, numbers: tuple[int, ...], most: int) -> Exception:
    assert exchange.refused is not None
    if exchange.refused.kind == "overlong":
        return failed(
            numbers,
            Text(f"超过 {most} 字节", f"more than {most} bytes"),
            Text(f"宣告的 {most} 字节", f"the {most} bytes announced"),
        )
    return broken_off(exchange)


def _strong(exchange: Exchange) -> str:
    """Return the strong entity tag of a response, empty where it has none: only such a one may resume a download."""
    tag = next((value for name, value in exchange.headers if name == "etag"), "")
    return tag if tag.startswith('"') else ""
