"""Walks paged lists to their end, distrustfully: a list that loops or never ends is a failure, not a hang."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.node import Answer, Node

_SLACK = 3


@dataclass(frozen=True, slots=True)
class Walk:
    """A list walked to its end.

    Attributes:
        items: every item, in the order in which they came.
        exchanges: the exchange that brought each item.
        pages: number of the exchange of each page.
        total: what the first page announced, None where it announced nothing.
    """

    items: tuple[Any, ...]
    exchanges: tuple[int, ...]
    pages: tuple[int, ...]
    total: int | None


def pages(node: Node, path: str, params: Mapping[str, Any], *, role: str | None = "reader") -> Iterator[Answer]:
    """Yield the pages of a list, first to last.

    Raises:
        Failed: a page is not 200 with `items`, a cursor comes twice, or pages go on long after the announced total.
    """
    seen: set[str] = set()
    cursor: str | None = None
    most = None
    while True:
        answer = node.get(path, params={**params, "cursor": cursor}, role=role).expect(200)
        items = answer.member("items", list)
        yield answer
        if most is None:
            total = answer.object.get("total")
            most = (total if isinstance(total, int) else 10**6) // max(1, len(items)) + _SLACK
        cursor = answer.object.get("next")
        if cursor is None:
            return
        if not isinstance(cursor, str) or cursor in seen or len(seen) > most:
            raise answer.wrong(
                Text(
                    f"第 {len(seen) + 1} 页之后游标重复或无尽",
                    f"after page {len(seen) + 1} the cursor repeats or never ends",
                ),
                Text("每页一个新游标，末页为 null", "a new cursor a page, null on the last"),
            )
        seen.add(cursor)


def walk(node: Node, path: str, params: Mapping[str, Any] | None = None, *, role: str | None = "reader") -> Walk:
    """Walk a list to its end.

    Raises:
        Failed: as `pages`.
    """
    items: list[Any] = []
    exchanges: list[int] = []
    numbers: list[int] = []
    total: int | None = None
    for answer in pages(node, path, params or {}, role=role):
        found = answer.object["items"]
        if not numbers:
            announced = answer.object.get("total")
            total = announced if isinstance(announced, int) else None
        items += found
        exchanges += [answer.n] * len(found)
        numbers.append(answer.n)
    return Walk(tuple(items), tuple(exchanges), tuple(numbers), total)
