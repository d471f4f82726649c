"""Several connections that see one snapshot: parts of a table are counted side by side, as the server allows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from conformance.bulk.values import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.bulk.engines.postgres_link import Link


def side_by_side(link: Link, parts: Sequence[str], ask: Callable[[str], str]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of one statement for each part, in the order of the parts.

    A single part is left to the server, which divides one statement among as many processes by itself.

    Args:
        link: the connection whose snapshot counts.
        parts: as `ask` takes them.
        ask: returns the statement of a part.

    Raises:
        SourceError, EngineError: as `Link.rows`; what other connections do is then cancelled.
    """
    with ExitStack() as stack:
        links = [link, *_others(link, min(link.width, len(parts)) - 1, stack)]
        free: SimpleQueue[Link] = SimpleQueue()
        for one in links:
            free.put(one)

        def rows(part: str) -> list[tuple[Any, ...]]:
            mine = free.get()
            try:
                return mine.rows(ask(part))
            finally:
                free.put(mine)

        pool = stack.enter_context(ThreadPoolExecutor(len(links)))
        jobs = [pool.submit(rows, one) for one in parts]
        try:
            for job in jobs:
                yield job.result()
        except BaseException:
            for job in jobs:
                job.cancel()
            for one in links:
                one.cancel()
            raise


def _others(link: Link, wanted: int, stack: ExitStack) -> list[Link]:
    """Further connections, as many as the server grants: it may have reached a limit."""
    found: list[Link] = []
    while len(found) < wanted:
        try:
            found.append(stack.enter_context(closing(link.sibling())))
        except EngineError:
            break
    return found
