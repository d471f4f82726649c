"""Reads the body of a request, in one piece or in chunks, and never more than it may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedIOBase

_LONGEST_LINE = 1024


class BodyError(Exception):
    """A body cannot be read; `status` is what its sender is told."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def read_body(file: BufferedIOBase, headers: Mapping[str, str], most: int) -> bytes:
    """Return the body that the headers announce (RFC 9112, section 6).

    Args:
        file: where it comes from.
        headers: names in lower case.
        most: bytes that it may have.

    Raises:
        BodyError: it is too long, cut off, or announced in a way that cannot be understood.
    """
    if headers.get("transfer-encoding", "identity").lower() != "identity":
        return _chunked(file, headers["transfer-encoding"], most)
    announced = headers.get("content-length", "0")
    if not (announced.isascii() and announced.isdigit()):
        raise BodyError(400, "Content-Length is no number")
    return _exactly(file, _within(int(announced), most))


def _within(length: int, most: int) -> int:
    if length > most:
        raise BodyError(413, f"The body is longer than {most} bytes")
    return length


def _exactly(file: BufferedIOBase, length: int) -> bytes:
    found = file.read(length)
    if len(found) != length:
        raise BodyError(400, "The body was cut off")
    return found


def _chunked(file: BufferedIOBase, coding: str, most: int) -> bytes:
    if coding.lower() != "chunked":
        raise BodyError(501, "Only chunked transfer is understood")
    whole = b""
    while size := _size(file):
        whole += _exactly(file, _within(len(whole) + size, most) - len(whole))
        _line(file)
    while _line(file):  # trailers
        pass
    return whole


def _size(file: BufferedIOBase) -> int:
    try:
        return int(_line(file).partition(b";")[0], 16)
    except ValueError as error:
        raise BodyError(400, "A chunk has no length") from error


def _line(file: BufferedIOBase) -> bytes:
    found = file.readline(_LONGEST_LINE)
    if not found.endswith(b"\n"):
        raise BodyError(400, "A line of a chunked body is cut off or too long")
    return found.strip()
