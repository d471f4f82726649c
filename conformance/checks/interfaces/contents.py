"""The content of a part of a batch: its rows counted from the bytes that came, whatever the media type."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from conformance.judge import Failed, Untested
from conformance.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.node import Session
    from conformance.node.download import Downloaded

NDJSON, CSV, PARQUET = "application/x-ndjson", "text/csv", "application/vnd.apache.parquet"


def counted(run: Session, path: str, media: str, most: int, role: str = "reader") -> tuple[Downloaded, int]:
    """Download a part and count its rows.

    Args:
        run: the run; the count is evidence, the rows are not.
        path: of the part.
        media: its media type.
        most: bytes that were announced for it.
        role: the identity to ask as.

    Returns:
        What came, and how many rows it has.

    Raises:
        Failed, CantTell: it cannot be downloaded, or is not of its media type.
        Untested: its media type is none that rows are counted in.
    """
    if media not in _WAYS:
        raise Untested(Text(f"媒体类型 {media} 的分片无法计数", f"rows of media type {media} are not counted"))
    with run.workshop() as folder:
        file = folder / "part"
        came = run.node.download(path, file, most, role=role, media=media)
        data = run.measured(f"rows:{role}:{path}", lambda: _count(file, media), "count")
    if data["rows"] is None:
        raise came.answer.wrong(
            Text(f"不是 {media}：{data['why']}", f"not {media}: {data['why']}"), Text(f"{media}", f"{media}")
        )
    return came, int(data["rows"])


def _count(file: Path, media: str) -> dict[str, Any]:
    try:
        return {"rows": _WAYS[media](file), "why": None}
    except (ValueError, OSError, csv.Error) as error:
        return {"rows": None, "why": type(error).__name__}


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _records(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return max(0, sum(1 for record in csv.reader(text) if record) - 1)


def _stored(file: Path) -> int:
    from pyarrow import parquet  # noqa: PLC0415 - only where a node sends it

    return int(parquet.read_metadata(file).num_rows)


_WAYS = {NDJSON: _lines, CSV: _records, PARQUET: _stored}


def hold(path: str, came: Downloaded, rows: int, part: dict[str, Any]) -> None:
    """Hold a part to what its manifest says of it.

    Raises:
        Failed: rows, length or digest differ.
    """
    found = rows, came.bytes, f"sha-256:{came.sha256}"
    due = part.get("rows"), part.get("bytes"), str(part.get("digest")).lower()
    if found != due:
        raise _differs(path, came, found, due)


def _differs(path: str, came: Downloaded, found: tuple[Any, ...], due: tuple[Any, ...]) -> Failed:
    return came.answer.wrong(
        Text(
            f"{path} 有 {found[0]} 行、{found[1]} 字节，摘要 {found[2]}",
            f"{path} has {found[0]} rows, {found[1]} bytes, digest {found[2]}",
        ),
        Text(f"{due[0]} 行、{due[1]} 字节，摘要 {due[2]}", f"{due[0]} rows, {due[1]} bytes, digest {due[2]}"),
        others=came.exchanges[:-1],
    )
