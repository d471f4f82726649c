"""Which files a source is: one file, a folder or a glob; told by what they hold where the name does not say it."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.bulk.sources.parts import Found
from conformance.bulk.values import SourceError
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Mapping[str, str] = {
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".geojsonl": "ndjson",
    ".json": "json",
    ".geojson": "geojson",
    ".xlsx": "xlsx",
    ".gpkg": "gpkg",
}
_PARQUET = b"PAR1"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_SQLITE = b"SQLite format 3\x00"
_KNOWN = "Parquet、CSV、NDJSON、JSON、XLSX、GeoParquet、GeoPackage、GeoJSON"
_HEAD = 1 << 16
_LEAST_PARQUET = 12


def found(source: str) -> tuple[Found, ...]:
    """Return the files of a source in the order of their names.

    Args:
        source: a file, a folder (with all folders below; names that begin with `.` or `_` are not data) or a glob;
            `file.xlsx#sheet` and `file.gpkg#layer` name one table of a file.

    Raises:
        SourceError: there is nothing, a file may not be read, is empty, or is of no known format.
    """
    path, part = _path(source)
    if path.is_dir():
        below = sorted(one for one in path.rglob("*") if one.is_file() and not _hidden(one.relative_to(path)))
        files = [(one, one.relative_to(path).as_posix()) for one in below]
    elif path.exists():
        files = [(path, path.name)]
    else:
        named = sorted(Path(one) for one in glob.glob(source, recursive=True) if Path(one).is_file())  # noqa: PTH207
        files = [(one, one.as_posix()) for one in named]
    if not files:
        raise SourceError(Text(f"{source} 不存在或没有数据文件", f"{source} does not exist or has no data files"))
    return tuple(Found(one, name, kind_of(one, name), part) for one, name in files)


def _path(source: str) -> tuple[Path, str | None]:
    path = Path(source)
    if "#" in source and not path.exists():
        file, _, part = source.rpartition("#")
        if Path(file).is_file():
            return Path(file), part
    return path, None


def _hidden(path: Path) -> bool:
    return any(one.startswith((".", "_")) for one in path.parts)


def kind_of(path: Path, name: str) -> str:
    """Return the format of a file.

    Raises:
        SourceError: it may not be read, is empty, damaged, protected or of no known format.
    """
    head, tail = _ends(path, name)
    kind = _KINDS.get(path.suffix.lower())
    if head.startswith(_OLE):
        raise SourceError(
            Text(
                f"{name}：文件加了密码，或是旧版 .xls；请另存为不加密码的 .xlsx",
                f"{name}: protected by a password, or an old .xls; save it as .xlsx without a password",
            )
        )
    if kind is None:
        raise SourceError(Text(f"{name}：不认识的格式，可用：{_KNOWN}", f"{name}: unknown format; known: {_known()}"))
    _whole(kind, name, head, tail)
    return _json_kind(head) if kind in {"json", "ndjson"} else kind


def _known() -> str:
    return _KNOWN.replace("、", ", ")


def _ends(path: Path, name: str) -> tuple[bytes, bytes]:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(max(0, path.stat().st_size - _LEAST_PARQUET))
            tail = file.read()
    except OSError as error:
        raise SourceError(
            Text(f"{name}：无法打开：{error.strerror}", f"{name}: cannot be opened: {error.strerror}")
        ) from error
    if not head:
        raise SourceError(Text(f"{name}：文件为空", f"{name}: the file is empty"))
    return head, tail


def _whole(kind: str, name: str, head: bytes, tail: bytes) -> None:
    """Refuse files whose first and last bytes are not those of their format."""
    starts = {"parquet": _PARQUET, "xlsx": _ZIP, "gpkg": _SQLITE}
    if kind in starts and not head.startswith(starts[kind]):
        raise SourceError(Text(f"{name}：内容不是 {kind}", f"{name}: what it holds is not {kind}"))
    if kind == "parquet" and not tail.endswith(_PARQUET):
        raise SourceError(
            Text(
                f"{name}：Parquet 文件不完整（结尾缺失）", f"{name}: the Parquet file is truncated (its end is missing)"
            )
        )


def _json_kind(head: bytes) -> str:
    """Tell a list, a collection of features and lines of objects apart by the beginning of the file."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"["):
        return "json"
    line = start.split(b"\n", 1)[0].rstrip()
    if b'"FeatureCollection"' in start[:1024] and not line.endswith(b"}"):
        return "geojson"
    if b'"FeatureCollection"' in line[:1024]:
        return "geojson"
    return "ndjson"
