"""JSON: an array of entries, an answer of a node with its entries in `items`, or one entry alone. Read as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ijson

from conformance.lint.guard import Guarded
from conformance.lint.json_error import broken
from conformance.lint.records import Place, Record, code_of
from conformance.lint.trouble import about
from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.lint.records import Remarks
    from conformance.lint.source import Source

_SPACE = b" \t\r\n"
_PAGE = Text(
    "文件只是清单的一页（next 不为空）；对其他条目的引用不作判定",
    "The file is one page of a list (next is not null); references to other entries are not judged",
)
_SINGLE = Text(
    "文件只有一条目录；对其他条目的引用不作判定", "The file is one entry; references to other entries are not judged"
)


def read_json(source: Source, remarks: Remarks) -> Iterator[Record]:
    """Yield the entries of a JSON file in their order.

    Raises:
        LintError: the file is not JSON (line and column are named), or holds no list of entries.
    """
    prefix, level = _shape(source)
    if level > 1 and any(one is not None for one in _values(source, "next", level)):
        remarks.excerpt(_PAGE)
    elif not prefix:
        remarks.excerpt(_SINGLE)
    for index, entry in enumerate(_values(source, prefix, level), 1):
        yield Record(entry, Place(index, code_of(entry)))


def _shape(source: Source) -> tuple[str, int]:
    """Return the ijson prefix of the entries and how many brackets stand around them."""
    with source.open() as file:
        first = next((one for one in iter(lambda: file.read(1), b"") if one not in _SPACE), b"")
    if first == b"[":
        return "item", 1
    if first != b"{":
        raise broken(source) or about(source.path, "既不是数组，也不是对象", "neither an array nor an object")
    members = list(_members(source))
    if "code" in members:
        return "", 1
    if "items" not in members:
        seen = ", ".join(members[:10]) or "{}"
        raise about(
            source.path,
            f'对象中没有 items 数组，只有 {seen}；请提供条目数组或 {{"items": […]}}',
            f'the object has no array items, only {seen}; give an array of entries or {{"items": […]}}',
        )
    return "items.item", 2


def _members(source: Source) -> Iterator[str]:
    """Yield the members of the object up to `items`."""
    for where, event, value in _events(source):
        if where == "" and event == "map_key":
            yield str(value)
            if value == "items":
                return


def _events(source: Source) -> Iterator[tuple[str, str, Any]]:
    with source.open() as file:
        try:
            yield from ijson.parse(Guarded(file, source.path, 2), use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise broken(source) or about(source.path, str(error), str(error)) from error


def _values(source: Source, prefix: str, level: int) -> Iterator[Any]:
    with source.open() as file:
        try:
            yield from ijson.items(Guarded(file, source.path, level), prefix, use_float=True)
        except (ijson.JSONError, UnicodeDecodeError) as error:
            raise broken(source) or about(source.path, str(error), str(error)) from error
